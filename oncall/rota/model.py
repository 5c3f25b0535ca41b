"""What a rota is made of."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import NewType
from zoneinfo import ZoneInfo

PersonId = NewType("PersonId", str)
"""A staff member's key, unique in the team: "kari"."""


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


@dataclass(frozen=True, slots=True)
class Rota:
    """One tier's rota. Later layers and overrides beat earlier ones; overrides beat layers."""

    tier: Tier
    zone: ZoneInfo
    layers: tuple[Layer, ...] = ()
    overrides: tuple[Override, ...] = ()
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """`[start, end)` with one person on duty, or nobody: a gap."""

    start: datetime  # UTC
    end: datetime  # UTC
    person: PersonId | None  # None: a gap
