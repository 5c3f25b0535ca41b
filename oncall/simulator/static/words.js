// What the page says, in Norwegian bokmål and in English.

const WORDS = {
  nb: {
    skip: "Hopp til telefonene",
    banner: "SIMULERING",
    banner_why: "Ingen ekte samtaler, ingen ekte tekstmeldinger.",
    title: "Telefonene",
    page_title: "Simulering: telefonene",
    clock: "Klokken i simuleringen",
    team: "Team",
    all_teams: "Alle team",
    speed: "Fart",
    speed_label: "{n} ganger så fort",
    aloud: "Les opp",
    reset: "Begynn på nytt",
    reset_sure: "Alle samtaler og tekster i simuleringen blir borte. Begynne på nytt?",
    family: "Familien",
    staff: "Teamets telefoner",
    jump_staff: "Teamet",
    jump_happened: "Hendelser",
    happened: "Det som skjer",
    technical: "Vis også det tekniske",
    who: "Hvem ringer",
    unknown: "Ukjent nummer",
    withheld: "Skjult nummer",
    waiting_mark: "(venter på deg)",
    line: "Ringer til",
    call: "Ring",
    hang_up: "Legg på",
    answer: "Svar",
    decline: "Avvis",
    keypad: "Taster",
    other_keys: "Alle tastene",
    line_of: "linjen i {team}",
    press_key: "Trykk {digit}",
    heard: "Det som høres",
    nothing_heard: "Ingenting ennå.",
    texts: "Tekstmeldinger",
    no_texts: "Ingen meldinger ennå.",
    write: "Skriv en melding",
    reply_to: "Svar til {number}",
    send: "Send",
    rule: "Når den ringer",
    code: "Kode for innlogging: {code}",
    no_lines: "Ingen linjer er satt opp ennå.",
    no_staff: "Ingen telefoner på dette teamet ennå.",
    no_events: "Ingenting har skjedd ennå. Ring fra familiens telefon.",
    shows: "Viser {number}",
    state_idle: "Ledig",
    state_dialling: "Ringer opp",
    state_ringing_out: "Det ringer hos {other}",
    state_ringing: "Ringer",
    state_ringing_in: "{other} ringer",
    state_talking: "I samtale",
    state_talking_with: "I samtale med {with}",
    state_listening: "Svart, hører på",
    state_machine: "Telefonsvareren har svart",
    ended: "Avsluttet",
    outcome_completed: "Samtalen er over",
    outcome_busy: "Opptatt",
    "outcome_no-answer": "Ikke svar",
    outcome_canceled: "Lagt på før svar",
    outcome_failed: "Nummeret kan ikke nås",
    kind_say: "Stemmen sier",
    kind_play: "Lydfil",
    kind_speech: "Den andre sier",
    kind_ringing: "Det ringer",
    kind_silence: "Stillhet",
    kind_beep: "Pipetone",
    kind_tones: "Tastetoner",
    kind_error: "Feil hos operatøren",
    cut: "avbrutt",
    rule_ring: "Betjenes her på siden",
    rule_accept: "Svarer og trykker 1",
    rule_silent: "Svarer, men trykker ikke",
    rule_voicemail: "Telefonsvarer etter 15 s",
    rule_decline: "Avviser etter 3 s",
    rule_busy: "Opptatt",
    rule_off: "Slått av",
    rule_other: "Noe annet",
    event_call_placed: "{other} ringer {number}",
    event_ringing: "{number}: det ringer",
    event_answered: "{number}: svart",
    event_ended: "{number}: {detail}",
    event_bridged: "{number} er koblet sammen med {other}",
    event_unbridged: "Koblingen til {number} er brutt",
    event_heard: "{number} hører: {detail}",
    event_pressed: "{number} trykker {detail}",
    event_queued: "{number} venter i kø",
    event_left_queue: "{number} er ute av køen",
    event_text_sent: "{number} sender tekst til {other}: {detail}",
    event_text_delivered: "{number} har fått tekst fra {other}",
    event_text_failed: "Teksten til {number} kom ikke fram ({detail})",
    event_webhook: "Spør tjenesten: {detail}",
    event_rest: "Tjenesten ber om: {detail}",
    event_fault: "Feil på bestilling: {detail}",
    event_unexpected: "Ingen har nummeret {number}: {detail}",
    event_error: "Feil {detail}",
    is_ringing: "Telefonen til {name} ringer",
    connected: "",
    lost: "Mistet kontakten med simuleringen. Prøver igjen.",
    refused: "Det gikk ikke: {why}",
  },
  en: {
    skip: "Skip to the phones",
    banner: "SIMULATION",
    banner_why: "No real calls, no real texts.",
    title: "The phones",
    page_title: "Simulation: the phones",
    clock: "The simulation's clock",
    team: "Team",
    all_teams: "All teams",
    speed: "Speed",
    speed_label: "{n} times as fast",
    aloud: "Read aloud",
    reset: "Start again",
    reset_sure: "Every call and text of the simulation will be gone. Start again?",
    family: "The family",
    staff: "The team's phones",
    jump_staff: "The team",
    jump_happened: "Events",
    happened: "What happens",
    technical: "Show the technical part too",
    who: "Who calls",
    unknown: "Unknown number",
    withheld: "Withheld number",
    waiting_mark: "(waits for you)",
    line: "Calls",
    call: "Call",
    hang_up: "Hang up",
    answer: "Answer",
    decline: "Decline",
    keypad: "Keys",
    other_keys: "All the keys",
    line_of: "{team}'s line",
    press_key: "Press {digit}",
    heard: "What is heard",
    nothing_heard: "Nothing yet.",
    texts: "Texts",
    no_texts: "No texts yet.",
    write: "Write a text",
    reply_to: "Reply to {number}",
    send: "Send",
    rule: "When it rings",
    code: "Code to sign in: {code}",
    no_lines: "No lines are set up yet.",
    no_staff: "No phones on this team yet.",
    no_events: "Nothing has happened yet. Call from the family's phone.",
    shows: "Shows {number}",
    state_idle: "Free",
    state_dialling: "Dialling",
    state_ringing_out: "Ringing at {other}",
    state_ringing: "Ringing",
    state_ringing_in: "{other} calls",
    state_talking: "In a call",
    state_talking_with: "In a call with {with}",
    state_listening: "Answered, listening",
    state_machine: "The voicemail has answered",
    ended: "Ended",
    outcome_completed: "The call is over",
    outcome_busy: "Busy",
    "outcome_no-answer": "No answer",
    outcome_canceled: "Hung up before an answer",
    outcome_failed: "The number cannot be reached",
    kind_say: "The voice says",
    kind_play: "Sound file",
    kind_speech: "The other says",
    kind_ringing: "It rings",
    kind_silence: "Silence",
    kind_beep: "Beep",
    kind_tones: "Key tones",
    kind_error: "The carrier's error",
    cut: "cut off",
    rule_ring: "Handled on this page",
    rule_accept: "Answers and presses 1",
    rule_silent: "Answers, presses nothing",
    rule_voicemail: "Voicemail after 15 s",
    rule_decline: "Declines after 3 s",
    rule_busy: "Busy",
    rule_off: "Switched off",
    rule_other: "Something else",
    event_call_placed: "{other} calls {number}",
    event_ringing: "{number}: it rings",
    event_answered: "{number}: answered",
    event_ended: "{number}: {detail}",
    event_bridged: "{number} is connected with {other}",
    event_unbridged: "The connection to {number} is down",
    event_heard: "{number} hears: {detail}",
    event_pressed: "{number} presses {detail}",
    event_queued: "{number} waits in a queue",
    event_left_queue: "{number} is out of the queue",
    event_text_sent: "{number} texts {other}: {detail}",
    event_text_delivered: "{number} has a text from {other}",
    event_text_failed: "The text to {number} did not arrive ({detail})",
    event_webhook: "Asks the service: {detail}",
    event_rest: "The service asks for: {detail}",
    event_fault: "Fault on purpose: {detail}",
    event_unexpected: "Nobody has {number}: {detail}",
    event_error: "Error {detail}",
    is_ringing: "{name}'s phone is ringing",
    connected: "",
    lost: "Lost touch with the simulation. Trying again.",
    refused: "That did not work: {why}",
  },
};

