"""How many hours has each person had, on a page and for payroll?"""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import xlsxwriter
from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from oncall.alerts.team import Team
from oncall.rostering.edits import complete_rotas
from oncall.rota.hours import Hours, count_hours, month_of, unfair
from oncall.rota.limits import Limits
from oncall.rota.wallclock import instant_of
from oncall.routes.rota import words
from oncall.routes.rota_forms import Form
from oncall.routes.visitor import database, now, visitor
from oncall.store.rota_settings import load_limits, load_special_days
from oncall.store.team_history import load_call_outs

rota_hours = Blueprint("rota_hours", __name__, url_prefix="/rota")
rota_hours.context_processor(words)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes a cell for a formula by
DAY = timedelta(days=1)


@rota_hours.get("/hours")
def show() -> str:
    """Hours of a period, a month unless the address says otherwise, and how evenly they are shared."""
    team = visitor().team
    first, last, errors = _read_period(team)
    hours, limits = count_period(team, first, last)
    return render_template(
        "rota/hours.html",
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
    hours, _limits = count_period(team, first, last)
    table = [_heads(), *([*_row(team, of)] for of in hours)]
    name = f"{team.slug}-{first}-{last}"
    if form == "xlsx":
        return _send(_write_xlsx(table), XLSX, f"{name}.xlsx")
    return _send(_write_csv(table), "text/csv; charset=utf-8", f"{name}.csv")


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


def count_period(team: Team, first: date, last: date) -> tuple[tuple[Hours, ...], Limits]:
    """Return everybody's hours from `first` to `last`, both included, and the limits set to them."""
    start, end = _instant(first, team), _instant(last + DAY, team)
    with database().reading() as reading:
        limits, special = load_limits(reading, team.id), load_special_days(reading, team.id)
        calls = load_call_outs(reading, team.id, start, end)
    return count_hours(complete_rotas(team), start, end, calls, special, limits), limits


def _instant(day: date, team: Team) -> datetime:
    return instant_of(day, time(0), team.zone)


Cell = str | float


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


def _row(team: Team, of: Hours) -> list[Cell]:
    name = team.people[of.person].name if of.person in team.people else of.person
    figures = (of.duty, of.backup, of.converted, of.called_out, of.weekend, of.holiday, float(of.nights))
    return [name, *(round(figure, 2) for figure in figures)]


def spell_cell(cell: Cell) -> Cell:
    """Return the cell so that no spreadsheet takes a name for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULAS) else cell


def _write_csv(table: Sequence[Sequence[Cell]]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows([spell_cell(cell) for cell in row] for row in table)
    return written.getvalue().encode("utf-8-sig")  # or the usual program reads æøå as something else


def _write_xlsx(table: Sequence[Sequence[Cell]]) -> bytes:
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(written, options)
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for at, row in enumerate(table):
        sheet.write_row(at, 0, [spell_cell(cell) for cell in row], bold if at == 0 else None)
    sheet.autofit()
    book.close()
    return written.getvalue()


def _send(body: bytes, kind: str, name: str) -> Response:
    return Response(
        body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
