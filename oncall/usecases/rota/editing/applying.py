"""Apply an edit to a team's rota."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from oncall.alerts.team import Team
from oncall.rota.edit import InvalidRota, add_absence, add_override, end_absence, replace_layers
from oncall.rota.model import Absence, Override, Rota
from oncall.usecases.rota.editing.fallbacks import name_for_good
from oncall.usecases.rota.editing.restoring import restore
from oncall.usecases.rota.editing.take_off import take_off
from oncall.usecases.rota.edits import (
    AddAbsence,
    ChangeShift,
    Edit,
    EditRefused,
    EndAbsence,
    Exchange,
    NameFallback,
    Restore,
    SetLayers,
    TakeOff,
    check_interval,
    check_person,
    complete_rotas,
    fresh_id,
    overlaps,
)


def apply_edit(team: Team, edit: Edit, now: datetime) -> Team:
    """Return the team after the edit; raises EditRefused. The past is as it was."""
    try:
        match edit:
            case ChangeShift():
                return _change_shift(team, edit, now)
            case Exchange():
                return _change_shift(_change_shift(team, edit.given, now), edit.returned, now, part=1)
            case SetLayers():
                return _set_layers(team, edit, now)
            case AddAbsence():
                check_person(team, edit.person)
                check_interval(edit.start, edit.end, now)
                away = Absence(fresh_id(team), edit.person, edit.start, edit.end)
                return _each(team, lambda rota: add_absence(rota, away, now))
            case EndAbsence():
                return _each(team, lambda rota: end_absence(rota, edit.absence, now))
            case NameFallback():
                check_person(team, edit.person, "answers")
                return name_for_good(team, edit.tier, edit.person, now)
            case Restore():
                return restore(team, edit.snapshot, now)
            case TakeOff():
                return take_off(team, edit, now)
    except InvalidRota as fault:
        raise EditRefused("form", "invalid") from fault


def _change_shift(team: Team, edit: ChangeShift, now: datetime, part: int = 0) -> Team:
    check_interval(edit.start, edit.end, now)
    rota = complete_rotas(team)[edit.tier]
    if edit.person is None:
        overrides = _without(rota.overrides, edit.start, edit.end, team)
        if overrides == rota.overrides:
            raise EditRefused("person", "nothing_to_end")
        changed = replace(rota, overrides=overrides)
    else:
        check_person(team, edit.person)
        away = [one for one in rota.absences if one.person == edit.person]
        if any(overlaps(one, edit.start, edit.end) for one in away):
            raise EditRefused("person", "absent")
        override = Override(fresh_id(team, part), edit.person, edit.start, edit.end)
        changed = add_override(rota, override, now)
    return replace(team, rotas={**complete_rotas(team), edit.tier: changed})


def _without(
    overrides: Sequence[Override], start: datetime, end: datetime, team: Team
) -> tuple[Override, ...]:
    """Return the overrides with `[start, end)` cut out of them, in their order."""
    remaining: list[Override] = []
    for part, one in enumerate(overrides):
        if one.end <= start or one.start >= end:
            remaining.append(one)
            continue
        if one.start < start:
            remaining.append(replace(one, end=start))
        if one.end > end:
            kept = one.id if one.start >= start else fresh_id(team, part + 1)
            remaining.append(replace(one, id=kept, start=end))
    return tuple(remaining)


def _set_layers(team: Team, edit: SetLayers, now: datetime) -> Team:
    rotas = complete_rotas(team)
    for tier, layers in edit.layers.items():
        for layer in layers:
            for person in layer.participants:
                check_person(team, person)
        rotas[tier] = replace_layers(rotas[tier], layers, now)
    return replace(team, rotas=rotas)


def _each(team: Team, edit: Callable[[Rota], Rota]) -> Team:
    return replace(team, rotas={tier: edit(rota) for tier, rota in complete_rotas(team).items()})
