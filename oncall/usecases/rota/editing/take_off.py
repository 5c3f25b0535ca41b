"""Take a person off duty and pass their turns and shifts on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from oncall.alerts.team import Team
from oncall.rota.edit import replace_layers
from oncall.rota.model import Layer, Override, Rota
from oncall.usecases.rota.edits import EditRefused, TakeOff, check_person, complete_rotas, fresh_id

_NEVER = datetime.max.replace(tzinfo=UTC)


def take_off(team: Team, edit: TakeOff, now: datetime) -> Team:
    """Return the team without duty for the person from now on; raises EditRefused."""
    if edit.person not in team.people:
        raise EditRefused("person", "not_in_team")
    if edit.successor == edit.person:
        raise EditRefused("successor", "not_in_team")
    if edit.successor is not None:
        check_person(team, edit.successor, "successor")
    others = {key: one for key, one in team.people.items() if key != edit.person}
    if not any(one.is_leader for one in others.values()):
        raise EditRefused("person", "last_leader")
    named = [one for rota in team.rotas.values() for one in rota.fallbacks if one.end > now]
    if edit.successor is None and any(one.person == edit.person for one in named):
        raise EditRefused("successor", "answers_in_gaps")
    rotas = {tier: _without_person(rota, team, edit, now) for tier, rota in complete_rotas(team).items()}
    stays = {} if edit.leaves else {edit.person: replace(team.people[edit.person], on_call=False)}
    return replace(team, people={**others, **stays}, rotas=rotas)


def _without_person(rota: Rota, team: Team, edit: TakeOff, now: datetime) -> Rota:
    """Return the rota without the person in all that is in force, planned or named ahead."""
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
