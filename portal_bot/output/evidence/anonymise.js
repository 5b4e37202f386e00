// Paints invented names over the people's names on a page, before each paint. The page itself stays as it is: the bot reads it.
//
// `names` holds words and e-mail addresses in lower case, each with what is painted in its place. Addresses and telephone
// numbers that nobody has named are painted over as well.
(() => {
  if (window !== window.top) return;
  const WORD = /[\p{L}][\p{L}\p{M}'’-]*/gu;
  const MAIL = /[\p{L}\d._%+'-]+@[\p{L}\d.-]+\p{L}/gu;
  const PHONE = /\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}/g;

  /** Where in a text something stands that must not be read: [from, to, what is painted instead]. */
  const finds = (text, names) => {
    const found = []; const taken = (from, to) => found.some(([a, b]) => from < b && a < to);
    for (const m of text.matchAll(MAIL)) found.push([m.index, m.index + m[0].length, names[m[0].toLowerCase()] || 'someone@example.com']);
    for (const m of text.matchAll(PHONE)) found.push([m.index, m.index + m[0].length, '(555) 555-0100']);
    for (const m of text.matchAll(WORD)) {
      const word = m[0].toLowerCase();
      if (Object.hasOwn(names, word) && !taken(m.index, m.index + m[0].length)) found.push([m.index, m.index + m[0].length, names[word]]);
    }
    return found.sort((a, b) => a[0] - b[0]);
  };
  const replaced = (text, names) => {
    let out = ''; let at = 0;
    for (const [from, to, said] of finds(text, names)) { out += text.slice(at, from) + said; at = to; }
    return out + text.slice(at);
  };
  function* nodes(root) {
    for (const node of root.childNodes) {
      if (node.nodeType === 3) yield node;
      if (node.nodeType !== 1 || /^(SCRIPT|STYLE|TEMPLATE|NOSCRIPT|OPTION)$/.test(node.tagName)) continue;
      yield node;
      if (node.shadowRoot) yield* nodes(node.shadowRoot);
      if (!/^(SELECT|TEXTAREA)$/.test(node.tagName)) yield* nodes(node);
    }
  }
  const light = (colour) => (colour.match(/[\d.]+/g) || []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) > 380;
  const ground = (e) => {
    for (let at = e; at; at = at.parentElement || at.getRootNode().host) {
      const look = getComputedStyle(at); const colour = look.backgroundColor;
      if (look.backgroundImage !== 'none') return light(getComputedStyle(e).color) ? '#3d4a5c' : '#fff'; const alpha = /rgba\(.*, ([\d.]+)\)/.exec(colour);
      if (colour !== 'transparent' && (!alpha || Number(alpha[1]) > 0.95)) return colour;
    }
    return '#fff';
  };
  const patches = (names) => {
    const out = [];
    const add = (box, e, text, field) => {
      if (box.width < 1 || box.height < 1 || box.bottom < 0 || box.top > innerHeight) return;
      const look = getComputedStyle(e);
      out.push({x: box.left, y: box.top, w: box.width, h: box.height, text, field, colour: look.color, ground: ground(e),
        font: `${look.fontStyle} ${look.fontWeight} ${look.fontSize} ${look.fontFamily}`, upper: look.textTransform});
    };
    for (const node of nodes(document.body)) {
      if (node.nodeType === 3) {
        if (!node.data.trim() || !node.parentElement) continue;
        for (const [from, to, said] of finds(node.data, names)) {
          const range = document.createRange(); range.setStart(node, from); range.setEnd(node, to);
          [...range.getClientRects()].forEach((box, n) => add(box, node.parentElement, n ? '' : said, false));
        }
      } else if (node.matches('input:not([type=checkbox],[type=radio],[type=hidden],[type=password],[type=file]),textarea,select')) {
        const value = node.matches('select') ? [...node.selectedOptions].map((o) => o.text).join(', ') : node.value;
        const said = replaced(value, names);
        if (said === value) continue;
        const box = node.getBoundingClientRect(); const look = getComputedStyle(node); const px = (name) => parseFloat(look[name]) || 0;
        const left = px('borderLeftWidth'); const top = px('borderTopWidth');
        add(new DOMRect(box.left + left + 1, box.top + top + 1, box.width - left - px('borderRightWidth') - (node.matches('select') ? 22 : 2),
          box.height - top - px('borderBottomWidth') - 2), node, said, px('paddingLeft'));
      }
    }
    return out;
  };
  const draw = (layer, list) => {
    layer.replaceChildren(...list.map((p) => {
      const patch = document.createElement('div'); const text = document.createElement('span');
      patch.style.cssText = `position:absolute;box-sizing:border-box;overflow:hidden;white-space:pre;left:${p.x - 1}px;top:${p.y}px;width:${p.w + 2}px;height:${p.h}px;background:${p.ground};`
        + `color:${p.colour};font:${p.font};line-height:${p.h}px;text-transform:${p.upper};padding-left:${p.field === false ? 1 : p.field}px`;
      text.style.cssText = 'display:inline-block;transform-origin:0 50%';
      text.textContent = p.text; patch.append(text);
      return patch;
    }));
    if (!layer.isConnected) return;
    for (const [n, p] of list.entries()) {
      const text = layer.children[n].firstChild; const wide = text.getBoundingClientRect().width;
      if (wide > p.w) text.style.transform = `scaleX(${p.w / wide})`;
    }
  };
  Object.defineProperty(globalThis, Symbol.for('portal-bot.painter'), {value: (layer, names) => {
    let was = '';
    const paint = () => {
      const list = patches(names); const now = JSON.stringify(list);
      if (now !== was) { was = now; draw(layer, list); }
    };
    const again = () => { if (layer.portalBotPaint === paint) { paint(); requestAnimationFrame(again); } };
    layer.portalBotPaint = paint;
    requestAnimationFrame(again);
    return paint;
  }});
})();
