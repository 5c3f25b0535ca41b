// The family's phone: who calls, from which number, to which line.

import { act, ask, house } from "./house.js";
import { button, keypad, make, statusPill, thread, transcript, writer } from "./parts.js";
import { readable, say } from "./words.js";

// Two phones of the simulation's own, made when first used.
const STRANGERS = {
  unknown: { number: "+4799800001", withheld: false },
  withheld: { number: "+4799800002", withheld: true },
};

export function familyPhone(place, team) {
  const who = make("select", { id: "who", onchange: update });
  const line = make("select", { id: "line", onchange: update });
  const pill = statusPill();
  const heard = transcript(true);
  const call = button("call", "good", dial, "i-call");
  const answer = button("answer", "good", () => act(number(), "answer"), "i-call");
  const decline = button("decline", "bad", () => act(number(), "decline"), "i-end");
  const hangUp = button("hang_up", "bad", () => act(number(), "hang-up"), "i-end");
  const keys = keypad("123456789*0#", press);
  const texts = thread();
  const write = writer(() => say("write"), text);
  const shown = make("p", { class: "shown" });
  const screen = make("div", { class: "screen" }, pill.element, shown, heard.element);
  const field = (id, word, input) =>
    make("div", { class: "field" }, make("label", { for: id, "data-t": word }, say(word)), input);
  place.append(make("article", { class: "card handset" },
    field("who", "who", who), field("line", "line", line), screen,
    make("div", { class: "buttons" }, call, answer, decline, hangUp), keys,
    make("h3", { "data-t": "texts" }, say("texts")), texts.element, write.element));
  place.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, select");
    if (!typing && /^[0-9*#]$/.test(event.key) && isOpen()) press(event.key);
  });

  function number() {
    return STRANGERS[who.value]?.number ?? who.value;
  }

  function phone() {
    return house.phones.get(number());
  }

  function isOpen() {
    const present = phone()?.call;
    return Boolean(present && present.state !== "ended");
  }

  async function makeSure() {
    if (who.value in STRANGERS && !house.phones.has(number())) {
      await ask("/phones", { number: number(), name: say(who.value), role: "family" });
    }
  }

  async function dial() {
    await makeSure();
    await act(number(), "call", { to: line.value, withheld: STRANGERS[who.value]?.withheld ?? false });
  }

  function press(digit) {
    if (isOpen()) act(number(), "press", { digits: digit });
  }

  async function text(body) {
    await makeSure();
    await act(number(), "text", { to: line.value, body });
  }

  function drawChoices() {
    const strangers = Object.values(STRANGERS).map((stranger) => stranger.number);
    const known = house.people.filter((person) =>
      person.role === "family" && !strangers.includes(person.number) && team.includes(person.team));
    choose(who, [
      ...known.map((person) => [person.number, `${person.name}, ${readable(person.number)}${mark(person.number)}`]),
      ...Object.entries(STRANGERS).map(([key, { number: its }]) => [key, say(key) + mark(its)]),
    ]);
    const lines = house.lines.filter((each) => team.includes(each.team));
    choose(line, lines.map((each) => {
      const called = each.name && each.name !== each.number ? each.name : each.team;
      return [each.number, called ? `${called}, ${readable(each.number)}` : readable(each.number)];
    }));
  }

  function mark(its) {
    const ringing = house.phones.get(its)?.call;
    return ringing?.state === "ringing" && !ringing.outgoing ? ` ${say("waiting_mark")}` : "";
  }

  function update() {
    drawChoices();
    const present = phone()?.call ?? null;
    const open = isOpen();
    const ringsHere = open && present.state === "ringing" && !present.outgoing;
    pill.update(present);
    heard.update(present);
    texts.update(phone());
    write.update();
    const showing = who.value in STRANGERS ? say(who.value) : readable(number());
    shown.textContent = line.value ? say("shows", { number: showing }) : say("no_lines");
    call.hidden = open;
    call.disabled = !line.value;
    answer.hidden = decline.hidden = !ringsHere;
    hangUp.hidden = !open || ringsHere;
    who.disabled = open;
    line.disabled = open;
    for (const key of keys.children) key.disabled = !open || ringsHere;
  }

  return { update, tick: () => pill.update(phone()?.call ?? null) };
}

/** Offer the choices [value, words], keeping what was chosen where it is still among them. */
export function choose(select, choices) {
  const key = JSON.stringify(choices);
  if (select.dataset.choices === key) return;
  select.dataset.choices = key;
  const chosen = select.options.length ? select.value : null;
  select.replaceChildren(...choices.map(([value, words]) => make("option", { value }, words)));
  if (choices.some(([value]) => value === chosen)) select.value = chosen;
}
