"""Read the overview of everything that is set about a team."""

from dataclasses import dataclass
from datetime import date, datetime

from oncall.alerts.team import Person, Team
from oncall.rota.limits import Limits
from oncall.store.privacy.retention import load_rules
from oncall.store.rota.agreements import load_special_days
from oncall.store.session import Database
from oncall.usecases.team.set_up import SetUpFinding, judge_set_up, load_set_up_facts


@dataclass(frozen=True, slots=True)
class Overview:
    """What is set about a team, as far as the team itself does not say it."""

    on_call: tuple[Person, ...]
    untried: tuple[Person, ...]  # on call, with a phone that is not confirmed
    accounts: int  # of people in the team
    limits: Limits
    special: tuple[date, ...]  # special days ahead
    rules: int  # of retention
    findings: tuple[SetUpFinding, ...]  # of the set-up, the worst first


def read_overview(db: Database, team: Team, now: datetime) -> Overview:
    """Return the overview of the team's settings."""
    with db.reading() as reading:
        known = load_set_up_facts(reading, team, now)
        special = load_special_days(reading, team.id)
        rules = load_rules(reading, team.id)
    on_call = tuple(one for one in team.people.values() if one.on_call)
    confirmed = {key for key, one in known.phones.items() if one.verified_at is not None}
    today = now.astimezone(team.zone).date()
    return Overview(
        on_call,
        tuple(one for one in on_call if one.id not in confirmed),
        sum(one.active and one.staff_key in team.people for one in known.accounts),
        known.limits,
        tuple(day for day in special if day >= today),
        len(rules),
        judge_set_up(team, known, now),
    )
