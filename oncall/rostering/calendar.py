"""What does the rota of some days look like: which cells stand in which row, from where to where?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from oncall.alerts.team import Team
from oncall.rostering.edits import complete_rotas
from oncall.rota.days import holidays_between
from oncall.rota.duty import Held, cut_gap, on_duty, resolve, shifts
from oncall.rota.model import Layer, PersonId, Rota, Shift, Tier
from oncall.rota.wallclock import instant_of

DAY = timedelta(days=1)
WEEK = 7  # days


class View(StrEnum):
    """How much of the rota a page shows."""

    MONTH = "month"
    FORTNIGHT = "fortnight"
    DAY = "day"


class Kind(StrEnum):
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
class Row:
    """Cells side by side, none over another."""

    kind: Kind
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
    rows: tuple[Row, ...]
    slots: int  # how many a day has
    now_at: int | None  # slot of the now line; None: not in these days


@dataclass(frozen=True, slots=True)
class Part:
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


def lay_out(
    team: Team,
    view: View,
    day: date,
    now: datetime,
    special: Mapping[date, str],
    language: str,
    *,
    layers: bool,
    resolved: Held | None = None,
) -> Calendar:
    """Return the rota of the month, the two weeks or the day that `day` lies in."""
    first, count, width = _extent(view, day)
    zone = team.zone
    last = first + (count - 1) * DAY
    start, end = window_of(view, day, zone)
    holidays = holidays_between(first, last, language)
    today = now.astimezone(zone).date()
    slots = 96 if view is View.DAY else 24
    rotas = complete_rotas(team)
    held = resolve(rotas, start, end, resolved)
    whole = {tier: _cells_of(rotas[tier], held[tier], now) for tier in Tier}
    blocks = []
    for offset in range(0, count, width):
        days = tuple(first + (offset + n) * DAY for n in range(width))
        begins, ends = (instant_of(day, time(0), zone) for day in (days[0], days[-1] + DAY))
        grid = _Grid(days[0], width, slots, zone, begins, ends, over=ends <= now)
        heads = tuple(
            DayHead(
                one,
                one.isoweekday() >= 6,
                one == today,
                view is View.MONTH and one.month != day.month,
                holidays.get(one),
                special.get(one),
            )
            for one in days
        )
        rows = [Row(Kind.FINAL, tier, grid.place(whole[tier])) for tier in Tier]
        rows += _beneath(rotas, grid, now, layers=layers)
        now_at = grid.slot(now) if grid.start <= now < grid.end else None
        blocks.append(Block(heads, tuple(rows), slots, now_at))
    return Calendar(view, day, tuple(blocks), start, end, *_neighbours(view, day))


def window_of(view: View, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return which time a page shows."""
    first, count, _ = _extent(view, day)
    return instant_of(first, time(0), zone), instant_of(first + count * DAY, time(0), zone)


