"""How the documents of one leg are fetched and carried out, step by step, until something interrupts them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from oncall.simulator.legs import Leg, Sound, Status
from oncall.simulator.transport import Answer
from oncall.simulator.twiml import TwimlError, parse
from oncall.simulator.verbs import Context, Document

if TYPE_CHECKING:
    from oncall.simulator.carrier import Carrier
    from oncall.simulator.engine import Timer

T = TypeVar("T")
SPOKEN_CHARACTERS_A_SECOND = 14
XML_TYPES = ("text/xml", "application/xml", "text/html")


@dataclass(frozen=True)
class Wait:
    """What a step waits for: some seconds to pass, or one of some signals."""

    seconds: float | None = None
    on: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Wake:
    signal: str | None  # None when the seconds have passed
    value: Any = None


Steps = Generator[Wait, Wake, T]


class Interruption(Exception):
    """Something outside ends what the leg's document was doing."""


class HungUp(Interruption):
    """The leg is over."""


class Redirected(Interruption):
    """The REST API sends the call to another document."""

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self.ask = ask


class LeftQueue(Exception):
    """A <Leave> in a wait document."""


class WebhookFailed(Exception):
    """There is no document to carry out."""

    def __init__(self, code: int, url: str) -> None:
        super().__init__(code, url)
        self.code = code
        self.url = url


@dataclass(frozen=True)
class Ask:
    """Where the next document comes from."""

    url: str
    method: str = "POST"
    params: Mapping[str, str] = field(default_factory=dict)
    purpose: str = "voice"
    base: str = ""
    twiml: bytes | None = None  # given at once instead of asked for


# Signals that mean nothing to a document which is not waiting for them at that moment.
FLEETING = frozenset({"digit", "speech"})


class Session:
    """Drives one generator of steps for one leg."""

    def __init__(self, carrier: Carrier, leg: Leg) -> None:
        self.carrier = carrier
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
        self.carrier.engine.soon(lambda: self._move(lambda: next(steps)))

    def begin_call(
        self, url: str | None, method: str, fallback: str | None, twiml: bytes | None = None
    ) -> None:
        """Carry out the document at `url`, and all that follow from it, until the call is over."""
        from oncall.simulator.flow import run_call  # flow is built on sessions

        self.fallback = fallback
        self.begin(run_call(self, Ask(url or "", method, twiml=twiml)))

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
        self.carrier.engine.soon(self._read_inbox)

    def interrupt(self, why: Exception) -> None:
        """Break off whatever the document was doing."""
        if self._steps is None:
            return
        steps = self._steps
        if self._running:
            self.carrier.engine.soon(lambda: self.interrupt(why))
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
            self._timer = self.carrier.engine.after(
                self._waiting.seconds, lambda: self._move(lambda: steps.send(Wake(None)))
            )
        if self._inbox:
            self.carrier.engine.soon(self._read_inbox)

    # -- what steps are made of -----------------------------------------------------------------------

    def fetch(self, ask: Ask, context: Context) -> Steps[Document]:
        """The document that `ask` names. Raises WebhookFailed."""
        if ask.twiml is not None:
            return self._read(ask.twiml, ask.url, ask.method, context)
        if not ask.url:
            self.carrier.complain(11100, "no URL to ask", sid=self.leg.sid)
            raise WebhookFailed(11100, "")
        self._asked += 1
        number = self._asked
        params = self.carrier.calls.params(self.leg) | dict(ask.params)

        def answered(answer: Answer) -> None:
            if self.is_over or number != self._asked:
                self._look_at(answer, url)
            else:
                self.notify("answer", answer)

        url = self.carrier.webhooks.send(
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

    def _look_at(self, answer: Answer, url: str) -> None:
        """The call has gone on without this answer; that it failed is an error all the same."""
        if not answer.ok:
            self.carrier.webhooks.complain(url, self.leg.sid, answer)

    def _check(self, answer: Answer, url: str, method: str, context: Context) -> Document:
        if not answer.ok:
            raise WebhookFailed(self.carrier.webhooks.complain(url, self.leg.sid, answer), url)
        kind = answer.content_type.partition(";")[0].strip().lower()
        if kind not in XML_TYPES:
            self.carrier.complain(12300, f"content type {kind!r} from {url}", url=url, sid=self.leg.sid)
            raise WebhookFailed(12300, url)
        return self._read(answer.body, url, method, context)

    def _read(self, body: bytes, url: str, method: str, context: Context) -> Document:
        try:
            document = parse(body, url, context, method=method, strict=self.carrier.options.strict)
        except TwimlError as error:
            self.carrier.complain(error.code, f"{error.message} (from {url})", url=url, sid=self.leg.sid)
            raise WebhookFailed(error.code, url) from error
        for warning in document.warnings:
            self.carrier.complain(int(warning[:5]), warning[7:], url=url, sid=self.leg.sid)
        return document

    def tell(self, ask: Ask) -> None:
        """Ask, and ignore what is answered."""
        params = self.carrier.calls.params(self.leg) | dict(ask.params)
        self.carrier.webhooks.send(
            ask.url, params, method=ask.method, purpose=ask.purpose, sid=self.leg.sid, base=ask.base
        )

    def sound(
        self, kind: str, text: str, seconds: float, language: str | None = None, voice: str | None = None
    ) -> None:
        """Whoever is at the far end begins to hear it."""
        self.carrier.calls.play(self.leg, Sound(kind, text, seconds, language, voice, self.leg.sid))

    def hush(self) -> None:
        if self.leg.connection is not None:
            self.leg.connection.hush(self.leg.party)

    def pick_up(self) -> None:
        self.carrier.calls.pick_up(self.leg)

    def hang_up(self) -> None:
        """The leg is over; the steps end here."""
        self.carrier.calls.cut(self.leg)
        raise HungUp

    def end_as(self, status: Status) -> None:
        self.carrier.calls.end(self.leg, status)
        raise HungUp


def spoken_seconds(text: str) -> float:
    """How long a voice needs for the text."""
    return max(1.0, round(len(text) / SPOKEN_CHARACTERS_A_SECOND, 1))
