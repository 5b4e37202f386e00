// The fields and texts of a record.

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
    if (SKIP.has(e.tagName)) continue;
    const own = kids(e).some((n) => n.nodeType === 3 && norm(n.data));
    const heading = e.matches('h1,h2,h3,h4,h5,h6,[role=heading],legend,caption');
    if (!(own || heading) || !visible(e) || !regionless(e) || inRow(e)) continue;
    const line = text(e);
    if (!line || line.length > 200) continue;
    (heading ? headings : texts).push(line);
    addEmails(line);
  }
  return {fields, headings, texts: texts.slice(0, 600), emails: [...emails], dialog: scope !== document.body};
};

/** The record, once it stands still: read twice, `pause` ms apart, until both are alike or `most` ms are over. The last reading of the same boxes counts.
 *  `moved`: boxes that have another state than when their group was about to be opened; told until the record has stood still, or a box is pressed.
 *  null where the page was drawn anew meanwhile, so that the boxes are no longer in it. */
let ticked = []; const forgetTicks = () => { ticked = []; }; let lastRead = {boxes: []};
const settledRecord = async (asked) => {
  const stale = () => asked.boxes.some((box) => !box.isConnected);
  if (stale()) return null;
  const end = performance.now() + asked.most; let was = null; let at = -Infinity; let last;
  if (asked.boxes.length && lastRead.boxes.length === asked.boxes.length && asked.boxes.every((box, i) => box === lastRead.boxes[i])) ({was, at} = lastRead);
  for (;;) {
    const wait = asked.most ? at + asked.pause - performance.now() : 0;
    if (wait > 0) await new Promise((done) => setTimeout(done, wait));
    last = record(asked); const now = stringify(last); const alike = now === was;
    was = now; at = performance.now();
    if (alike || at >= end) break;
  }
  lastRead = {boxes: asked.boxes, was, at};
  if (stale()) return null;
  const opening = moved(ticked);
  if (asked.most) forgetTicks();
  return {...last, moved: opening};
};

/** The same, where there is one wanted box, given as the element. `along`: what `ofKept` is asked besides, once the record is read. */
const settledRecordOf = async (box, asked) => {
  const said = await settledRecord({...asked, boxes: [box]});
  if (said) { said.along = []; for (const each of asked.along || []) said.along.push(await ofKept(each)); }
  return said;
};
