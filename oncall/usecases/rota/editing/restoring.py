"""Restore an earlier version of a team's rota; the past stays as it was."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from oncall.alerts.team import Team
from oncall.rota.edit import replace_layers
from oncall.rota.model import Absence, Override
from oncall.usecases.rota.editing.snapshots import read_snapshot
from oncall.usecases.rota.edits import EditRefused, complete_rotas, fresh_id

Interval = TypeVar("Interval", Override, Absence)


def restore(team: Team, snapshot: Mapping[str, Any], now: datetime) -> Team:
    """Return the team with the rota ahead as the snapshot has it; raises EditRefused."""
    rotas = {}
    for tier, rota in complete_rotas(team).items():
        layers, overrides, absences, fallbacks = read_snapshot(snapshot, tier)
        if any(person not in team.people for layer in layers for person in layer.participants):
            raise EditRefused("form", "not_in_team")
        restored = replace_layers(rota, layers, now)
        rotas[tier] = replace(
            restored,
            overrides=_replace_ahead(restored.overrides, _of_team(overrides, team), team, now),
            absences=_replace_ahead(restored.absences, _of_team(absences, team), team, now),
            fallbacks=_replace_ahead(restored.fallbacks, _of_team(fallbacks, team), team, now, "gap"),
        )
    return replace(team, rotas=rotas)


def _replace_ahead(
    standing: tuple[Interval, ...],
    wanted: Sequence[Interval],
    team: Team,
    now: datetime,
    origin: str = "page",
) -> tuple[Interval, ...]:
    """Return what is over, followed by what is wanted from now on, in its order."""
    ahead = [one for one in standing if one.end > now]
    still = [one for one in wanted if one.end > now]
    if ahead == still:
        return standing
    over: list[Interval] = [replace(one, end=min(one.end, now)) for one in standing if one.start < now]
    fresh: list[Interval] = [
        replace(one, id=fresh_id(team, part, origin), start=max(one.start, now))
        for part, one in enumerate(still)
    ]
    return tuple(over + fresh)


def _of_team(held: Sequence[Interval], team: Team) -> list[Interval]:
    return [one for one in held if one.person in team.people]
