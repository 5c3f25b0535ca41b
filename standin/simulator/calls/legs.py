"""What the carrier knows of one call leg, and who is at its far end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from standin.simulator.account import CarrierNumber
from standin.simulator.engine import Timer


class Status(StrEnum):
    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


OVER = frozenset({Status.COMPLETED, Status.BUSY, Status.NO_ANSWER, Status.FAILED, Status.CANCELED})


class Direction(StrEnum):
    INBOUND = "inbound"
    API = "outbound-api"
    DIAL = "outbound-dial"


@dataclass(frozen=True)
class Sound:
    """Something to be heard: a sentence, a file, a tone or somebody's voice."""

    kind: str  # "say", "play", "speech", "ringing", "silence", "beep", "error"
    text: str = ""
    seconds: float = 0.0
    language: str | None = None
    voice: str | None = None
    sid: str = ""


class Party(Protocol):
    """Who is at one end of a connection: a phone, or a leg of the carrier's."""

    @property
    def real_number(self) -> str:
        """The number of whoever this is, shown or not."""

    def on_ringing(self) -> None: ...
    def on_answered(self) -> None: ...
    def on_ended(self, status: Status) -> None: ...
    def on_heard(self, sound: Sound) -> None: ...
    def on_hushed(self) -> None: ...
    def on_pressed(self, digit: str) -> None: ...
    def on_bridged(self, other: str) -> None: ...
    def on_unbridged(self) -> None: ...


class Connection:
    """What joins a caller and a callee through the telephone network."""

    caller: Party  # set by whoever dials, at once

    def __init__(self, called: str, shown: str, sid: str = "") -> None:
        self.callee: Party | None = None  # None until somebody's phone rings
        self.called = called  # the number dialled
        self.shown = shown  # the caller's number as the callee sees it
        self.sid = sid
        self.forwarded_from: str | None = None  # the last phone that passed the call on
        self.forwards = 0  # how many phones have passed it on, counted through the carrier too
        self.over = False

    def other(self, party: Party) -> Party | None:
        return self.callee if party is self.caller else self.caller

    def ring(self) -> None:
        self.caller.on_ringing()

    def answer(self) -> None:
        if not self.over:
            self.caller.on_answered()

    def end(self, by: Party | None, status: Status) -> None:
        """The connection is over, and everybody but `by` has been told so."""
        if self.over:
            return
        self.over = True
        for party in (self.caller, self.callee):
            if party is not None and party is not by:
                party.on_ended(status)

    def send(self, by: Party, sound: Sound) -> None:
        other = self.other(by)
        if other is not None and not self.over:
            other.on_heard(sound)

    def hush(self, by: Party) -> None:
        """What `by` was sending stops in the middle."""
        other = self.other(by)
        if other is not None and not self.over:
            other.on_hushed()

    def press(self, by: Party, digit: str) -> None:
        other = self.other(by)
        if other is not None and not self.over:
            other.on_pressed(digit)


class Running(Protocol):
    """The documents that are carried out for a leg, as the other parts see them."""

    fallback: str | None

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to carry out."""

    def notify(self, signal: str, value: object) -> None:
        """Hand a signal to the step that waits for it."""

    def interrupt(self, why: Exception) -> None:
        """Break off what the document was doing."""

    def stop(self) -> None:
        """Do nothing more for the leg."""


@dataclass(frozen=True)
class StatusCallback:
    url: str
    method: str = "POST"
    events: tuple[str, ...] = ("completed",)
    base: str = ""


@dataclass(eq=False)
class CallLeg:
    """One call between the carrier and a number."""

    sid: str
    from_number: str
    to: str
    direction: Direction
    created_at: datetime
    status: Status = Status.QUEUED
    parent: CallLeg | None = None
    line: CarrierNumber | None = None  # None for outbound legs
    callback: StatusCallback | None = None
    party: Party = field(init=False)  # the leg as its connection sees it
    connection: Connection | None = None  # None until the network knows of it
    session: Running | None = None  # None while no document runs for it
    bridged_to: CallLeg | None = None
    forwarded_from: str | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    started_at: datetime | None = None
    sequence: int = 0  # of its next status callback
    forwards: int = 0  # how many phones passed the call on that it belongs to
    detached: bool = False  # true once the REST API took it out of the Dial that placed it
    giving_up: Timer | None = None  # ends it unanswered
    on_answer: list[Callable[[CallLeg], None]] = field(default_factory=list)
    on_end: list[Callable[[CallLeg], None]] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return self.status in OVER

    @property
    def is_outbound(self) -> bool:
        return self.direction is not Direction.INBOUND

    @property
    def far_number(self) -> str:
        """The number of the phone at the far end, even when it is withheld."""
        other = self.connection.other(self.party) if self.connection else None
        return other.real_number if other is not None else (self.to if self.is_outbound else self.from_number)

    def seconds(self, now: datetime) -> int:
        """Whole seconds since it was answered, until its end or `now`."""
        if self.answered_at is None:
            return 0
        return round(((self.ended_at or now) - self.answered_at).total_seconds())
