"""Lay out the calendar of a team's rota."""

from collections.abc import Mapping
from datetime import date, datetime, time

from oncall.alerts.team import Team
from oncall.rostering.edits import complete_rotas
from oncall.rota.calendar import (
    DAY,
    Block,
    Calendar,
    DayHead,
    Kind,
    Row,
    View,
    extent_of,
    neighbours_of,
    window_of,
)
from oncall.rota.days import holidays_between
from oncall.rota.duty import Held, resolve
from oncall.rota.grid import Grid, cells_of, rows_beneath
from oncall.rota.model import Tier
from oncall.rota.wallclock import instant_of


def lay_out(
    team: Team,
    view: View,
    day: date,
    now: datetime,
    special: Mapping[date, str],
    language: str,
    *,
    layers: bool,
    resolved: Held | None = None,
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
        rows = [Row(Kind.FINAL, tier, grid.place(whole[tier])) for tier in Tier]
        rows += rows_beneath(rotas, grid, now, layers=layers)
        now_at = grid.slot(now) if grid.start <= now < grid.end else None
        blocks.append(Block(heads, tuple(rows), slots, now_at))
    return Calendar(view, day, tuple(blocks), start, end, *neighbours_of(view, day))
