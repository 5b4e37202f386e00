// A person's record, and a role's.
"use strict";

portal.pages.record = (data) => {
  const record = data.record;
  const inputs = {};
  const input = (name, caption, type = "text") => {
    inputs[name] = h("input", { type, value: record.fields[name], autocomplete: "off" });
    return h("label", { class: "field" }, h("span", {}, caption), inputs[name]);
  };
  const select = (name, caption, entries) => {
    inputs[name] = h("select", {}, entries.map((entry) => h("option", { selected: entry === record.fields[name] }, entry)));
    return h("label", { class: "field" }, h("span", {}, caption), inputs[name]);
  };
  inputs.notes = h("textarea", { rows: 2 });
  inputs.notes.value = record.fields.notes;
  const permissions = h("section", { class: "card", "aria-label": "Permissions" }, h("h2", {}, "Permissions"), h("p", { class: "empty" }, "Loading…"));
  const save = h("button", { class: "solid", type: "button", disabled: true }, "Save");
  const problem = h("p", { class: "problem", role: "alert", hidden: true });

  show(record.name,
    h("p", { class: "crumbs" }, "User Administration / ", h("a", { href: "/m/" + record.list }, record.list_caption)),
    h("div", { class: "person" },
      h("span", { class: "portrait", "aria-hidden": "true" }, record.fields.first[0] + record.fields.last[0]),
      h("div", {}, h("h1", {}, record.name), h("p", { class: "person-mail" }, record.fields.email))),
    h("div", { class: "halves wide-left" },
      card("Details", h("div", { class: "grid-two" },
        input("first", "First name"), input("last", "Last name"), input("credentials", "Credentials"), input("phone", "Phone", "tel"),
        select("location", "Location", data.locations), select("status", "Status", data.statuses)),
        h("label", { class: "field" }, h("span", {}, "Notes"), inputs.notes)),
      card("Associated Users",
        record.associated.length ? h("ul", { class: "mates" }, record.associated.map((each) => h("li", {}, h("span", {}, each.name), pill(each.status))))
          : h("p", { class: "empty" }, "Nobody."),
        h("h3", {}, "Role"), h("p", { class: "role-name" }, record.role || "None"))),
    permissions, problem,
    h("div", { class: "actions" }, save, h("a", { class: "quiet", role: "button", href: "/m/" + record.list }, "Cancel")));

  setTimeout(() => {
    const tree = permissionTree(record.tree);
    permissions.replaceChildren(h("h2", {}, "Permissions"), tree.tools, tree.tree);
    save.disabled = false;
    save.addEventListener("click", () => saveLater(save, problem, () => ({
      version: record.version,
      fields: Object.fromEntries(Object.entries(inputs).map(([name, field]) => [name, field.value])),
      permissions: tree.ticked(),
    }), (said) => { record.version = said.version; }));
  }, 30);
};

portal.pages.role = (data) => {
  const tree = permissionTree(data.role.tree);
  const save = h("button", { class: "solid", type: "button" }, "Save");
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  save.addEventListener("click", () => saveLater(save, problem, () => ({ permissions: tree.ticked() }), () => {}));
  show(data.role.name,
    h("p", { class: "crumbs" }, "User Administration / ", h("a", { href: "/m/roles" }, "Roles")),
    h("div", { class: "page-head" }, h("h1", {}, data.role.name), h("p", {}, data.role.members + " people have this role")),
    h("section", { class: "card", "aria-label": "Permissions" }, h("h2", {}, "Permissions"), tree.tools, tree.tree),
    problem,
    h("div", { class: "actions" }, save, h("a", { class: "quiet", role: "button", href: "/m/roles" }, "Cancel")));
};

async function saveLater(button, problem, content, done) {
  const delay = portal.frame.extras.save_delay;
  if (delay) await new Promise((go) => setTimeout(go, delay));
  button.disabled = true;
  problem.hidden = true;
  try {
    const said = await ask("PUT", "/m/api" + location.pathname.slice(2), content());
    done(said);
    toast(said.notice);
  } catch (error) {
    problem.textContent = error.status ? error.message : "The portal could not be reached. Please try again.";
    problem.hidden = false;
  } finally {
    button.disabled = false;
  }
}
