"""Show the hours that each person has had, and export them for payroll."""

from collections.abc import Iterator
from datetime import date, timedelta

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from oncall.alerts.team import Team
from oncall.rota.hours import DutyHours, month_of, unfair
from oncall.routes.rota.rota import words
from oncall.routes.web.forms import Form
from oncall.routes.web.languages import language
from oncall.routes.web.service import database, now
from oncall.routes.web.spreadsheets import CSV, Cell, choose_style, usual_style, write_csv
from oncall.routes.web.visitor import visitor
from oncall.routes.web.workbooks import XLSX, write_xlsx
from oncall.routes.wording.rota import name_of
from oncall.usecases.rota.hours import count_period

rota_hours = Blueprint("rota_hours", __name__, url_prefix="/rota")
rota_hours.context_processor(words)

DAY = timedelta(days=1)


@rota_hours.get("/hours")
def show() -> str:
    """Hours of a period, a month unless the address says otherwise, and how evenly they are shared."""
    team = visitor().team
    first, last, errors = _read_period(team)
    hours, limits = count_period(database(), team, first, last)
    return render_template(
        "rota/hours.html",
        other_style="comma" if usual_style(language()) == "semicolon" else "semicolon",
        hours=hours,
        unfair=dict(unfair(hours, limits)),
        limits=limits,
        first=first,
        last=last,
        errors=errors,
    )


@rota_hours.get("/hours.<form>")
def export(form: str) -> Response:
    """The same figures as CSV or XLSX, by whole names."""
    team = visitor().team
    first, last, _ = _read_period(team)
    hours, _limits = count_period(database(), team, first, last)
    table = [_heads(), *([*_row(team, of)] for of in hours)]
    name = f"{team.slug}-{first}-{last}"
    if form == "xlsx":
        return _send(write_xlsx(table), XLSX, f"{name}.xlsx")
    style = choose_style(request.args.get("separator", ""), language())
    return _send(write_csv(table, style), CSV, f"{name}.csv")


def _read_period(team: Team) -> tuple[date, date, dict[str, str]]:
    start, end = month_of(now().astimezone(team.zone).date(), team.zone)
    usual = start.astimezone(team.zone).date(), (end - timedelta(hours=2)).astimezone(team.zone).date()
    return read_period(team, usual)


def read_period(team: Team, usual: tuple[date, date]) -> tuple[date, date, dict[str, str]]:
    """Return the days that the address asks for, or the usual ones and what is wrong with the address."""
    if not request.args.get("from") and not request.args.get("to"):
        return *usual, {}
    form = Form(request.args, team.zone)
    first, last = form.day("from"), form.day("to")
    if first and last and not first <= last < first + 3 * 366 * DAY:
        form.refuse("to", gettext("The last day is before the first."))
    if form.errors or first is None or last is None:
        return *usual, form.errors
    return first, last, {}


def _heads() -> list[Cell]:
    return [
        gettext("Person"),
        gettext("Duty, hours"),
        gettext("Backup, hours"),
        gettext("Converted, hours"),
        gettext("Called out, hours"),
        gettext("Weekend, hours"),
        gettext("Holiday, hours"),
        gettext("Nights"),
    ]


def _row(team: Team, of: DutyHours) -> list[Cell]:
    name = team.people[of.person].name if of.person in team.people else name_of(of.person)
    figures = (of.duty, of.backup, of.converted, of.called_out, of.weekend, of.holiday, float(of.nights))
    return [name, *(round(figure, 2) for figure in figures)]


def _send(body: Iterator[bytes], kind: str, name: str) -> Response:
    return Response(
        b"".join(body), content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
