"""The ladder of calls, drawn with the second at which each phone rings, and the steps of the alerts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from oncall.alerts.pages import REPEAT_EVERY, ladder_of
from oncall.alerts.rehearsal import STRANGER, Rehearsal, Ringing, find_moment, rehearse
from oncall.alerts.team import Caller, Ladder, PageStep, Person, Role, Team
from oncall.casework.numbers import write_number
from oncall.rostering.sections import Hand, Section
from oncall.rostering.team_settings import (
    InvalidLadder,
    NewLadder,
    set_ladder,
    set_page_ladder,
    with_ladder,
)
from oncall.rota.model import PersonId
from oncall.routes.numbers import read_number
from oncall.routes.settings_forms import (
    MOST_ROWS,
    fill_ladder,
    fill_steps,
    read_ladder,
    read_steps,
    refuse_rows,
    targets_of,
)
from oncall.routes.settings_parts import posted, render_part, take, words
from oncall.routes.visitor import visitor
from oncall.routes.web.forms import Fields, InvalidForm
from oncall.routes.web.service import database, now
from oncall.teamfile.defaults import DAYTIME_LADDER

settings_ladder = Blueprint("settings_ladder", __name__, url_prefix="/settings")
settings_ladder.context_processor(words)

DAYTIME, ALWAYS = "daytime", "always"
PARTS = 5  # of the timeline, as it is marked
USUAL_DAYTIME = {
    **{f"day-{day}": "on" for day in ("mon", "tue", "wed", "thu", "fri")},
    "from": "08:00",
    "until": "20:00",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A phone of the timeline, with when it rings."""

    name: str
    rings: tuple[Ringing, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A call that nobody answers, as it is drawn."""

    hours: str  # daytime or always
    played: Rehearsal
    rows: tuple[Row, ...]  # in the order in which the phones first ring
    ticks: tuple[int, ...]  # seconds


@dataclass(frozen=True, slots=True)
class Alerts:
    """The alerts of a contact that nobody takes, as they are drawn."""

    rows: tuple[tuple[str, tuple[PageStep, ...]], ...]  # targets, each with the steps that alert it
    end: float  # minutes: when the last step comes again for the first time
    again: int  # minutes between its repetitions
    ticks: tuple[int, ...]  # minutes


@settings_ladder.get("/ladder")
def show() -> str:
    """Both ladders as timelines, and the alerts of what waits."""
    team = visitor().team
    return render_template(
        "settings/ladder.html",
        team=team,
        timelines=_draw_all(team),
        therapist=_a_therapist(team),
        alerts=_draw_alerts(team),
    )


@settings_ladder.get("/ladder/<any(daytime, always):hours>")
def edit(hours: str) -> str:
    """The form of a ladder."""
    return _show_ladder(hours, {}, {})


@settings_ladder.post("/ladder/<any(daytime, always):hours>")
def save(hours: str) -> ResponseReturnValue:
    """How calls would ring is shown; then saved."""
    fields = posted()
    if fields.get("step") == "edit":
        return _show_ladder(hours, fields, {})
    if fields.get("step") == "confirm":
        return take(
            lambda fields, hand: _save_ladder(hours, fields, hand),
            lambda *told, **more: _show_ladder(hours, *told, **more),
            ".show",
        )
    team = visitor().team
    try:
        after = _with(team, hours, fields)
    except InvalidForm as fault:
        return _show_ladder(hours, fields, fault.errors), 422
    return render_template(
        "settings/ladder_preview.html",
        hours=hours,
        fields=fields,
        before=_draw(team, hours),
        after=_draw(after, hours),
        removed="remove" in fields,
    )


def _save_ladder(hours: str, fields: Fields, hand: Hand) -> None:
    team = visitor().team
    try:
        set_ladder(database(), team.id, _read(hours, fields), hand)
    except InvalidLadder as fault:
        raise refuse_rows(fault.faults, fields) from None


def _with(team: Team, hours: str, fields: Fields) -> Team:
    """Return the team with the ladder of the form; raises InvalidForm."""
    try:
        return with_ladder(team, _read(hours, fields))
    except InvalidLadder as fault:
        raise refuse_rows(fault.faults, fields) from None


def _read(hours: str, fields: Fields) -> NewLadder:
    if "remove" in fields and hours == DAYTIME:
        return NewLadder(DAYTIME_LADDER)
    return read_ladder(fields, visitor().team, daytime=hours == DAYTIME)


def _show_ladder(hours: str, fields: Fields, errors: Mapping[str, str], *, stale: bool = False) -> str:
    team = visitor().team
    ladder = _find(team, hours)
    standing = (
        fill_ladder(ladder, team.daytime) if ladder else fill_ladder(DAYTIME_LADDER, None) | USUAL_DAYTIME
    )
    return render_part(
        "ladder_edit",
        Section.LADDERS,
        standing,
        fields,
        errors,
        stale=stale,
        hours=hours,
        exists=ladder is not None,
        rows=_rows(standing, fields),
        targets=targets_of(team),
    )


@settings_ladder.get("/alerts")
def show_alerts() -> str:
    """The steps by which staff are alerted of what waits for a human."""
    return _show_alerts({}, {})


@settings_ladder.post("/alerts")
def save_alerts() -> ResponseReturnValue:
    """The steps are as the form has them."""
    return take(_save_alerts, _show_alerts, ".show_alerts")


def _save_alerts(fields: Fields, hand: Hand) -> None:
    team = visitor().team
    try:
        set_page_ladder(database(), team.id, read_steps(fields, team), hand)
    except InvalidLadder as fault:
        raise refuse_rows(fault.faults, fields) from None


def _show_alerts(fields: Fields, errors: Mapping[str, str], *, stale: bool = False) -> str:
    team = visitor().team
    standing = fill_steps(team.page_ladder)
    return render_part(
        "alerts",
        Section.PAGE_LADDER,
        standing,
        fields,
        errors,
        stale=stale,
        rows=_rows(standing, fields),
        targets=[target for target in targets_of(team) if target != "last_resort"],
        alerts=_draw_alerts(team),
    )


def _rows(standing: Fields, fields: Fields) -> int:
    """Return how many rows the form has: two more than are filled in."""
    names = [name.removeprefix("after-") for name in {*standing, *fields} if name.startswith("after-")]
    filled = [read_number(nth) or 0 for nth in names if (fields or standing).get(f"after-{nth}")]
    return min(max(filled, default=0) + 2, MOST_ROWS)


# ----------------------------------------------------------------------------------------- drawing


def _draw_all(team: Team) -> tuple[Timeline, ...]:
    return tuple(drawn for hours in (DAYTIME, ALWAYS) if (drawn := _draw(team, hours)))


def _draw(team: Team, hours: str) -> Timeline | None:
    """Return how the next call in these hours would ring; by day, that of a family with a therapist.

    None where the team has no such ladder, or no such hours in the days ahead.
    """
    at = find_moment(team, daytime=hours == DAYTIME, now=now())
    if _find(team, hours) is None or at is None:
        return None
    played = rehearse(team, at, _caller(team, hours))
    by_target: dict[str, list[Ringing]] = {}
    for ringing in played.rings:
        by_target.setdefault(ringing.target, []).append(ringing)
    rows = tuple(Row(_name(team, target), tuple(rings)) for target, rings in by_target.items())
    return Timeline(hours, played, rows, _mark(played.end))


def _draw_alerts(team: Team) -> Alerts:
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


def _find(team: Team, hours: str) -> Ladder | None:
    return next((one for one in team.ladders if one.daytime_only == (hours == DAYTIME)), None)


def _caller(team: Team, hours: str) -> Caller:
    therapist = _a_therapist(team) if hours == DAYTIME else None
    return Caller("known", own_therapist=therapist.id) if therapist else STRANGER


def _a_therapist(team: Team) -> Person | None:
    """Return a therapist whose family may call by day."""
    therapists = [one for one in team.people.values() if one.on_call and Role.THERAPIST in one.roles]
    return therapists[-1] if therapists else None


def _name(team: Team, target: str) -> str:
    person = team.people.get(PersonId(target))
    return person.name if person else write_number(team.number_of(target) or "")
