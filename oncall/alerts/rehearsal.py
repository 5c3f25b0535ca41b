"""Whose phone rings at which second, if nobody answers? Asked of the very code that decides calls."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Unpack

from oncall.alerts.decide import decide, due, receive
from oncall.alerts.ladder import Situation, choose_ladder
from oncall.alerts.team import Caller, Team
from oncall.alerts.waves import DIAL_MARGIN
from oncall.contacts.contact import CallerPlace, Contact, Via
from oncall.contacts.fold import fold
from oncall.contacts.model import Detail, Entry, Kind, number_entries

STRANGER = Caller("unknown")
LOOKED_AHEAD = timedelta(days=8)  # for when a ladder next holds
STEP = timedelta(minutes=5)
MOST_MOMENTS = 1000  # far more than any ladder has


@dataclass(frozen=True, slots=True)
class Ringing:
    """One phone rings for a while."""

    target: str  # a staff key, or number:<id>
    wave: int  # counted from 0
    start: int  # seconds since the call came in
    end: int


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a call that nobody answers would do."""

    at: datetime  # when it comes in
    rings: tuple[Ringing, ...]  # in order of their beginning
    end: int  # the second at which no further human of the team is tried
    last_resort: str | None  # the municipality whose service is offered then; None: the team is alerted


def find_moment(team: Team, *, daytime: bool, now: datetime) -> datetime | None:
    """Return when the ladder for these hours next holds, now if it does; None where it never does."""
    for steps in range(LOOKED_AHEAD // STEP):
        at = now + steps * STEP
        if choose_ladder(team, at).daytime_only == daytime:
            return at
    return None


def rehearse(team: Team, at: datetime, caller: Caller = STRANGER) -> Rehearsal:
    """Return whom a call that comes in at `at` rings and when, if all phones are free and nobody answers."""
    rehearsing = _Rehearsing(team, at, caller)
    rehearsing.play()
    return Rehearsal(
        at, tuple(rehearsing.rings), rehearsing.second(rehearsing.now), rehearsing.contact.offered
    )


class _Rehearsing:
    def __init__(self, team: Team, at: datetime, caller: Caller) -> None:
        self.situation = Situation(team)
        self.began = self.now = at
        self.entries = [*number_entries((receive(team, caller, at),), after=0)]
        self.rings: list[Ringing] = []
        self.ends: dict[str, datetime] = {}  # when each leg that rings gives up
        self._events = count()

    def play(self) -> None:
        """The call has come to the end of its ladder."""
        asks = True  # the carrier, what the caller shall hear next
        for _ in range(MOST_MOMENTS):
            self._take(decide("rehearsal", self.entries, self.situation, self.now, asked=asks))
            contact = self.contact
            if contact.place in (CallerPlace.OFFERED, CallerPlace.TOLD):
                return
            ahead = [at for at in (*self.ends.values(), self._gives_up(contact)) if at and at > self.now]
            if wakes := due(contact, self.now):
                ahead.append(wakes)
            self.now = min(ahead)
            asks = self._pass(contact)
        raise AssertionError("the ladder has no end")

    @property
    def contact(self) -> Contact:
        """The call as it stands."""
        return fold("rehearsal", self.entries)

    def second(self, at: datetime) -> int:
        """Return how many seconds after the call came in that is."""
        return round((at - self.began).total_seconds())

    def _take(self, decided: tuple[Entry, ...]) -> None:
        """The carrier does what was decided: phones ring, in vain."""
        self.entries += decided
        for entry in decided:
            if entry.kind is not Kind.LEG_RUNG or entry.leg is None:
                continue
            contact = self.contact
            leg = contact.leg(entry.leg)
            if leg is None:
                continue
            rings_for = leg.timeout + (DIAL_MARGIN if leg.via is Via.DIAL else 0)
            self.ends[leg.id] = self.now + timedelta(seconds=rings_for)
            self.rings.append(
                Ringing(leg.target, leg.wave, self.second(self.now), self.second(self.ends[leg.id]))
            )
            self._add_fact(Kind.LEG_RINGING, leg.id, sid=f"CA{leg.id}")

    def _pass(self, contact: Contact) -> bool:
        """What has rung out has ended; return whether the carrier asks how to go on with the caller."""
        asks = False
        for leg_id in [leg for leg, at in self.ends.items() if at <= self.now]:
            del self.ends[leg_id]
            self._add_fact(Kind.LEG_ENDED, leg_id, sid=f"CA{leg_id}", status="no-answer")
            asks |= contact.place is CallerPlace.DIALLED and contact.dialled == leg_id
        gives_up = self._gives_up(contact)
        return asks or (gives_up is not None and gives_up <= self.now)

    def _gives_up(self, contact: Contact) -> datetime | None:
        """Return when a waiting caller leaves the queue."""
        return contact.instant(contact.deadline) if contact.place is CallerPlace.QUEUED else None

    def _add_fact(self, kind: Kind, leg: str, **detail: Unpack[Detail]) -> None:
        self.entries.append(
            Entry(0, self.now, kind, leg, detail=detail, event_key=f"event:{next(self._events)}")
        )
