// Keeps a page from being painted until the bot has seen that it is a list or a record of User Administration.
//
// From document start an opaque sheet lies over everything. `open(element)` takes it away for as long as that element, the
// landmark, stands and can be seen: its going is noticed before the next paint. While the sheet is away, a small seal in the
// corner says so in the pixels themselves; a frame without it is never shown. The seal also counts, so that the recorder
// knows a frame to be newer than a moment. Nothing here takes clicks, and no reader of the page finds it (a closed shadow
// root outside of body).
(() => {
  if (window !== window.top) return;
  const PLACE = Symbol.for('portal-bot.curtain');
  if (globalThis[PLACE]) return;
  const CELL = 8; const MARKS = ['#ff00ff', '#00ff00', '#ff00ff', '#00ff00']; const BITS = 8;
  const host = document.createElement('div');
  const style = (e, wanted) => { for (const [name, value] of Object.entries(wanted)) e.style.setProperty(name, value, 'important'); };
  style(host, {position: 'fixed', inset: '0', width: 'auto', height: 'auto', 'max-width': 'none', 'max-height': 'none', margin: '0', padding: '0',
    border: '0', overflow: 'hidden', display: 'block', visibility: 'visible', opacity: '1', filter: 'none', transform: 'none',
    'clip-path': 'none', background: 'transparent', 'pointer-events': 'none', 'z-index': '2147483647'});
  const inside = host.attachShadow({mode: 'closed'});
  const add = (parent, wanted) => { const e = document.createElement('div'); style(e, {position: 'absolute', 'pointer-events': 'none', ...wanted}); parent.append(e); return e; };
  const sheet = add(inside, {inset: '0', background: '#e9edf2'});
  const paint = add(inside, {inset: '0'});
  const seal = add(inside, {left: '0', bottom: '0', width: `${CELL * (MARKS.length + BITS)}px`, height: `${CELL}px`});
  const cell = (n, colour) => add(seal, {left: `${n * CELL}px`, top: '0', width: `${CELL}px`, height: `${CELL}px`, background: colour});
  MARKS.forEach((colour, n) => cell(n, colour));
  const bits = [...Array(BITS).keys()].map((n) => cell(MARKS.length + n, '#000'));

  let landmark = null; let count = 0; let painter = null; const watched = new WeakSet();
  const stands = () => !!landmark && landmark.isConnected && !!landmark.ownerDocument.defaultView && landmark.checkVisibility({visibilityProperty: true});
  const update = () => {
    const open = stands();
    if (!open) landmark = null;
    if (open && painter) painter();
    style(sheet, {display: open ? 'none' : 'block'});
    style(paint, {display: open ? 'block' : 'none'});
    style(seal, {display: open ? 'block' : 'none'});
  };
  /** Over everything: also over dialogs, which stand in the top layer, the last one uppermost. */
  const put = (anew) => {
    if (!document.documentElement) return;
    if (host.parentNode !== document.documentElement) document.documentElement.append(host);
    if (!host.showPopover) return;
    if (host.popover !== 'manual') host.popover = 'manual';
    if (anew && host.matches(':popover-open')) host.hidePopover();
    if (!host.matches(':popover-open')) host.showPopover();
  };
  const watch = (where) => {
    if (watched.has(where)) return;
    watched.add(where);
    new MutationObserver((changes) => {
      put(changes.some((c) => c.attributeName === 'open' && c.target.localName === 'dialog'));
      update();
    }).observe(where, {subtree: true, childList: true, characterData: true, attributes: true});
    const view = where.defaultView;
    if (view && view !== window) view.addEventListener('pagehide', () => { landmark = null; update(); });
  };
  document.addEventListener('toggle', (event) => { if (event.target !== host) { put(true); update(); } }, true);
  const open = (element, names) => {
    if (names && globalThis[Symbol.for('portal-bot.painter')]) painter = globalThis[Symbol.for('portal-bot.painter')](paint, names);
    put(false);
    watch(element.ownerDocument);
    landmark = element;
    count = (count + 1) % (1 << BITS);
    bits.forEach((bit, n) => style(bit, {background: (count >> n) & 1 ? '#fff' : '#000'}));
    update();
    return count;
  };
  Object.defineProperty(globalThis, PLACE, {value: {open}});
  watch(document);
  put(false);
  update();
})();
