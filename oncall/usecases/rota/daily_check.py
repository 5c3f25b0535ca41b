"""Where does a team's rota fall short?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from oncall.alerts.team import Team
from oncall.rota.consequences import doubles
from oncall.rota.duty import ShiftsByTier, resolve
from oncall.rota.model import PersonId, Shift, Tier

HORIZON_DAYS = 28


class Shortcoming(StrEnum):
    """What may be wrong with a rota; each is a warning, none forbids anything."""

    NOBODY_ON_CALL = "nobody_on_call"  # no member of the team may be rung
    EMPTY_TIER = "empty_tier"  # nobody in the tier, at any time ahead
    GAP = "gap"  # nobody in the tier for a while
    DOUBLE = "double"  # the backup is the person on duty: there is no backup
    NOT_IN_TEAM = "not_in_team"  # the rota names somebody who is not in the team any more
    NOT_ON_CALL = "not_on_call"  # the rota names somebody who is never rung


@dataclass(frozen=True, slots=True)
class RotaFinding:
    """One shortcoming of a team's rota."""

    what: Shortcoming
    tier: Tier | None = None  # None: of the whole team
    start: datetime | None = None  # UTC; None: not of one time
    end: datetime | None = None
    person: PersonId | None = None


def check_rota(
    team: Team, now: datetime, horizon_days: int = HORIZON_DAYS, resolved: ShiftsByTier | None = None
) -> tuple[RotaFinding, ...]:
    """Return where the rota of the days ahead falls short: the worst first, then in order of time."""
    end = now + timedelta(days=horizon_days)
    findings: list[RotaFinding] = []
    if not any(person.on_call for person in team.people.values()):
        findings.append(RotaFinding(Shortcoming.NOBODY_ON_CALL))
    held = resolve(team.rotas, now, end, resolved)
    for tier in Tier:
        findings += _check_tier(team, tier, held.get(tier, ()))
    for double in doubles(held.get(Tier.DUTY, ()), held.get(Tier.BACKUP, ())):
        findings.append(RotaFinding(Shortcoming.DOUBLE, Tier.BACKUP, double.start, double.end, double.person))
    order = tuple(Shortcoming)
    return tuple(sorted(findings, key=lambda finding: (order.index(finding.what), finding.start or now)))


def explain_finding(finding: RotaFinding, team: Team) -> str:
    """Return a finding as one English sentence, with times as the team's clocks show them."""

    def local(instant: datetime | None) -> str:
        return instant.astimezone(team.zone).strftime("%a %Y-%m-%d %H:%M") if instant else ""

    when = f"from {local(finding.start)} until {local(finding.end)}"
    match finding.what:
        case Shortcoming.NOBODY_ON_CALL:
            return "nobody in the team is on call"
        case Shortcoming.EMPTY_TIER:
            return f"nobody is {finding.tier}; calls go on to the next tier at once"
        case Shortcoming.GAP:
            return f"nobody is {finding.tier} {when}"
        case Shortcoming.DOUBLE:
            return f"{finding.person} is both duty and backup {when}"
        case Shortcoming.NOT_IN_TEAM:
            return f"{finding.person} is {finding.tier} {when}, but not in the team"
        case Shortcoming.NOT_ON_CALL:
            return f"{finding.person} is {finding.tier} {when}, but not on call and never rung"


def _check_tier(team: Team, tier: Tier, ahead: Sequence[Shift]) -> Iterator[RotaFinding]:
    if all(shift.person is None for shift in ahead):
        yield RotaFinding(Shortcoming.EMPTY_TIER, tier)
        return
    for shift in ahead:
        if shift.person is None:
            yield RotaFinding(Shortcoming.GAP, tier, shift.start, shift.end)
            continue
        person = team.people.get(shift.person)
        if person is None:
            yield RotaFinding(Shortcoming.NOT_IN_TEAM, tier, shift.start, shift.end, shift.person)
        elif not person.on_call:
            yield RotaFinding(Shortcoming.NOT_ON_CALL, tier, shift.start, shift.end, shift.person)
