// What an element that a person pointed at is, and what it can be found by. Called with the element and what it is to be.
(picked, kind) => {
  const norm = (s) => (s || '').replace(/[\s\u00a0\u200b]+/g, ' ').trim();
  const up = (e) => e.assignedSlot || e.parentElement || (e.getRootNode().host || null);
  const closest = (e, selector) => { for (let at = e; at; at = up(at)) if (at.matches(selector)) return at; return null; };
  const BOX = 'input[type=checkbox],[role=checkbox],[role=switch],[role=menuitemcheckbox],[role=treeitem][aria-checked]';
  const PRESS = 'a[href],button,summary,input,select,[role=button],[role=link],[role=menuitem],[role=treeitem],[role=tab],[role=combobox],[onclick]';
  const meant = () => {                                     // people click on the word or icon; meant is what it belongs to
    if (kind === 'box') {
      const label = closest(picked, 'label');
      if (label && label.control) return label.control;
      const own = closest(picked, BOX); if (own) return own;
      for (let at = picked, far = 0; at && far < 4; at = up(at), far += 1) { const boxes = at.querySelectorAll(BOX); if (boxes.length === 1) return boxes[0]; if (boxes.length) break; }
      return picked;
    }
    if (kind === 'area') {
      for (let at = picked; at && at !== document.body; at = up(at)) if (at.querySelectorAll(BOX).length + at.querySelectorAll('[aria-expanded]').length) return at;
      return picked;
    }
    if (kind === 'row') return closest(picked, 'tr,[role=row],li,[role=listitem],article') || picked;
    if (kind === 'text') return picked;
    if (kind === 'field') { const label = closest(picked, 'label'); if (label && label.control) return label.control; }
    return closest(picked, PRESS) || picked;
  };
  const e = meant();
  const TYPES = {checkbox: 'checkbox', radio: 'radio', submit: 'button', button: 'button', reset: 'button', search: 'searchbox', number: 'spinbutton', password: ''};
  const TAGS = {A: 'link', BUTTON: 'button', SELECT: 'combobox', TEXTAREA: 'textbox', FIELDSET: 'group', SUMMARY: '', NAV: 'navigation', SECTION: 'region',
    H1: 'heading', H2: 'heading', H3: 'heading', H4: 'heading', H5: 'heading', H6: 'heading', TR: 'row', LI: 'listitem'};
  const role = e.getAttribute('role') || (e.tagName === 'INPUT' ? TYPES[e.type] ?? 'textbox' : TAGS[e.tagName] || '');
  const root = e.getRootNode();
  const ids = norm((e.getAttribute('aria-labelledby') || '').split(/\s+/).map((id) => root.getElementById?.(id)?.textContent || '').join(' '));
  const labels = norm([...(e.labels || [])].map((l) => l.innerText).join(' '));
  const head = e.querySelector(':scope > :is(legend,h1,h2,h3,h4,h5,h6,caption)');
  const field = e.matches('input:not([type=submit]):not([type=button]):not([type=reset]),select,textarea');
  const name = ids || norm(e.getAttribute('aria-label')) || labels || (e.matches('input[type=submit],input[type=button],input[type=reset]') ? e.value : '')
    || (e.tagName === 'FIELDSET' && head ? norm(head.innerText) : '') || (field || kind === 'area' || kind === 'row' ? '' : norm(e.innerText))
    || norm(e.getAttribute('title')) || norm(e.getAttribute('placeholder'));
  const stable = (v) => v && v.length < 60 && !/\d/.test(v) && /^[\w-]+$/.test(v);
  const tag = e.tagName.toLowerCase();
  const css = [];
  if (stable(e.id)) css.push(`#${e.id}`);
  if (stable(e.getAttribute('name'))) css.push(`${tag}[name="${e.getAttribute('name')}"]`);
  if (e.matches('[type=password],[type=search],[type=email]')) css.push(`${tag}[type="${e.type}"]`);
  if (kind === 'box' && e.value && e.value !== 'on' && e.hasAttribute('value')) css.push(`${tag}[value="${CSS.escape(e.value) === e.value ? e.value : ''}"]`);
  const classes = [...e.classList].filter((c) => /^[A-Za-z][A-Za-z-]*$/.test(c) && !/(active|selected|current|hover|focus|open|odd|even|first|last)/i.test(c));
  const shape = tag + classes.map((c) => `.${c}`).join('');
  const parent = e.parentElement;
  const place = parent && [...parent.classList].find((c) => /^[A-Za-z][A-Za-z-]*$/.test(c));
  if (kind === 'row' && parent) css.push(place ? `${parent.tagName.toLowerCase()}.${place} > ${shape}` : `${parent.tagName.toLowerCase()} > ${shape}`);
  // A class alone says how a thing looks, not what it does: it would find another button once this one is gone.
  else if (kind === 'area' && classes.length) css.push(shape);
  if (kind === 'area' && head) css.push(`${tag}:has(> ${head.tagName.toLowerCase()}:text-is("${norm(head.innerText).replace(/["\\]/g, '\\$&')}"))`);
  const facts = {role, name, label: field || labels ? labels || norm(e.getAttribute('aria-label')) : '', text: kind === 'text' || !field ? norm(picked.innerText).slice(0, 80) : '',
    title: norm(e.getAttribute('title')), placeholder: norm(e.getAttribute('placeholder')),
    test_id: e.getAttribute('data-testid') || '', css: css.filter((c) => !c.includes('=""')), heading: norm((head || picked).innerText).slice(0, 60)};
  return {element: e, facts};
}
