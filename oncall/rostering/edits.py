"""What can be edited in a team's rota, and what does the team become by it?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from oncall.alerts.team import Role, Team
from oncall.rostering.snapshot import read_snapshot
from oncall.rota.consequences import Change
from oncall.rota.edit import InvalidRota, add_absence, add_override, end_absence, replace_layers
from oncall.rota.model import UNTIL_FURTHER_NOTICE, Absence, Layer, Override, PersonId, Rota, Tier

Held = TypeVar("Held", Override, Absence)

_NEVER = datetime.max.replace(tzinfo=UTC)


class EditRefused(Exception):
    """The edit cannot be made; nothing has changed. `field` is that of the form, `why` a code."""

    def __init__(self, field: str, why: str) -> None:
        """Say which field of the form is at fault, and why."""
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


@dataclass(frozen=True, slots=True)
class ChangeShift:
    """One person has a tier for `[start, end)`; None: whoever the layers name."""

    tier: Tier
    start: datetime
    end: datetime
    person: PersonId | None


@dataclass(frozen=True, slots=True)
class SetLayers:
    """The tiers' layers are these from now on, or from their first handover; other tiers stay."""

    layers: Mapping[Tier, tuple[Layer, ...]]


@dataclass(frozen=True, slots=True)
class AddAbsence:
    """A person cannot serve for `[start, end)`."""

    person: PersonId
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class EndAbsence:
    """A person is back now, or will not be away after all."""

    absence: str


@dataclass(frozen=True, slots=True)
class Restore:
    """The rota ahead is again as a snapshot has it; the past stays."""

    snapshot: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NameFallback:
    """From now on, until somebody else is named, this person answers where nobody has the tier."""

    tier: Tier
    person: PersonId


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two people take each other's shift: both changes are made, or neither."""

    given: ChangeShift
    returned: ChangeShift


@dataclass(frozen=True, slots=True)
class TakeOff:
    """A person has no duty from now on, and is never rung; if they leave, they are of the team no more."""

    person: PersonId
    leaves: bool
    successor: PersonId | None  # who has their turns instead; None: the others, in their order


Edit = ChangeShift | Exchange | SetLayers | AddAbsence | EndAbsence | Restore | NameFallback | TakeOff


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
                _check_person(team, edit.person)
                _check_interval(edit.start, edit.end, now)
                away = Absence(fresh_id(team), edit.person, edit.start, edit.end)
                return _each(team, lambda rota: add_absence(rota, away, now))
            case EndAbsence():
                return _each(team, lambda rota: end_absence(rota, edit.absence, now))
            case NameFallback():
                _check_person(team, edit.person, "answers")
                return _name_for_good(team, edit.tier, edit.person, now)
            case Restore():
                return _restore(team, edit.snapshot, now)
            case TakeOff():
                return _take_off(team, edit, now)
    except InvalidRota as fault:
        raise EditRefused("form", "invalid") from fault


def name_fallback(team: Team, gaps: Sequence[Change], person: PersonId) -> Team:
    """Return the team with somebody named who answers in the gaps; raises EditRefused where they cannot."""
    _check_fallback(team, gaps, person)
    rotas = complete_rotas(team)
    for part, gap in enumerate(gaps):
        rota = rotas[gap.tier]
        number = len(rota.fallbacks) + part  # some may have been restored by this very edit
        one = Override(fresh_id(team, number, "gap"), person, gap.start, gap.end)
        rotas[gap.tier] = replace(rota, fallbacks=(*rota.fallbacks, one))
    return replace(team, rotas=rotas)


def name_lasting_fallback(team: Team, gaps: Sequence[Change], person: PersonId) -> Team:
    """Return the team with somebody who answers in the gaps and in all that come back with the layers.

    Raises EditRefused where they cannot.
    """
    _check_fallback(team, gaps, person)
    first: dict[Tier, datetime] = {}
    for gap in gaps:
        first[gap.tier] = min(gap.start, first.get(gap.tier, gap.start))
    for tier, start in first.items():
        team = _name_for_good(team, tier, person, start)
    return team


