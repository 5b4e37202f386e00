// Finds out which page this is, asks for its data and hands it over.
"use strict";

(async () => {
  portal.mark = document.querySelector("link[rel=icon]").getAttribute("href");
  const [, , page, number] = location.pathname.split("/");
  const kind = number ? (page === "roles" ? "role" : "record") : { providers: "people", staff: "people" }[page] || page;
  try {
    const data = await ask("GET", "/m/api" + location.pathname.slice(2));
    drawFrame(data.frame);
    portal.pages[kind](data);
    drawExtras(data.frame.extras);
  } catch (error) {
    if (error.status) showProblem(error.title, error.message);
    else showProblem("The portal could not be reached", "Please check your connection and load the page again.");
  }
})();
