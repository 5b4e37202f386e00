// Elements that were found, kept so that they need not be looked for again; and waiting for what the page does.

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
/** The one of some elements (of boxes: the one that can be reached), kept under a key, and what `ofKept` is asked along with it. `pressed`: whether the press before has hit is told too. */
const sole = async (list, {key, box, along, pressed}) => {
  const hit = pressed ? wasHit().hit : null;
  const yes = box ? list.map(reachable) : null; const own = yes ? list.filter((_, i) => yes[i]) : list; const said = [];
  if (own.length === 1) { keep(own[0], key); for (const each of along) said.push(await ofKept(each)); }
  return {place: own.length === 1 ? list.indexOf(own[0]) : -1, number: list.length, along: said, hit};
};
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
/** Resolves `rests` ms after anything in the document has changed since the last call, or after `most` ms. */
const change = ({most, rests}) => new Promise((done) => {
  const end = () => { told = changes; awake = () => {}; done(); };
  let late = setTimeout(end, changes === told ? most : rests);
  awake = () => { clearTimeout(late); late = setTimeout(end, rests); awake = () => {}; };
});

const words = (e) => norm(e.textContent).slice(0, 80);
const lookLike = ({tag, said}) => [...document.getElementsByTagName(tag)].filter((e) => words(e) === said);
/** What an element is known again by on the next page; nothing where it has no words, or others on this page look the same, seen or not. */
const likeness = (e) => { const like = {tag: e.tagName, said: words(e), is: identity(e)}; return like.said && lookLike(like).length === 1 ? like : null; };
/** What the same element has on every page: its place and all its attributes. */
const identity = (e) => [placeOf(e), ...[...e.attributes].map((each) => `${each.name}=${each.value}`)].join(' ');
/** Whether one element to be seen looks like it: told at the moment it is there; false after `most` ms, or where there are several.
 *  `at`: if it is the same in all else, it is kept under `key`, and what `aim` says of it. */
const alike = (_, {most, key, aim: press, is, ...asked}) => new Promise((done) => {
  const end = (one) => {
    watch.disconnect(); clearTimeout(late);
    done({there: !!one, at: one && document.readyState === 'complete' && identity(one) === is ? aim(keep(one, key), press) : null});
  };
  const look = () => { const there = lookLike(asked).filter(visible); if (there.length) end(there.length === 1 ? there[0] : null); };
  const watch = new MutationObserver(look);
  const late = setTimeout(end, most, null);
  watch.observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
  look();
});
