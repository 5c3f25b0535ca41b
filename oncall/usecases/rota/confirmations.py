"""Ask people who were given a shift at short notice to confirm it, until they have."""

from datetime import datetime, timedelta

from oncall.alerts.team import Team
from oncall.alerts.wording import rota as wording
from oncall.alerts.wording.rota import ShiftText
from oncall.rota.clock_hours import NIGHT
from oncall.rota.duty import shifts
from oncall.rota.model import PersonId, Shift, Tier
from oncall.rota.wallclock import next_at
from oncall.store.jobs.outbox import NewJob, put
from oncall.store.rota.requests import load_confirmations
from oncall.store.session import Database, Transaction
from oncall.usecases.rota.texts.staff_texts import queue_staff_text

CONFIRMATION_DUE = "chase_confirmation"  # the kind of jobs that are stored already: not to be renamed
SOONEST, LATEST = timedelta(minutes=10), timedelta(hours=3)  # between two questions
LEADER_FROM = 2  # the second question goes to the leader too
LONGEST = timedelta(days=31)


def plan_confirmation_request(
    transaction: Transaction, team: Team, tier: Tier, start: datetime, person: PersonId, now: datetime
) -> None:
    """Plan to ask the person again in time, unless they have confirmed the shift by then."""
    _put(transaction, team, tier, start, person, 1, now, now)


def request_confirmation_again(
    db: Database,
    team: Team,
    leaders: tuple[PersonId, ...],
    tier: Tier,
    start: datetime,
    person: PersonId,
    nth: int,
    asked_at: datetime,
    now: datetime,
) -> None:
    """Text the person who has not confirmed the shift, and from the second time on the leaders.

    Repeated for the same `nth`, nothing is added.
    """
    with db.transaction() as transaction:
        open_ones = load_confirmations(transaction, team.id)
        if not any((one.tier, one.start, one.person) == (tier, start, person) for one in open_ones):
            return
        shift = _held(team, tier, max(start, now))
        if shift is None or shift.person != person:
            return
        once = f"{asked_at.timestamp():.0f}:{nth}"
        asked = ShiftText(wording.CONFIRM_AGAIN, person, tier, start, shift.end)
        queue_staff_text(transaction, team, asked, now, now, once)
        for leader in leaders if nth >= LEADER_FROM else ():
            if leader != person:
                unconfirmed = ShiftText(wording.UNCONFIRMED, leader, tier, start, shift.end, about=person)
                queue_staff_text(transaction, team, unconfirmed, now, now, f"{person}:{once}")
        _put(transaction, team, tier, start, person, nth + 1, asked_at, now)


def _put(
    transaction: Transaction,
    team: Team,
    tier: Tier,
    start: datetime,
    person: PersonId,
    nth: int,
    asked_at: datetime,
    now: datetime,
) -> None:
    payload = {
        "tier": tier.value,
        "start": start.isoformat(),
        "person": person,
        "nth": nth,
        "asked_at": asked_at.isoformat(),
    }
    which = f"{team.id}:{tier}:{start.timestamp():.0f}:{person}:{asked_at.timestamp():.0f}:{nth}"
    key, due_at = f"{CONFIRMATION_DUE}:{which}", ask_again_at(team, start, now)
    job = NewJob(key, CONFIRMATION_DUE, team.id, None, due_at, payload)
    put(transaction, [job], now)


def ask_again_at(team: Team, start: datetime, now: datetime) -> datetime:
    """Return when to ask again: the sooner the shift begins, the sooner; by night only if it is near."""
    pause = min(max((start - now) / 4, SOONEST), LATEST)
    at = now + pause
    if not NIGHT.hold(at.astimezone(team.zone).time()):
        return at
    morning = next_at(NIGHT.closes, at, team.zone)
    return morning if start >= morning + SOONEST else at


def _held(team: Team, tier: Tier, at: datetime) -> Shift | None:
    rota = team.rotas.get(tier)
    return shifts(rota, at, at + LONGEST)[0] if rota else None
