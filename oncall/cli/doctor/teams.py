"""Is each team ready: somebody in every tier, and somewhere to ring when we fail?"""

from collections.abc import Iterator
from datetime import datetime

from oncall.alerts.team import Team
from oncall.cli.doctor.findings import DoctorFinding
from oncall.rota.model import Tier
from oncall.usecases.rota.daily_check import HORIZON_DAYS, Shortcoming, explain_finding
from oncall.usecases.rota.daily_check import RotaFinding as Shortfall
from oncall.usecases.team import set_up
from oncall.usecases.team.set_up import Level, Subject

_SAID = {
    (Subject.TEAM, Level.WARNING): "is being set up: on_call is false",
    (Subject.LEADER, Level.ERROR): "nobody has the role: name one",
    (Subject.ROTA, Level.OK): f"nothing is missing in the next {HORIZON_DAYS} days",
    (Subject.LADDER, Level.OK): "rings somebody, for a caller whom nobody knows",
    (Subject.LADDER, Level.ERROR): "rings nobody for a caller whom nobody knows: add duty or everyone",
    (Subject.STATIC_NUMBER, Level.OK): "is set",
    (Subject.STATIC_NUMBER, Level.WARNING): "is not set; LAST_RESORT_NUMBER is rung in its stead",
    (Subject.STATIC_NUMBER, Level.ERROR): "is not set: when we fail, nobody is rung; name one",
}


def examine_team(team: Team, now: datetime, *, last_resort: str | None) -> Iterator[DoctorFinding]:
    """Yield whether the team can take calls in the days ahead."""
    for found in set_up.examine_team(team, now, HORIZON_DAYS, last_resort=last_resort):
        said = _SAID.get((found.subject, found.level))
        if found.shortfall is not None:
            said = _describe(found.shortfall, team)
        if said is not None:
            yield DoctorFinding(found.level, f"{team.slug} {found.subject.replace('_', ' ')}", said)


def _describe(shortfall: Shortfall, team: Team) -> str:
    said = explain_finding(shortfall, team)
    if shortfall.what is Shortcoming.EMPTY_TIER and shortfall.tier is Tier.LEADER:
        said += "; the leader is the last human of the ladder: name one"
    return said
