"""Look at every rota once a day: text leaders about gaps, and staff about shifts and phones."""

from datetime import datetime, timedelta

from oncall.alerts.team import Team
from oncall.alerts.wording import rota as wording
from oncall.alerts.wording.rota import ShiftText
from oncall.rota.duty import gaps, widen
from oncall.rota.model import PersonId, Tier
from oncall.store.jobs.outbox import NewJob, put
from oncall.store.rota.agreements import load_limits
from oncall.store.session import Database
from oncall.store.team.teams import all_team_ids
from oncall.usecases.rota.phone_tests import warn_of_phones
from oncall.usecases.rota.texts.handovers import plan_handovers
from oncall.usecases.rota.texts.staff_texts import queue_staff_text

WATCH_ROTA = "watch_rota"

WARNED_AHEAD = (28, 14, 7, 2)  # days; from the last on, daily
SPREAD = timedelta(milliseconds=300)  # between two teams, so that thousands are not looked at at once


def plan_watch(db: Database, now: datetime) -> None:
    """Every team's rota will be looked at today; asked again on the same day, nothing is added."""
    with db.transaction() as transaction:
        jobs = [
            NewJob(f"{WATCH_ROTA}:{team}:{now:%Y-%m-%d}", WATCH_ROTA, team, None, now + nth * SPREAD)
            for nth, team in enumerate(all_team_ids(transaction))
        ]
        put(transaction, jobs, now)


def warn_of_team(db: Database, team: Team, now: datetime) -> None:
    """The leader will be told of each gap ahead as often as agreed; whoever takes over is reminded."""
    if not team.on_call:
        return
    with db.transaction() as transaction:
        # a day more: the next look is tomorrow's, and would be too late for the first warning
        horizon = now + timedelta(days=load_limits(transaction, team.id).gap_days + 1)
        for tier in Tier:
            rota = team.rotas.get(tier)
            if rota is None or not (rota.layers or rota.overrides):
                continue
            for gap in gaps(rota, now, horizon):
                once, end = warning_of(gap.start, now), widen(rota, gap).end
                for leader in alert_recipients(team):
                    text = ShiftText(wording.GAP, leader, tier, gap.start, end)
                    queue_staff_text(transaction, team, text, now, now, once)
        plan_handovers(transaction, team, now)
        warn_of_phones(transaction, team, alert_recipients(team), now)


def warning_of(start: datetime, now: datetime) -> str:
    """Return the name of the warning that is due for a gap: told once under each name."""
    days = (start - now) / timedelta(days=1)
    reached = [ahead for ahead in WARNED_AHEAD if days <= ahead]
    if not reached or reached[-1] > WARNED_AHEAD[-1]:
        return f"{min(reached, default=WARNED_AHEAD[0])}"
    return f"{now:%Y-%m-%d}"


def alert_recipients(team: Team) -> tuple[PersonId, ...]:
    """Return who leads the team; where nobody does, the deputies; else everybody on call."""
    on_call = tuple(one for one in team.people.values() if one.on_call)
    return tuple(one.id for one in team.leaders or team.leading or on_call)
