"""How a call's documents follow one another, and what happens when one cannot be had."""

from __future__ import annotations

from standin.simulator.calls.legs import CallLeg
from standin.simulator.calls.session import Session, SessionParts
from standin.simulator.calls.steps import Ask, Redirected, Steps, Wait, WebhookFailed, spoken_seconds
from standin.simulator.twiml.verbs import Context, Document, Number, Redirect

APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."


def start_call(exchange: SessionParts, leg: CallLeg, ask: Ask, fallback: str | None = None) -> None:
    """Carry out the document that `ask` names, and all that follow from it, until the call is over."""
    session = leg.session = Session(exchange, leg)
    session.fallback = fallback
    session.begin(run_call(session, ask))


def redirect(exchange: SessionParts, leg: CallLeg, ask: Ask, fallback: str | None = None) -> None:
    """Take the leg out of its Dial, queue or bridge, and go on with `ask`'s document."""
    if leg.parent is not None:
        # The parent's Dial is over for it, though the leg itself lives on.
        exchange.calls.detach(leg)
    if leg.session is None or leg.session.is_over:
        start_call(exchange, leg, ask, fallback)
    else:
        leg.session.fallback = fallback or leg.session.fallback
        exchange.calls.unbridge(leg)
        leg.session.interrupt(Redirected(ask))


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


def run_screening(session: Session, noun: Number, base: str, parent: CallLeg) -> Steps[None]:
    """Carry out a <Number url>'s documents on the callee's leg, which is ready to talk when they end."""
    try:
        try:
            ask = Ask(noun.url or "", noun.method, purpose="screening", base=base)
            document = yield from session.fetch(ask, Context.SCREENING)
            yield from run_documents(session, document, Context.SCREENING)
        except WebhookFailed:
            # Believed, not confirmed: a broken screening document never bridges.
            if not session.core.options.bridge_when_screening_fails:
                yield from apologise(session)
    except Redirected as redirected:
        yield from run_call(session, redirected.ask)
        return
    if parent.session is not None:
        parent.session.notify("child ready", session.leg)


def apologise(session: Session) -> Steps[None]:
    """Tell the far end that something is broken, and end the leg."""
    session.pick_up()
    seconds = spoken_seconds(APPLICATION_ERROR)
    session.sound("error", APPLICATION_ERROR, seconds, "en-US")
    yield Wait(seconds)
    session.hang_up()


def run_documents(session: Session, document: Document, context: Context) -> Steps[None]:
    """Carry out the document and those that it leads to, until one has nothing left to do."""
    following: Document | None = document
    while following is not None:
        following = yield from _run_document(session, following, context)


def _run_document(session: Session, document: Document, context: Context) -> Steps[Document | None]:
    perform = session.exchange.perform
    for index, verb in enumerate(document.verbs):
        if not isinstance(verb, Redirect):
            session.redirects = 0
        following = yield from perform(session, verb, document, context, index == 0)
        if following is not None:
            return following
    return None
