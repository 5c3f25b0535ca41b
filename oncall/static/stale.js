// Grey what the start page shows, and give its age, as soon as it is no longer updated.
"use strict";

(function () {
  const TOO_OLD = 8; // seconds: three updates have failed
  const live = document.getElementById("live");
  const warning = document.getElementById("stale");
  let updated = Date.now();

  function look() {
    const age = Math.round((Date.now() - updated) / 1000);
    const stale = age >= TOO_OLD;
    live.classList.toggle("stale", stale);
    warning.hidden = !stale;
    if (stale) {
      // The age goes up in steps of ten: a screen reader is told of it each time it changes.
      const shown = age < 20 ? age : Math.floor(age / 10) * 10;
      const sentence = warning.dataset.sentence.replace("{age}", shown + " " + warning.dataset.unit);
      if (warning.textContent !== sentence) {
        warning.textContent = sentence;
      }
    }
  }

  document.addEventListener("htmx:after:swap", function (event) {
    if (event.detail.ctx.response.status >= 400) {
      return; // an answer that is none of ours brings nothing up to date
    }
    updated = Date.now();
    look();
  });
  setInterval(look, 1000);
})();
