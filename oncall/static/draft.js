// Warn when the draft of a note is not being kept, and send its last words when the page is put away.
"use strict";

(function () {
  const form = document.getElementById("note-form");
  if (!form) {
    return;
  }
  const warning = document.getElementById("not-kept");
  let changed = false;

  form.addEventListener("input", function () {
    changed = true;
  });
  form.addEventListener("submit", function () {
    changed = false;
  });
  document.addEventListener("htmx:after:swap", function (event) {
    if (event.detail.ctx.response.status >= 400) {
      return; // an answer that refuses is swapped too: nothing was kept
    }
    changed = false;
    warning.hidden = true;
  });
  for (const failure of ["htmx:response:error", "htmx:error"]) {
    document.addEventListener(failure, function () {
      warning.hidden = false;
    });
  }
  // A phone that is put away, or a tab that is closed, does not wait for the pause after which we keep.
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden" && changed) {
      navigator.sendBeacon(form.getAttribute("hx-post"), new FormData(form));
      changed = false;
    }
  });
})();
