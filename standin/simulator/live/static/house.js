// What the page knows of the simulation, and how it asks for things.

export const house = {
  people: [],
  lines: [],
  phones: new Map(),
  events: [],
  speed: 1,
  codes: {},  // what the code generators on the phones show, by number
};

const listeners = new Map();
let clockAt = Date.now();
let clockRead = Date.now();

export function on(kind, act) {
  listeners.set(kind, [...(listeners.get(kind) ?? []), act]);
}

function tell(kind, data) {
  for (const act of listeners.get(kind) ?? []) act(data);
}

/** The simulation's time now, in milliseconds. */
export function now() {
  return clockAt + (Date.now() - clockRead) * house.speed;
}

export function name(number) {
  return house.people.find((person) => person.number === number)?.name ?? null;
}

function setClock({ now: at, speed }) {
  clockAt = Date.parse(at);
  clockRead = Date.now();
  house.speed = speed;
}

function setState(state) {
  Object.assign(house, { people: state.people, lines: state.lines, events: state.events });
  house.phones = new Map(state.phones.map((phone) => [phone.number, phone]));
  setClock(state);
  tell("state", state);
}

/** Follow the simulation; when touch is lost the browser tries again and begins with the whole state. */
export function follow() {
  const stream = new EventSource("/_/events");
  const receive = (kind, act) => stream.addEventListener(kind, (message) => act(JSON.parse(message.data)));
  stream.addEventListener("open", () => tell("link", true));
  stream.addEventListener("error", () => tell("link", false));
  receive("state", setState);
  receive("clock", (clock) => { setClock(clock); tell("clock", clock); });
  receive("cast", (cast) => { Object.assign(house, cast); tell("cast", cast); });
  receive("phone", (phone) => { house.phones.set(phone.number, phone); tell("phone", phone); });
  receive("event", (event) => {
    house.events = [...house.events.slice(-199), event];
    tell("event", event);
  });
}

/** Ask the simulation to do something; what it refuses is told to those who listen for "refused". */
export async function ask(path, body = {}) {
  try {
    const answer = await fetch(`/_${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error((await answer.json()).error ?? answer.status);
    return await answer.json();
  } catch (error) {
    tell("refused", error.message);
    return null;
  }
}

/** Keep the codes as the phones show them now; where no phone has a generator, ask no more. */
export async function followCodes() {
  try {
    house.codes = await (await fetch("/_/codes")).json();
    tell("codes", house.codes);
    if (!Object.keys(house.codes).length) return;
  } catch {
    // Touch is lost: the codes stay as they were, and are asked for again.
  }
  setTimeout(followCodes, 3000);
}

export function act(number, what, body) {
  return ask(`/phones/${encodeURIComponent(number)}/${what}`, body);
}
