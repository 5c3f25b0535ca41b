"""The account, its clock and the record of what happened: what every part of the stand-in is built on."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from standin.simulator.account import CarrierNumber, Recording
from standin.simulator.engine import Engine, Timer
from standin.simulator.events import Event, EventKind, Listener, ProtocolError, Unexpected
from standin.simulator.exchanges import RestExchange, Webhook
from standin.simulator.faults import Faults
from standin.simulator.transport import Transport

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


class Core:
    """One account at the carrier: its settings, its clock, and the record of what happened to it.

    The parts that play the carrier take it and know nothing of each other but what they are given;
    `Carrier` makes them in `clear`.
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
        self.phone_listeners: list[Callable[[str], None]] = []  # called with the phone's number
        self.webhook_listeners: list[Callable[[Webhook], None]] = []
        self.verified_numbers: set[str] = set()
        self.closed_countries: dict[str, str] = {}  # to which no call is allowed: "SE" -> "+46"
        self.twiml_bins: dict[str, bytes] = {}
        self.clear()

    def clear(self) -> None:
        """Forget every line and everything that happened."""
        self.faults = Faults(self.chance)
        self.lines: dict[str, CarrierNumber] = {}
        self.recordings: dict[str, Recording] = {}
        self.text_failures: dict[str, int] = {}
        self.events: list[Event] = []
        self.errors: list[ProtocolError] = []
        self.unexpected: list[Unexpected] = []
        self.rest_log: list[RestExchange] = []

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

    # -- for the parts that play the carrier ----------------------------------------------------------

    def new_sid(self, prefix: str) -> str:
        return f"{prefix}{self.chance.getrandbits(128):032x}"

    def callback_delay(self) -> float:
        return self.chance.uniform(*self.options.callback_latency)

    def note(
        self, kind: EventKind, number: str = "", other: str = "", sid: str = "", detail: str = ""
    ) -> None:
        """Record an event and hand it to those who listen."""
        event = Event(self.now(), kind, number, other, sid, detail)
        self.events.append(event)
        for listener in tuple(self.listeners):
            listener(event)

    def complain(
        self, code: int, message: str, *, url: str = "", sid: str = "", provoked: bool = False
    ) -> None:
        """List an error, as the carrier's own error log would."""
        self.errors.append(ProtocolError(self.now(), code, message, url, sid, provoked))
        self.note(EventKind.ERROR, sid=sid, detail=f"{code}: {message}")

    def phone_changed(self, number: str) -> None:
        """Tell those who watch the phones that this one has changed."""
        for listener in tuple(self.phone_listeners):
            listener(number)
