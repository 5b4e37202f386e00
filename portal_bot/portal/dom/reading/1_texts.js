// What can be read on the page as a person sees it, and the captions of controls. Only reads.
// Open shadow roots and slots are walked as a person sees them (the flat tree).

const norm = (s) => (s || '').replace(/[\s\u00a0\u200b]+/g, ' ').trim();
const EMAIL = /[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/g;

const kids = (node) => {
  if (node.shadowRoot) return [...node.shadowRoot.childNodes];
  if (node.tagName === 'SLOT') {
    const given = node.assignedNodes({flatten: true});
    return given.length ? given : [...node.childNodes];
  }
  return [...node.childNodes];
};
const up = (e) => e.assignedSlot || e.parentElement || (e.getRootNode().host || null);
const closest = (e, test) => { for (let at = e; at; at = up(at)) if (test(at)) return at; return null; };
const holds = (outer, inner) => closest(inner, (at) => at === outer) !== null;
const matches = (selector) => (e) => e.matches(selector);
function* walk(root) {
  for (const node of kids(root)) if (node.nodeType === 1) { yield node; yield* walk(node); }
}
const visible = (e) => {
  if (!e.checkVisibility({visibilityProperty: true})) return false;
  const box = e.getBoundingClientRect();
  return box.width > 0 && box.height > 0;
};
const SKIP = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'SELECT', 'OPTION', 'TEXTAREA']);
/** What can be read in an element. Beyond `most` characters it is not read to its end. */
const text = (e, most = Infinity) => {
  const parts = []; let size = 0;
  const add = (node) => {
    if (size > most) return;
    if (node.nodeType === 3) { parts.push(node.data); size += norm(node.data).length; }
    if (node.nodeType !== 1 || SKIP.has(node.tagName) || !node.checkVisibility({visibilityProperty: true})) return;
    const block = !getComputedStyle(node).display.startsWith('inline') || node.tagName === 'BR';
    if (block) parts.push(' ');
    kids(node).forEach(add);
    if (block) parts.push(' ');
  };
  kids(e).forEach(add);
  return norm(parts.join(''));
};

// ---- captions of controls ----
const byIds = (e, ids) => norm((ids || '').split(/\s+/).filter(Boolean)
  .map((id) => e.getRootNode().getElementById?.(id)).filter(Boolean).map((at) => text(at) || at.getAttribute('aria-label')).join(' '));
const besides = (e) => {           // text that stands beside a control without being tied to it
  for (const near of [e.nextSibling, e.nextElementSibling, e.previousSibling, e.previousElementSibling]) {
    const said = near && (near.nodeType === 3 ? norm(near.data) : near.nodeType === 1 && !near.matches('input,select,textarea,button,style,script,template') ? text(near) : '');
    if (said) return said;
  }
  const cell = closest(e, matches('td,[role=cell],[role=gridcell]'));
  const before = cell && cell.previousElementSibling;
  if (before && text(before)) return text(before);
  const item = closest(e, matches('li,[role=treeitem],label,p,dd,td,div'));
  return item ? text(item).slice(0, 80) : '';
};
const label = (e) => byIds(e, e.getAttribute('aria-labelledby')) || norm(e.getAttribute('aria-label'))
  || norm([...(e.labels || [])].map(text).filter(Boolean).join(' '))
  || (/^(checkbox|switch|radio|menuitemcheckbox|treeitem|button)$/.test(e.getAttribute('role') || '') ? text(e) : '')
  || norm(e.getAttribute('placeholder')) || norm(e.getAttribute('title')) || besides(e) || e.getAttribute('name') || '';
const group = (e) => {
  for (let at = up(e); at; at = up(at)) {
    if (!at.matches('fieldset,[role=group],[role=region],section')) continue;
    const head = [...at.children].find((c) => c.matches('legend,h1,h2,h3,h4,h5,h6'));
    const said = byIds(at, at.getAttribute('aria-labelledby')) || norm(at.getAttribute('aria-label')) || (head ? text(head) : '');
    if (said) return said;
  }
  return '';
};
