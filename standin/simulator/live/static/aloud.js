// Reads aloud what is heard, where the browser can speak.

import { currentLanguage } from "./words.js";

const SPOKEN = new Set(["say", "speech", "error"]);
const spoken = new Set();

export function canSpeak() {
  return "speechSynthesis" in window;
}

/** Remember what has been heard until now, so that only what comes next is read. */
export function begin(phones) {
  for (const phone of phones) {
    for (const heard of phone.call?.heard ?? []) spoken.add(key(phone, heard));
  }
}

export function listen(phone, wanted) {
  for (const heard of phone.call?.heard ?? []) {
    const its = key(phone, heard);
    if (heard.cut && spoken.has(its) && !spoken.has(`${its}/cut`)) {
      spoken.add(`${its}/cut`);
      if (wanted) speechSynthesis.cancel();
    }
    if (spoken.has(its)) continue;
    spoken.add(its);
    if (!wanted || !SPOKEN.has(heard.kind)) continue;
    const words = new SpeechSynthesisUtterance(heard.text);
    words.lang = heard.language ?? (currentLanguage() === "nb" ? "nb-NO" : "en-GB");
    speechSynthesis.speak(words);
  }
}

export function silence() {
  if (canSpeak()) speechSynthesis.cancel();
}

function key(phone, heard) {
  return `${phone.number}/${heard.at}/${heard.kind}`;
}
