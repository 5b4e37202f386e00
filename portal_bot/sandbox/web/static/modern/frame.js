// What every page needs: elements, requests, the bar on top, the panel at the side, notices and dialogs.
"use strict";

const portal = { frame: null, pages: {} };

function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

function arrow() {
  return h("i", { class: "arrow", "aria-hidden": "true" });
}

async function ask(method, address, body) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") {
    headers["X-CSRF-Token"] = portal.frame.token;
    headers["Content-Type"] = "application/json";
  }
  const answer = await fetch(address, { method, headers, body: body && JSON.stringify(body), cache: "no-store" });
  if (answer.status === 401) {
    location.assign("/m/sign-in?ReturnUrl=" + encodeURIComponent(location.pathname));
    return new Promise(() => {});
  }
  const said = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw Object.assign(new Error(said.message), { title: said.title, status: answer.status });
  return said;
}

function toast(text) {
  const note = h("p", { class: "toast" }, text);
  document.querySelector(".toasts").replaceChildren(note);
  setTimeout(() => note.classList.add("fading"), 3000);
  setTimeout(() => note.remove(), 3600);
}

function show(title, ...content) {
  document.title = title + " · Practice Portal";
  document.querySelector(".view").replaceChildren(...content);
}

function showProblem(title, message) {
  show(title, h("div", { class: "blank" }, h("h1", {}, title), h("p", {}, message), h("a", { href: "/m/home" }, "Go to the dashboard")));
}

function drawFrame(frame) {
  portal.frame = frame;
  document.querySelector(".topbar").replaceChildren(
    h("a", { class: "brand", href: "/m/home" }, h("img", { src: portal.mark, alt: "", width: 28, height: 28 }), "Practice Portal"),
    practicePicker(frame),
    h("div", { class: "who" },
      h("span", { class: "initials", "aria-hidden": "true" }, frame.user.slice(0, 2).toUpperCase()),
      h("span", { class: "who-name" }, frame.user),
      h("a", { href: "/m/sign-in", onclick: signOut }, "Sign Out")));
  document.querySelector(".side").replaceChildren(...sideEntries(frame));
}

async function signOut(event) {
  event.preventDefault();
  await ask("POST", "/m/sign-out");
  location.assign("/m/sign-in");
}

function practicePicker(frame) {
  const list = h("ul", { class: "picker-list", role: "listbox", "aria-labelledby": "practice-caption", tabindex: "-1", hidden: true });
  const button = h("button", { class: "picker-button", type: "button", "aria-haspopup": "listbox", "aria-expanded": "false",
    "aria-labelledby": "practice-caption practice-chosen" }, h("span", { id: "practice-chosen" }, frame.practice), arrow());
  const open = (wanted) => {
    list.hidden = !wanted;
    button.setAttribute("aria-expanded", String(wanted));
    if (wanted) (list.querySelector("[aria-selected=true]") || list.firstChild).focus();
  };
  const choose = async (practice) => {
    open(false);
    await ask("POST", "/m/api/practice", { id: practice.id });
    const inside = location.pathname.match(/^(\/m\/[a-z]+)\/\d+$/);
    if (inside) location.assign(inside[1]);
    else location.reload();
  };
  for (const practice of frame.practices) {
    list.append(h("li", { role: "option", tabindex: "-1", "aria-selected": String(practice.name === frame.practice),
      onclick: () => choose(practice), onkeydown: (event) => { if (event.key === "Enter") choose(practice); } }, practice.name));
  }
  button.addEventListener("click", () => open(list.hidden));
  list.addEventListener("keydown", (event) => {
    const here = document.activeElement;
    if (event.key === "ArrowDown" && here.nextSibling) here.nextSibling.focus();
    if (event.key === "ArrowUp" && here.previousSibling) here.previousSibling.focus();
    if (event.key === "Escape") { open(false); button.focus(); }
  });
  document.addEventListener("click", (event) => { if (!event.target.closest(".picker")) open(false); });
  return h("div", { class: "picker" }, h("span", { id: "practice-caption", class: "picker-caption" }, "Practice"), button, list);
}

function sideEntries(frame) {
  const here = location.pathname;
  const link = (caption, address) =>
    h("a", { class: "side-link", href: address, "aria-current": here === address || here.startsWith(address + "/") ? "page" : null }, caption);
  const inside = /^\/m\/(providers|staff|roles)/.test(here);
  const lists = h("div", { class: "side-more", id: "side-more", hidden: !inside },
    link("Providers", "/m/providers"), link("Staff Members", "/m/staff"), link("Roles", "/m/roles"));
  const fold = h("button", { class: "side-link side-fold", type: "button", "aria-expanded": String(inside), "aria-controls": "side-more",
    onclick: () => { lists.hidden = !lists.hidden; fold.setAttribute("aria-expanded", String(!lists.hidden)); } }, "User Administration", arrow());
  return [
    link("Dashboard", "/m/home"),
    link("Patient Administration", "/m/patients"),
    ...(frame.hidden.includes("User Administration") ? [] : [fold, lists]),
    link("Portal Management", "/m/management"),
  ];
}

// What the portal's people lay over a page now and then.
function drawExtras(extras) {
  if (extras.banner) {
    const banner = h("aside", { class: "banner" }, h("strong", {}, "Scheduled maintenance: "), extras.banner,
      h("button", { type: "button", "aria-label": "Dismiss announcement", onclick: () => banner.remove() }, "×"));
    document.body.prepend(banner);
  }
  if (extras.survey) setTimeout(() => popUp("Take our survey", "Two minutes of your time help us to improve the portal.", ["No thanks", "Start"]), 300);
  if (extras.warning) setTimeout(() => popUp("Your session is about to end", "You will be signed out in 2 minutes.", ["Stay signed in"]), 300);
  if (extras.busy) setTimeout(() => { for (;;); }, 50);
}

function popUp(title, text, buttons) {
  const close = () => { dialog.close(); dialog.remove(); };
  const dialog = h("dialog", { class: "pop", "aria-label": title }, h("h2", {}, title), h("p", {}, text),
    h("div", { class: "pop-buttons" }, buttons.map((caption) => h("button", { class: "quiet", type: "button", onclick: close }, caption))));
  document.body.append(dialog);
  dialog.showModal();
}
