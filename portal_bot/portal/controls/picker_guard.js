// Keeps what follows the click that picked (the second half of a double click, an Enter) from reaching the page.
(() => {
  const key = Symbol.for('portal-bot.picking');
  if (globalThis[key]) return;
  const state = globalThis[key] = {picking: false, until: 0};
  const over = () => performance.now() >= state.until;
  const swallow = (event) => { if (!over()) { event.preventDefault(); event.stopImmediatePropagation(); } };
  for (const kind of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'dblclick', 'auxclick', 'contextmenu', 'keydown', 'submit'])
    addEventListener(kind, swallow, {capture: true, passive: false});
  addEventListener('click', () => { if (state.picking && over()) { state.picking = false; state.until = performance.now() + 800; } }, true);
  state.isOver = over;
})()
