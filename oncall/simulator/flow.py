"""What each verb of a document does to the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncall.simulator.dialing import dial
from oncall.simulator.legs import Leg, Status
from oncall.simulator.queueing import enqueue
from oncall.simulator.recording import record
from oncall.simulator.session import (
    Ask,
    HungUp,
    LeftQueue,
    Redirected,
    Session,
    Steps,
    Wait,
    WebhookFailed,
    spoken_seconds,
)
from oncall.simulator.verbs import (
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

if TYPE_CHECKING:
    from oncall.simulator.verbs import Number

MAX_REDIRECTS = 10
APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."
DIGIT = frozenset({"digit"})


def run_call(session: Session, first: Ask) -> Steps[None]:
    """Carry out a call's documents until it is over; a failed webhook is replaced by the fallback's, once."""
    ask: Ask | None = first  # None: nobody is left to ask
    while True:
        try:
            if ask is None:
                yield from apologise(session)
                return
            document = yield from session.fetch(ask, Context.CALL)
            yield from run_documents(session, document, Context.CALL)
            session.pick_up()
            session.hang_up()
        except Redirected as redirected:
            ask = redirected.ask
        except WebhookFailed as failure:
            ask = _fall_back(session, ask, failure)


def _fall_back(session: Session, asked: Ask | None, failure: WebhookFailed) -> Ask | None:
    if session.fallback is None or asked is None or asked.purpose == "fallback":
        return None
    params = {"ErrorCode": str(failure.code), "ErrorUrl": failure.url}
    return Ask(session.fallback, params=params, purpose="fallback")


def run_screening(session: Session, noun: Number, base: str, parent: Leg) -> Steps[None]:
    """Carry out a <Number url>'s documents on the callee's leg, which is ready to talk when they end."""
    try:
        try:
            ask = Ask(noun.url or "", noun.method, purpose="screening", base=base)
            document = yield from session.fetch(ask, Context.SCREENING)
            yield from run_documents(session, document, Context.SCREENING)
        except WebhookFailed:
            # Believed, not confirmed: a broken screening document never bridges.
            if not session.carrier.options.bridge_when_screening_fails:
                yield from apologise(session)
    except Redirected as redirected:
        yield from run_call(session, redirected.ask)
        return
    if parent.session is not None:
        parent.session.notify("child ready", session.leg)


def apologise(session: Session) -> Steps[None]:
    """The far end hears that something is broken, and the leg is over."""
    session.pick_up()
    seconds = spoken_seconds(APPLICATION_ERROR)
    session.sound("error", APPLICATION_ERROR, seconds, "en-US")
    yield Wait(seconds)
    session.hang_up()


def run_documents(session: Session, document: Document, context: Context) -> Steps[None]:
    """Carry out the document and whatever it leads to, until one has nothing left to do."""
    following: Document | None = document
    while following is not None:
        following = yield from _run_document(session, following, context)


def _run_document(session: Session, document: Document, context: Context) -> Steps[Document | None]:
    for index, verb in enumerate(document.verbs):
        if not isinstance(verb, Redirect):
            session.redirects = 0
        following = yield from _perform(session, verb, document, context, is_first=index == 0)
        if following is not None:
            return following
    return None


def _perform(
    session: Session, verb: Verb, document: Document, context: Context, *, is_first: bool
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
        seconds = session.carrier.options.play_seconds
        session.sound("play", verb.url, seconds)
    return seconds


def _redirect(session: Session, verb: Redirect, document: Document, context: Context) -> Steps[Document]:
    session.redirects += 1
    if session.redirects > MAX_REDIRECTS:
        session.carrier.complain(
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


__all__ = ["HungUp", "apologise", "run_call", "run_documents", "run_screening"]
