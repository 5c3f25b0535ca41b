"""Show and change the ladders of calls and of alerts."""

from collections.abc import Mapping

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from oncall.alerts.team import Team
from oncall.routes.team.forms import MOST_ROWS
from oncall.routes.team.ladder_drawing import (
    DAYTIME,
    choose_therapist,
    draw_alerts,
    draw_ladder,
    draw_ladders,
    find_ladder,
)
from oncall.routes.team.ladder_forms import (
    fill_ladder,
    fill_steps,
    read_ladder,
    read_steps,
    refuse_rows,
    targets_of,
)
from oncall.routes.team.parts import posted, render_part, take, words
from oncall.routes.web.forms import Fields, InvalidForm
from oncall.routes.web.numbers import read_number
from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import visitor
from oncall.teamfile.defaults import DAYTIME_LADDER
from oncall.usecases.team.sections import Hand, Section
from oncall.usecases.team.team_settings import (
    InvalidLadder,
    NewLadder,
    set_ladder,
    set_page_ladder,
    with_ladder,
)

settings_ladder = Blueprint("settings_ladder", __name__, url_prefix="/settings")
settings_ladder.context_processor(words)

USUAL_DAYTIME = {
    **{f"day-{day}": "on" for day in ("mon", "tue", "wed", "thu", "fri")},
    "from": "08:00",
    "until": "20:00",
}


@settings_ladder.get("/ladder")
def show() -> str:
    """Both ladders as timelines, and the alerts of what waits."""
    team = visitor().team
    return render_template(
        "team/ladder.html",
        team=team,
        timelines=draw_ladders(team, now()),
        therapist=choose_therapist(team),
        alerts=draw_alerts(team),
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
        "team/ladder_preview.html",
        hours=hours,
        fields=fields,
        before=draw_ladder(team, hours, now()),
        after=draw_ladder(after, hours, now()),
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
    ladder = find_ladder(team, hours)
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
        alerts=draw_alerts(team),
    )


def _rows(standing: Fields, fields: Fields) -> int:
    """Return how many rows the form has: two more than are filled in."""
    names = [name.removeprefix("after-") for name in {*standing, *fields} if name.startswith("after-")]
    filled = [read_number(nth) or 0 for nth in names if (fields or standing).get(f"after-{nth}")]
    return min(max(filled, default=0) + 2, MOST_ROWS)
