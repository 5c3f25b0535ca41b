"""Show and change how long families and former staff are kept, and give out, hold or erase one of them."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from oncall.contacts.retention import ClosedCase, NotToBeErased, RetentionRule, StaffRetentionRule
from oncall.routes.web.numbers import read_number
from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import visitor
from oncall.routes.wording.journal import describe_kept, name_kept
from oncall.usecases.privacy import departures, erasure
from oncall.usecases.privacy.departures import Departed, NotDeparted, StaffReceipt
from oncall.usecases.privacy.erasure import LONGEST_KEPT, ErasureReceipt

retention = Blueprint("retention", __name__, url_prefix="/retention")

LONGEST_REASON = 300  # characters
OBSTACLES = {
    "held": lazy_gettext("On legal hold"),
    "open": lazy_gettext("A contact of it still waits for somebody"),
    "not_exported": lazy_gettext("Not exported since something was last said"),
    "not_closed": lazy_gettext("The case is not closed"),
    "erased": lazy_gettext("Erased already"),
    "on_rota": lazy_gettext("Has a shift ahead"),
    "own_therapist": lazy_gettext("Is still a family's own therapist"),
    "owner": lazy_gettext("A contact is still in their hands"),
    "still_rung": lazy_gettext("Their phone is one that the line's settings still ring"),
}
FOR_STAFF = "staff"  # the rule's place in the form, after the municipalities'


@retention.get("")
def show() -> str:
    """Show the team's rules, and its closed cases, those that are due first."""
    return _page()


@retention.post("/rules")
def change_rules() -> ResponseReturnValue:
    """Set the rules as the form has them; an empty field is no rule."""
    errors: dict[str, str] = {}
    found = {name: _read_rule(name, errors) for name in (*map(str, range(len(_places()))), FOR_STAFF)}
    if errors:
        return _page(errors=errors, written=request.form), 422
    rules = tuple(
        RetentionRule(place, *found[str(nth)]) for nth, place in enumerate(_places()) if found[str(nth)]
    )
    staff = StaffRetentionRule(*found[FOR_STAFF]) if found[FOR_STAFF] else None
    erasure.change_rules(database(), visitor().team, rules, visitor().key, now(), staff)
    return redirect(url_for(".show", done="rules"))


def _read_rule(name: str, errors: dict[str, str]) -> tuple[int, bool] | tuple[()]:
    """Return the months and whether it erases automatically, () for an empty field; or note the error."""
    written = request.form.get(f"months-{name}", "").strip()
    if not written:
        return ()
    months = read_number(written)
    if months is None or not 1 <= months <= LONGEST_KEPT:
        errors[f"months-{name}"] = gettext("Write a number of months, %(most)s at most.", most=LONGEST_KEPT)
        return ()
    return months, f"automatic-{name}" in request.form


@retention.post("/<case_id>/export")
def export(case_id: str) -> ResponseReturnValue:
    """Give out everything that is kept about the family, as a file or for print; the journal notes it."""
    case, reason = _case(case_id), _reason()
    if reason is None:
        return _ask_why(case.id)
    content = erasure.export_case(database(), visitor().team, case.id, visitor().key, reason, now())
    if request.form.get("as") == "print":
        record = json.loads(content)
        words = {"name_kept": name_kept, "describe_kept": describe_kept}
        return render_template("privacy/subject_record.html", record=record, case=case, **words)
    return _give_out(content, case.label)


@retention.post("/<case_id>/hold")
def hold(case_id: str) -> ResponseReturnValue:
    """Keep the case until the hold is lifted."""
    case, who = _case(case_id), visitor()
    change = partial(erasure.hold, database(), who.team, case.id, who.key)
    return _change(case.id, change, "held")


@retention.post("/<case_id>/lift")
def lift(case_id: str) -> ResponseReturnValue:
    """Let the case be erased again."""
    case, who = _case(case_id), visitor()
    change = partial(erasure.lift_hold, database(), who.team, case.id, who.key)
    return _change(case.id, change, "lifted")


@retention.post("/<case_id>/erase")
def erase(case_id: str) -> ResponseReturnValue:
    """Erase the case if its label was written, and show the receipt."""
    case = _case(case_id)
    if request.form.get("label", "").strip() != case.label:
        return _page(
            fault=case.id, why=gettext("Write the label of the case, to be sure that it is this one.")
        ), 422
    try:
        receipt = erasure.erase(database(), visitor().team, case.id, visitor().key, now())
    except NotToBeErased as refusal:
        return _page(fault=case.id, why=str(OBSTACLES[refusal.why])), 409
    return _page(receipt=receipt)