def lasting_fallback(rota: Rota) -> PersonId | None:
    """Return who answers in every gap of the tier to come, where nobody else is named for it."""
    return next((one.person for one in rota.fallbacks if one.end == UNTIL_FURTHER_NOTICE), None)


def fresh_id(team: Team, part: int = 0, origin: str = "page") -> str:
    """Return an identifier that nothing of the team has: its version rises with every edit."""
    return f"{origin}-{team.version + 1}-{part}"


def complete_rotas(team: Team) -> dict[Tier, Rota]:
    """Return the three rotas, empty ones for tiers that have none."""
    return {tier: team.rotas.get(tier) or Rota(tier, team.zone) for tier in Tier}


def _check_fallback(team: Team, gaps: Sequence[Change], person: PersonId) -> None:
    _check_person(team, person, "fallback")
    for gap in gaps:
        away = [one for one in complete_rotas(team)[gap.tier].absences if one.person == person]
        if any(_meet(one, gap.start, gap.end) for one in away):
            raise EditRefused("fallback", "absent")


def _name_for_good(team: Team, tier: Tier, person: PersonId, start: datetime) -> Team:
    """Return the team with one fallback without an end, beneath those that are named for single gaps."""
    rota = complete_rotas(team)[tier]
    before = [
        replace(one, end=start) if one.end == UNTIL_FURTHER_NOTICE else one
        for one in rota.fallbacks
        if one.end != UNTIL_FURTHER_NOTICE or one.start < start
    ]
    lasting = Override(fresh_id(team, 0, "gaps"), person, start, UNTIL_FURTHER_NOTICE)
    rota = replace(rota, fallbacks=(lasting, *before))
    return replace(team, rotas={**complete_rotas(team), tier: rota})


def _change_shift(team: Team, edit: ChangeShift, now: datetime, part: int = 0) -> Team:
    _check_interval(edit.start, edit.end, now)
    rota = complete_rotas(team)[edit.tier]
    if edit.person is None:
        overrides = _without(rota.overrides, edit.start, edit.end, team)
        if overrides == rota.overrides:
            raise EditRefused("person", "nothing_to_end")
        changed = replace(rota, overrides=overrides)
    else:
        _check_person(team, edit.person)
        away = [one for one in rota.absences if one.person == edit.person]
        if any(_meet(one, edit.start, edit.end) for one in away):
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
                _check_person(team, person)
        rotas[tier] = replace_layers(rotas[tier], layers, now)
    return replace(team, rotas=rotas)


def _restore(team: Team, snapshot: Mapping[str, Any], now: datetime) -> Team:
    rotas = {}
    for tier, rota in complete_rotas(team).items():
        layers, overrides, absences, fallbacks = read_snapshot(snapshot, tier)
        if any(person not in team.people for layer in layers for person in layer.participants):
            raise EditRefused("form", "not_in_team")
        restored = replace_layers(rota, layers, now)
        rotas[tier] = replace(
            restored,
            overrides=_again(restored.overrides, _of_team(overrides, team), team, now),
            absences=_again(restored.absences, _of_team(absences, team), team, now),
            fallbacks=_again(restored.fallbacks, _of_team(fallbacks, team), team, now, "gap"),
        )
    return replace(team, rotas=rotas)


def _take_off(team: Team, edit: TakeOff, now: datetime) -> Team:
    if edit.person not in team.people:
        raise EditRefused("person", "not_in_team")
    if edit.successor == edit.person:
        raise EditRefused("successor", "not_in_team")
    if edit.successor is not None:
        _check_person(team, edit.successor, "successor")
    others = {key: one for key, one in team.people.items() if key != edit.person}
    if not any(Role.LEADER in one.roles for one in others.values()):
        raise EditRefused("person", "last_leader")
    named = [one for rota in team.rotas.values() for one in rota.fallbacks if one.end > now]
    if edit.successor is None and any(one.person == edit.person for one in named):
        raise EditRefused("successor", "answers_in_gaps")
    rotas = {tier: _without_person(rota, team, edit, now) for tier, rota in complete_rotas(team).items()}
    stays = {} if edit.leaves else {edit.person: replace(team.people[edit.person], on_call=False)}
    return replace(team, people={**others, **stays}, rotas=rotas)


