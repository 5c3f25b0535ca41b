"""How contacts leave the house: with a reason, an entry in the record of reads, and a receipt."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from oncall.contacts.case import Case
from oncall.contacts.search import Filters
from oncall.routes.contacts.log import ASKED, InvalidFilter, keep_in_address, label_case, read_wanted
from oncall.routes.web.languages import language
from oncall.routes.web.service import clock, database, now
from oncall.routes.web.spreadsheets import CSV, choose_style, usual_style, write_csv
from oncall.routes.web.visitor import visitor
from oncall.routes.web.workbooks import XLSX, write_xlsx
from oncall.routes.wording.notes import EXPORT_HEADINGS
from oncall.usecases.contacts.export_formats import COLUMNS
from oncall.usecases.contacts.exports import (
    FORMS,
    RECORD,
    Write,
    begin_export,
    give_out,
    prepare_lines,
    prepare_rows,
    read_exports,
    read_receipt,
    read_record,
)
from oncall.usecases.contacts.log import filters_of, read_case_labels
from oncall.usecases.families.cases import read_case

exports = Blueprint("exports", __name__, url_prefix="/exports")

SHORTEST_REASON, LONGEST_REASON = 5, 500  # characters
KINDS = {"csv": CSV, "xlsx": XLSX, "jsonl": "application/x-ndjson; charset=utf-8"}


@exports.get("")
def show() -> str:
    """Show what was given out before, and the form that asks for more."""
    return _ask(_read_selection(request.args))


@exports.post("")
def give() -> ResponseReturnValue:
    """Send the selection as a file, piece by piece, and note it in the record of reads."""
    who, form, reason = visitor(), request.form.get("form", ""), _reason()
    asked = _read_selection(request.form)
    if form not in FORMS:
        return _ask(asked, gettext("There is no such choice."), "form"), 422
    if reason is None:
        return _ask(asked, _ask_for_reason(), "reason"), 422
    db = database()
    selection = label_case(asked, read_case_labels(db, who.team.id, who.municipality))
    try:
        filters = filters_of(who.team, read_wanted(selection))
    except InvalidFilter as fault:
        return _ask(asked, str(fault), fault.field), 422
    export_id = begin_export(db, who.team.id, who.key, form, selection, reason, now())
    pieces = give_out(db, who.team.id, export_id, who.key, filters, _prepare_writer(form), clock())
    name = f"{who.team.slug}-{now():%Y-%m-%d}-{export_id[:8]}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Export": export_id}
    return Response(pieces, content_type=KINDS[form], headers=headers)


@exports.get("/<export_id>")
def receipt(export_id: str) -> str:
    """Who was given what, when and why, and by which hash it is known again."""
    page = read_receipt(database(), visitor().team.id, export_id)
    if page is None:
        abort(404)
    return render_template("contacts/exports/receipt.html", receipt=page.receipt, names=page.names)


@exports.get("/case/<case_id>")
def ask_for_record(case_id: str) -> str:
    """The form that asks why a case's record is wanted."""
    return render_template(
        "contacts/exports/case.html", case=_find_case(case_id), fault="", written=request.form
    )


@exports.post("/case/<case_id>")
def give_record(case_id: str) -> ResponseReturnValue:
    """Everything that is written down about the case's contacts, to be printed."""
    who, at, reason, child = visitor(), now(), _reason(), request.form.get("child") or None
    case = _find_case(case_id)
    if reason is None:
        page = render_template(
            "contacts/exports/case.html", case=case, fault=_ask_for_reason(), written=request.form
        )
        return page, 422
    children = {each.id: each.name for each in case.children}
    if child is not None and child not in children:
        abort(404)
    db, selection = database(), {"case": case.label, **({"child": child} if child else {})}
    export_id = begin_export(db, who.team.id, who.key, RECORD, selection, reason, at)
    record = read_record(db, who.team, export_id, who.key, Filters(case=case.label, child=child), at)
    return render_template(
        "contacts/exports/record.html",
        case=case,
        lines=record.lines,
        receipt=record.receipt,
        names=record.names,
        child=children.get(child) if child else None,
        name_children=lambda ids: ", ".join(children.get(one, one) for one in ids),
    )


def _find_case(case_id: str) -> Case:
    case = read_case(database(), visitor().team, case_id)
    if case is None:
        abort(404)
    return case


def _ask(asked: Mapping[str, str], fault: str = "", field: str = "") -> str:
    page = read_exports(database(), visitor().team.id, visitor().municipality)
    return render_template(
        "contacts/exports/exports.html",
        selection=label_case(asked, page.cases),
        kept=keep_in_address(asked, page.cases),
        receipts=page.receipts,
        names=page.names,
        forms=FORMS,
        usual_style=usual_style(language()),
        fault=fault,
        field=field,
        written=request.form,
    )


def _read_selection(sent: Mapping[str, str]) -> dict[str, str]:
    return {name: sent[name].strip() for name in ASKED if sent.get(name, "").strip()}


def _reason() -> str | None:
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    return reason if len(reason) >= SHORTEST_REASON else None


def _ask_for_reason() -> str:
    return str(gettext("Write why it is needed: it stands in the record of who read what."))


def _prepare_writer(form: str) -> Write:
    """Return how contacts become the bytes of the file; nothing in it needs the request any more."""
    if form == "jsonl":
        return prepare_lines(visitor().team)
    write_rows = prepare_rows(database(), visitor().team, [str(EXPORT_HEADINGS[name]) for name in COLUMNS])
    if form == "xlsx":
        return lambda contacts: write_xlsx(write_rows(contacts))
    style = choose_style(request.form.get("separator", ""), language())
    return lambda contacts: write_csv(write_rows(contacts), style)
