// The therapists' phones: what each one can be made to do, and does by itself.

import { act, house } from "./house.js";
import { button, keypad, make, person, show, statusPill, thread, transcript, writer } from "./parts.js";
import { choose } from "./family.js";
import { readable, say } from "./words.js";

// What the choice "When it rings" sets. Nobody presses before the sentence with the key has been spoken.
const RULES = {
  ring: { kind: "ring" },
  accept: {
    kind: "answer", after: 4,
    acts: [{ do: "press", digits: "1", after_hearing: "\\b(1|en|ein|one)\\b", delay: 1 }],
  },
  silent: { kind: "answer", after: 4, acts: [{ do: "hang up", at: 60 }] },
  voicemail: { kind: "voicemail", after: 15 },
  decline: { kind: "decline", after: 3 },
  busy: { kind: "busy" },
  off: { kind: "off" },
};

function ruleOf(policy) {
  if (policy.kind === "answer") {
    if (policy.acts.some((each) => each.do === "press" && each.digits === "1")) return "accept";
    return policy.acts.every((each) => each.do === "hang up") ? "silent" : "other";
  }
  return policy.kind in RULES ? policy.kind : "other";
}

export function staffPhone({ number }) {
  let hadTexts = false;
  const pill = statusPill();
  const heard = transcript(false);
  const texts = thread();
  const title = make("h3", {});
  const subtitle = make("p", { class: "number" }, readable(number));
  const code = make("p", { class: "number", hidden: true });
  const answer = button("answer", "good", () => act(number, "answer"), "i-call");
  const decline = button("decline", "bad", () => act(number, "decline"), "i-end");
  const hangUp = button("hang_up", "bad", () => act(number, "hang-up"), "i-end");
  const one = make("button", { type: "button", class: "key one", onclick: () => press("1") }, "1");
  const others = make("details", { class: "others" },
    make("summary", { "data-t": "other_keys" }, say("other_keys")), keypad("123456789*0#", press));
  const writing = writer(() => (sender() ? say("reply_to", { number: person(sender()) }) : say("write")), reply);
  const write = make("details", { class: "others" },
    make("summary", { "data-t": "write" }, say("write")), writing.element);
  const rule = make("select", { onchange: () => act(number, "policy", RULES[rule.value]) });
  const ruleWords = make("span", { "data-t": "rule" }, say("rule"));
  const keys = make("div", { class: "keys" }, one, others);
  const element = make("article", { class: "card", id: `phone-${number.replace(/\D/g, "")}`, tabindex: -1, "aria-label": number },
    make("header", {}, make("div", {}, title, subtitle, code), pill.element),
    make("div", { class: "buttons" }, answer, decline), keys,
    make("div", { class: "buttons" }, hangUp), heard.element,
    texts.element, write, make("label", { class: "field rule" }, ruleWords, rule));
  element.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, select");
    if (!typing && /^[0-9*#]$/.test(event.key) && !keys.hidden) press(event.key);
  });

  function phone() {
    return house.phones.get(number);
  }

  function press(digits) {
    act(number, "press", { digits });
  }

  /** Whom a reply goes to: who texted last, else the team's first line. */
  function sender() {
    const last = (phone()?.texts ?? []).filter((text) => !text.mine).at(-1);
    if (last) return last.from;
    const team = house.people.find((each) => each.number === number)?.team ?? "";
    return (house.lines.find((line) => line.team === team) ?? house.lines[0])?.number ?? null;
  }

  function reply(body) {
    if (sender()) act(number, "text", { to: sender(), body });
  }

  function update() {
    const present = phone()?.call ?? null;
    const state = present?.state ?? "ended";
    const ringing = state === "ringing" && !present.outgoing;
    const focused = document.activeElement;
    show(title, person(number));
    element.setAttribute("aria-label", person(number));
    element.classList.toggle("rings", ringing);
    element.classList.toggle("talks", state === "talking");
    pill.update(present);
    heard.update(present);
    heard.element.hidden = !present?.heard.length;
    texts.update(phone());
    writing.update();
    texts.element.hidden = !phone()?.texts.length;
    if (!hadTexts && !texts.element.hidden) write.open = true;
    hadTexts = !texts.element.hidden;
    answer.hidden = decline.hidden = !ringing;
    one.hidden = Boolean(present?.with);  // the gate is passed
    keys.hidden = state !== "talking" || present.by_machine;
    hangUp.hidden = !(state === "talking" || (present?.outgoing && state !== "ended"));
    one.setAttribute("aria-label", say("press_key", { digit: "1" }));
    if (focused === answer && answer.hidden && !keys.hidden) one.focus();
    code.hidden = !house.codes[number];
    show(code, say("code", { code: house.codes[number] ?? "" }));
    drawRule();
  }

  function drawRule() {
    const present = phone() ? ruleOf(phone().policy) : "ring";
    const choices = Object.keys(RULES).map((key) => [key, say(`rule_${key}`)]);
    if (present === "other") choices.push(["other", say("rule_other")]);
    choose(rule, choices);
    rule.value = present;
  }

  return { element, update, tick: () => pill.update(phone()?.call ?? null) };
}
