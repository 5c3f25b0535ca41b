"""What <Dial> does: whom it rings, who is bridged, and what its action is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from standin.simulator.calls.dial_result import DialResult
from standin.simulator.calls.documents import run_screening
from standin.simulator.calls.legs import CallLeg, Direction, Status, StatusCallback
from standin.simulator.calls.queueing import dial_queue
from standin.simulator.calls.session import Session
from standin.simulator.calls.steps import Ask, Interruption, Steps, Wait
from standin.simulator.twiml.parsing import E164
from standin.simulator.twiml.verbs import Context, Dial, Document, Number

CHILD = frozenset({"child answered", "child ready", "child ended"})
KEY = frozenset({"digit"})


@dataclass
class _Ringing:
    """The legs of one Dial."""

    open: list[CallLeg] = field(default_factory=list)
    picked: CallLeg | None = None  # the first to pick up; None while all ring
    ended: list[CallLeg] = field(default_factory=list)
    nouns: dict[str, Number] = field(default_factory=dict)  # by the leg's sid


def dial(session: Session, verb: Dial, document: Document, *, is_first: bool) -> Steps[Document | None]:
    """Connect the call to a number or a queue; then the action's document, or None for the next verb."""
    rings_through = verb.answer_on_bridge and is_first and session.leg.status is Status.RINGING
    if not rings_through:
        session.pick_up()
    session.forget_signals()
    result = DialResult()
    try:
        if verb.queue is not None:
            yield from dial_queue(session, verb, verb.queue, result, document)
        else:
            yield from _dial_numbers(session, verb, result, document, rings_through=rings_through)
    except Interruption:
        # The action still fires when the caller has gone or was sent elsewhere; nobody reads its answer.
        if verb.action is not None:
            session.tell(_action(session, verb, result, document))
        raise
    if verb.action is None:
        return None
    return (yield from session.fetch(_action(session, verb, result, document), Context.CALL))


def _action(session: Session, verb: Dial, result: DialResult, document: Document) -> Ask:
    return Ask(verb.action or "", verb.method, result.params(session), "dial action", document.url)


def _dial_numbers(
    session: Session, verb: Dial, result: DialResult, document: Document, *, rings_through: bool
) -> Steps[None]:
    exchange, caller = session.exchange, session.leg
    shown = verb.caller_id or caller.from_number
    if not exchange.network.may_show(shown, caller):
        session.core.complain(
            13214, f"callerId {shown!r} is not a number that this account may show", sid=caller.sid
        )
        result.status = "failed"
        return
    ringing = _Ringing()
    if not rings_through:
        session.sound("ringing", "", 0)
    for noun in verb.numbers:
        _ring(session, verb, noun, shown, document, ringing)
    try:
        yield from _until_picked_up(session, verb, ringing, result)
        if ringing.picked is not None:
            noun = ringing.nouns[ringing.picked.sid]
            yield from _until_over(
                session, verb, ringing.picked, noun, result, document, rings_through=rings_through
            )
    except Interruption:
        _let_go(session, ringing, result)
        raise


def _ring(
    session: Session, verb: Dial, noun: Number, shown: str, document: Document, ringing: _Ringing
) -> None:
    if not E164.fullmatch(noun.number):
        session.core.complain(
            13224, f"{noun.number!r} is not a number that can be dialled", sid=session.leg.sid
        )
        return
    callback = None
    if noun.status_callback:
        callback = StatusCallback(
            noun.status_callback, noun.status_callback_method, noun.status_callback_events, document.url
        )
    leg = session.exchange.calls.place(
        noun.number, shown,
        direction=Direction.DIAL, timeout=verb.timeout, parent=session.leg, callback=callback,
        on_answer=lambda leg: session.notify("child answered", leg),
        on_end=lambda leg: session.notify("child ended", leg),
    )  # fmt: skip
    ringing.open.append(leg)
    ringing.nouns[leg.sid] = noun


def _until_picked_up(session: Session, verb: Dial, ringing: _Ringing, result: DialResult) -> Steps[None]:
    """The first to pick up is picked and the others are released, or all have ended."""
    if not ringing.open:
        result.status = "failed"
    signals = CHILD | (KEY if verb.hangup_on_star else frozenset())
    while ringing.open and ringing.picked is None:
        wake = yield Wait(on=signals)
        if wake.signal == "digit":
            if wake.value == "*":
                _let_go(session, ringing, result)
                ringing.open.clear()
            continue
        leg: CallLeg = wake.value
        if wake.signal == "child answered" and not leg.is_over:
            ringing.picked = leg
            for other in ringing.open:
                if other is not leg:
                    session.exchange.calls.cut(other)
        elif wake.signal == "child ended" and leg in ringing.open:
            ringing.open.remove(leg)
            ringing.ended.append(leg)
            result.leg, result.status = leg, _summary(ringing.ended)


def _summary(ended: list[CallLeg]) -> str:
    """With several numbers, that somebody's phone rang says more than that another's was engaged."""
    statuses = ["completed" if leg.detached else str(leg.status) for leg in ended]
    for status in ("completed", "no-answer", "busy", "failed"):
        if status in statuses:
            return status
    return statuses[-1]


def _until_over(
    session: Session,
    verb: Dial,
    leg: CallLeg,
    noun: Number,
    result: DialResult,
    document: Document,
    *,
    rings_through: bool,
) -> Steps[None]:
    """Screening, then the bridge, until either ends."""
    core, calls = session.core, session.exchange.calls
    result.leg, result.status = leg, "completed"
    if noun.url is not None:
        if not rings_through:
            session.sound("silence", "", 0)
        screen(session, leg, noun, document)
        while True:
            wake = yield Wait(on=CHILD)
            if wake.value is leg and wake.signal == "child ended":
                return
            if wake.value is leg and wake.signal == "child ready":
                break
    if leg.is_over:
        return
    session.pick_up()
    calls.bridge(session.leg, leg)
    result.bridged = True
    signals = frozenset({"child ended"}) | (KEY if verb.hangup_on_star else frozenset())
    ends = core.now().timestamp() + verb.time_limit
    while True:
        wake = yield Wait(max(0.0, ends - core.now().timestamp()), signals)
        if wake.signal == "child ended" and wake.value is leg:
            return
        if wake.signal is None or (wake.signal == "digit" and wake.value == "*"):
            calls.cut(leg)
            return


def screen(session: Session, leg: CallLeg, noun: Number, document: Document) -> None:
    """The callee's leg begins with the documents of its <Number url>."""
    callee = leg.session = Session(session.exchange, leg)
    callee.begin(run_screening(callee, noun, document.url, session.leg))


def _let_go(session: Session, ringing: _Ringing, result: DialResult) -> None:
    """Release every leg; who had not answered ends canceled."""
    result.leg = ringing.picked or (ringing.open[0] if ringing.open else result.leg)
    result.status = "completed" if ringing.picked is not None else "canceled"
    for leg in ringing.open:
        if not leg.detached:
            session.exchange.calls.cut(leg)