def _without_person(rota: Rota, team: Team, edit: TakeOff, now: datetime) -> Rota:
    """Return the rota with the person out of whatever is in force, planned or named ahead."""
    in_force = [one for one in rota.layers if one.effective_from <= now < (one.retired_at or _NEVER)]
    planned = [one for one in rota.layers if one.retired_at is None]
    rota = replace_layers(rota, _replace_in(in_force, edit), now)
    if planned != in_force:  # a change that is to come: it stays to come, without the person
        rota = replace_layers(rota, _replace_in(planned, edit), now)
    return replace(
        rota,
        overrides=_pass_on(rota.overrides, team, edit, now, f"{rota.tier}-page"),
        fallbacks=_pass_on(rota.fallbacks, team, edit, now, f"{rota.tier}-gap"),
    )


def _replace_in(layers: Sequence[Layer], edit: TakeOff) -> tuple[Layer, ...]:
    """Return the layers with the successor in the person's place, or with the others closing up."""
    changed = []
    for layer in layers:
        lengths = layer.lengths or (layer.turn_days,) * len(layer.participants)
        turns = [
            (edit.successor if one == edit.person else one, days)
            for one, days in zip(layer.participants, lengths, strict=True)
        ]
        kept = [(one, days) for one, days in turns if one is not None]
        if kept:
            people, days_each = zip(*kept, strict=True)
            changed.append(replace(layer, participants=people, lengths=days_each if layer.lengths else ()))
    return tuple(changed)


def _pass_on(
    held: Sequence[Override], team: Team, edit: TakeOff, now: datetime, origin: str
) -> tuple[Override, ...]:
    """Return what was, and what is ahead with the successor in the person's stead, or left out."""
    remaining: list[Override] = []
    for part, one in enumerate(held):
        if one.person != edit.person or one.end <= now:
            remaining.append(one)
            continue
        if one.start < now:
            remaining.append(replace(one, end=now))
        if edit.successor is not None:
            begins, fresh = max(one.start, now), fresh_id(team, part, origin)
            remaining.append(Override(fresh, edit.successor, begins, one.end))
    return tuple(remaining)


def _again(
    standing: tuple[Held, ...], wanted: Sequence[Held], team: Team, now: datetime, origin: str = "page"
) -> tuple[Held, ...]:
    """Return what is over, and from now on just what is wanted, in its order."""
    ahead = [one for one in standing if one.end > now]
    still = [one for one in wanted if one.end > now]
    if ahead == still:
        return standing
    over: list[Held] = [replace(one, end=min(one.end, now)) for one in standing if one.start < now]
    anew: list[Held] = [
        replace(one, id=fresh_id(team, part, origin), start=max(one.start, now))
        for part, one in enumerate(still)
    ]
    return tuple(over + anew)


def _of_team(held: Sequence[Held], team: Team) -> list[Held]:
    return [one for one in held if one.person in team.people]


def _each(team: Team, edit: Callable[[Rota], Rota]) -> Team:
    return replace(team, rotas={tier: edit(rota) for tier, rota in complete_rotas(team).items()})


def _check_person(team: Team, person: PersonId, field: str = "person") -> None:
    if person not in team.people:
        raise EditRefused(field, "not_in_team")
    if not team.people[person].on_call:
        raise EditRefused(field, "not_on_call")


def _meet(one: Override | Absence, start: datetime, end: datetime) -> bool:
    return one.start < end and one.end > start


def _check_interval(start: datetime, end: datetime, now: datetime) -> None:
    if end <= start:
        raise EditRefused("to", "end_before_start")
    if start < now:
        raise EditRefused("from", "past")
