"""The calendar of a rota: blocks of days, rows and cells."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from oncall.rota.model import PersonId, Tier
from oncall.rota.wallclock import instant_of

DAY = timedelta(days=1)
WEEK = 7  # days


class View(StrEnum):
    """How much of the rota a page shows."""

    MONTH = "month"
    FORTNIGHT = "fortnight"
    DAY = "day"


class RowKind(StrEnum):
    """What a row of the rota tells."""

    FINAL = "final"  # who has the tier, everything considered
    OVERRIDE = "override"
    LAYER = "layer"
    ABSENCE = "absence"


@dataclass(frozen=True, slots=True)
class Cell:
    """One person, or nobody, for some time in a row."""

    start: datetime  # UTC; the whole of it, also where the block cuts it
    end: datetime
    person: PersonId | None  # None: a gap
    first: int  # slot of the block in which it begins
    span: int  # slots
    past: bool  # over: it cannot be changed any more
    swapped: bool = False  # somebody else than the layers name
    fallback: PersonId | None = None  # who answers in the gap


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """Cells side by side, none over another."""

    kind: RowKind
    tier: Tier | None  # None: absences hold in every tier
    cells: tuple[Cell, ...]
    layer: str | None = None  # its id


@dataclass(frozen=True, slots=True)
class DayHead:
    """A day of the calendar."""

    day: date
    weekend: bool
    today: bool
    outside: bool  # of another month than the one shown
    holiday: str | None
    special: str | None


@dataclass(frozen=True, slots=True)
class Block:
    """Some days side by side, as wide as the page: a week, or one day."""

    days: tuple[DayHead, ...]
    rows: tuple[CalendarRow, ...]
    slots: int  # how many a day has
    now_at: int | None  # slot of the now line; None: not in these days


@dataclass(frozen=True, slots=True)
class ShiftPart:
    """What of a shift lies on one day."""

    start: datetime
    end: datetime
    shift: Cell
    last: bool  # ends with the day


@dataclass(frozen=True, slots=True)
class Calendar:
    """The rota of some days."""

    view: View
    day: date  # in the month, in the first week, or the very one
    blocks: tuple[Block, ...]
    start: datetime
    end: datetime
    earlier: date
    later: date


def window_of(view: View, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first and the last instant that a page shows."""
    first, count, _ = extent_of(view, day)
    return instant_of(first, time(0), zone), instant_of(first + count * DAY, time(0), zone)


def extent_of(view: View, day: date) -> tuple[date, int, int]:
    """Return the first day, how many there are, and how many stand side by side."""
    if view is View.DAY:
        return day, 1, 1
    if view is View.FORTNIGHT:
        return day - timedelta(days=day.weekday()), 2 * WEEK, WEEK
    first = day.replace(day=1)
    begins = first - timedelta(days=first.weekday())
    last = (first + 32 * DAY).replace(day=1) - DAY
    return begins, -(-((last - begins).days + 1) // WEEK) * WEEK, WEEK


def neighbours_of(view: View, day: date) -> tuple[date, date]:
    """Return the days that the pages before and after show."""
    if view is View.MONTH:
        first = day.replace(day=1)
        return (first - DAY).replace(day=1), (first + 32 * DAY).replace(day=1)
    step = DAY if view is View.DAY else 2 * WEEK * DAY
    return day - step, day + step


def parts_of(block: Block, tier: Tier, day: date, zone: ZoneInfo) -> tuple[ShiftPart, ...]:
    """Return who has the tier on one day of the block, in order."""
    start, end = instant_of(day, time(0), zone), instant_of(day + DAY, time(0), zone)
    row = next(row for row in block.rows if row.kind is RowKind.FINAL and row.tier is tier)
    return tuple(
        ShiftPart(max(cell.start, start), min(cell.end, end), cell, last=cell.end >= end)
        for cell in row.cells
        if cell.start < end and cell.end > start
    )