def parts_of(block: Block, tier: Tier, day: date, zone: ZoneInfo) -> tuple[Part, ...]:
    """Return who has the tier on one day of the block, in order."""
    start, end = instant_of(day, time(0), zone), instant_of(day + DAY, time(0), zone)
    row = next(row for row in block.rows if row.kind is Kind.FINAL and row.tier is tier)
    return tuple(
        Part(max(cell.start, start), min(cell.end, end), cell, last=cell.end >= end)
        for cell in row.cells
        if cell.start < end and cell.end > start
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    """Days cut into slots by the clock on the wall: also where the clock changes, a day is a day wide."""

    first: date
    days: int
    per_day: int
    zone: ZoneInfo
    start: datetime
    end: datetime
    over: bool  # all of it has been: what goes on is changed in a later one

    def slot(self, at: datetime) -> int:
        local = at.astimezone(self.zone)
        within = (local.hour * 60 + local.minute) * self.per_day // 1440
        slot = (local.date() - self.first).days * self.per_day + within
        return max(0, min(slot, self.days * self.per_day))

    def place(self, cells: Iterable[Cell]) -> tuple[Cell, ...]:
        """Return the cells that lie in these days, each at least a slot wide, side by side.

        Where several share the last slots, those before them give way, so that none is left out.
        """
        inside = [cell for cell in cells if cell.start < self.end and cell.end > self.start]
        slots = self.days * self.per_day
        placed: list[Cell] = []
        free_from = 0
        for following, cell in zip(range(len(inside) - 1, -1, -1), inside, strict=True):
            most = slots - following  # each of those that follow needs a slot
            first = min(max(free_from, self.slot(max(cell.start, self.start))), most - 1)
            last = slots if cell.end >= self.end else self.slot(cell.end)
            span = max(1, min(last, most) - first)
            free_from = first + span
            placed.append(
                Cell(
                    cell.start,
                    cell.end,
                    cell.person,
                    first,
                    span,
                    cell.past or self.over,
                    cell.swapped,
                    cell.fallback,
                )
            )
        return tuple(placed)


def _extent(view: View, day: date) -> tuple[date, int, int]:
    """Return the first day, how many there are, and how many stand side by side."""
    if view is View.DAY:
        return day, 1, 1
    if view is View.FORTNIGHT:
        return day - timedelta(days=day.weekday()), 2 * WEEK, WEEK
    first = day.replace(day=1)
    begins = first - timedelta(days=first.weekday())
    last = (first + 32 * DAY).replace(day=1) - DAY
    return begins, -(-((last - begins).days + 1) // WEEK) * WEEK, WEEK


def _neighbours(view: View, day: date) -> tuple[date, date]:
    if view is View.MONTH:
        first = day.replace(day=1)
        return (first - DAY).replace(day=1), (first + 32 * DAY).replace(day=1)
    step = DAY if view is View.DAY else 2 * WEEK * DAY
    return day - step, day + step


def _cells_of(rota: Rota, held: Sequence[Shift], now: datetime) -> tuple[Cell, ...]:
    """Return the shifts as cells, cut where the layers' own turn changes hands."""
    plain = Rota(rota.tier, rota.zone, rota.layers)
    cells = []
    for shift in held:
        touched = rota.override_spans.at(shift.start) or rota.absence_spans.at(shift.start)
        swapped = bool(touched) and on_duty(plain, shift.start) != shift.person
        for part in cut_gap(rota, shift) if shift.person is None else (shift,):
            fallback = part.person if shift.person is None else None
            past = part.end <= now
            cells.append(Cell(part.start, part.end, shift.person, 0, 0, past, swapped, fallback))
    return tuple(cells)


def _beneath(rotas: Mapping[Tier, Rota], grid: _Grid, now: datetime, *, layers: bool) -> Iterable[Row]:
    for tier, rota in rotas.items():
        spans = [(one.start, one.end, one.person) for one in rota.overrides]
        for lane in _lanes(spans, grid):
            yield Row(Kind.OVERRIDE, tier, grid.place(_interval_cells(lane, now)))
    if layers:
        for tier, rota in rotas.items():
            for layer in reversed(rota.layers):  # the strongest first
                cells = _layer_cells(rota, layer, grid, now)
                if cells:
                    yield Row(Kind.LAYER, tier, grid.place(cells), layer.id)
    away = {one.id: (one.start, one.end, one.person) for rota in rotas.values() for one in rota.absences}
    for lane in _lanes(away.values(), grid):
        yield Row(Kind.ABSENCE, None, grid.place(_interval_cells(lane, now)))


Span = tuple[datetime, datetime, PersonId]


def _lanes(spans: Iterable[Span], grid: _Grid) -> Iterable[list[Span]]:
    """Return the intervals of these days on as few lanes as keep them from lying over each other."""
    lanes: list[list[Span]] = []
    for span in sorted(span for span in spans if span[0] < grid.end and span[1] > grid.start):
        for lane in lanes:
            if lane[-1][1] <= span[0]:
                lane.append(span)
                break
        else:
            lanes.append([span])
    return lanes


def _interval_cells(spans: Iterable[Span], now: datetime) -> Iterable[Cell]:
    return (Cell(start, end, person, 0, 0, end <= now) for start, end, person in spans)


def _layer_cells(rota: Rota, layer: Layer, grid: _Grid, now: datetime) -> list[Cell]:
    alone = Rota(rota.tier, rota.zone, (layer,))
    return [
        Cell(one.start, one.end, one.person, 0, 0, one.end <= now)
        for one in shifts(alone, grid.start, grid.end)
        if one.person is not None
    ]
