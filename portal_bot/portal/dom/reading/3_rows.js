// The rows of a list, as likeness shows them.

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
