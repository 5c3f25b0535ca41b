"""What a rota is made of."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import cached_property
from typing import NewType
from zoneinfo import ZoneInfo

from oncall.rota.spans import Spans

PersonId = NewType("PersonId", str)
"""A staff member's key, unique in the team: "kari"."""


LONGEST_TURN = 366  # days that one participant may serve in a row
UNTIL_FURTHER_NOTICE = datetime(2200, 1, 1, tzinfo=UTC)
"""The end of what has none: of a fallback for gaps that come back with the layers."""


class Tier(StrEnum):
    """The three rotas that every team has, in the order in which a call climbs them."""

    DUTY = "duty"
    BACKUP = "backup"
    LEADER = "leader"


class Weekday(StrEnum):
    """A day's name as team files spell it; `list(Weekday)[day.weekday()]` is a date's own."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


@dataclass(frozen=True, slots=True)
class WeeklyWindow:
    """Wall-clock hours on some weekdays; `until` at or before `start` means the next day."""

    days: frozenset[Weekday]  # the days on which the window opens
    start: time
    until: time


@dataclass(frozen=True, slots=True)
class Layer:
    """A repeating rotation: participants take turns, changing at the handover's wall-clock time."""

    id: str
    participants: tuple[PersonId, ...]
    first_handover: date  # the local day on which the first participant's first turn begins
    handover_time: time  # wall-clock time of every handover, in the team's zone
    turn_days: int  # length of one turn, in days
    effective_from: datetime  # UTC; before it the layer counts for nothing
    retired_at: datetime | None = None  # UTC; None while in force
    only: tuple[WeeklyWindow, ...] = ()  # empty: at all hours
    lengths: tuple[int, ...] = ()  # days of each participant's own turn; empty: turn_days for all


@dataclass(frozen=True, slots=True)
class Override:
    """One person instead of whoever the layers name, for `[start, end)`."""

    id: str
    person: PersonId
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Absence:
    """A person cannot serve in any tier during `[start, end)`."""

    id: str
    person: PersonId
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Rota:
    """One tier's rota. Later layers and overrides beat earlier ones; overrides beat layers.

    Without slots, so that a rota can keep an index of its own parts: a rota of ten years is asked
    many times and must answer without looking at every override.
    """

    tier: Tier
    zone: ZoneInfo
    layers: tuple[Layer, ...] = ()
    overrides: tuple[Override, ...] = ()
    absences: tuple[Absence, ...] = ()
    fallbacks: tuple[Override, ...] = ()  # who answers where nobody has the tier: a gap that was agreed to

    @cached_property
    def layer_spans(self) -> Spans[Layer]:
        """The layers by the time for which they are in force."""
        return Spans((layer.effective_from, layer.retired_at, layer) for layer in self.layers)

    @cached_property
    def override_spans(self) -> Spans[Override]:
        """The overrides by their time."""
        return Spans((override.start, override.end, override) for override in self.overrides)

    @cached_property
    def absence_spans(self) -> Spans[Absence]:
        """The absences by their time."""
        return Spans((absence.start, absence.end, absence) for absence in self.absences)

    @cached_property
    def fallback_spans(self) -> Spans[Override]:
        """The fallbacks by their time."""
        return Spans((one.start, one.end, one) for one in self.fallbacks)


@dataclass(frozen=True, slots=True)
class Shift:
    """`[start, end)` with one person on duty, or nobody: a gap."""

    start: datetime  # UTC
    end: datetime  # UTC
    person: PersonId | None  # None: a gap


@dataclass(frozen=True, slots=True)
class Handover:
    """The instant at which duty changes hands."""

    at: datetime  # UTC
    leaving: PersonId | None  # None: nobody was on duty
    taking: PersonId | None  # None: nobody will be on duty
