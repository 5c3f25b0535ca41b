"""How the documents of one leg are fetched and carried out, step by step, until something interrupts them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from standin.simulator.calls.calls import Calls
from standin.simulator.calls.legs import CallLeg, Sound, Status
from standin.simulator.calls.queues import Queues
from standin.simulator.calls.steps import Ask, HungUp, Interruption, Steps, Wait, Wake, WebhookFailed
from standin.simulator.core import Core
from standin.simulator.engine import Timer
from standin.simulator.network import Network
from standin.simulator.transport import Response
from standin.simulator.twiml.parsing import TwimlError, parse
from standin.simulator.twiml.verbs import Context, Document, Verb
from standin.simulator.webhooks import Webhooks

XML_TYPES = ("text/xml", "application/xml", "text/html")

# Signals that mean nothing to a document which is not waiting for them at that moment.
FLEETING = frozenset({"digit", "speech"})


@dataclass(frozen=True)
class SessionParts:
    """The parts of the carrier that calls and their documents need."""

    core: Core
    webhooks: Webhooks
    network: Network
    calls: Calls
    queues: Queues
    perform: Perform  # does what one verb says


class Session:
    """Drives one generator of steps for one leg."""

    def __init__(self, exchange: SessionParts, leg: CallLeg) -> None:
        self.exchange = exchange
        self.core = exchange.core
        self.leg = leg
        self.fallback: str | None = None
        self.redirects = 0  # in a row, with nothing heard in between
        self._steps: Steps[None] | None = None
        self._waiting: Wait | None = None
        self._timer: Timer | None = None
        self._inbox: list[Wake] = []
        self._running = False
        self._asked = 0

    # -- driving ------------------------------------------------------------------------------------

    def begin(self, steps: Steps[None]) -> None:
        self._steps = steps
        self.core.engine.soon(lambda: self._move(lambda: next(steps)))

    @property
    def is_over(self) -> bool:
        return self._steps is None

    def notify(self, signal: str, value: object) -> None:
        """Hand a signal to whatever step waits for it, now or later; keys and speech only now."""
        if self.is_over:
            return
        if signal in FLEETING and (self._waiting is None or signal not in self._waiting.on):
            return
        self._inbox.append(Wake(signal, value))
        self.core.engine.soon(self._read_inbox)

    def interrupt(self, why: Exception) -> None:
        """Break off whatever the document was doing."""
        if self._steps is None:
            return
        steps = self._steps
        if self._running:
            self.core.engine.soon(lambda: self.interrupt(why))
        elif self._waiting is None:  # not begun
            self._steps = None
        else:
            self._asked += 1  # an answer still on its way is nobody's now
            self._inbox = [wake for wake in self._inbox if wake.signal != "answer"]
            self._move(lambda: steps.throw(why))

    def stop(self) -> None:
        """Nothing more is done for the leg."""
        self._steps = None

    def forget_signals(self) -> None:
        self._inbox.clear()

    def _read_inbox(self) -> None:
        waiting, steps = self._waiting, self._steps
        if waiting is None or steps is None or self._running:
            return
        wanted = next((wake for wake in self._inbox if wake.signal in waiting.on), None)
        if wanted is not None:
            self._inbox.remove(wanted)
            self._move(partial(steps.send, wanted))

    def _move(self, step: Callable[[], Wait]) -> None:
        if self._steps is None:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._waiting, self._running = None, True
        try:
            self._waiting = step()
        except (StopIteration, Interruption):
            self._steps = None
            return
        finally:
            self._running = False
        steps = self._steps
        if self._waiting.seconds is not None:
            self._timer = self.core.engine.after(
                self._waiting.seconds, lambda: self._move(lambda: steps.send(Wake(None)))
            )
        if self._inbox:
            self.core.engine.soon(self._read_inbox)

    # -- what steps are made of -----------------------------------------------------------------------

    def fetch(self, ask: Ask, context: Context) -> Steps[Document]:
        """The document that `ask` names. Raises WebhookFailed."""
        if ask.twiml is not None:
            return self._read(ask.twiml, ask.url, ask.method, context)
        if not ask.url:
            self.core.complain(11100, "no URL to ask", sid=self.leg.sid)
            raise WebhookFailed(11100, "")
        self._asked += 1
        number = self._asked
        params = self.exchange.calls.params(self.leg) | dict(ask.params)

        def answered(answer: Response) -> None:
            if self.is_over or number != self._asked:
                self._look_at(answer, url)
            else:
                self.notify("answer", answer)

        url = self.exchange.webhooks.send(
            ask.url,
            params,
            method=ask.method,
            purpose=ask.purpose,
            sid=self.leg.sid,
            base=ask.base,
            on_answer=answered,
        )
        wake = yield Wait(on=frozenset({"answer"}))
        return self._check(wake.value, url, ask.method, context)

    def _look_at(self, answer: Response, url: str) -> None:
        """The call has gone on without this answer; that it failed is an error all the same."""
        if not answer.ok:
            self.exchange.webhooks.complain(url, self.leg.sid, answer)

    def _check(self, answer: Response, url: str, method: str, context: Context) -> Document:
        if not answer.ok:
            raise WebhookFailed(self.exchange.webhooks.complain(url, self.leg.sid, answer), url)
        kind = answer.content_type.partition(";")[0].strip().lower()
        if kind not in XML_TYPES:
            self.core.complain(12300, f"content type {kind!r} from {url}", url=url, sid=self.leg.sid)
            raise WebhookFailed(12300, url)
        return self._read(answer.body, url, method, context)

    def _read(self, body: bytes, url: str, method: str, context: Context) -> Document:
        try:
            document = parse(body, url, context, method=method, strict=self.core.options.strict)
        except TwimlError as error:
            self.core.complain(error.code, f"{error.message} (from {url})", url=url, sid=self.leg.sid)
            raise WebhookFailed(error.code, url) from error
        for warning in document.warnings:
            self.core.complain(int(warning[:5]), warning[7:], url=url, sid=self.leg.sid)
        return document

    def tell(self, ask: Ask) -> None:
        """Ask, and ignore what is answered."""
        params = self.exchange.calls.params(self.leg) | dict(ask.params)
        self.exchange.webhooks.send(
            ask.url, params, method=ask.method, purpose=ask.purpose, sid=self.leg.sid, base=ask.base
        )

    def sound(
        self, kind: str, text: str, seconds: float, language: str | None = None, voice: str | None = None
    ) -> None:
        """Whoever is at the far end begins to hear it."""
        self.exchange.calls.play(self.leg, Sound(kind, text, seconds, language, voice, self.leg.sid))

    def hush(self) -> None:
        if self.leg.connection is not None:
            self.leg.connection.hush(self.leg.party)

    def pick_up(self) -> None:
        self.exchange.calls.pick_up(self.leg)

    def hang_up(self) -> None:
        """The leg is over; the steps end here."""
        self.exchange.calls.cut(self.leg)
        raise HungUp

    def end_as(self, status: Status) -> None:
        self.exchange.calls.end(self.leg, status)
        raise HungUp


Perform = Callable[[Session, Verb, Document, Context, bool], Steps[Document | None]]
"""Do what a verb of a document says, the last argument telling whether it is the document's first; the
document that takes over, or None to go on with the next verb."""
