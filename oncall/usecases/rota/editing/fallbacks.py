"""Name the person who answers in the gaps of a rota."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from oncall.alerts.team import Team
from oncall.rota.consequences import DutyChange
from oncall.rota.model import UNTIL_FURTHER_NOTICE, Override, PersonId, Rota, Tier
from oncall.usecases.rota.edits import EditRefused, check_person, complete_rotas, fresh_id, overlaps


def name_fallback(team: Team, gaps: Sequence[DutyChange], person: PersonId) -> Team:
    """Return the team with somebody named who answers in the gaps; raises EditRefused where they cannot."""
    _check_fallback(team, gaps, person)
    rotas = complete_rotas(team)
    for part, gap in enumerate(gaps):
        rota = rotas[gap.tier]
        number = len(rota.fallbacks) + part  # some may have been restored by this very edit
        one = Override(fresh_id(team, number, "gap"), person, gap.start, gap.end)
        rotas[gap.tier] = replace(rota, fallbacks=(*rota.fallbacks, one))
    return replace(team, rotas=rotas)


def name_lasting_fallback(team: Team, gaps: Sequence[DutyChange], person: PersonId) -> Team:
    """Return the team with somebody who answers in the gaps and in all that come back with the layers.

    Raises EditRefused where they cannot.
    """
    _check_fallback(team, gaps, person)
    first: dict[Tier, datetime] = {}
    for gap in gaps:
        first[gap.tier] = min(gap.start, first.get(gap.tier, gap.start))
    for tier, start in first.items():
        team = name_for_good(team, tier, person, start)
    return team


def lasting_fallback(rota: Rota) -> PersonId | None:
    """Return who answers in every gap of the tier to come, where nobody else is named for it."""
    return next((one.person for one in rota.fallbacks if one.end == UNTIL_FURTHER_NOTICE), None)


def name_for_good(team: Team, tier: Tier, person: PersonId, start: datetime) -> Team:
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


def _check_fallback(team: Team, gaps: Sequence[DutyChange], person: PersonId) -> None:
    check_person(team, person, "fallback")
    for gap in gaps:
        away = [one for one in complete_rotas(team)[gap.tier].absences if one.person == person]
        if any(overlaps(one, gap.start, gap.end) for one in away):
            raise EditRefused("fallback", "absent")
