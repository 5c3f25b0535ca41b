"""How a rota is changed without changing its past."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count, takewhile
from typing import TypeVar

from oncall.rota.model import Absence, Layer, Override, Rota
from oncall.rota.wallclock import instant_of, utc

Interval = TypeVar("Interval", Override, Absence)


class InvalidRota(Exception):
    """The edit breaks a rule of the rota; the message says which, and nothing was changed."""


def first_instant(layer: Layer, rota: Rota) -> datetime:
    """Return the instant, in UTC, at which the first participant's first turn begins."""
    return instant_of(layer.first_handover, layer.handover_time, rota.zone)


def replace_layers(rota: Rota, wanted: Sequence[Layer], now: datetime) -> Rota:
    """Return the rota with `wanted` as its layers, the lowest first; its past is as it was.

    1. Where the layers that stand, or are planned, say just that, the very same rota is returned.
       Identifiers and times of force do not count in this comparison.
    2. The change takes effect now or, where every new layer begins later, with the first of them: what
       is in force stays so until then, and a rota planned ahead leaves no gap.
    3. Layers wanted as they are, from the lowest up, are left alone; the others are retired when the
       change takes effect, and successors with identifiers of their own appended. A change planned
       earlier and not yet begun is dropped.

    Raise InvalidRota where a layer has no participants, a turn is shorter than a day, or hours never open.
    """
    now = utc(now)
    for layer in wanted:
        _check_layer(layer)
    planned = [layer for layer in rota.layers if layer.retired_at is None]
    if [_substance(layer) for layer in planned] == [_substance(layer) for layer in wanted]:
        return rota
    in_force = tuple(reversed(rota.layer_spans.at(now)))
    beginnings = [
        first_instant(layer, rota) for layer in wanted if _substance(layer) not in map(_substance, in_force)
    ]
    effective = max(now, min(beginnings, default=now))

    unchanged = _in_common(in_force, wanted)
    kept, outgoing = in_force[:unchanged], in_force[unchanged:]
    remaining: list[Layer] = []
    for layer in rota.layers:  # in their order, which is their precedence in the past as well
        if layer in kept:
            remaining.append(replace(layer, retired_at=None))
        elif layer in outgoing and layer.effective_from < effective:
            remaining.append(replace(layer, retired_at=effective))
        elif layer.retired_at is not None and layer.retired_at <= now:
            remaining.append(layer)
    successors = _successors(rota, wanted[unchanged:], effective)
    return replace(rota, layers=(*remaining, *successors))


def add_override(rota: Rota, override: Override, now: datetime) -> Rota:
    """Return the rota with an override above all earlier ones.

    Raise InvalidRota where it ends before it starts, starts in the past, or its identifier is taken.
    """
    _check_future(override.start, override.end, now)
    _check_free(override.id, [other.id for other in rota.overrides])
    return replace(rota, overrides=(*rota.overrides, override))


def end_override(rota: Rota, override_id: str, now: datetime) -> Rota:
    """Return the rota without what is left of an override: cut off now, or dropped if not yet begun.

    Raise InvalidRota where there is none of that identifier, or it is over.
    """
    return replace(rota, overrides=_ended(rota.overrides, override_id, now))


def add_absence(rota: Rota, absence: Absence, now: datetime) -> Rota:
    """Return the rota with an absence; a person's absence is to be added to every tier's rota.

    Raise InvalidRota where it ends before it starts, starts in the past, or its identifier is taken.
    """
    _check_future(absence.start, absence.end, now)
    _check_free(absence.id, [other.id for other in rota.absences])
    return replace(rota, absences=(*rota.absences, absence))


def end_absence(rota: Rota, absence_id: str, now: datetime) -> Rota:
    """Return the rota with a person back from an absence now, or the absence dropped if not yet begun.

    Raise InvalidRota where there is none of that identifier, or it is over.
    """
    return replace(rota, absences=_ended(rota.absences, absence_id, now))


def _substance(layer: Layer) -> Layer:
    """Return what a layer says, without what only the record knows: identifier and time of force."""
    return replace(layer, id="", effective_from=datetime.min.replace(tzinfo=UTC), retired_at=None)


def _in_common(standing: Sequence[Layer], wanted: Sequence[Layer]) -> int:
    """Return how many layers, from the lowest up, say the same in both."""
    same = (_substance(old) == _substance(new) for old, new in zip(standing, wanted, strict=False))
    return sum(1 for _ in takewhile(bool, same))


def _successors(rota: Rota, wanted: Sequence[Layer], effective: datetime) -> tuple[Layer, ...]:
    taken = {layer.id for layer in rota.layers}
    fresh = (name for number in count(1) if (name := f"{rota.tier}-{number}") not in taken)
    return tuple(
        replace(layer, id=next(fresh), effective_from=effective, retired_at=None) for layer in wanted
    )


def _check_layer(layer: Layer) -> None:
    if not layer.participants:
        raise InvalidRota("a layer needs at least one participant")
    if layer.turn_days < 1:
        raise InvalidRota(f"a turn lasts at least one day, not {layer.turn_days}")
    if layer.lengths and (len(layer.lengths) != len(layer.participants) or min(layer.lengths) < 1):
        raise InvalidRota("uneven turns need a length of at least one day for each participant")
    if any(not window.days for window in layer.only):
        raise InvalidRota("hours without a weekday never open")


def _check_future(start: datetime, end: datetime, now: datetime) -> None:
    if utc(end) <= utc(start):
        raise InvalidRota(f"the end, {end.isoformat()}, is not after the start, {start.isoformat()}")
    if utc(start) < utc(now):
        raise InvalidRota(f"the start, {start.isoformat()}, lies in the past, which cannot be changed")


def _check_free(new_id: str, taken: Sequence[str]) -> None:
    if new_id in taken:
        raise InvalidRota(f"the identifier {new_id} is already in use")


def _ended(held: tuple[Interval, ...], held_id: str, now: datetime) -> tuple[Interval, ...]:
    now = utc(now)
    ends = [one.end for one in held if one.id == held_id]
    if not ends:
        raise InvalidRota(f"there is nothing with the identifier {held_id}")
    if ends[0] <= now:
        raise InvalidRota(f"{held_id} ended at {ends[0].isoformat()}; the past cannot be changed")
    return tuple(
        replace(one, end=now) if one.id == held_id else one
        for one in held
        if one.id != held_id or one.start < now
    )