@retention.post("/loose")
def erase_loose() -> ResponseReturnValue:
    """Erase the contacts of no case that are due."""
    erasure.erase_due_loose(database(), visitor().team, visitor().key, now())
    return redirect(url_for(".show", done="loose"))


@retention.post("/staff/<person>/export")
def export_person(person: str) -> ResponseReturnValue:
    """Give out everything that is kept about the former colleague as a file; the access log notes it."""
    one, reason = _former(person), _reason()
    if reason is None:
        return _ask_why(one.key)
    content = erasure.take_out(database(), visitor().team, visitor().key, reason, now(), staff=one.key)
    return _give_out(content, one.key)


@retention.post("/staff/<person>/hold")
def hold_person(person: str) -> ResponseReturnValue:
    """Keep the former colleague's name until the hold is lifted."""
    one, who = _former(person), visitor()
    change = partial(departures.hold_former, database(), who.team, one.key, who.key)
    return _change(one.key, change, "staff_held")


@retention.post("/staff/<person>/lift")
def lift_person(person: str) -> ResponseReturnValue:
    """Let the former colleague's name be erased again."""
    one, who = _former(person), visitor()
    change = partial(departures.release_former, database(), who.team, one.key, who.key)
    return _change(one.key, change, "lifted")


@retention.post("/staff/<person>/erase")
def erase_person(person: str) -> ResponseReturnValue:
    """Erase the former colleague if the name was written, and show the receipt."""
    one = _former(person)
    if request.form.get("name", "").strip().casefold() != one.name.casefold():
        return _page(fault=one.key, why=gettext("Write the name, to be sure that it is this person.")), 422
    try:
        receipt = departures.erase_former(database(), visitor().team, one.key, visitor().key, now())
    except NotToBeErased as refusal:
        return _page(fault=one.key, why=str(OBSTACLES[refusal.why])), 409
    except NotDeparted:
        abort(404)
    return _page(staff_receipt=receipt)


def _change(which: str, change: Callable[[str, datetime], None], done: str) -> ResponseReturnValue:
    """Change the case of this id, or the person of this key, for a reason; without one, ask for it."""
    reason = _reason()
    if reason is None:
        return _ask_why(which)
    try:
        change(reason, now())
    except (NotDeparted, NotToBeErased):  # somebody else has erased them in the same moment
        abort(404)
    return redirect(url_for(".show", done=done))


def _ask_why(which: str) -> ResponseReturnValue:
    return _page(fault=which, why=gettext("Say why.")), 422


def _give_out(record: bytes, of: str) -> Response:
    """Return the record as a file, named after the team and whom it is of."""
    name = f"{visitor().team.slug}-{''.join(c for c in of if c.isalnum() or c == '-')}.json"
    answer = Response(record, content_type="application/json; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _former(key: str) -> Departed:
    """Return who has left the team under this key; stop with 404 where nobody has, or they are erased."""
    return departures.find_departed(database(), visitor().team, key, now()) or abort(404)


def _case(case_id: str) -> ClosedCase:
    """Return the team's closed case; stop with 404 where it has no such."""
    return erasure.find_closed(database(), visitor().team, case_id) or abort(404)


def _reason() -> str | None:
    return request.form.get("reason", "").strip()[:LONGEST_REASON] or None


def _places() -> tuple[str | None, ...]:
    """Return the municipalities that may have a rule, None (everywhere) first."""
    return (None, *(place.name for place in visitor().team.municipalities))


def _page(
    *,
    errors: Mapping[str, str] | None = None,
    written: Mapping[str, str] | None = None,
    fault: str | None = None,
    why: str = "",
    receipt: ErasureReceipt | None = None,
    staff_receipt: StaffReceipt | None = None,
) -> str:
    team = visitor().team
    overview = erasure.read_retention(database(), team, now())
    return render_template(
        "privacy/retention.html",
        overview=overview,
        places=_places(),
        rules={rule.municipality: rule for rule in overview.rules},
        today=now().astimezone(team.zone).date(),
        obstacles=OBSTACLES,
        errors=errors or {},
        written=written,
        fault=fault,
        why=why,
        receipt=receipt,
        staff_receipt=staff_receipt,
        done=request.args.get("done"),
    )
