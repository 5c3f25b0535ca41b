// Let the browser's own voice say a sentence. Where it has none, the buttons stay hidden and the text is there.
"use strict";

(function () {
  const speech = window.speechSynthesis;
  if (!speech || !window.SpeechSynthesisUtterance) {
    return;
  }
  const warning = document.getElementById("no-voice");
  let speaking = null; // the button whose sentence is being said

  function findVoice(language) {
    const voices = speech.getVoices();
    const short = language.slice(0, 2);
    const alike = short === "nb" ? ["nb", "no", "nn"] : [short];
    return (
      voices.find((voice) => voice.lang.replace("_", "-") === language) ||
      voices.find((voice) => alike.includes(voice.lang.slice(0, 2)))
    );
  }

  function mark(button, says) {
    const label = button.querySelector("span");
    button.dataset.label = button.dataset.label || label.textContent;
    label.textContent = says ? button.dataset.stop : button.dataset.label;
    speaking = says ? button : null;
  }

  function listen(button) {
    const again = speaking === button;
    speech.cancel();
    if (speaking) {
      mark(speaking, false);
    }
    if (again) {
      return;
    }
    const voice = findVoice(button.dataset.listen);
    warning.hidden = Boolean(voice) || speech.getVoices().length === 0;
    const words = new SpeechSynthesisUtterance(button.dataset.text);
    words.lang = button.dataset.listen;
    words.voice = voice || null;
    words.onend = words.onerror = function () {
      if (speaking === button) {
        mark(button, false);
      }
    };
    mark(button, true);
    speech.speak(words);
  }

  speech.getVoices(); // some browsers fetch them only when they are first asked
  for (const button of document.querySelectorAll("[data-listen]")) {
    button.hidden = false;
    button.addEventListener("click", function () {
      listen(button);
    });
  }
})();
