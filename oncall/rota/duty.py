"""Who is on duty, and when duty changes hands."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

from oncall.rota.model import Handover, Layer, PersonId, Rota, Shift, Tier
from oncall.rota.wallclock import instant_of, is_open, opening, utc

ShiftsByTier = Mapping[Tier, Sequence[Shift]]
"""Shifts of several tiers that tile one window."""

_DAY = timedelta(days=1)
_MONTH = timedelta(days=31)
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def on_duty(rota: Rota, at: datetime) -> PersonId | None:
    """Return who is on duty at an instant, None in a gap; raise ValueError for a time without zone.

    The latest override decides, then the latest layer. Whoever is absent is passed over, and what
    lies beneath decides: the turn of an absent person does not go to the layer's next participant.
    """
    moment = utc(at)
    absent = {absence.person for absence in rota.absence_spans.at(moment)}
    for override in rota.override_spans.at(moment):
        if override.person not in absent:
            return override.person
    for layer in rota.layer_spans.at(moment):
        person = _on_turn(layer, rota, moment)
        if person is not None and person not in absent:
            return person
    return None


def answers(rota: Rota, at: datetime) -> PersonId | None:
    """Return whom the tier's phone is at an instant: who is on duty or, in a gap, its fallback.

    A fallback does not close the gap: it stays one, and is warned of.
    """
    person = on_duty(rota, at)
    return fallback_in(rota, at) if person is None else person


def fallback_in(rota: Rota, at: datetime) -> PersonId | None:
    """Return who is named to answer if nobody is on duty then; the latest who is not absent."""
    moment = utc(at)
    absent = {absence.person for absence in rota.absence_spans.at(moment)}
    return next((one.person for one in rota.fallback_spans.at(moment) if one.person not in absent), None)


def cut_gaps(rota: Rota, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """Return the gaps of the window, each cut by who answers in it."""
    return tuple(part for gap in gaps(rota, start, end) for part in cut_gap(rota, gap))


def cut_gap(rota: Rota, gap: Shift) -> tuple[Shift, ...]:
    """Return the parts that tile a gap, each with who is named to answer in it, None where nobody is."""
    if not rota.fallbacks:
        return (gap,)
    edges = {*rota.fallback_spans.edges, *rota.absence_spans.edges}
    return _tile(gap.start, gap.end, edges, lambda at: fallback_in(rota, at))


def shifts(rota: Rota, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """Return the shifts that tile `[start, end)`; a gap is a shift with nobody.

    Neighbours differ in their person: two turns running of one person are one shift, whichever
    layers and overrides they come from. Shifts that reach beyond the window are cut at its edges.
    Raise ValueError where `end` is before `start`.
    """
    start, end = utc(start), utc(end)
    if end < start:
        raise ValueError(f"the window ends at {end.isoformat()}, before it starts at {start.isoformat()}")
    return _tile(start, end, _edges(rota, start, end), lambda at: on_duty(rota, at))


def clip(held: Sequence[Shift], start: datetime, end: datetime) -> tuple[Shift, ...]:
    """Return the shifts of `[start, end)` out of those of a longer window, as `shifts` would resolve them."""
    start, end = utc(start), utc(end)
    return tuple(
        shift
        if start <= shift.start and shift.end <= end
        else Shift(max(shift.start, start), min(shift.end, end), shift.person)
        for shift in held
        if shift.start < end and shift.end > start
    )


def widen(rota: Rota, part: Shift, reach: timedelta = _MONTH) -> Shift:
    """Return what a window has cut `part` from, a shift or a gap: whole, or `reach` further either way."""
    held = shifts(rota, part.start - reach, part.end + reach)
    return next(shift for shift in held if shift.start <= part.start < shift.end)


def resolve(
    rotas: Mapping[Tier, Rota], start: datetime, end: datetime, held: ShiftsByTier | None = None
) -> dict[Tier, tuple[Shift, ...]]:
    """Return the shifts of each tier in `[start, end)`, out of `held` where a longer window is resolved."""
    return {
        tier: shifts(rota, start, end) if held is None else clip(held[tier], start, end)
        for tier, rota in rotas.items()
    }


def _tile(
    start: datetime, end: datetime, edges: Iterable[datetime], who: Callable[[datetime], PersonId | None]
) -> tuple[Shift, ...]:
    inside = sorted({edge for edge in edges if start < edge < end})
    found: list[Shift] = []
    for begins, ends in zip([start, *inside], [*inside, end], strict=True):
        person = who(begins)
        if found and found[-1].person == person:
            found[-1] = Shift(found[-1].start, ends, person)
        elif begins < ends:
            found.append(Shift(begins, ends, person))
    return tuple(found)


def gaps(rota: Rota, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """Return the shifts of `[start, end)` that nobody has."""
    return tuple(shift for shift in shifts(rota, start, end) if shift.person is None)


def next_handover(rota: Rota, at: datetime, horizon: timedelta = timedelta(days=366)) -> Handover | None:
    """Return when duty next changes hands after `at`, None if it does not within the horizon."""
    leaving = on_duty(rota, at)
    start = utc(at)
    last = start + horizon
    while start < last:
        end = min(start + _MONTH, last)  # a month at a time: mostly the first one tells
        for shift in shifts(rota, start, end):
            if shift.person != leaving:
                return Handover(shift.start, leaving, shift.person)
        start = end
    return None


def _on_turn(layer: Layer, rota: Rota, moment: datetime) -> PersonId | None:
    """Return whose turn it is in a layer that is in force; None before its start or outside its hours."""
    if not layer.participants or not _admits(layer, rota, moment):
        return None
    # Counting by the local date is at most one turn wrong: on the day of a handover it may not
    # have come yet, and it may be over where the clock was put back past midnight.
    today = moment.astimezone(rota.zone).date()
    turn = _turn_on(layer, today)
    if moment < _handover(layer, turn, rota):
        turn -= 1
    elif moment >= _handover(layer, turn + 1, rota):
        turn += 1
    return layer.participants[turn % len(layer.participants)] if turn >= 0 else None


def _handover(layer: Layer, turn: int, rota: Rota) -> datetime:
    return instant_of(_first_day(layer, turn), layer.handover_time, rota.zone)


def _turn_on(layer: Layer, day: date) -> int:
    """Return the number of the turn that begins on a day or has begun before; negative before the first."""
    days = (day - layer.first_handover).days
    if not layer.lengths:
        return days // layer.turn_days
    ends = list(accumulate(layer.lengths))
    rounds, within = divmod(days, ends[-1])
    return rounds * len(ends) + bisect_right(ends, within)


def _first_day(layer: Layer, turn: int) -> date:
    if not layer.lengths:
        return layer.first_handover + timedelta(days=turn * layer.turn_days)
    rounds, passed = divmod(turn, len(layer.lengths))
    return layer.first_handover + timedelta(days=rounds * sum(layer.lengths) + sum(layer.lengths[:passed]))


def _admits(layer: Layer, rota: Rota, moment: datetime) -> bool:
    return not layer.only or any(is_open(window, moment, rota.zone) for window in layer.only)


def _edges(rota: Rota, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield every instant from `start` to `end` at which duty may change hands, and a few besides."""
    yield from rota.absence_spans.edges
    yield from rota.override_spans.edges
    yield from rota.layer_spans.edges
    for layer in rota.layers:
        begins = max(start, layer.effective_from)
        ends = min(end, layer.retired_at or _END_OF_TIME)
        if begins < ends:
            yield from _layer_edges(layer, rota, begins, ends)


def _layer_edges(layer: Layer, rota: Rota, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the handovers of a layer from `start` to `end`, and where its hours begin and end."""
    day = start.astimezone(rota.zone).date() - _DAY  # whose window may run past midnight
    last = end.astimezone(rota.zone).date() + _DAY
    while day <= last:
        if _first_day(layer, _turn_on(layer, day)) == day:
            yield instant_of(day, layer.handover_time, rota.zone)
        for window in layer.only:
            yield from opening(window, day, rota.zone) or ()
        day += _DAY
