// Single controls: what they say, where they stand, whether they can be used.

/** What a drop-down shows as chosen, and its entries where it is a native one. */
const choice = (e) => {
  if (e.matches('select')) return {native: true, chosen: norm(e.selectedOptions[0]?.text), options: [...e.options].map((o) => norm(o.text))};
  const inner = e.matches('input') ? e : e.querySelector('input:not([type=hidden])');
  const options = [...(e.matches('[role=listbox]') ? e.querySelectorAll('[role=option][aria-selected=true]') : [])].map(text);
  return {native: false, chosen: norm((inner && inner.value) || options[0] || text(e) || e.getAttribute('aria-label')), options: []};
};
/** Whether several elements do one and the same thing: links to one address, or like submit buttons of one form. */
const oneThing = (list) => {
  const same = (f) => list.every((e) => f(e) !== null && f(e) === f(list[0]));
  const scripted = (e) => e.hasAttribute('onclick') || /^(javascript:|#|$)/.test(e.getAttribute('href') || '');
  return same((e) => (e.tagName === 'A' && !scripted(e) ? e.href : null))
    || (list.every((e) => e.matches('button:not([type=button]):not([type=reset]),input[type=submit]') && e.form && !e.hasAttribute('onclick') && e.form === list[0].form)
      && same((e) => [e.name, e.value, e.getAttribute('formaction'), text(e)].join('|')));
};
/** Captions of what can be seen and used here, for a message that says what was on the page instead. */
const captions = () => {
  const out = new Set();
  for (const e of walk(document.body)) {
    if (!e.matches('a,button,input,select,textarea,summary,h1,h2,h3,h4,legend,label,[role]') || !(visible(e) || (e.labels && reachable(e)))) continue;
    if (e.matches('input[type=hidden]')) continue;
    const said = e.matches('input[type=submit],input[type=button]') ? e.value : e.matches('input,select,textarea') ? label(e) : text(e) || label(e);
    if (said && said.length <= 60) out.add(norm(said));
  }
  return [...out].slice(0, 200);
};
/** Address that a form would send the password to, and that of the frame it is in. */
const formTargets = (e) => [e.ownerDocument.location.href, ...(e.form ? [new URL(e.form.getAttribute('action') || '', e.ownerDocument.baseURI).href,
  ...[...e.form.elements].filter((b) => b.hasAttribute('formaction')).map((b) => b.formAction)] : [])];
const textsOf = (list) => list.map((e) => (e.matches('input,textarea') ? norm(e.value) : e.matches('select') ? choice(e).chosen : text(e)));
/** Whether a box is on. */
const isOn = (e) => (e.matches('input') ? e.checked : value(e) === true);
/** The label that a hidden box is seen by: 'around' it, or the id that ties a label elsewhere to it; '' where none is seen. */
const labelPlace = (e) => { const seen = [...(e.labels || [])].find(visible); return !seen ? '' : holds(seen, e) ? 'around' : e.id; };
/** Where an element stands, to tell it from others (shadow roots included). */
const placeOf = (e) => { const parts = []; for (let at = e; at; at = up(at)) parts.unshift(at.parentNode ? [...at.parentNode.children].indexOf(at) : 0); return parts.join('.'); };
/** XPath of an element; '' inside a shadow root, where XPath does not reach. */
const pathOf = (e) => { if (e.getRootNode() !== document) return ''; const parts = [];
  for (let at = e; at && at.parentElement; at = at.parentElement) parts.unshift(`*[${[...at.parentElement.children].indexOf(at) + 1}]`);
  return parts.length ? '/*/' + parts.join('/') : ''; };
const PRESS = 'a,button,summary,[role=button],[onclick],[tabindex],[aria-expanded]';
const harmless = (e) => !/\ball\b|delete|remove|save|submit|reset/i.test(text(e) || label(e)) && !e.matches('input,select,textarea,[type=submit]');
/** XPath of what opens the closed branch that an unseen element is in: the head that stands before it. '' where none is known. */
const headPath = (e) => {
  let closed = null;
  for (let at = e; at && at !== document.body; at = at.parentElement) if (getComputedStyle(at).display === 'none' || at.getBoundingClientRect().height === 0 && at !== e && !at.contains(document.activeElement)) closed = at;
  for (let head = closed && closed.previousElementSibling; head; head = head.previousElementSibling) {
    if (!visible(head)) continue;
    const press = head.matches(PRESS) ? head : [...head.querySelectorAll(PRESS)].find((c) => visible(c) && harmless(c)) || (getComputedStyle(head).cursor === 'pointer' ? head : null);
    return press && harmless(press) ? pathOf(press) : '';
  }
  return '';
};
/** XPath of the mark before a tree item's caption that opens it, '' where it has none. */
const markPath = (item) => { const mark = [...item.querySelectorAll('button,a,span,i,ins,div')].find((c) => visible(c) && !text(c) && !c.querySelector('input') && c.getBoundingClientRect().width <= 32 && closest(c, matches('[role=treeitem]')) === item);
  return mark ? pathOf(mark) : ''; };
/** Every box in this frame, seen or not, with its state; and which of them have another state now. */
const ticks = () => [...walk(document.body)].filter(isBox).map((e) => [e, value(e)]);
const moved = (before) => before.filter(([e, was]) => e.isConnected && value(e) !== was).map(([e]) => label(e) || '(no caption)');
/** Whether a pager's control has nothing more to give: disabled in any of the ways in use. */
const spent = (e) => disabled(e) || !!closest(e, (a) => (a === e || (a.matches('li,span,div,td') && text(a) === text(e)))
  && /(^|[-_ ])disabled($|[-_ ])/.test(a.getAttribute('class') || ''));
