"""What each verb of a document does to the call."""

from __future__ import annotations

from standin.simulator.calls.dialing import dial
from standin.simulator.calls.legs import Status
from standin.simulator.calls.queueing import enqueue
from standin.simulator.calls.recording import record
from standin.simulator.calls.session import Session
from standin.simulator.calls.steps import Ask, LeftQueue, Steps, Wait, WebhookFailed, spoken_seconds
from standin.simulator.twiml.verbs import (
    Context,
    Dial,
    Document,
    Enqueue,
    Gather,
    Hangup,
    Leave,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    Verb,
)

MAX_REDIRECTS = 10
DIGIT = frozenset({"digit"})


def perform(
    session: Session,
    verb: Verb,
    document: Document,
    context: Context,
    is_first: bool,
) -> Steps[Document | None]:
    """Do what one verb says; the document that takes over, or None to go on with the next verb."""
    match verb:
        case Say() | Play():
            session.pick_up()
            yield from _play_out(session, verb)
        case Pause():
            # The carrier lets an unanswered call ring through the pause, and picks up after it.
            yield Wait(verb.length)
            session.pick_up()
        case Gather():
            return (yield from _gather(session, verb, document, context))
        case Record():
            return (yield from record(session, verb, document))
        case Dial():
            return (yield from dial(session, verb, document, is_first=is_first))
        case Enqueue():
            return (yield from enqueue(session, verb, document))
        case Redirect():
            return (yield from _redirect(session, verb, document, context))
        case Reject():
            if session.leg.status is Status.RINGING:
                session.end_as(Status.BUSY if verb.reason == "busy" else Status.NO_ANSWER)
            session.hang_up()
        case Hangup():
            session.pick_up()
            session.hang_up()
        case Leave():
            raise LeftQueue
    return None


def _play_out(session: Session, verb: Say | Play) -> Steps[None]:
    rounds = verb.loop
    while True:
        yield Wait(_begin_prompt(session, verb))
        rounds -= 1
        if rounds == 0:
            return


def _begin_prompt(session: Session, verb: Say | Play) -> float:
    """The far end begins to hear it; the seconds that it lasts."""
    if isinstance(verb, Say):
        seconds = spoken_seconds(verb.text)
        session.sound("say", verb.text, seconds, verb.language, verb.voice)
    elif verb.digits is not None:
        seconds = 0.5 * len(verb.digits)
        session.sound("tones", verb.digits, seconds)
    else:
        seconds = session.core.options.play_seconds
        session.sound("play", verb.url, seconds)
    return seconds


def _redirect(session: Session, verb: Redirect, document: Document, context: Context) -> Steps[Document]:
    session.redirects += 1
    if session.redirects > MAX_REDIRECTS:
        session.core.complain(
            11215, f"{MAX_REDIRECTS} redirects with nothing between them", sid=session.leg.sid
        )
        raise WebhookFailed(11215, document.url)
    ask = Ask(verb.url, verb.method, purpose="redirect", base=document.url)
    return (yield from session.fetch(ask, context))


def _gather(session: Session, verb: Gather, document: Document, context: Context) -> Steps[Document | None]:
    session.pick_up()
    digits, finished_on = yield from _collect(session, verb)
    if not digits and not verb.action_on_empty_result:
        return None
    params = {"Digits": digits}
    if finished_on:
        params["FinishedOnKey"] = finished_on
    url = verb.action if verb.action is not None else document.url
    ask = Ask(url, verb.method, params, "gather", document.url)
    return (yield from session.fetch(ask, context))


def _collect(session: Session, verb: Gather) -> Steps[tuple[str, str]]:
    """The digits that were pressed, and the key that ended them; the prompts stop at the first key."""
    pressed = yield from _prompt_until_pressed(session, verb)
    digits = ""
    while True:
        if pressed is None:
            wake = yield Wait(verb.timeout, DIGIT)
            if wake.signal is None:
                return digits, ""
            pressed = str(wake.value)
        if verb.finish_on_key and pressed in verb.finish_on_key:
            return digits, pressed
        digits, pressed = digits + pressed, None
        if verb.num_digits is not None and len(digits) >= verb.num_digits:
            return digits, ""


def _prompt_until_pressed(session: Session, verb: Gather) -> Steps[str | None]:
    for prompt in verb.prompts:
        rounds = prompt.loop if not isinstance(prompt, Pause) else 1
        while True:
            seconds = float(prompt.length) if isinstance(prompt, Pause) else _begin_prompt(session, prompt)
            wake = yield Wait(seconds, DIGIT)
            if wake.signal is not None:
                session.hush()
                return str(wake.value)
            rounds -= 1
            if rounds == 0:
                break
    return None
