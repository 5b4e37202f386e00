// Outlines controls on the page for a picture, and covers the rest where it may be private. Gone again after the picture.
({marks, covered, id}) => {
  const root = document.documentElement;
  const wide = Math.max(root.scrollWidth, innerWidth); const high = Math.max(root.scrollHeight, innerHeight);
  const svgns = 'http://www.w3.org/2000/svg';
  const make = (tag, attributes, parent) => {
    const e = document.createElementNS(svgns, tag);
    for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
    parent.append(e);
    return e;
  };
  const host = document.createElement('div');
  host.id = id;
  const far = covered ? 3000 : 0;                   // a page may grow when a picture of the whole of it is taken
  Object.assign(host.style, {position: 'absolute', inset: 'auto', left: '0', top: '0', width: `${wide + far}px`, height: `${high + far}px`,
    margin: '0', padding: '0', border: '0', background: 'transparent', overflow: 'visible', pointerEvents: 'none', zIndex: '2147483647',
    maxWidth: 'none', maxHeight: 'none', display: 'block', opacity: '1', visibility: 'visible', filter: 'none', transform: 'none'});
  const shadow = host.attachShadow({mode: 'closed'});
  const svg = make('svg', {width: wide + far, height: high + far}, shadow);
  const placed = marks.map((m) => ({...m, x: m.x + scrollX, y: m.y + scrollY}));
  if (covered) {
    const mask = make('mask', {id: 'holes'}, make('defs', {}, svg));
    make('rect', {width: wide + far, height: high + far, fill: '#fff'}, mask);
    for (const m of placed) if (m.open) make('rect', {x: m.x - 3, y: m.y - 3, width: m.width + 6, height: m.height + 6, fill: '#000'}, mask);
    make('rect', {width: wide + far, height: high + far, fill: '#d9dde3', mask: 'url(#holes)'}, svg);
    const said = make('text', {x: innerWidth / 2, y: innerHeight / 2, 'text-anchor': 'middle', 'font-family': 'sans-serif', 'font-size': 14, fill: '#667085'}, svg);
    said.textContent = 'Covered, since this page may show patients. Only controls of the map are left open.';
  }
  const used = [];
  for (const m of placed) {
    make('rect', {x: m.x - 3, y: m.y - 3, width: m.width + 6, height: m.height + 6, fill: 'none', stroke: m.colour, 'stroke-width': 2.5, rx: 3}, svg);
    const length = m.label.length * 6.6 + 10; const left = Math.max(0, Math.min(m.x - 3, wide - length));
    let top = m.y - 21 < 0 ? m.y + m.height + 4 : m.y - 21;
    while (used.some((u) => Math.abs(u.top - top) < 17 && left < u.left + u.length && u.left < left + length)) top += 18;
    used.push({top, left, length});
    make('rect', {x: left, y: top, width: length, height: 17, fill: m.colour, rx: 3}, svg);
    const text = make('text', {x: left + 5, y: top + 12.5, 'font-family': 'monospace', 'font-size': 11, fill: '#fff'}, svg);
    text.textContent = m.label;
  }
  root.append(host);
  if (host.showPopover) { host.popover = 'manual'; host.showPopover(); }   // above dialogs, which stand in the top layer
  return [wide, high];
}
