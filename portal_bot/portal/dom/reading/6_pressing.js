// One click with the mouse, let through only where it hits.

const deepest = (x, y) => {
  let at = document.elementFromPoint(x, y);
  for (let inner; at && at.shadowRoot && (inner = at.shadowRoot.elementFromPoint(x, y)) && inner !== at;) at = inner;
  return at;
};
const belongs = (at, e) => holds(e, at) || !!closest(at, (a) => a.tagName === 'LABEL' && a.control === e);
let aimed = null;
/** Where a click of the mouse would hit an element, or null: in a frame, on a page still loading, not to be seen, disabled, covered by something else.
 *  With `arm` the next press is let through only if it does hit the element. `by_label`: a hidden box is hit by its label.
 *  `unless`: nothing is to be hit where the box has this state already. `ticks`: the state of all boxes is kept for the next reading of the record, as it was before the first such press. */
const aim = (target, {arm, by_label, unless, ticks: keeps} = {}) => {
  aimed?.end(); aimed = null;
  if (keeps && !ticked.length) ticked = ticks();
  const sets = unless !== undefined && unless !== null;
  if (sets && isOn(target) === unless) return {done: true};
  const e = by_label && !visible(target) ? [...(target.labels || [])].find(visible) || target : target;
  if (window !== window.top || document.readyState !== 'complete' || !visible(e) || disabled(e)) return null;
  const middle = () => { const box = [...e.getClientRects()].find((r) => r.width > 0 && r.height > 0);
    return {x: box.left + box.width / 2, y: box.top + box.height / 2}; };
  let at = middle();
  if (at.x < 0 || at.y < 0 || at.x >= innerWidth || at.y >= innerHeight) { e.scrollIntoView({block: 'center', inline: 'nearest', behavior: 'instant'}); at = middle(); }
  const hit = deepest(at.x, at.y);
  if (!hit || !belongs(hit, e)) return null;
  if (arm) {
    const mine = {hit: null, clicked: false, end: () => KINDS.forEach((kind) => removeEventListener(kind, watch, true))};
    const watch = (event) => {
      if (!event.isTrusted) return;
      mine.hit ??= belongs(event.composedPath()[0], e);
      if (event.type === 'click') mine.clicked = belongs(event.composedPath()[0], e);
      if (mine.hit && sets) forgetTicks();
      if (!mine.hit) { event.preventDefault(); event.stopImmediatePropagation(); }
    };
    aimed = mine;
    KINDS.forEach((kind) => addEventListener(kind, watch, {capture: true, passive: false}));
  }
  return at;
};
const KINDS = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'];
/** Nothing is armed any more. */
const disarm = () => { aimed?.end(); aimed = null; };
/** Whether the press that was armed hit its element, and whether it made a click on it (both true in a document that has replaced that one), and whether the box kept under a key is on now. */
const wasHit = (key) => { const last = aimed; aimed = null; last?.end(); const box = kept.get(key);
  return {hit: last ? last.hit === true : true, clicked: last ? last.clicked : true, on: box?.isConnected ? isOn(box) : null}; };
