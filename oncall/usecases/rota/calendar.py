"""Read the rota page of a team: its calendar, and what to look at in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from oncall.alerts.team import Team
from oncall.rota.calendar import (
    DAY,
    Block,
    Calendar,
    CalendarRow,
    DayHead,
    RowKind,
    View,
    extent_of,
    neighbours_of,
    window_of,
)
from oncall.rota.days import holidays_between
from oncall.rota.duty import ShiftsByTier, resolve
from oncall.rota.grid import Grid, cells_of, rows_beneath
from oncall.rota.model import Tier
from oncall.rota.wallclock import instant_of
from oncall.rota.working_time import Breach, check_working_time, look_back
from oncall.store.rota.agreements import load_limits, load_special_days
from oncall.store.session import Database
from oncall.store.team.history import load_call_outs
from oncall.usecases.rota.daily_check import RotaFinding, check_rota
from oncall.usecases.rota.edits import complete_rotas

CALLS_LOOKED_AT = timedelta(days=28)
BREACHES_SHOWN_FOR = timedelta(days=7)  # after they have ended
MOST_BREACHES = 40


@dataclass(frozen=True, slots=True)
class RotaPage:
    """The calendar of a team's rota, and where the rota falls short."""

    calendar: Calendar
    findings: tuple[RotaFinding, ...]
    breaches: tuple[Breach, ...]  # of the limits on working time
    resolved: ShiftsByTier  # the shifts that were looked at
    empty: bool  # no tier has a layer or an override


def read_rota(
    db: Database, team: Team, view: View, day: date, now: datetime, language: str, *, layers: bool
) -> RotaPage:
    """Return the rota of the month, the two weeks or the day that `day` lies in."""
    with db.reading() as reading:
        special, limits = load_special_days(reading, team.id), load_limits(reading, team.id)
        calls = load_call_outs(reading, team.id, now - CALLS_LOOKED_AT, now)
    rotas, shown = complete_rotas(team), window_of(view, day, team.zone)
    ahead = now + timedelta(days=limits.gap_days)
    near = shown[0] <= ahead and shown[1] >= now
    since, until = (min(now, shown[0]), max(ahead, shown[1])) if near else shown
    resolved = resolve(rotas, since, until)  # once, for the calendar and for the checks
    calendar = lay_out(team, view, day, now, special, language, layers=layers, resolved=resolved)
    lead = frozenset(leader.id for leader in team.leaders)
    breaches = check_working_time(
        rotas, since, until, calls, limits, lead, resolved, look_back(since, limits)
    )
    shown_from = max(now - BREACHES_SHOWN_FOR, calendar.start)
    return RotaPage(
        calendar,
        check_rota(team, now, limits.gap_days, resolved if near else None),
        tuple(one for one in breaches if one.end > shown_from)[:MOST_BREACHES],
        resolved,
        empty=not any(rota.layers or rota.overrides for rota in rotas.values()),
    )


def lay_out(
    team: Team,
    view: View,
    day: date,
    now: datetime,
    special: Mapping[date, str],
    language: str,
    *,
    layers: bool,
    resolved: ShiftsByTier | None = None,
) -> Calendar:
    """Return the rota of the month, the two weeks or the day that `day` lies in."""
    first, count, width = extent_of(view, day)
    zone = team.zone
    last = first + (count - 1) * DAY
    start, end = window_of(view, day, zone)
    holidays = holidays_between(first, last, language)
    today = now.astimezone(zone).date()
    slots = 96 if view is View.DAY else 24
    rotas = complete_rotas(team)
    held = resolve(rotas, start, end, resolved)
    whole = {tier: cells_of(rotas[tier], held[tier], now) for tier in Tier}
    blocks = []
    for offset in range(0, count, width):
        days = tuple(first + (offset + n) * DAY for n in range(width))
        begins, ends = (instant_of(day, time(0), zone) for day in (days[0], days[-1] + DAY))
        grid = Grid(days[0], width, slots, zone, begins, ends, over=ends <= now)
        heads = tuple(
            DayHead(
                one,
                one.isoweekday() >= 6,
                one == today,
                view is View.MONTH and one.month != day.month,
                holidays.get(one),
                special.get(one),
            )
            for one in days
        )
        rows = [CalendarRow(RowKind.FINAL, tier, grid.place(whole[tier])) for tier in Tier]
        rows += rows_beneath(rotas, grid, now, layers=layers)
        now_at = grid.slot(now) if grid.start <= now < grid.end else None
        blocks.append(Block(heads, tuple(rows), slots, now_at))
    return Calendar(view, day, tuple(blocks), start, end, *neighbours_of(view, day))
