(function () {
  "use strict";
  function each(selector, act) { Array.prototype.forEach.call(document.querySelectorAll(selector), act); }

  each("select.submits", function (select) {
    select.addEventListener("change", function () { select.form.submit(); });
  });
  each(".closes-popup", function (button) {
    button.addEventListener("click", function (event) {
      event.preventDefault();
      var shade = button.closest(".shade");
      shade.parentNode.removeChild(shade);
    });
  });
  each(".closes-alert", function (link) {
    link.addEventListener("click", function (event) {
      event.preventDefault();
      document.getElementById("siteAlert").style.display = "none";
    });
  });
  each(".ticks-all, .ticks-none", function (button) {
    button.addEventListener("click", function () {
      each(".boxes input:not(:disabled)", function (box) { box.checked = button.className === "ticks-all"; });
    });
  });
  each("form[data-delay]", function (form) {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      setTimeout(function () { form.submit(); }, Number(form.getAttribute("data-delay")));
    });
  });
  window.addEventListener("load", function () {
    setTimeout(function () { each(".shade", function (shade) { shade.style.display = "block"; }); }, 300);
  });
})();
