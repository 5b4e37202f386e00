// A list of people: one location at a time, searched and paged in the browser.
"use strict";

portal.pages.people = (data) => {
  const view = { location: data.location, words: "", page: 0 };
  const place = h("div", {});
  const pager = h("div", { class: "pages", role: "group", "aria-label": "Pages" });

  const draw = () => {
    const found = data.rows.filter((row) => row.location === view.location && fits(row, view.words));
    const last = Math.max(0, Math.ceil(found.length / data.page_size) - 1);
    view.page = Math.min(view.page, last);
    const start = view.page * data.page_size;
    const shown = found.slice(start, start + data.page_size);
    place.replaceChildren(shown.length ? sheet(data.caption, ["Name", "E-mail", "Location", "Phone", "Status"], shown.map(cells))
      : h("p", { class: "empty" }, "No people to show."));
    const turn = (caption, step, off) =>
      h("button", { class: "quiet", type: "button", disabled: off, onclick: () => { view.page += step; draw(); } }, caption);
    pager.replaceChildren(h("span", {}, shown.length ? `${start + 1}–${start + shown.length} of ${found.length}` : "0 of 0"),
      turn("Previous", -1, view.page === 0), turn("Next", 1, view.page === last));
  };
  const cells = (row) => [h("a", { href: `/m/${data.list}/${row.id}` }, row.name), row.email, row.location, row.phone, pill(row.status)];

  const location = h("select", { onchange: (event) => { view.location = event.target.value; view.page = 0; draw(); } },
    data.locations.map((name) => h("option", { selected: name === view.location }, name)));
  const search = h("input", { type: "search", placeholder: "Search by name or e-mail", "aria-label": "Search", autocomplete: "off",
    oninput: (event) => { view.words = event.target.value; view.page = 0; draw(); } });
  draw();
  show(data.caption,
    h("div", { class: "page-head" }, h("h1", {}, "User Administration / " + data.caption)),
    h("section", { class: "card" },
      h("div", { class: "list-tools" }, h("label", { class: "inline" }, h("span", {}, "Locations"), location), search),
      place, pager));
};

function fits(row, words) {
  const text = (row.name + " " + row.email).toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
