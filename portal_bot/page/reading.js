// What the bot reads inside a page, in one place: rows of a list, fields and texts of a record, captions for messages.
// Only reads. Open shadow roots and slots are walked as a person sees them (the flat tree).
(() => {
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

  // ---- the fields of a record ----
  const FIELD = 'input,select,textarea,[role=checkbox],[role=switch],[role=radio],[role=combobox],[role=textbox],[role=spinbutton],'
    + '[role=slider],[role=menuitemcheckbox],[role=menuitemradio],[role=treeitem][aria-checked],[contenteditable=true],[contenteditable=""]';
  const BOXES = 'input[type=checkbox],[role=checkbox],[role=switch],[role=menuitemcheckbox],[role=treeitem][aria-checked]';
  const reachable = (e) => visible(e) || [...(e.labels || [])].some(visible)
    || (e.matches('input') && !!closest(up(e), (a) => a.matches('label,[role=checkbox],[role=switch]') && visible(a)));
  const isBox = matches(BOXES);
  const value = (e) => {
    if (e.matches('input[type=checkbox],input[type=radio]')) return e.checked;
    if (e.matches('input[type=password]')) return e.value ? '(filled)' : '';
    if (e.matches('select')) return [...e.selectedOptions].map((o) => norm(o.text)).join(' | ');
    if (e.matches('input,textarea')) return e.value;
    if (e.hasAttribute('aria-checked')) return e.getAttribute('aria-checked') === 'mixed' ? 'mixed' : e.getAttribute('aria-checked') === 'true';
    if (e.hasAttribute('aria-valuenow')) return e.getAttribute('aria-valuenow');
    return text(e);
  };
  const disabled = (e) => e.matches(':disabled') || !!closest(e, matches('[aria-disabled=true]')) || e.getAttribute('aria-readonly') === 'true';
  // A box whose state follows from the boxes below it: it heads the branch that holds the wanted box.
  const heads = (box, wanted) => {
    const branch = closest(box, matches('li,[role=treeitem]'));
    if (branch) return branch !== closest(wanted, matches('li,[role=treeitem]')) && holds(branch, wanted);
    const summary = closest(box, matches('summary,legend'));
    if (summary) return holds(summary.parentElement, wanted);
    if (box.indeterminate || box.getAttribute('aria-checked') === 'mixed') return true;
    for (let below = wanted, at = up(wanted); at; below = at, at = up(at)) {
      if (!holds(at, box)) continue;
      const mine = below.previousElementSibling;      // a row of its own, straight above the boxes that it heads
      if (!mine || !(mine === box || holds(mine, box)) || mine.matches('section,fieldset,form')) return false;
      const inMine = mine === box ? [] : [...walk(mine)];
      return inMine.filter(matches(FIELD)).length <= 1 && !inMine.some(matches('h1,h2,h3,h4,h5,h6,legend')) && [...walk(below)].filter(isBox).length > 1;
    }
    return false;
  };
  const REGIONS = 'nav,aside,[role=navigation],[role=banner],[role=menu],[role=menubar],[role=listbox],[role=option]';
  const regionless = (e) => !closest(e, (a) => a.matches(REGIONS)
    || (a.tagName === 'HEADER' && !closest(up(a) || document.body, matches('main,article,section,dialog,[role=dialog],[role=main],form'))));

  /** Fields and texts of the record in this frame. `boxes`: the wanted boxes; `rows`: selector of list rows to leave out. */
  const record = ({boxes, rows, nameOnly}) => {
    const dialogOf = (e) => closest(e, matches('dialog[open],[role=dialog],[role=alertdialog],[aria-modal=true]'));
    const scope = (boxes.length && dialogOf(boxes[0])) || document.body;
    const inRow = rows ? ((e) => !!closest(e, (a) => { try { return a.matches(rows); } catch { return false; } }) ) : () => false;
    const fields = []; const texts = []; const headings = []; const emails = new Set(); const seen = new Map();
    const addEmails = (s) => (s.match(EMAIL) || []).forEach((m) => emails.add(m));
    const said = norm(scope.getAttribute('aria-label')) || byIds(scope, scope.getAttribute('aria-labelledby'));
    if (scope !== document.body && said) headings.push(said);
    for (const e of walk(scope)) {
      if (e.matches(FIELD)) {
        if (e.matches('input[type=hidden],input[type=submit],input[type=button],input[type=image],input[type=reset]')) continue;
        if (e.getAttribute('aria-hidden') === 'true' && !visible(e)) continue;
        const wanted = boxes.includes(e); const number = boxes.indexOf(e);
        if (!wanted && boxes.some((b) => holds(b, e) || (holds(e, b) && !e.matches('[role=treeitem]')))) continue;
        if (!wanted && !reachable(e) && !(isBox(e) && boxes.length)) continue;
        const title = label(e); const under = group(e); const path = under && under !== title ? `${under} › ${title}` : title;
        const nth = (seen.get(path) || 0) + 1; seen.set(path, nth);
        const held = value(e);
        fields.push({key: nth > 1 ? `${path} (${nth})` : path, label: title, value: held, disabled: disabled(e), wanted, number,
          box: isBox(e), head: !wanted && isBox(e) && boxes.some((b) => heads(e, b)), own: regionless(e) && !inRow(e)});
        if (typeof held === 'string' && regionless(e) && !inRow(e)) addEmails(held);
        continue;
      }
      if (SKIP.has(e.tagName) || !regionless(e) || inRow(e)) continue;
      const own = kids(e).some((n) => n.nodeType === 3 && norm(n.data));
      const heading = e.matches('h1,h2,h3,h4,h5,h6,[role=heading],legend,caption');
      if (!(own || heading) || !visible(e)) continue;
      const line = text(e);
      if (!line || line.length > 200) continue;
      (heading ? headings : texts).push(line);
      addEmails(line);
    }
    return {fields, headings, texts: texts.slice(0, 600), emails: [...emails], dialog: scope !== document.body};
  };

  /** The record, once it stands still: read twice, `pause` ms apart, until both are alike or `most` ms are over.
   *  `moved`: boxes that have another state than when their group was about to be opened.
   *  null where the page was drawn anew meanwhile, so that the boxes are no longer in it. */
  let ticked = [];
  const settledRecord = async (asked) => {
    const stale = () => asked.boxes.some((box) => !box.isConnected);
    if (stale()) return null;
    let last = record(asked); let was = JSON.stringify(last);
    for (const end = performance.now() + asked.most; performance.now() < end;) {
      await new Promise((done) => setTimeout(done, asked.pause));
      last = record(asked); const now = JSON.stringify(last);
      if (now === was) break;
      was = now;
    }
    if (stale()) return null;
    const opening = moved(ticked); ticked = [];
    return {...last, moved: opening};
  };

  /** The same, where there is one wanted box, given as the element. */
  const settledRecordOf = (box, asked) => settledRecord({...asked, boxes: [box]});

  // ---- the rows of a list ----
  /** The captions over the columns of a row's table; `known` keeps those of each table that was asked for before. */
  const headersOf = (row, known) => {
    const table = closest(row, matches('table,[role=table],[role=grid],[role=treegrid]'));
    if (!known.has(table)) known.set(table, headersOver(table));
    return known.get(table);
  };
  const headersOver = (table) => {
    const spread = (cells) => cells.flatMap((c) => Array(Math.max(1, c.colSpan || 1)).fill(text(c)));
    for (let at = table, far = 0; at && far < 5; at = up(at), far += 1) {
      const lines = [...at.querySelectorAll('tr,[role=row]')].map((r) => [...r.children].filter(matches('th,[role=columnheader]')))
        .filter((cells) => cells.length > 1 || (cells.length && !cells[0].parentElement.querySelector('td')));
      if (lines.length) return spread(lines[lines.length - 1]);
    }
    return [];
  };
  const rowOf = (row, headers, ask) => {
    const cellsOf = [...row.children].filter(matches('td,th,[role=cell],[role=gridcell],[role=rowheader]'));
    const cells = []; let column = 0;
    for (const cell of cellsOf) {
      const at = Number(cell.getAttribute('aria-colindex')) - 1;
      const header = norm(cell.dataset.label || cell.dataset.title) || headers[at >= 0 && cellsOf.length !== headers.length ? at : column] || '';
      cells.push({header, text: text(cell)});
      column += Math.max(1, cell.colSpan || 1);
    }
    const lines = [];
    if (!cells.length) {
      const inside = [...walk(row)];
      for (const term of inside.filter(matches('dt'))) {
        const data = term.nextElementSibling;
        if (data && data.tagName === 'DD') cells.push({header: text(term).replace(/:$/, ''), text: text(data)});
      }
      for (const e of [row, ...inside]) {
        if (!kids(e).some((n) => n.nodeType === 3 && norm(n.data)) || !visible(e) || e.matches('button,[role=button],dt,dd')) continue;
        const line = text(e); const pair = /^([A-Za-z][A-Za-z -]{1,20}): (.+)$/.exec(line);
        if (pair) cells.push({header: pair[1], text: pair[2]}); else lines.push(line);
      }
    }
    const inside = [row, ...walk(row)];
    const openers = inside.filter((e) => e.matches('a,button,[role=link],[role=button]') && visible(e)).map((e) => ({
      text: text(e) || label(e), href: e.tagName === 'A' && /^https?:$/.test(e.protocol) && e.getAttribute('href') !== '#' && !e.href.startsWith('javascript:') ? e.href : null,
      path: e.getAttribute('href') || ''}));
    const picked = (css) => (css ? inside.filter((e) => { try { return e !== row && e.matches(css); } catch { return false; } }).map(text).filter(Boolean).join(' ') : null);
    const all = text(row);
    const strong = inside.find((e) => e !== row && e.matches('h1,h2,h3,h4,h5,h6,[role=heading],strong,b') && text(e));
    return {cells, lines, openers, text: all, emails: [...new Set(all.match(EMAIL) || [])], strong: strong ? text(strong) : '',
      given: {name: picked(ask.name), email: picked(ask.email), location: picked(ask.location)}};
  };
  /** What stands in each row; rows that cannot be seen are null, so that places stay true. */
  const rows = (list, ask) => {
    const known = new Map();
    return list.map((row) => {
      if (!visible(row)) return null;
      const read = rowOf(row, headersOf(row, known), ask);
      return read.text ? read : null;
    });
  };
  const HEADS = '[role="columnheader"],th[scope="col"],th ~ th,th:only-child';  // a single th among cells is the head of its row only
  /** A CSS selector of what looks like the rows of a list of people, and the first of them; or null. Rows are alike, side by side, each one person. */
  const guessRows = () => {
    const groups = new Map(); const ids = new Map(); const known = new Map();
    const idOf = (e) => { if (!ids.has(e)) ids.set(e, ids.size); return ids.get(e); };
    for (const e of walk(document.body)) {
      if (!regionless(e) || e.matches('script,style,option,th,td,label,input,select,br,svg,svg *,[role=tab],[role=columnheader]') || closest(e, matches('[role=tablist],select,form label'))) continue;
      const kind = (e.classList[0] || '').replace(/(odd|even|alt|active|selected|current|first|last)/gi, '');
      const key = `${idOf(up(e))}/${e.tagName}/${e.getAttribute('role') || ''}/${kind}`;
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(e);
    }
    let best = null; let most = 0;
    for (const members of groups.values()) {
      const seen = members.filter((e) => visible(e) && !e.querySelector(`${HEADS},table,main,nav,header,footer,h1`) && up(e) !== document.body);
      if (!seen.length) continue;
      const headers = headersOf(seen[0], known);
      const named = headers.some((h) => /name|provider|staff|member|user/i.test(h)); const mailed = headers.some((h) => /mail/i.test(h));
      const table = seen[0].matches('tr,[role=row]');
      let score = 0; let people = 0;
      for (const e of seen) {
        const all = text(e, 400); const mails = new Set(all.match(EMAIL) || []);
        if (mails.size > 1 || all.length < 3 || all.length > 400 || /^[\d\s.,…«»‹›<>-]*$/.test(all)) { score -= 1; continue; }
        const opens = e.matches('a,button,[tabindex],[onclick],[role=row],[role=link],[role=button]') || getComputedStyle(e).cursor === 'pointer'
          || [...walk(e)].some((c) => c.matches('a,button,[role=link],[role=button]'));
        if (!opens && !mails.size && !(table && named)) { score -= 1; continue; }
        people += 1;
        score += 1 + (mails.size ? 3 : 0) + (opens ? 1 : 0) + (table && named ? 3 : 0) + (table && mailed ? 1 : 0);
      }
      const sure = seen[0].matches('li,article,tr,[role=row],[role=listitem],[role=option]') || people > 1 || seen.length > 1;
      if (people && sure && (people > 1 || score >= 4) && score > most) { most = score; best = seen; }
    }
    if (!best) return null;
    const shared = (list) => [...list[0].classList].filter((c) => /^[A-Za-z_][\w-]*$/.test(c) && list.every((e) => e.classList.contains(c)));
    const part = (list) => list[0].tagName.toLowerCase() + shared(list).map((c) => `.${c}`).join('') + (list[0].getAttribute('role') ? `[role="${list[0].getAttribute('role')}"]` : '');
    const item = part(best); const parent = up(best[0]); const plain = best[0].parentElement === parent;
    const id = parent.id && /^[A-Za-z][\w-]*$/.test(parent.id) ? `#${parent.id}` : '';
    const outer = parent === document.body ? 'body' : part([parent]) + id;
    let selector = `${outer} ${plain ? '> ' : ''}${item}`;
    const grand = up(parent);
    if (grand && grand !== document.body && plain && parent.parentElement === grand) selector = `${part([grand])} > ${selector}`;
    return {selector: `${selector}:not(:has(${HEADS})):not(:is(${REGIONS}) *)`, first: best[0]};
  };
  /** What looks like the rows of a list of people: a selector of them and what they say (null where they stand in a shadow root); null where nothing does. */
  const guessedRows = (ask) => {
    const guess = guessRows(); if (!guess) return null;
    const all = [...document.querySelectorAll(guess.selector)];
    return {selector: guess.selector, rows: all.includes(guess.first) ? rows(all, ask) : null};
  };
  /** Brings the end of the list into view, for lists that load more there. */
  const scrollOn = (list) => {
    const last = list[list.length - 1]; if (!last) return;
    last.scrollIntoView({block: 'end'});
    for (let at = up(last); at; at = up(at)) if (at.scrollHeight > at.clientHeight + 4 && /(auto|scroll)/.test(getComputedStyle(at).overflowY)) at.scrollTop = at.scrollHeight;
    (document.scrollingElement || document.body).scrollTop = 1e9;
  };

  // ---- drop-downs, duplicates, messages ----
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
  // ---- elements that were found, kept so that they need not be looked for again ----
  const kept = new Map();
  const MOST_KEPT = 32;
  const keep = (e, key) => { kept.delete(key); kept.set(key, e); if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value); return e; };
  /** How many elements there are; a single one is kept, where a key is given. */
  const keepOnly = (list, key) => { if (key && list.length === 1) keep(list[0], key); return list.length; };
  /** What a function says of each element; a single one is kept, where a key is given. */
  const ofEach = (list, {name, key}) => { keepOnly(list, key); return list.map((e) => reading[name](e)); };
  /** Which of some boxes can be reached; a single one is kept, where a key is given. */
  const reachableAll = (list, key) => { const yes = list.map(reachable); const own = list.filter((_, i) => yes[i]); if (key && own.length === 1) keep(own[0], key); return yes; };
  /** What a function says of the element that is kept under a key, in a list; an empty list where it is not in the document (any more), or not `seen`. */
  const ofKept = async ({key, name, argument, seen}) => { const e = kept.get(key); return e?.isConnected && (!seen || visible(e)) ? [await reading[name](e, argument)] : []; };
  /** Where a box and its caption stand in this frame's view, brought into it first. */
  const rowOfBox = (e) => {
    const line = closest(e, matches('label,li,[role=treeitem],tr')); const low = line && line.getBoundingClientRect().height <= 60;
    const parts = (low ? [line] : [e, ...(e.labels || [])]).filter(visible);
    if (!parts.length) parts.push(e.parentElement);
    const away = (r) => r.top < 0 || r.left < 0 || r.bottom > innerHeight || r.right > innerWidth;
    if (parts.some((part) => away(part.getBoundingClientRect()))) parts[0].scrollIntoView({block: 'center', inline: 'nearest', behavior: 'instant'});
    const all = parts.map((part) => part.getBoundingClientRect()); const x = Math.min(...all.map((r) => r.left)); const y = Math.min(...all.map((r) => r.top));
    return {x, y, width: Math.max(...all.map((r) => r.right)) - x, height: Math.max(...all.map((r) => r.bottom)) - y};
  };
  /** Which of the usual holders of a form an element stands in. */
  const holders = (e) => ({dialog: !!e.closest('dialog'), "*[@role='dialog' or @aria-modal='true']": !!e.closest('[role=dialog],[aria-modal=true]'), form: !!e.closest('form')});
  let changes = 0; let told = 0; let awake = () => {};
  new MutationObserver(() => { changes += 1; awake(); }).observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
  /** Resolves soon after anything in the document has changed since the last call, or after `most` ms. */
  const change = (most) => new Promise((done) => {
    const end = () => { told = changes; awake = () => {}; done(); };
    let late = setTimeout(end, changes === told ? most : SOON);
    awake = () => { clearTimeout(late); late = setTimeout(end, SOON); awake = () => {}; };
  });
  const SOON = 6;  // ms in which the rest of a change is drawn

  /** What an element is known again by on the next page. */
  const likeness = (e) => ({tag: e.tagName, said: norm(e.textContent).slice(0, 80)});
  /** Whether something like it is there: resolves at the moment it is, or after `most` ms. Where it stands, and whether it is seen, is no matter. */
  const alike = ({tag, said, most}) => new Promise((done) => {
    const there = () => [...document.getElementsByTagName(tag)].some((e) => norm(e.textContent).slice(0, 80) === said);
    if (there()) { done(true); return; }
    const end = (yes) => { watch.disconnect(); clearTimeout(late); done(yes); };
    const watch = new MutationObserver(() => { if (there()) end(true); });
    const late = setTimeout(end, most, false);
    watch.observe(document, {subtree: true, childList: true, characterData: true});
  });

  // ---- one click with the mouse ----
  const deepest = (x, y) => {
    let at = document.elementFromPoint(x, y);
    for (let inner; at && at.shadowRoot && (inner = at.shadowRoot.elementFromPoint(x, y)) && inner !== at;) at = inner;
    return at;
  };
  const belongs = (at, e) => holds(e, at) || !!closest(at, (a) => a.tagName === 'LABEL' && a.control === e);
  let aimed = null;
  /** Where a click of the mouse would hit an element, or null: in a frame, on a page still loading, not to be seen, disabled, covered by something else.
   *  With `arm` the next press is let through only if it does hit the element. `by_label`: a hidden box is hit by its label.
   *  `unless`: nothing is to be hit where the box has this state already. `ticks`: the state of all boxes is kept for the next reading of the record. */
  const aim = (target, {arm, by_label, unless, ticks: keeps} = {}) => {
    aimed?.end(); aimed = null;
    if (keeps) ticked = ticks();
    if (unless !== undefined && unless !== null && isOn(target) === unless) return {done: true};
    const e = by_label && !visible(target) ? [...(target.labels || [])].find(visible) || target : target;
    if (window !== window.top || document.readyState !== 'complete' || !visible(e) || disabled(e)) return null;
    const middle = () => { const box = [...e.getClientRects()].find((r) => r.width > 0 && r.height > 0);
      return {x: box.left + box.width / 2, y: box.top + box.height / 2}; };
    let at = middle();
    if (at.x < 0 || at.y < 0 || at.x >= innerWidth || at.y >= innerHeight) { e.scrollIntoView({block: 'center', inline: 'nearest', behavior: 'instant'}); at = middle(); }
    const hit = deepest(at.x, at.y);
    if (!hit || !belongs(hit, e)) return null;
    if (arm) {
      const mine = {hit: null, end: () => KINDS.forEach((kind) => removeEventListener(kind, watch, true))};
      const watch = (event) => {
        if (!event.isTrusted) return;
        mine.hit ??= belongs(event.composedPath()[0], e);
        if (!mine.hit) { event.preventDefault(); event.stopImmediatePropagation(); }
      };
      aimed = mine;
      KINDS.forEach((kind) => addEventListener(kind, watch, {capture: true, passive: false}));
    }
    return at;
  };
  const KINDS = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'];
  /** Whether the press that was armed hit its element (also true in a document that has replaced that one), and whether the box kept under a key is on now. */
  const wasHit = (key) => { const last = aimed; aimed = null; last?.end(); const box = kept.get(key);
    return {hit: last ? last.hit === true : true, on: box?.isConnected ? isOn(box) : null}; };
  const reading = {record, settledRecord, settledRecordOf, rows, guessedRows, scrollOn, choice, oneThing, captions, formTargets, textsOf, isOn, labelPlace, headPath, markPath, placeOf, ticks, moved, spent, reachableAll, rowOfBox, holders, change, likeness, alike, aim, wasHit, keep, keepOnly, ofKept, ofEach};
  return reading;
})()
