// Pieces of the page that both kinds of phone are made of.

import { house, name, now } from "./house.js";
import { capital, currentLanguage, readable, say } from "./words.js";

/** An element with attributes, listeners (onclick: ...) and children. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function icon(id) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${id}`);
  svg.append(use);
  return svg;
}

/** A button that says its word in the page's language. */
export function button(word, look, press, symbol = null) {
  const element = make("button", { type: "button", class: look, onclick: press });
  if (symbol) element.append(icon(symbol));
  element.append(make("span", { "data-t": word }, say(word)));
  return element;
}

/** Replace the children only where they differ, so that focus and selection stay. */
export function show(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function person(number) {
  const line = house.lines.find((each) => each.number === number);
  return name(number) ?? (line?.team ? say("line_of", { team: line.team }) : readable(number));
}

export function clock(moment, timeStyle = "medium") {
  return new Date(moment).toLocaleTimeString(currentLanguage() === "nb" ? "nb-NO" : "en-GB", { timeStyle });
}

/** Minutes and seconds since the moment, in the simulation's time. */
export function lasting(since) {
  const seconds = Math.max(0, Math.round((now() - Date.parse(since)) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** What a phone is doing, as [kind, sentence]; the kind chooses the colour and the symbol. */
export function doing(call) {
  if (!call) return ["idle", say("state_idle")];
  const other = person(call.other);
  switch (call.state) {
    case "dialling": return ["ringing", say("state_dialling")];
    case "ringing": return ["ringing", say(call.outgoing ? "state_ringing_out" : "state_ringing_in", { other })];
    case "talking":
      if (call.by_machine) return ["talking", say("state_machine")];
      if (call.with) return ["talking", say("state_talking_with", { with: call.with })];
      return ["talking", say("state_listening")];
    default: return ["idle", `${say("state_idle")}. ${say(`outcome_${call.outcome}`)}`];
  }
}

const SYMBOLS = { idle: "i-rest", ringing: "i-ring", talking: "i-talk" };

/** The pill that says what a phone is doing. */
export function statusPill() {
  const words = make("span");
  const time = make("span", { class: "lasting" });
  const pill = make("p", { class: "pill" });
  let shown = null;
  return {
    element: pill,
    update(call) {
      const [kind, sentence] = doing(call);
      if (kind !== shown) {
        shown = kind;
        pill.className = `pill pill-${kind}`;
        pill.replaceChildren(icon(SYMBOLS[kind]), words, time);
      }
      show(words, capital(sentence));
      show(time, call && kind !== "idle" ? lasting(call.since) : "");
    },
  };
}

/** What is heard in the present or the last call. */
export function transcript(live) {
  const list = make("ol", { class: "transcript", "aria-live": live ? "polite" : "off", tabindex: "0" });
  list.setAttribute("aria-label", say("heard"));
  let drawn = "";
  return {
    element: list,
    update(call) {
      const heard = (call?.heard ?? []).filter((each) => each.kind !== "tones");
      const key = JSON.stringify([call?.id, heard, currentLanguage()]);
      if (key === drawn) return;
      drawn = key;
      list.setAttribute("aria-label", say("heard"));
      list.replaceChildren(...heard.map(sentence));
      if (!heard.length) list.append(make("li", { class: "nothing" }, say("nothing_heard")));
      list.scrollTop = list.scrollHeight;
    },
  };
}

function sentence(heard) {
  const item = make("li", { class: `heard heard-${heard.kind}` });
  item.append(make("span", { class: "kind" }, say(`kind_${heard.kind}`)));
  if (heard.text) {
    const words = make("span", { class: "words" }, heard.text);
    if (heard.language) words.lang = heard.language;
    item.append(" ", words);
  }
  if (heard.cut && heard.text) item.append(" ", make("span", { class: "cut" }, `(${say("cut")})`));
  return item;
}

/** Twelve keys, or fewer. */
export function keypad(keys, press) {
  const pad = make("div", { class: "keypad", role: "group", "aria-label": say("keypad") });
  for (const digit of keys) {
    const key = make("button", { type: "button", class: "key", onclick: () => press(digit) }, digit);
    key.setAttribute("aria-label", say("press_key", { digit }));
    pad.append(key);
  }
  return pad;
}

/** The texts of a phone, newest last, with links that can be followed. */
export function thread() {
  const list = make("ol", { class: "thread", tabindex: "0" });
  let drawn = "";
  return {
    element: list,
    update(phone) {
      const key = JSON.stringify([phone?.texts ?? [], currentLanguage()]);
      if (key === drawn) return;
      drawn = key;
      list.setAttribute("aria-label", say("texts"));
      list.replaceChildren(...(phone?.texts ?? []).map(bubble));
      if (!phone?.texts.length) list.append(make("li", { class: "nothing" }, say("no_texts")));
      list.scrollTop = list.scrollHeight;
    },
  };
}

function bubble(text) {
  const other = person(text.mine ? text.to : text.from);
  const head = make("p", { class: "from" }, `${text.mine ? "→ " : ""}${capital(other)} · ${clock(text.at, "short")}`);
  const body = make("p", { class: "body" }, ...withLinks(text.body));
  return make("li", { class: text.mine ? "bubble mine" : "bubble" }, head, body);
}

function withLinks(body) {
  return body.split(/(https?:\/\/[^\s]+[^\s.,;:!?)])/).map((part, index) =>
    index % 2 ? make("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part);
}

/** A field and a button that send a text. */
export function writer(label, send) {
  const id = `write-${Math.random().toString(36).slice(2)}`;
  const words = make("label", { for: id }, label());
  const field = make("input", { id, type: "text", maxlength: "1600", autocomplete: "off" });
  const form = make("form", { class: "writer" }, words, field,
    make("button", { type: "submit", class: "plain", "data-t": "send" }, say("send")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim()) send(field.value.trim());
    field.value = "";
  });
  return { element: form, update: () => show(words, label()) };
}
