"""The stand-in for the carrier: its numbers, phones, calls, texts, and everything that happened to them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from oncall.simulator.calls import Calls
from oncall.simulator.engine import Engine, Timer
from oncall.simulator.events import Event, Kind, Listener, ProtocolError, Unexpected
from oncall.simulator.faults import Faults
from oncall.simulator.legs import Leg, Line
from oncall.simulator.messages import Messages
from oncall.simulator.network import Network
from oncall.simulator.phones import Phone
from oncall.simulator.policies import Policy, Ring
from oncall.simulator.queues import Queues
from oncall.simulator.recording import Recording
from oncall.simulator.transport import Transport
from oncall.simulator.webhooks import Webhooks

if TYPE_CHECKING:
    from oncall.simulator.rest import RestExchange

SPEEDS = {"virtual": None, "real": 1.0}


@dataclass(frozen=True)
class Options:
    """What is believed of the carrier but not confirmed, or differs between accounts."""

    strict: bool = True  # what is unknown in a document is an error, not skipped
    extra_ringing: float = 5.0  # seconds that the carrier adds to every time-out
    call_setup: float = 1.0  # seconds from the start of a leg until the phone rings
    calls_per_second: float | None = 1.0  # new REST calls of the account; None for no limit
    webhook_latency: float = 0.1  # seconds between a webhook and its answer
    callback_latency: tuple[float, float] = (0.1, 0.3)  # seconds until a status callback is sent, at random
    play_seconds: float = 3.0  # how long a file of <Play> lasts
    text_seconds: float = 1.0  # how long a text is on its way
    handles_opt_out: bool = True  # STOP and its like mute the number
    blocked_caller_prefix: str | None = "+47"  # domestic callers shown from abroad; None blocks nobody
    bridge_when_screening_fails: bool = False
    redirects_unanswered: bool = False  # whether the REST API may redirect a ringing inbound call


class NotQuiet(AssertionError):
    """Something is left over, went wrong, or went to somebody unknown."""


class Carrier:
    """One account at the carrier, the telephone network around it, and the people in it.

    With `time="virtual"` nothing moves until `run_for`. With `time="real"`, or a number for how many times
    as fast as the wall clock, `start()` begins and every touch from outside holds `engine.lock`.
    """

    def __init__(
        self,
        *,
        transport: Transport,
        start: datetime,
        account_sid: str = "AC" + "0" * 31 + "1",
        auth_token: str = "0123456789abcdef" * 2,
        time: str | float = "virtual",
        seed: int = 0,
        options: Options | None = None,
        api_url: str = "https://api.twilio.com",
        **changes: Any,
    ) -> None:
        self.transport = transport
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.api_url = api_url
        self.options = replace(options or Options(), **changes)
        self.engine = Engine(start, SPEEDS[time] if isinstance(time, str) else time)
        self.chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self.balance = "100.00"
        self.account_status = "active"
        self.listeners: list[Listener] = []
        self.phone_listeners: list[Callable[[Phone], None]] = []
        self.verified_numbers: set[str] = set()
        self.closed_countries: dict[str, str] = {}  # to which no call is allowed: "SE" -> "+46"
        self.twiml_bins: dict[str, bytes] = {}
        self._clear()

    def _clear(self) -> None:
        self.faults = Faults(self.chance)
        self.webhooks = Webhooks(self)
        self.calls = Calls(self)
        self.queues = Queues(self)
        self.messages = Messages(self)
        self.network = Network(self)
        self.lines: dict[str, Line] = {}
        self.phones: dict[str, Phone] = {}
        self.recordings: dict[str, Recording] = {}
        self.text_failures: dict[str, int] = {}
        self.events: list[Event] = []
        self.errors: list[ProtocolError] = []
        self.unexpected: list[Unexpected] = []
        self.rest_log: list[RestExchange] = []

    # -- setting the scene ----------------------------------------------------------------------------

    def line(
        self,
        number: str,
        *,
        voice_url: str | None = None,
        text_url: str | None = None,
        status_url: str | None = None,
        voice_fallback_url: str | None = None,
        text_fallback_url: str | None = None,
        voice_method: str = "POST",
        text_method: str = "POST",
        name: str = "",
    ) -> Line:
        """A number of the account's own; a second call for the same number replaces its addresses."""
        known = self.lines.get(number)
        self.lines[number] = Line(
            number,
            known.sid if known else self.new_sid("PN"),
            known.created_at if known else self.now(),
            voice_url,
            voice_method,
            voice_fallback_url,
            text_url,
            text_method,
            text_fallback_url,
            status_url,
            name or number,
        )
        return self.lines[number]

    def phone(self, number: str, *, name: str = "", policy: Policy | None = None) -> Phone:
        """Somebody's phone, which rings untouched unless `policy` says otherwise; one for each number."""
        phone = self.phones.get(number)
        if phone is None:
            phone = self.phones[number] = Phone(self, number, name or number, policy or Ring())
        else:
            phone.name, phone.policy = name or phone.name, policy or phone.policy
        self.phone_changed(phone)
        return phone

    def twiml_bin(self, url: str, twiml: str) -> None:
        """A document that the carrier itself holds, and gives out whatever becomes of the service."""
        self.twiml_bins[url] = twiml.encode()

    def fail_texts_to(self, number: str, code: int = 30003) -> None:
        """Texts to the number end undelivered with this error."""
        self.text_failures[number] = code

    # -- time -----------------------------------------------------------------------------------------

    def now(self) -> datetime:
        return self.engine.now()

    def run_for(self, seconds: float) -> None:
        self.engine.run_for(seconds)

    def run_until_idle(self, limit: float = 3600) -> bool:
        return self.engine.run_until_idle(limit)

    def after(self, seconds: float, action: Callable[[], None]) -> Timer:
        return self.engine.after(seconds, action)

    def at(self, moment: datetime, action: Callable[[], None]) -> Timer:
        return self.engine.at(moment, action)

    def every(self, seconds: float, action: Callable[[], None]) -> Timer:
        """Repeat `action`, such as the service's own tick; it does not keep the carrier from being idle."""
        return self.engine.every(seconds, action)

    def callback_delay(self) -> float:
        return self.chance.uniform(*self.options.callback_latency)

    # -- what is there --------------------------------------------------------------------------------

    @property
    def legs(self) -> tuple[Leg, ...]:
        """The legs that are open now."""
        return self.calls.open

    def assert_quiet(self) -> None:
        """Raise NotQuiet if a leg or queue is left, the protocol was broken, or a number was unknown."""
        leftovers = [
            f"open leg: {leg.direction} {leg.from_number} -> {leg.to} ({leg.status})" for leg in self.legs
        ]
        leftovers += [f"queue left: {queue.name}" for queue in self.queues]
        leftovers += [
            f"error {e.code} at {e.at:%H:%M:%S}: {e.message}" for e in self.errors if not e.provoked
        ]
        leftovers += [
            f"unexpected {each.kind} from {each.from_number} to {each.to}" for each in self.unexpected
        ]
        if leftovers:
            raise NotQuiet("\n".join(leftovers))

    # -- for the modules that play the carrier's parts -----------------------------------------------------

    def new_sid(self, prefix: str) -> str:
        return f"{prefix}{self.chance.getrandbits(128):032x}"

    def note(self, kind: Kind, number: str = "", other: str = "", sid: str = "", detail: str = "") -> None:
        event = Event(self.now(), kind, number, other, sid, detail)
        self.events.append(event)
        for listener in tuple(self.listeners):
            listener(event)

    def complain(
        self, code: int, message: str, *, url: str = "", sid: str = "", provoked: bool = False
    ) -> None:
        """List an error, as the carrier's own error log would."""
        self.errors.append(ProtocolError(self.now(), code, message, url, sid, provoked))
        self.note(Kind.ERROR, sid=sid, detail=f"{code}: {message}")

    def phone_changed(self, phone: Phone) -> None:
        for listener in tuple(self.phone_listeners):
            listener(phone)

    def reset(self) -> None:
        """Forget every phone, line, call and text; answers still on their way reach nobody."""
        with self.engine.lock:
            self.engine.forget_all()
            for leg in self.legs:
                if leg.session is not None:
                    leg.session.stop()
            self._clear()
