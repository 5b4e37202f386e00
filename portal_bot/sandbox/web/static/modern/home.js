// Dashboard, patients, portal management, roles: pages that only show.
"use strict";

function sheet(caption, titles, rows) {
  return h("div", { class: "sheet", role: "table", "aria-label": caption },
    h("div", { class: "sheet-row sheet-head", role: "row" }, titles.map((title) => h("span", { role: "columnheader" }, title))),
    rows.map((cells) => h("div", { class: "sheet-row", role: "row" }, cells.map((cell) => h("span", { role: "cell" }, cell)))));
}

function card(title, ...content) {
  return h("section", { class: "card", "aria-label": title }, h("h2", {}, title), content);
}

function pill(text) {
  return h("span", { class: "pill pill-" + text.toLowerCase().replace(/[^a-z]+/g, "-") }, text);
}

portal.pages.home = (data) => {
  const today = new Date().toLocaleDateString("en-US", { weekday: "long", month: "long", day: "numeric" });
  show("Dashboard",
    h("div", { class: "page-head" }, h("h1", {}, "Practice Portal Dashboard"), h("p", {}, today)),
    h("div", { class: "halves" },
      card("Today's Appointments", sheet("Today's Appointments", ["Time", "Patient", "Reason", "Status"],
        data.appointments.map((each) => [each.time, each.patient, each.reason, pill(each.status)]))),
      card("Manage My Patients", sheet("Manage My Patients", ["Patient", "Born", "Portal"],
        data.patients.map((each) => [each.name, each.born, pill(each.portal)])))));
};

portal.pages.patients = (data) => {
  show("Patient Administration",
    h("div", { class: "page-head" }, h("h1", {}, "Patient Administration")),
    h("section", { class: "card" }, sheet("Patients", ["Patient", "Born", "Chart", "Portal"],
      data.patients.map((each) => [each.name, each.born, each.chart, pill(each.portal)]))));
};

portal.pages.management = (data) => {
  const line = (term, text) => [h("dt", {}, term), h("dd", {}, text)];
  show("Portal Management",
    h("div", { class: "page-head" }, h("h1", {}, "Portal Management")),
    card("Practice", h("dl", { class: "facts" }, line("Name", portal.frame.practice), line("Locations", data.locations.join(", ")),
      line("Time zone", "Pacific Time"), line("Languages", "English, Spanish"))));
};

portal.pages.roles = (data) => {
  show("Roles",
    h("div", { class: "page-head" }, h("h1", {}, "User Administration / Roles")),
    h("section", { class: "card" }, sheet("Roles", ["Role", "Members", "Permissions"],
      data.roles.map((each) => [h("a", { href: "/m/roles/" + each.id }, each.name), String(each.members), String(each.count)]))));
};
