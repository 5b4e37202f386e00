// The tree of permissions: groups that open, boxes to tick.
"use strict";

let boxes = 0;

function permissionTree(items) {
  const tree = h("ul", { class: "tree" }, items.map(branch));
  const all = (selector, act) => tree.querySelectorAll(selector).forEach(act);
  const button = (caption, act) => h("button", { class: "quiet", type: "button", onclick: act }, caption);
  const tools = h("div", { class: "tree-tools" },
    button("Expand All", () => all(".tree-fold", (fold) => unfold(fold, true))),
    button("Collapse All", () => all(".tree-fold", (fold) => unfold(fold, false))),
    button("Select All", () => all("input:not(:disabled)", (box) => { box.checked = true; })));
  return { tools, tree, ticked: () => Array.from(tree.querySelectorAll("input:checked:not(:disabled)"), (box) => box.value) };
}

function unfold(fold, wanted) {
  fold.setAttribute("aria-expanded", String(wanted));
  fold.nextElementSibling.hidden = !wanted;
}

function branch(item) {
  if (!item.group) return h("li", { class: "leaf" }, tick(item));
  const fold = h("button", { class: "tree-fold", type: "button", "aria-expanded": "false",
    onclick: () => unfold(fold, fold.getAttribute("aria-expanded") !== "true") }, arrow(), item.group);
  return h("li", {}, fold, h("ul", { hidden: true }, item.items.map(branch)));
}

function tick(item) {
  const id = "p" + ++boxes;
  const box = h("input", { type: "checkbox", id, value: item.caption, disabled: item.fixed, checked: item.on });
  const blocked = item.fixed && !item.on;
  return [
    h("label", { class: "tick", for: id, title: blocked ? "Managed by corporate policy" : null },
      box, h("span", { class: "tick-face", "aria-hidden": "true" }), h("span", {}, item.caption)),
    item.role && h("span", { class: "from" }, `(from role ${item.role})`),
  ];
}
