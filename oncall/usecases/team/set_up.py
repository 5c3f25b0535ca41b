"""Check everything that a team's line depends on."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from oncall.alerts.ladder_rules import find_wave_faults
from oncall.alerts.rehearsal import find_moment, rehearse
from oncall.alerts.team import Team
from oncall.rota.limits import Limits
from oncall.rota.model import PersonId, Tier
from oncall.store.accounts.credentials import Account, accounts_of
from oncall.store.line.checks import LineCheck, load_line_check
from oncall.store.rota.agreements import load_limits
from oncall.store.rota.phone_tests import PhoneCheck, load_phone_checks
from oncall.store.session import Database, Reading
from oncall.usecases.health import Health, LineHealth, examine
from oncall.usecases.rota.daily_check import RotaFinding as Shortfall
from oncall.usecases.rota.daily_check import Shortcoming, check_rota
from oncall.usecases.rota.phone_tests import find_unverified

CHECK_IS_OLD = timedelta(hours=26)  # the carrier is asked once a day
GRAVE = frozenset({Shortcoming.NOBODY_ON_CALL, Shortcoming.EMPTY_TIER, Shortcoming.GAP})


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"  # the line works, and something ought to be done
    ERROR = "error"  # families may not get through


CLOCKS = {LineHealth.OK: Level.OK, LineHealth.STANDBY: Level.WARNING, LineHealth.SILENT: Level.ERROR}


class Subject(StrEnum):
    """What was looked at."""

    TEAM = "team"  # whether it takes calls
    LEADER = "leader"
    ROTA = "rota"
    PHONES = "phones"
    LADDER = "ladder"
    MUNICIPALITIES = "municipalities"  # without an agreement
    STATIC_NUMBER = "static_number"
    LINES = "lines"
    CLOCK = "clock"
    ACCOUNTS = "accounts"


@dataclass(frozen=True, slots=True)
class SetUpFinding:
    """One thing that was looked at."""

    level: Level
    subject: Subject
    shortfall: Shortfall | None = None  # of the rota
    people: tuple[PersonId, ...] = ()  # whom it concerns
    places: tuple[str, ...] = ()  # municipalities
    faults: tuple[str, ...] = ()  # of the lines at the carrier
    at: datetime | None = None  # when it was seen; None: never, or now


@dataclass(frozen=True, slots=True)
class SetUpFacts:
    """What is stored about the things that a team's line depends on."""

    limits: Limits
    phones: Mapping[PersonId, PhoneCheck]
    line_check: LineCheck | None  # None: the carrier was never asked
    health: Health
    accounts: tuple[Account, ...]


def examine_set_up(
    db: Database, team: Team, now: datetime, last_resort: str | None = None
) -> tuple[SetUpFinding, ...]:
    """Return how each thing is that the team's line depends on, the worst first; nobody else is asked.

    `last_resort` is what the operator has set for teams without a static number.
    """
    with db.reading() as reading:
        known = load_set_up_facts(reading, team, now)
    return judge_set_up(team, known, now, last_resort)


def load_set_up_facts(reading: Reading, team: Team, now: datetime) -> SetUpFacts:
    """Return what is stored about the things that the team's line depends on."""
    return SetUpFacts(
        load_limits(reading, team.id),
        load_phone_checks(reading, team),
        load_line_check(reading, team.id),
        examine(reading, now),
        accounts_of(reading, team.id),
    )


def judge_set_up(
    team: Team, known: SetUpFacts, now: datetime, last_resort: str | None = None
) -> tuple[SetUpFinding, ...]:
    """Return how each thing is, the worst first."""
    accounts = {one.staff_key for one in known.accounts if one.active and one.protected}
    findings = [
        *examine_team(team, now, known.limits.gap_days, last_resort=last_resort),
        _examine_phones(
            team,
            tried={key for key, one in known.phones.items() if one.verified_at},
            needed={one.person for one in find_unverified(team, known.phones, now)},
        ),
        _examine_lines(known.line_check, now),
        SetUpFinding(CLOCKS[known.health.line], Subject.CLOCK, at=known.health.seen_at),
        _examine_accounts(team, accounts),
    ]
    order = (Level.ERROR, Level.WARNING, Level.OK)
    return tuple(sorted(findings, key=lambda one: order.index(one.level)))


def examine_team(
    team: Team, now: datetime, horizon_days: int, *, last_resort: str | None
) -> Iterator[SetUpFinding]:
    """Yield what the team's own settings and rota say, without asking anybody."""
    yield SetUpFinding(Level.OK if team.on_call else Level.WARNING, Subject.TEAM)
    yield SetUpFinding(Level.OK if team.leaders else Level.ERROR, Subject.LEADER)
    shortfalls = check_rota(team, now, horizon_days)
    for one in shortfalls:
        grave = one.what in GRAVE and one.tier in (None, Tier.DUTY, Tier.LEADER)
        yield SetUpFinding(Level.ERROR if grave else Level.WARNING, Subject.ROTA, one)
    if not shortfalls:
        yield SetUpFinding(Level.OK, Subject.ROTA)
    yield SetUpFinding(Level.OK if _reaches_people(team, now) else Level.ERROR, Subject.LADDER)
    unagreed = tuple(place.name for place in team.municipalities if place.last_resort is None)
    yield SetUpFinding(Level.WARNING if unagreed else Level.OK, Subject.MUNICIPALITIES, places=unagreed)
    level = Level.OK if team.static_number else Level.WARNING if last_resort else Level.ERROR
    yield SetUpFinding(level, Subject.STATIC_NUMBER)


def _reaches_people(team: Team, now: datetime) -> bool:
    """Whether a stranger's call rings somebody on each of the ladders."""
    for ladder in team.ladders:
        at = find_moment(team, daytime=ladder.daytime_only, now=now)
        if tuple(find_wave_faults(ladder.waves)) or (at is not None and not rehearse(team, at).rings):
            return False
    return True


def _examine_phones(team: Team, tried: set[PersonId], needed: set[PersonId]) -> SetUpFinding:
    """`needed` have duty soon with a phone that nobody has seen work."""
    untried = tuple(one.id for one in team.people.values() if one.on_call and one.id not in tried)
    level = Level.ERROR if needed else Level.WARNING if untried else Level.OK
    return SetUpFinding(level, Subject.PHONES, people=untried)


def _examine_lines(check: LineCheck | None, now: datetime) -> SetUpFinding:
    if check is None:
        return SetUpFinding(Level.WARNING, Subject.LINES)
    old = now - check.at > CHECK_IS_OLD
    level = Level.ERROR if check.faults else Level.WARNING if old else Level.OK
    return SetUpFinding(level, Subject.LINES, faults=check.faults, at=check.at)


def _examine_accounts(team: Team, accounts: Collection[str | None]) -> SetUpFinding:
    shut_out = tuple(one.id for one in team.people.values() if one.on_call and one.id not in accounts)
    return SetUpFinding(Level.WARNING if shut_out else Level.OK, Subject.ACCOUNTS, people=shut_out)
