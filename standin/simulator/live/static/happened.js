// The line of what happened, in words.

import { house } from "./house.js";
import { clock, make, person } from "./parts.js";
import { capital, say } from "./words.js";

const TECHNICAL = new Set(["webhook", "rest"]);
const LOUD = new Set(["error", "unexpected", "fault", "text failed"]);

export function happened(list, technical) {
  let first = true;

  function draw() {
    const shown = house.events.filter(wanted);
    list.replaceChildren(...shown.map(line));
    if (!shown.length) list.append(make("li", { class: "nothing" }, say("no_events")));
    list.scrollTop = list.scrollHeight;
    first = !shown.length;
  }

  function wanted(event) {
    if (event.kind === "heard" && /^(ringing|silence|tones|beep)/.test(event.detail)) return false;
    if (isSecondHalf(event)) return false;
    return technical.checked || !TECHNICAL.has(event.kind);
  }

  /** Add one event; the list follows its end unless somebody has scrolled back to read. */
  function add(event) {
    if (!wanted(event)) return;
    if (first) list.replaceChildren();
    first = false;
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
    list.append(line(event));
    while (list.children.length > 200) list.firstChild.remove();
    if (atEnd) list.scrollTop = list.scrollHeight;
  }

  technical.addEventListener("change", draw);
  return { draw, add };
}

/** A bridge is noted once for each of the two; once is enough to read. */
function isSecondHalf(event) {
  const before = house.events[house.events.indexOf(event) - 1];
  return /bridged$/.test(event.kind) && before?.kind === event.kind && before.at === event.at;
}

function line(event) {
  const words = say(`event_${event.kind.replaceAll(" ", "_")}`, {
    number: person(event.number),
    other: person(event.other),
    detail: detail(event),
  });
  const look = LOUD.has(event.kind) ? "loud" : TECHNICAL.has(event.kind) ? "faint" : "";
  const at = make("time", { datetime: event.at }, clock(event.at));
  return make("li", { class: `event ${look}` }, at, make("span", {}, capital(words)));
}

function uncapitalised(words) {
  return words.charAt(0).toLowerCase() + words.slice(1);
}

function detail(event) {
  if (event.kind === "heard") return event.detail.replace(/^\w+: /, "");
  if (event.kind === "ended") return uncapitalised(say(`outcome_${event.detail}`));
  return event.detail;
}
