"""Draw the ladders: when each phone rings in a call, and when alerts go out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from oncall.alerts.paging import REPEAT_EVERY, ladder_of
from oncall.alerts.rehearsal import STRANGER, Rehearsal, Ringing, find_moment, rehearse
from oncall.alerts.team import Caller, Ladder, PageStep, Person, Role, Team
from oncall.rota.model import PersonId
from oncall.usecases.families.numbers import write_number

DAYTIME, ALWAYS = "daytime", "always"
PARTS = 5  # of the timeline, as it is marked


@dataclass(frozen=True, slots=True)
class LadderRow:
    """A phone of the timeline, with when it rings."""

    name: str
    rings: tuple[Ringing, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A call that nobody answers, as it is drawn."""

    hours: str  # daytime or always
    played: Rehearsal
    rows: tuple[LadderRow, ...]  # in the order in which the phones first ring
    ticks: tuple[int, ...]  # seconds


@dataclass(frozen=True, slots=True)
class Alerts:
    """The alerts of a contact that nobody takes, as they are drawn."""

    rows: tuple[tuple[str, tuple[PageStep, ...]], ...]  # targets, each with the steps that alert it
    end: float  # minutes: when the last step comes again for the first time
    again: int  # minutes between its repetitions
    ticks: tuple[int, ...]  # minutes


def draw_ladders(team: Team, now: datetime) -> tuple[Timeline, ...]:
    """Return the timelines of the ladders that the team has."""
    return tuple(drawn for hours in (DAYTIME, ALWAYS) if (drawn := draw_ladder(team, hours, now)))


def draw_ladder(team: Team, hours: str, now: datetime) -> Timeline | None:
    """Return how the next call in these hours would ring; by day, that of a family with a therapist.

    None where the team has no such ladder, or no such hours in the days ahead.
    """
    at = find_moment(team, daytime=hours == DAYTIME, now=now)
    if find_ladder(team, hours) is None or at is None:
        return None
    played = rehearse(team, at, _caller(team, hours))
    by_target: dict[str, list[Ringing]] = {}
    for ringing in played.rings:
        by_target.setdefault(ringing.target, []).append(ringing)
    rows = tuple(LadderRow(_name(team, target), tuple(rings)) for target, rings in by_target.items())
    return Timeline(hours, played, rows, _mark(played.end))


def draw_alerts(team: Team) -> Alerts:
    """Return by which steps staff are alerted, as they are set now."""
    by_target: dict[str, list[PageStep]] = {}
    steps = ladder_of(team)
    for step in steps:
        for target in step.targets:
            by_target.setdefault(target, []).append(step)
    again = REPEAT_EVERY // timedelta(minutes=1)
    end = max(step.after_minutes for step in steps) + again
    rows = tuple((target, tuple(alerting)) for target, alerting in by_target.items())
    return Alerts(rows, end, again, _mark(end))


def _mark(end: float) -> tuple[int, ...]:
    """Return where a timeline is marked that ends there."""
    return tuple(round(end * nth / PARTS) for nth in range(PARTS + 1))


def find_ladder(team: Team, hours: str) -> Ladder | None:
    """Return the team's ladder for these hours; None where it has none."""
    return next((one for one in team.ladders if one.daytime_only == (hours == DAYTIME)), None)


def _caller(team: Team, hours: str) -> Caller:
    therapist = choose_therapist(team) if hours == DAYTIME else None
    return Caller("known", own_therapist=therapist.id) if therapist else STRANGER


def choose_therapist(team: Team) -> Person | None:
    """Return a therapist whose family may call by day."""
    therapists = [one for one in team.people.values() if one.on_call and Role.THERAPIST in one.roles]
    return therapists[-1] if therapists else None


def _name(team: Team, target: str) -> str:
    person = team.people.get(PersonId(target))
    return person.name if person else write_number(team.number_of(target) or "")
