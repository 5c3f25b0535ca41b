"""Is each team ready: somebody in every tier, and somewhere to ring when we fail?"""

from collections.abc import Iterator
from datetime import datetime

from oncall.alerts.team import Team
from oncall.cli.doctor.findings import Finding, error, ok, warning
from oncall.rostering import HORIZON_DAYS, Shortcoming, check_rota, describe
from oncall.rota.model import Tier

GRAVE = frozenset({Shortcoming.NOBODY_ON_CALL, Shortcoming.EMPTY_TIER, Shortcoming.GAP})


def examine_team(team: Team, now: datetime, *, last_resort: str | None) -> Iterator[Finding]:
    """Yield whether the team can take calls in the days ahead."""
    if not team.on_call:
        yield warning(f"{team.slug} team", "is being set up: on_call is false")
    yield from _examine_rota(team, now)
    if team.static_number:
        yield ok(f"{team.slug} static number", "is set")
    elif last_resort:
        yield warning(f"{team.slug} static number", "is not set; LAST_RESORT_NUMBER is rung in its stead")
    else:
        yield error(f"{team.slug} static number", "is not set: when we fail, nobody is rung; name one")


def _examine_rota(team: Team, now: datetime) -> Iterator[Finding]:
    subject = f"{team.slug} rota"
    findings = check_rota(team, now)
    for finding in findings:
        said = describe(finding, team)
        empty_leader = finding.what is Shortcoming.EMPTY_TIER and finding.tier is Tier.LEADER
        if empty_leader:
            said += "; the leader is the last human of the ladder: name one"
        grave = finding.what in GRAVE and finding.tier in (None, Tier.DUTY, Tier.LEADER)
        yield error(subject, said) if grave else warning(subject, said)
    if not findings:
        yield ok(subject, f"nothing is missing in the next {HORIZON_DAYS} days")
