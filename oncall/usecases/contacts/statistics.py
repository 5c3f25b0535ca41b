"""What a team's line came to in a period."""

from datetime import date, time, timedelta

from oncall.alerts.team import Team
from oncall.contacts.statistics import Figures, count, report_municipality
from oncall.rota.hours import CallOut, call_outs
from oncall.rota.wallclock import instant_of
from oncall.store.contacts.statistics import load_facts
from oncall.store.session import Database
from oncall.store.team.history import LONGEST_TALK


def read_figures(
    db: Database, team: Team, first: date, last: date, municipality: str | None
) -> tuple[Figures | None, tuple[CallOut, ...]]:
    """Return the figures of the days from `first` to `last`, both included, by the team's wall clock.

    With a municipality, a report of its families alone; None where so few of them called that somebody
    could be known by it. Beside them, who of the team was called out in those days, and when.
    """
    since = instant_of(first, time(0), team.zone)
    until = instant_of(last + timedelta(days=1), time(0), team.zone)
    with db.reading() as reading:
        known = load_facts(reading, team.id, since - LONGEST_TALK, until)
    facts = [fact for fact in known if fact.started_at >= since]
    figures = (
        count(facts, team.zone)
        if municipality is None
        else report_municipality(facts, team.zone, municipality)
    )
    taken = (
        (fact.answered_by, fact.started_at, fact.seconds_to_human, fact.ended_at)
        for fact in known
        if fact.answered_by is not None and fact.ended_at is not None
    )
    return figures, call_outs(taken, since)
