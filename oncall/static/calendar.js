// Open the form of a cell of the calendar in a dialog, and print the calendar. Without this file the form is a page of its own.
"use strict";

(function () {
  const dialog = document.getElementById("dialog");
  const print = document.getElementById("print");

  if (print) {
    print.hidden = false;
    print.addEventListener("click", function () {
      window.print();
    });
  }
  if (!dialog || !dialog.showModal) {
    return;
  }

  async function open(address) {
    const answer = await fetch(address + (address.includes("?") ? "&" : "?") + "part=1");
    if (!answer.ok || answer.redirected) {
      window.location.assign(address); // signed out meanwhile, or an error: its own page says so
      return;
    }
    dialog.innerHTML = await answer.text();
    const close = document.createElement("button");
    close.type = "button";
    close.className = "ds-button close";
    close.dataset.variant = "tertiary";
    close.textContent = dialog.dataset.close;
    close.addEventListener("click", function () {
      dialog.close();
    });
    dialog.prepend(close);
    dialog.showModal();
    const first = dialog.querySelector("input[name=person]");
    if (first) {
      first.focus();
    }
  }

  document.addEventListener("click", function (event) {
    const cell = event.target.closest("button[name=cell], a#change");
    if (!cell || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    const form = cell.form ? cell.form.action + "?cell=" + encodeURIComponent(cell.value) : cell.href;
    open(form);
  });
})();
