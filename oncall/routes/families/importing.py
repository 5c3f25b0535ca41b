"""Import a list of families: show first what it would change, then save it."""

import json
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import FileStorage

from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import visitor
from oncall.routes.web.workbooks import XLSX
from oncall.usecases.families.import_rows import ImportFault
from oncall.usecases.families.importing import OtherThanSeen, carry_out_import, plan_import
from oncall.usecases.families.spreadsheets import HEADINGS, Broken, BrokenSheet, SheetRow, read_sheet
from oncall.usecases.families.template import write_csv_template, write_xlsx_template

cases_import = Blueprint("cases_import", __name__, url_prefix="/cases/import")

MOST_CHARACTERS = 400_000  # of the rows, which wait in the page until they are confirmed
MOST_FAULTS = 200  # shown at once
LARGEST_FILE = 1024 * 1024  # bytes
# More is taken in than is read: who is cut off in the middle of sending is shown a broken connection, and
# no page that says why.
LARGEST_REQUEST, LARGEST_FIELD = 32 * LARGEST_FILE, 4 * LARGEST_FILE

BROKEN = {
    Broken.NO_FILE: lazy_gettext("Choose a file first."),
    Broken.KIND: lazy_gettext("This is neither a CSV nor an XLSX file."),
    Broken.DAMAGED: lazy_gettext(
        "The file is damaged, or is not what its name says. Save it anew and try again."
    ),
    Broken.TOO_LARGE: lazy_gettext(
        "The file is too large: at most 1 MB, 1000 rows of 40 columns, 500 characters a cell."
    ),
    Broken.EMPTY: lazy_gettext("The file holds no families: a first row with headings, then a row a person."),
    Broken.UNKNOWN_HEADING: lazy_gettext("There is no column with this heading. Use those of the template."),
    Broken.TWICE: lazy_gettext("Two columns have the same heading."),
    Broken.MISSING_HEADING: lazy_gettext("This column is missing."),
    Broken.LETTERS: lazy_gettext("Some letters cannot be read. Save the file as CSV in UTF-8, or as XLSX."),
    Broken.FORMULA: lazy_gettext(
        "This cell holds a formula and no result. Open the file in a spreadsheet program, and save it there."
    ),
}
FAULTS = {
    ImportFault.MISSING: lazy_gettext("is missing"),
    ImportFault.LABEL: lazy_gettext("a code with a digit, without blanks: V-014"),
    ImportFault.MUNICIPALITY: lazy_gettext("not a municipality of the team"),
    ImportFault.THERAPIST: lazy_gettext("nobody in the team is called so"),
    ImportFault.WORD: lazy_gettext("not one of the words that are possible here"),
    ImportFault.DAY: lazy_gettext("not a day: write 2026-03-14"),
    ImportFault.YEAR: lazy_gettext("not a year of birth: write 2014"),
    ImportFault.LANGUAGE: lazy_gettext("not a language: write norsk, ukrainsk, or a code such as ti"),
    ImportFault.NUMBER: lazy_gettext("not a phone number"),
    ImportFault.OWN_LINE: lazy_gettext("is the team's own line"),
    ImportFault.COLLEAGUE: lazy_gettext("is a colleague's phone"),
    ImportFault.HOURS: lazy_gettext("not a time: write 08:00-20:00"),
    ImportFault.MADE: lazy_gettext(
        "the spreadsheet has made a date or an error of it: format the cell as text and write it again"
    ),
    ImportFault.DIFFERS: lazy_gettext("another row says otherwise of the same case"),
}


@cases_import.url_value_preprocessor
def take_in_large_files(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Accept large requests: the rows that wait in the page, and files that are refused only once read."""
    request.max_content_length, request.max_form_memory_size = LARGEST_REQUEST, LARGEST_FIELD


@cases_import.get("")
def show() -> str:
    """Show the form in which a file is chosen."""
    return render_template("families/import.html")


@cases_import.post("")
def preview() -> ResponseReturnValue:
    """Show what the file would change; nothing is saved."""
    file = request.files.get("file")
    try:
        rows = read_sheet(file.filename or "" if file else "", _read(file) if file else b"")
        if len(_pack(rows)) > MOST_CHARACTERS:
            raise BrokenSheet(Broken.TOO_LARGE)
    except BrokenSheet as broken:
        return render_template("families/import.html", broken=BROKEN[broken.why], what=broken.what), 422
    return _show_plan(rows)


@cases_import.post("/confirm")
def confirm() -> ResponseReturnValue:
    """Carry out the import as it was shown; if it would do something else by now, show it again."""
    rows = _unpack(request.form.get("rows", ""))
    who = visitor()
    try:
        plan = carry_out_import(database(), who.team, rows, request.form.get("mark", ""), who.key, now())
    except OtherThanSeen:
        return _show_plan(rows, gettext("Something has been changed meanwhile. Look at it again."))
    return render_template("families/imported.html", plan=plan)


@cases_import.get("/template.<form>")
def template(form: str) -> Response:
    """Return an empty list with the right headings."""
    writers = {"csv": (write_csv_template, "text/csv"), "xlsx": (write_xlsx_template, XLSX)}
    if form not in writers:
        abort(404)
    write, kind = writers[form]
    team = visitor().team
    headers = {"Content-Disposition": f'attachment; filename="familier.{form}"'}
    return Response(write(team), content_type=kind, headers=headers)


def _read(file: FileStorage) -> bytes:
    with closing(file):  # a large one lies on the disk meanwhile
        data: bytes = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise BrokenSheet(Broken.TOO_LARGE)
    return data


def _show_plan(rows: Sequence[SheetRow], notice: str = "") -> ResponseReturnValue:
    who = visitor()
    plan = plan_import(database(), who.team, rows, now().astimezone(who.team.zone).date())
    page = render_template(
        "families/import_plan.html",
        plan=plan,
        rows=_pack(rows),
        notice=notice,
        faults=plan.faults[:MOST_FAULTS],
        headings={column: names[0] for column, names in HEADINGS.items()},
        FAULTS=FAULTS,
    )
    return page, 422 if plan.faults else 200


def _pack(rows: Sequence[SheetRow]) -> str:
    return json.dumps([[row.number, dict(row.cells)] for row in rows], ensure_ascii=False)


def _unpack(packed: str) -> Sequence[SheetRow]:
    """Return the rows that the page has kept; stop with 400 for anything else."""
    try:
        found = json.loads(packed)
        rows = tuple(
            SheetRow(
                int(number), {str(column): str(cell) for column, cell in cells.items() if column in HEADINGS}
            )
            for number, cells in found
        )
    except (ValueError, TypeError, AttributeError):
        abort(400)
    if not rows:
        abort(400)
    return rows
