"""What <Enqueue> and <Dial><Queue> do: how a caller waits, and how somebody takes them out."""

from __future__ import annotations

from dataclasses import dataclass

from standin.simulator.calls.dial_result import DialResult
from standin.simulator.calls.documents import run_documents
from standin.simulator.calls.legs import CallLeg
from standin.simulator.calls.queues import Queue
from standin.simulator.calls.session import Session
from standin.simulator.calls.steps import (
    Ask,
    HungUp,
    Interruption,
    LeftQueue,
    Steps,
    Wait,
    WebhookFailed,
)
from standin.simulator.twiml.verbs import Context, Dial, Document, Enqueue, QueueNoun

SHORTEST_WAIT_DOCUMENT = 1.0  # seconds: an empty one must not be asked for without end at one instant
HOLD_MUSIC = "the carrier's hold music"


class Dequeued(Interruption):
    """Somebody takes the waiting call out of its queue."""

    def __init__(self, taker: Session, noun: QueueNoun, base: str) -> None:
        super().__init__()
        self.taker = taker
        self.noun = noun
        self.base = base


class TakerGone(Interruption):
    """Whoever took the call hung up before the bridge."""


@dataclass
class _Stay:
    """One call's time in one queue."""

    queue: Queue
    result: str = "error"
    seconds: int = 0


def enqueue(session: Session, verb: Enqueue, document: Document) -> Steps[Document | None]:
    """The call waits until taken or done waiting; then the action's document, or None for the next verb."""
    session.pick_up()
    session.forget_signals()
    queues = session.exchange.queues
    queue = queues.named(verb.name) or queues.create(verb.name)
    stay = _Stay(queue)
    if len(queue.members) >= queue.max_size:
        stay.result = "queue-full"
    else:
        queues.join(queue, session.leg)
        try:
            yield from _wait(session, verb, document, stay)
        except Interruption as interruption:
            stay.seconds = max(stay.seconds, queues.leave(queue, session.leg))
            stay.result = _result_when_interrupted(stay, interruption)
            if verb.action is not None:
                session.tell(_action(verb, stay, document))
            raise
    if verb.action is None:
        return None
    return (yield from session.fetch(_action(verb, stay, document), Context.CALL))


def _result_when_interrupted(stay: _Stay, interruption: Interruption) -> str:
    if stay.result in ("bridged", "bridging-in-process"):
        return stay.result if isinstance(interruption, HungUp) else "redirected-from-bridged"
    return "hangup" if isinstance(interruption, HungUp) else "redirected"


def _action(verb: Enqueue, stay: _Stay, document: Document) -> Ask:
    params = {"QueueResult": stay.result}
    if stay.result != "queue-full":
        params |= {"QueueSid": stay.queue.sid, "QueueTime": str(stay.seconds)}
    return Ask(verb.action or "", verb.method, params, "enqueue action", document.url)


def _wait(session: Session, verb: Enqueue, document: Document, stay: _Stay) -> Steps[None]:
    queues = session.exchange.queues
    try:
        yield from _wait_documents(session, verb, document, stay.queue)
    except LeftQueue:
        stay.seconds, stay.result = queues.leave(stay.queue, session.leg), "leave"
    except WebhookFailed:
        stay.seconds, stay.result = queues.leave(stay.queue, session.leg), "error"
    except Dequeued as dequeued:
        session.hush()
        yield from _be_connected(session, dequeued, stay)


def _wait_documents(session: Session, verb: Enqueue, document: Document, queue: Queue) -> Steps[None]:
    """Ask for the wait document again each time it has come to its end."""
    if not verb.wait_url:
        if verb.wait_url is None:
            session.sound("play", HOLD_MUSIC, 0)
        yield Wait()
    core = session.core
    while True:
        begun, now = core.now(), core.now()
        params = {
            "QueueSid": queue.sid,
            "QueuePosition": str(queue.position(session.leg)),
            "QueueTime": str(queue.seconds_waited(session.leg, now)),
            "AvgQueueTime": str(queue.average_wait(now)),
            "CurrentQueueSize": str(len(queue.members)),
            "MaxQueueSize": str(queue.max_size),
        }
        ask = Ask(verb.wait_url or "", verb.wait_url_method, params, "wait", document.url)
        waiting = yield from session.fetch(ask, Context.WAITING)
        yield from run_documents(session, waiting, Context.WAITING)
        spent = (core.now() - begun).total_seconds()
        if spent < SHORTEST_WAIT_DOCUMENT:
            yield Wait(SHORTEST_WAIT_DOCUMENT - spent)


def _be_connected(session: Session, dequeued: Dequeued, stay: _Stay) -> Steps[None]:
    """The caller hears the <Queue url>'s document, then the one who took them, until either is gone."""
    taker, noun = dequeued.taker, dequeued.noun
    stay.seconds = stay.queue.waits[-1]
    stay.result = "bridging-in-process"
    session.forget_signals()
    try:
        if noun.url is not None:
            params = {
                "QueueSid": stay.queue.sid,
                "QueueTime": str(stay.seconds),
                "DequeingCallSid": taker.leg.sid,
            }
            ask = Ask(noun.url, noun.method, params, "connecting", dequeued.base)
            connecting = yield from session.fetch(ask, Context.CONNECTING)
            yield from run_documents(session, connecting, Context.CONNECTING)
    except TakerGone:
        return
    except WebhookFailed:
        stay.result = "error"
        taker.notify("member gone", session.leg)
        return
    except Interruption:
        taker.notify("member gone", session.leg)
        raise
    if taker.leg.is_over:
        return
    stay.result = "bridged"
    session.exchange.calls.bridge(session.leg, taker.leg)
    taker.notify("member bridged", session.leg)
    yield Wait(on=frozenset({"bridge over"}))


def dial_queue(
    session: Session, verb: Dial, noun: QueueNoun, result: DialResult, document: Document
) -> Steps[None]:
    """Take the first of the queue, waiting for one if it is empty, and be bridged until either is gone."""
    core, exchange = session.core, session.exchange
    queue = exchange.queues.named(noun.name)
    if queue is None:
        core.complain(13200, f"there is no queue {noun.name!r}", sid=session.leg.sid)
        result.status = "failed"
        return
    session.sound("ringing", "", 0)
    member = yield from _take(session, queue, verb.timeout + core.options.extra_ringing)
    if member is None:
        return
    result.leg, result.status = member, "completed"
    if member.session is not None:
        member.session.interrupt(Dequeued(session, noun, document.url))
    try:
        wake = yield Wait(on=frozenset({"member bridged", "member gone"}))
        if wake.signal == "member gone":
            return
        result.bridged = True
        wake = yield Wait(verb.time_limit, frozenset({"bridge over"}))
        if wake.signal is None:
            exchange.calls.unbridge(session.leg)
    except Interruption:
        if not result.bridged and member.session is not None:
            member.session.interrupt(TakerGone())
        raise


def _take(session: Session, queue: Queue, seconds: float) -> Steps[CallLeg | None]:
    """The first member, taken out of the queue; None when nobody came in so many seconds."""

    def somebody_came() -> None:
        session.notify("member came", None)

    ends = session.core.now().timestamp() + seconds
    queue.takers.append(somebody_came)
    try:
        while not queue.members:
            left = ends - session.core.now().timestamp()
            wake = yield Wait(max(0.0, left), frozenset({"member came"}))
            if wake.signal is None:
                return None
    finally:
        queue.takers.remove(somebody_came)
    leg = queue.members[0].leg
    session.exchange.queues.leave(queue, leg)
    return leg
