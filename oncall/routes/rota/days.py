"""Show and change a team's special days and its limits on working time."""

from collections.abc import Mapping
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from oncall.rota.days import eves_of, holidays_between
from oncall.rota.limits import SOURCES, USUAL, Limits, WorkingTimeRule
from oncall.rota.model import PersonId, Weekday, WeeklyWindow
from oncall.routes.rota.rota import words
from oncall.routes.web.forms import Form, InvalidForm
from oncall.routes.web.languages import language
from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import visitor
from oncall.usecases.rota.agreements import (
    LimitsChanged,
    read_limits,
    read_special_days,
    set_limits,
    set_special_days,
    version_of_limits,
)

rota_days = Blueprint("rota_days", __name__, url_prefix="/rota")
rota_days.context_processor(words)

LONGEST_NAME = 60  # characters
BOUNDS = {  # of each limit that is a number: the least and the most that can be meant
    "gap_days": (1, 366),
    "published_days": (0, 90),
    "conversion": (1, 24),
    "week_hours": (1, 168),
    "daily_rest": (0, 24),
    "weekly_rest": (0, 168),
    "nights": (1, 31),
    "weekends": (1, 26),
    "weekend_weeks": (1, 52),
    "leader_backup_days": (1, 366),
}
OFFICE_DAYS = frozenset(set(Weekday) - {Weekday.SAT, Weekday.SUN})


@rota_days.get("/days")
def show() -> str:
    """The special days, and the holidays that need no entering."""
    return _show({}, {})


@rota_days.post("/days")
def save() -> ResponseReturnValue:
    """A special day is there, or no longer; the page says so."""
    who = visitor()
    fields = {name: value.strip() for name, value in request.form.items()}
    added: dict[date, str] = {}
    removed: set[date] = set()
    form = Form(fields, who.team.zone)
    if fields.get("suggested"):
        year = form.number("suggested", 2000, 2199)
        added = dict(eves_of(year, language())) if year else {}
    elif fields.get("remove"):
        day = form.day("remove")
        removed = {day} if day else set()
    else:
        day, name = form.day("day"), fields.get("name", "")
        if not 0 < len(name) <= LONGEST_NAME:
            form.refuse("name", gettext("Write what the day is called, in at most 60 characters."))
        added = {day: name} if day else {}
    if form.errors:
        return _show(fields, form.errors), 422
    set_special_days(database(), who.team.id, added, removed, who.key, now())
    return redirect(url_for(".show"))


def _show(fields: Mapping[str, str], errors: Mapping[str, str]) -> str:
    team = visitor().team
    today = now().astimezone(team.zone).date()
    special = read_special_days(database(), team.id)
    years = (today.year, today.year + 1)
    wanted = {year: eves_of(year, language()) for year in years}
    missing = [
        year for year, eves in wanted.items() if any(day not in special for day in eves if day >= today)
    ]
    return render_template(
        "rota/days.html",
        special=special,
        holidays=holidays_between(today, today + timedelta(days=366), language()),
        suggestions={year: wanted[year] for year in missing},
        fields=fields,
        errors=errors,
    )


@rota_days.get("/limits")
def show_limits() -> str:
    """The limits, each with its rule's source."""
    return _show_limits(read_limits(database(), visitor().team.id), {}, {})


@rota_days.post("/limits")
def change_limits() -> ResponseReturnValue:
    """The limits hold from now on; warnings follow them."""
    who = visitor()
    fields = {name: value.strip() for name, value in request.form.items()}
    try:
        limits = _read_limits(fields, request.form.getlist("newcomers"))
    except InvalidForm as fault:
        return _show_limits(USUAL, fields, fault.errors), 422
    try:
        set_limits(database(), who.team.id, limits, fields.get("seen"), who.key, now())
    except LimitsChanged as fault:
        return _show_limits(fault.standing, fields, {}, chosen=limits), 409
    return redirect(url_for(".show_limits", saved=1))


def _read_limits(fields: Mapping[str, str], newcomers: list[str]) -> Limits:
    team = visitor().team
    form = Form(fields, team.zone)
    numbers = {name: form.number(name, *bounds) for name, bounds in BOUNDS.items()}
    fairness = form.number("fairness", 0, 100)
    ordinary = None
    if fields.get("ordinary"):
        start, until = form.clock("ordinary_from"), form.clock("ordinary_until")
        ordinary = WeeklyWindow(OFFICE_DAYS, start, until) if start and until else None
    if form.errors or fairness is None:
        raise InvalidForm(form.errors)
    known = frozenset(PersonId(key) for key in newcomers if PersonId(key) in team.people)
    read = {name: number for name, number in numbers.items() if number is not None}
    return Limits(
        gap_days=read["gap_days"],
        published_days=read["published_days"],
        conversion=float(read["conversion"]),
        week_hours=float(read["week_hours"]),
        daily_rest=float(read["daily_rest"]),
        weekly_rest=float(read["weekly_rest"]),
        nights=read["nights"],
        weekends=read["weekends"],
        weekend_weeks=read["weekend_weeks"],
        fairness=fairness / 100,
        leader_backup_days=read["leader_backup_days"],
        swaps_approved=bool(fields.get("swaps_approved")),
        ordinary=ordinary,
        newcomers=known,
    )


def _show_limits(
    limits: Limits, fields: Mapping[str, str], errors: Mapping[str, str], chosen: Limits | None = None
) -> str:
    """Show the limits; `chosen` are the visitor's own, where somebody else has set `limits` meanwhile."""
    filled = {name: f"{getattr(limits, name):g}" for name in BOUNDS}
    filled["fairness"] = f"{limits.fairness * 100:.0f}"
    if limits.ordinary:
        start, until = limits.ordinary.start, limits.ordinary.until
        filled |= {"ordinary": "on", "ordinary_from": f"{start:%H:%M}", "ordinary_until": f"{until:%H:%M}"}
    if limits.swaps_approved:
        filled["swaps_approved"] = "on"
    return render_template(
        "rota/limits.html",
        fields=fields or filled,
        theirs={name: value for name, value in filled.items() if chosen and fields.get(name) != value},
        stale=chosen is not None,
        seen=fields.get("seen", "") if errors else version_of_limits(limits),
        newcomers=(chosen or limits).newcomers,
        people=visitor().team.people.values(),
        bounds=BOUNDS,
        sources=SOURCES,
        Rule=WorkingTimeRule,
        errors=errors,
        saved="saved" in request.args,
    )
