"""Does the phone of whoever has duty soon ring, and do texts arrive on it? Tried, not believed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from oncall.alerts.team import Team
from oncall.alerts.wording import rota as wording
from oncall.alerts.wording.rota import ShiftText
from oncall.rota.clock_hours import Hours
from oncall.rota.duty import shifts, widen
from oncall.rota.model import PersonId, Shift, Tier
from oncall.rota.wallclock import next_at
from oncall.store.jobs.outbox import NewJob, put
from oncall.store.rota.phone_tests import PhoneCheck, begin_test, confirm_code, load_phone_checks
from oncall.store.session import Database, Transaction
from oncall.store.team.teams import current_team
from oncall.usecases.rota.texts.staff_texts import queue_staff_text

TEST_CALL, TEST_TEXT = "test_call", "test_text"
WARNED_WITHIN = timedelta(hours=48)  # before the shift; then the leader knows too
ASKED_WITHIN = timedelta(days=7)  # before the shift its holder is asked to confirm their phone
DAY = Hours(time(8), time(20))  # by the team's wall clock: nobody is woken for this
AGAIN_AFTER = timedelta(seconds=60)  # a test that is under way is not begun anew


class TestUnderWay(Exception):
    """The phone is being tried at this moment."""

    __test__ = False  # its name begins as a test's does


@dataclass(frozen=True, slots=True)
class Unverified:
    """Somebody has duty soon with a phone that nobody has seen work."""

    person: PersonId
    tier: Tier
    start: datetime  # in the past where the shift goes on; a month ago at the most
    end: datetime


def try_phone(db: Database, team_id: int, person: PersonId, now: datetime) -> None:
    """The person's phone is about to get a text with a code, and to ring. Raises TestUnderWay."""
    with db.writing(team_id) as writing:
        team = current_team(writing)
        latest = load_phone_checks(writing, team).get(person)
        if latest is not None and now - latest.asked_at < AGAIN_AFTER:
            raise TestUnderWay(person)
        token = begin_test(writing, team, person, now)
        jobs = [NewJob(f"{kind}:{token}", kind, team_id, None, now, {"token": token}) for kind in _KINDS]
        put(writing, jobs, now)


_KINDS = (TEST_TEXT, TEST_CALL)


def confirm_phone(db: Database, team_id: int, person: PersonId, code: str, now: datetime) -> bool:
    """Return whether this is the code that was texted to the person's phone; if so, it is used up."""
    with db.writing(team_id) as writing:
        return confirm_code(writing, person, code, now)


def find_unverified(
    team: Team, checks: Mapping[PersonId, PhoneCheck], now: datetime, within: timedelta = WARNED_WITHIN
) -> tuple[Unverified, ...]:
    """Return who has a shift now or soon with a phone that is not confirmed, each person's first alone."""
    if not team.on_call:
        return ()
    found: dict[PersonId, Unverified] = {}
    for one in sorted(_shifts_of(team, now, within), key=lambda one: one.start):
        check = checks.get(one.person)
        if check is None or check.verified_at is None:
            found.setdefault(one.person, one)
    return tuple(_whole(team, one) for one in found.values())


def _shifts_of(team: Team, now: datetime, within: timedelta) -> Iterator[Unverified]:
    for tier in Tier:
        rota = team.rotas.get(tier)
        for shift in shifts(rota, now, now + within) if rota else ():
            if shift.person and shift.person in team.people:
                yield Unverified(shift.person, tier, shift.start, shift.end)


def _whole(team: Team, one: Unverified) -> Unverified:
    shift = widen(team.rotas[one.tier], Shift(one.start, one.end, one.person))
    return replace(one, start=shift.start, end=shift.end)


def warn_of_phones(
    transaction: Transaction, team: Team, leaders: tuple[PersonId, ...], now: datetime
) -> None:
    """Text staff with duty soon to confirm their phone; from two days before, the leaders too, daily."""
    checks = load_phone_checks(transaction, team)
    soon = {one.person for one in find_unverified(team, checks, now)}
    due_at, today = by_day(now, team.zone), f"{now:%Y-%m-%d}"
    for one in find_unverified(team, checks, now, ASKED_WITHIN):
        shift = (one.tier, one.start, one.end)
        verify = ShiftText(wording.VERIFY, one.person, *shift)
        queue_staff_text(transaction, team, verify, due_at, now, today if one.person in soon else "once")
        for leader in leaders if one.person in soon else ():
            if leader != one.person:
                unverified = ShiftText(wording.UNVERIFIED, leader, *shift, about=one.person)
                queue_staff_text(transaction, team, unverified, due_at, now, f"{one.person}:{today}")


def by_day(now: datetime, zone: ZoneInfo) -> datetime:
    """Return now by day; else when the day begins."""
    return now if DAY.hold(now.astimezone(zone).time()) else next_at(DAY.opens, now, zone)
