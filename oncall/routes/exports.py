"""How contacts leave the house: with a reason, an entry in the record of reads, and a receipt."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from oncall.casework.contact_log import filters_of
from oncall.casework.exports import (
    COLUMNS,
    FORMS,
    Write,
    begin_export,
    give_out,
    read_record,
    to_row,
    write_line,
)
from oncall.casework.people import name_accounts
from oncall.contacts.case import Case
from oncall.contacts.search import Filters
from oncall.contacts.waiting import fold_waiting
from oncall.routes.log import ASKED, InvalidFilter, find_cases, keep_in_address, read_wanted, say_case
from oncall.routes.spreadsheets import CSV, Row, write_csv
from oncall.routes.visitor import visitor
from oncall.routes.web.service import clock, database, now
from oncall.routes.workbooks import XLSX, write_xlsx
from oncall.store.cases import load_case
from oncall.store.contacts import StoredContact
from oncall.store.exports import find_receipt, list_receipts
from oncall.store.records import name_children
from oncall.store.teams import load_staff

exports = Blueprint("exports", __name__, url_prefix="/exports")

SHORTEST_REASON, LONGEST_REASON = 5, 500  # characters
RECORD = "record"
KINDS = {"csv": CSV, "xlsx": XLSX, "jsonl": "application/x-ndjson; charset=utf-8"}


@exports.get("")
def show() -> str:
    """What was given out before, and the form that asks for more."""
    return _ask(_selection(request.args))


@exports.post("")
def give() -> ResponseReturnValue:
    """The selection as a file, piece by piece; that it was given out stands in the record of reads."""
    who, selection = visitor(), _selection(request.form)
    form, reason = request.form.get("form", ""), _reason()
    if form not in FORMS:
        return _ask(selection, gettext("There is no such choice."), "form"), 422
    if reason is None:
        return _ask(selection, _ask_for_reason(), "reason"), 422
    try:
        wanted = read_wanted(selection)
    except InvalidFilter as fault:
        return _ask(selection, str(fault), fault.field), 422
    db = database()
    export_id = begin_export(db, who.team.id, who.key, form, selection, reason, now())
    filters = filters_of(who.team, wanted)
    pieces = give_out(db, who.team.id, export_id, who.key, filters, _writer(form), clock())
    name = f"{who.team.slug}-{now():%Y-%m-%d}-{export_id[:8]}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Export": export_id}
    return Response(pieces, content_type=KINDS[form], headers=headers)


@exports.get("/<export_id>")
def receipt(export_id: str) -> str:
    """Who was given what, when and why, and by which hash it is known again."""
    with database().reading() as reading:
        found = find_receipt(reading, visitor().team.id, export_id)
        names = _names(reading)
    if found is None:
        abort(404)
    return render_template("export_receipt.html", receipt=found, names=names)


@exports.get("/case/<case_id>")
def ask_for_record(case_id: str) -> str:
    """The form that asks why a case's record is wanted."""
    return render_template("export_case.html", case=_find_case(case_id), fault="", written=request.form)


@exports.post("/case/<case_id>")
def give_record(case_id: str) -> ResponseReturnValue:
    """Everything that is written down about the case's contacts, to be printed."""
    who, at, reason, child = visitor(), now(), _reason(), request.form.get("child") or None
    case = _find_case(case_id)
    if reason is None:
        page = render_template("export_case.html", case=case, fault=_ask_for_reason(), written=request.form)
        return page, 422
    children = {each.id: each.name for each in case.children}
    if child is not None and child not in children:
        abort(404)
    db, selection = database(), {"case": case.label, **({"child": child} if child else {})}
    export_id = begin_export(db, who.team.id, who.key, RECORD, selection, reason, at)
    lines = read_record(db, who.team, export_id, who.key, Filters(case=case.label, child=child), at)
    with db.reading() as reading:
        found = find_receipt(reading, who.team.id, export_id)
        names = _names(reading)
    return render_template(
        "export_record.html",
        case=case,
        lines=lines,
        receipt=found,
        names=names,
        child=children.get(child) if child else None,
        name_children=lambda ids: ", ".join(children.get(one, one) for one in ids),
        texts_of=lambda contact: fold_waiting(contact.entries).texts,
    )


def _find_case(case_id: str) -> Case:
    with database().reading() as reading:
        case = load_case(reading, visitor().team.id, case_id)
    if case is None:
        abort(404)
    return case


def _ask(selection: Mapping[str, str], fault: str = "", field: str = "") -> str:
    with database().reading() as reading:
        receipts = list_receipts(reading, visitor().team.id)
        names = _names(reading)
    return render_template(
        "exports.html",
        selection=selection,
        kept=keep_in_address(selection, find_cases()),
        receipts=receipts,
        names=names,
        forms=FORMS,
        fault=fault,
        field=field,
        written=request.form,
    )


def _selection(asked: Mapping[str, str]) -> dict[str, str]:
    wanted = {name: asked[name].strip() for name in ASKED if asked.get(name, "").strip()}
    return say_case(wanted, find_cases())


def _reason() -> str | None:
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    return reason if len(reason) >= SHORTEST_REASON else None


def _ask_for_reason() -> str:
    return str(gettext("Write why it is needed: it stands in the record of who read what."))


def _names(reading: Any) -> Mapping[str, str]:
    team_id = visitor().team.id
    return name_accounts(reading, team_id) | {
        person.id: person.name for person, _ in load_staff(reading, team_id)
    }


def _writer(form: str) -> Write:
    """Return how contacts become the bytes of the file; nothing in it needs the request any more."""
    team = visitor().team
    if form == "jsonl":
        return lambda contacts: (f"{write_line(contact, team.slug)}\n".encode() for contact in contacts)
    with database().reading() as reading:
        children = name_children(reading, team.id)

    def rows(contacts: Iterable[StoredContact]) -> Iterator[Row]:
        yield COLUMNS
        for contact in contacts:
            yield to_row(contact, team, children)

    table: Callable[[Iterable[Row]], Iterator[bytes]] = write_xlsx if form == "xlsx" else write_csv
    return lambda contacts: table(rows(contacts))
