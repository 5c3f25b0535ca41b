// Puts the page together, and keeps it in step with the simulation.

import * as aloud from "./aloud.js";
import { choose, familyPhone } from "./family.js";
import { happened } from "./happened.js";
import { ask, follow, followCodes, house, now, on } from "./house.js";
import { clock, make, person, show } from "./parts.js";
import { staffPhone } from "./staff.js";
import { chooseLanguage, currentLanguage, LANGUAGES, say } from "./words.js";

const SPEEDS = [1, 2, 5, 10];
const find = (id) => document.getElementById(id);
const team = {
  /** Whether what belongs to that team is shown. */
  includes: (its) => !its || !find("team").value || its === find("team").value,
};
const family = familyPhone(find("family-phone"), team);
const events = happened(find("events"), find("technical"));
const cards = new Map();
const ringing = new Set();
let refusedTimer = 0;

function drawLanguage() {
  document.documentElement.lang = currentLanguage();
  document.title = say("page_title");
  for (const element of document.querySelectorAll("[data-t]")) show(element, say(element.dataset.t));
  find("language").replaceChildren(...Object.entries(LANGUAGES).map(([code, words]) =>
    segment(words, code === currentLanguage(), () => { chooseLanguage(code); drawAll(); }, code)));
}

function segment(words, chosen, press, lang = null) {
  return make("button", { type: "button", "aria-pressed": String(chosen), onclick: press, lang }, words);
}

function drawSpeed() {
  find("speed").replaceChildren(...SPEEDS.map((speed) => {
    const key = segment(`${speed}×`, speed === house.speed, () => ask("/speed", { speed }));
    key.setAttribute("aria-label", say("speed_label", { n: speed }));
    return key;
  }));
  const told = find("speed-told");
  told.hidden = house.speed === 1;
  told.textContent = told.hidden ? "" : say("speed_told");
}

function drawTeams() {
  const teams = [...new Set([...house.lines, ...house.people].map((each) => each.team).filter(Boolean))];
  find("team-field").hidden = teams.length < 2;
  choose(find("team"), [...teams.map((each) => [each, each]), ["", say("all_teams")]]);
}

function drawStaff() {
  const shown = house.people.filter((each) => each.role === "staff" && team.includes(each.team));
  const elements = shown.map((each) => {
    if (!cards.has(each.number)) cards.set(each.number, staffPhone(each));
    return cards.get(each.number).element;
  });
  const place = find("staff-phones");
  const same = elements.length === place.children.length && elements.every((each, at) => place.children[at] === each);
  if (!same) place.replaceChildren(...elements);
  if (!elements.length) place.replaceChildren(make("p", { class: "nothing" }, say("no_staff")));
  for (const card of cards.values()) card.update();
  drawRinging();
}

function drawAll() {
  drawTeams();
  drawLanguage();
  drawSpeed();
  drawStaff();
  family.update();
  events.draw();
}

function isRinging(phone) {
  return phone?.call?.state === "ringing" && !phone.call.outgoing;
}

/** Which of the team's phones ring, and the way to each: it may ring where nobody looks. */
function drawRinging() {
  const shown = house.people.filter((each) => each.role === "staff" && team.includes(each.team));
  const numbers = shown.map((each) => each.number).filter((number) => isRinging(house.phones.get(number)));
  const place = find("ringing");
  const drawn = `${currentLanguage()} ${numbers}`;
  if (place.dataset.drawn === drawn) return;
  place.dataset.drawn = drawn;
  place.hidden = !numbers.length;
  place.replaceChildren(`${say("rings_now")} `, ...numbers.map((number) =>
    make("a", { href: `#${cards.get(number).element.id}` }, person(number))));
}

/** Tell those who do not see it that a phone has begun to ring. */
function announce(phone) {
  const rings = isRinging(phone);
  if (rings && !ringing.has(phone.number)) show(find("announce"), say("is_ringing", { name: person(phone.number) }));
  if (rings) ringing.add(phone.number);
  else ringing.delete(phone.number);
}

on("state", (state) => { aloud.begin(state.phones); drawAll(); });
on("cast", drawAll);
on("clock", drawSpeed);
on("codes", () => { for (const card of cards.values()) card.update(); });
on("event", events.add);
on("phone", (phone) => {
  cards.get(phone.number)?.update();
  family.update();
  announce(phone);
  drawRinging();
  if (aloud.canSpeak()) aloud.listen(phone, find("aloud").checked);
});
on("link", (up) => {
  show(find("link"), up ? "" : say("lost"));
  document.body.classList.toggle("lost", !up);
});
on("refused", (why) => {
  const place = find("alert");
  show(place, say("refused", { why }));
  place.hidden = false;
  clearTimeout(refusedTimer);
  refusedTimer = setTimeout(() => { place.hidden = true; }, 6000);
});

find("team").addEventListener("change", drawAll);
find("aloud").addEventListener("change", (event) => { if (!event.target.checked) aloud.silence(); });
find("aloud").closest("label").hidden = !aloud.canSpeak();
find("reset").addEventListener("click", () => { if (confirm(say("reset_sure"))) ask("/reset"); });

setInterval(() => {
  show(find("clock"), clock(now()));
  family.tick();
  for (const card of cards.values()) card.tick();
}, 250);

drawLanguage();
drawSpeed();
follow();
followCodes();