export const LANGUAGES = { nb: "Norsk", en: "English" };

let language = remembered();

function remembered() {
  try {
    const chosen = localStorage.getItem("simulator-language");
    if (chosen in WORDS) return chosen;
  } catch { /* storage is switched off: the browser's own language decides */ }
  return navigator.language.toLowerCase().startsWith("en") ? "en" : "nb";
}

export function currentLanguage() {
  return language;
}

export function chooseLanguage(chosen) {
  language = chosen;
  try {
    localStorage.setItem("simulator-language", chosen);
  } catch { /* it holds for this visit alone */ }
}

/** The sentence of that name in the page's language, with {gaps} filled. */
export function say(name, gaps = {}) {
  const sentence = WORDS[language][name] ?? name;
  return sentence.replace(/\{(\w+)\}/g, (_, gap) => gaps[gap] ?? "");
}

/** The words as they begin a sentence. */
export function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A number in the groups that people read: +47 33 90 00 01, +47 900 00 001. */
export function readable(number) {
  const norwegian = /^\+47(\d{8})$/.exec(number);
  if (!norwegian) return number;
  const digits = norwegian[1];
  const groups = /^[49]/.test(digits) ? /(\d{3})(\d{2})(\d{3})/ : /(\d{2})(\d{2})(\d{2})(\d{2})/;
  return "+47 " + digits.replace(groups, (...found) => found.slice(1, -2).join(" "));
}
