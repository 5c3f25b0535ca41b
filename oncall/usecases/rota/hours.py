"""Count the hours that everybody of a team has had in a period."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from oncall.alerts.team import Team
from oncall.rota.hours import CallOut, DutyHours, count_hours
from oncall.rota.limits import Limits
from oncall.rota.wallclock import instant_of
from oncall.store.rota.agreements import load_limits, load_special_days
from oncall.store.session import Database
from oncall.store.team.history import load_call_outs
from oncall.usecases.rota.edits import complete_rotas

DAY = timedelta(days=1)


def count_period(
    db: Database, team: Team, first: date, last: date, calls: Sequence[CallOut] | None = None
) -> tuple[tuple[DutyHours, ...], Limits]:
    """Return everybody's hours from `first` to `last`, both included, and the limits set to them.

    `calls` are those that broke somebody's rest then, where they are known already.
    """
    start, end = _midnight(first, team), _midnight(last + DAY, team)
    with db.reading() as reading:
        limits, special = load_limits(reading, team.id), load_special_days(reading, team.id)
        if calls is None:
            calls = load_call_outs(reading, team.id, start, end)
    return count_hours(complete_rotas(team), start, end, calls, special, limits), limits


def _midnight(day: date, team: Team) -> datetime:
    return instant_of(day, time(0), team.zone)
