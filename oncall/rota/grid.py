"""Place the shifts of a rota in the cells of its calendar."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from oncall.rota.calendar import CalendarRow, Cell, RowKind
from oncall.rota.duty import cut_gap, on_duty, shifts
from oncall.rota.model import Layer, PersonId, Rota, Shift, Tier


@dataclass(frozen=True, slots=True)
class Grid:
    """Days cut into slots by the wall clock: a day is a day wide, also where the clock changes."""

    first: date
    days: int
    per_day: int
    zone: ZoneInfo
    start: datetime
    end: datetime
    over: bool  # all of it has been: what goes on is changed in a later one

    def slot(self, at: datetime) -> int:
        """Return the slot in which an instant lies; the nearest one where it lies outside."""
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


def cells_of(rota: Rota, held: Sequence[Shift], now: datetime) -> tuple[Cell, ...]:
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


def rows_beneath(
    rotas: Mapping[Tier, Rota], grid: Grid, now: datetime, *, layers: bool
) -> Iterable[CalendarRow]:
    """Yield the rows below the tiers: overrides, layers if they are wanted, and absences."""
    for tier, rota in rotas.items():
        spans = [(one.start, one.end, one.person) for one in rota.overrides]
        for lane in _lanes(spans, grid):
            yield CalendarRow(RowKind.OVERRIDE, tier, grid.place(_interval_cells(lane, now)))
    if layers:
        for tier, rota in rotas.items():
            for layer in reversed(rota.layers):  # the strongest first
                cells = _layer_cells(rota, layer, grid, now)
                if cells:
                    yield CalendarRow(RowKind.LAYER, tier, grid.place(cells), layer.id)
    away = {one.id: (one.start, one.end, one.person) for rota in rotas.values() for one in rota.absences}
    for lane in _lanes(away.values(), grid):
        yield CalendarRow(RowKind.ABSENCE, None, grid.place(_interval_cells(lane, now)))


Span = tuple[datetime, datetime, PersonId]


def _lanes(spans: Iterable[Span], grid: Grid) -> Iterable[list[Span]]:
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


def _layer_cells(rota: Rota, layer: Layer, grid: Grid, now: datetime) -> list[Cell]:
    alone = Rota(rota.tier, rota.zone, (layer,))
    return [
        Cell(one.start, one.end, one.person, 0, 0, one.end <= now)
        for one in shifts(alone, grid.start, grid.end)
        if one.person is not None
    ]
