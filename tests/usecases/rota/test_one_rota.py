"""Page, print, feed, `oncall now` and the phone that rings name one person, at any instant of any rota."""

import io
import re
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from oncall.alerts.team import Team
from oncall.cli.teams import show_board
from oncall.rota.calendar import DAY, RowKind, View
from oncall.rota.feed import FeedEvent, feed_fallbacks, feed_shifts, feed_window, write_feed
from oncall.rota.model import Override, PersonId, Rota, Tier
from oncall.rota.wallclock import instant_of
from oncall.routes.rota.cells import CellWriter
from oncall.routes.wording.rota import Written
from oncall.usecases.rota.calendar import lay_out
from oncall.usecases.rota.on_duty import who_is_on
from tests.page import read_page
from tests.rota.strategies import instants, scenes
from tests.scenes.call import TEAM, Line


def a_team(rota: Rota) -> Team:
    """Everybody of the random rotas, with nobody in the other tiers."""
    empty = {tier: Rota(tier, rota.zone, absences=rota.absences) for tier in Tier}
    return replace(TEAM, zone=rota.zone, daytime=None, rotas={**empty, Tier.DUTY: rota})


def on_the_page(team: Team, at: datetime, view: View) -> tuple[str, str]:
    """Return whom an instant's cell names in the table, wide or printed, and in a phone's list."""
    day = at.astimezone(team.zone).date()
    if at >= instant_of(day + DAY, time(0), team.zone):
        day += DAY  # the clock was put back past midnight: the day before goes on in what is the next
    calendar = lay_out(team, view, day, at, {}, "nb", layers=True)
    [block] = [block for block in calendar.blocks if day in [head.day for head in block.days]]
    [row] = [row for row in block.rows if row.kind is RowKind.FINAL and row.tier is Tier.DUTY]
    window = (calendar.start, calendar.end)
    pen = CellWriter(
        {key: key for key in team.people},
        Written(datetime.isoformat),
        team.zone,
        at,
        may_edit=True,
        window=window,
    )
    table, listed = (
        pen.row(block, row, "nobody", "({} answers)"),
        pen.day(block, Tier.DUTY, day, "nobody", "({} answers)"),
    )
    return read_cell(table, at), read_cell(listed, at)


def read_cell(markup: str, at: datetime) -> str:
    """Return whom the one button of an instant names."""
    cells = read_page(markup).all("button", name="cell", value=re.compile(r"duty\.\d+\.\d+"))
    [cell] = [each for each in cells if holds(each["value"], at)]
    return next(iter(cell.all("b")), cell).own_words


def holds(name: str, at: datetime) -> bool:
    """Return whether an instant lies in the cell of that name."""
    _, start, end = name.split(".")
    return int(start) <= at.timestamp() < int(end)


def on_the_command_line(team: Team, at: datetime) -> str:
    """Return whom `oncall now` writes beside duty."""
    with redirect_stdout(io.StringIO()) as written:
        show_board(team, at)
    [line] = [line for line in written.getvalue().splitlines() if line.startswith("  duty ")]
    return re.split("  +", line.strip().removeprefix("duty"))[1]


def in_the_feed(team: Team, now: datetime, at: datetime) -> PersonId | None:
    held = (*feed_shifts(team.rotas, now), *feed_fallbacks(team.rotas, now))
    entries = [FeedEvent(tier, shift, str(shift.person)) for tier, shift in held]
    written = write_feed(team.name, entries, team=team.slug, version=team.version, now=now)
    events: list[Any] = list(Calendar.from_ical(written).walk("VEVENT"))
    there = [event for event in events if event["DTSTART"].dt <= at < event["DTEND"].dt]
    return PersonId(str(there[0]["SUMMARY"])) if there else None


def first_rung(team: Team, at: datetime) -> PersonId | None:
    """Return whose phone the caller hears ring; None where the ladder goes on to everybody."""
    line = Line(team=team, now=at)
    return line.dialled.person if line.contact.dialled else None


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_everything_names_the_same_person(data: st.DataObject) -> None:
    scene = data.draw(scenes())
    at = data.draw(instants(scene.change)).replace(microsecond=0)
    team = a_team(scene.rota)

    told = who_is_on(team, at)[0]
    person, fallback = told.person, told.fallback
    answers = person or fallback
    in_words = person or ("nobody" if fallback is None else f"nobody ({fallback} answers)")

    for view in View:
        assert on_the_page(team, at, view) == (in_words, in_words)
    start, end = feed_window(scene.change)
    if start <= at < end:
        assert in_the_feed(team, scene.change, at) == answers
    if answers is not None:
        assert first_rung(team, at) == answers
    assert on_the_command_line(team, at).startswith(
        f"{team.people[person].name} ({person})"
        if person
        else f"nobody, {fallback} answers"
        if fallback
        else "nobody"
    )


def test_changes_in_the_last_hour_of_a_week_are_all_shown() -> None:
    midnight = datetime(2026, 11, 29, 23, tzinfo=UTC)  # of Sunday, in Oslo
    half = timedelta(minutes=30)
    overrides = (
        Override("one", PersonId("kari"), midnight - 2 * half, midnight - half),
        Override("two", PersonId("liv"), midnight - half, midnight),
    )
    team = a_team(Rota(Tier.DUTY, ZoneInfo("Europe/Oslo"), overrides=overrides))

    shown = [on_the_page(team, one.start, View.MONTH) for one in overrides]

    assert shown == [("kari", "kari"), ("liv", "liv")]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_the_cells_of_a_row_never_lie_over_each_other(data: st.DataObject) -> None:
    scene = data.draw(scenes())
    at = data.draw(instants(scene.change))
    team = a_team(scene.rota)

    calendar = lay_out(
        team, data.draw(st.sampled_from(View)), at.astimezone(team.zone).date(), at, {}, "nb", layers=True
    )

    for block in calendar.blocks:
        for row in block.rows:
            free_from = 0
            for cell in row.cells:
                assert cell.first >= free_from
                assert cell.span >= 1
                free_from = cell.first + cell.span
            assert free_from <= len(block.days) * block.slots
