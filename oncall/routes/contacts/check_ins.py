"""The pages of agreed calls with families, and a call placed from a case.

A page that shows a case offers both by `case_call.html`:
`{% from "families/case_call.html" import call_button, plan_link with context %}`, then
`{{ call_button(case_id, number_id) }}` beside a member's number (POST /cases/<case_id>/call: the visitor's
phone rings first, then the family's, from the team's number; what stands against it is shown on a page of
its own) and `{{ plan_link(case_id) }}` (GET /check-ins?case=<id>).
"""

import secrets
from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from oncall.contacts.case import Case
from oncall.contacts.check_in import Mark
from oncall.rota.model import PersonId
from oncall.routes.privacy.access import require_access
from oncall.routes.web.forms import Form, fill
from oncall.routes.web.service import call_context, database, now
from oncall.routes.web.visitor import visitor
from oncall.usecases.contacts.page import has_contact
from oncall.usecases.families.cases import read_case
from oncall.usecases.families.reach import read_reach_of_member
from oncall.usecases.line import check_ins as acts
from oncall.usecases.line.calls import UnknownContact
from oncall.usecases.line.check_in_pages import LOOK_AHEAD, open_check_in, open_check_ins
from oncall.usecases.line.follow_ups import NotAllowed
from oncall.usecases.line.outbound import UnknownNumber, call_member

check_ins = Blueprint("check_ins", __name__)

LONGEST_NOTE = 300
EVENING = "21:00"

Errors = Mapping[str, str]


@check_ins.get("/check-ins")
def show() -> ResponseReturnValue:
    """Show the agreed calls to come, those that are due, and those of the last week."""
    fields = {"case": request.args.get("case", ""), "number": request.args.get("number", "")}
    return _need_of(fields["case"]) or _show_page(fields)


@check_ins.post("/check-ins")
def plan() -> ResponseReturnValue:
    """Agree on a call."""
    case, number = request.form.get("case", ""), request.form.get("number", "")
    if led_away := _need_of(case):
        return led_away
    form, at, note = _read_form()
    if not number:
        form.refuse("number", gettext("Choose whom to call."))
    if at is None or form.errors:
        return _show_page(request.form, form.errors), 422
    try:
        acts.plan(call_context(), visitor().team.id, case, number, at, note, _person(), now())
    except UnknownNumber:
        return _show_page(request.form, {"number": gettext("The case has no such number any more.")}), 422
    session["check_ins.done"] = "planned"
    return redirect(url_for(".show"))


@check_ins.get("/check-ins/<check_in_id>")
def edit(check_in_id: str) -> str:
    """Show one agreed call, to be moved, changed or cancelled."""
    return _show_one(check_in_id)


@check_ins.post("/check-ins/<check_in_id>")
def change(check_in_id: str) -> ResponseReturnValue:
    """Move an agreed call, or change what it is about."""
    form, at, note = _read_form()
    if at is None or form.errors:
        return _show_one(check_in_id, request.form, form.errors), 422
    try:
        acts.change(call_context(), visitor().team.id, check_in_id, at, note, _person(), now())
    except acts.UnknownCheckIn:
        abort(404)
    except acts.NoLongerPlanned:
        return _show_one(check_in_id, request.form, {"at_time": _too_late()}), 422
    session["check_ins.done"] = "changed"
    return redirect(url_for(".show"))


@check_ins.post("/check-ins/<check_in_id>/cancel")
def cancel(check_in_id: str) -> ResponseReturnValue:
    """Cancel an agreed call."""
    try:
        acts.cancel(call_context(), visitor().team.id, check_in_id, _person(), now())
    except acts.UnknownCheckIn:
        abort(404)
    except acts.NoLongerPlanned:
        return _show_one(check_in_id, {}, {"at_time": _too_late()}), 422
    session["check_ins.done"] = "cancelled"
    return redirect(url_for(".show"))


@check_ins.post("/contacts/<contact_id>/check-in")
def mark(contact_id: str) -> ResponseReturnValue:
    """Record how an agreed call went."""
    if not has_contact(database(), visitor().team.id, contact_id):
        abort(404)
    how, words = request.form.get("how", ""), request.form.get("words", "").strip()[:LONGEST_NOTE]
    if how not in list(Mark):
        abort(400, "no such mark")
    form = Form(request.form, visitor().team.zone)
    moved_to = form.instant("at") if how == Mark.MOVED else None
    there = url_for("contacts.show", contact_id=contact_id)
    if form.errors:
        session["check_ins.fault"] = next(iter(form.errors.values()))
        return redirect(there)
    who = (visitor().team.id, contact_id, Mark(how), _person(), now())
    try:
        acts.mark(call_context(), *who, words=words, moved_to=moved_to)
    except UnknownContact:
        abort(404)
    except acts.AlreadyMarked:
        session["check_ins.fault"] = gettext("Somebody has said already how it went.")
    except acts.NoNewTime:
        session["check_ins.fault"] = gettext("Choose a time that lies ahead.")
    return redirect(there)


@check_ins.post("/cases/<case_id>/call")
def call(case_id: str) -> ResponseReturnValue:
    """Ring the visitor's phone, and then the family's, from the team's number."""
    team, form = visitor().team, request.form
    case = read_case(database(), team, case_id)
    if case is None:
        abort(404)
    number, once = form.get("number", ""), form.get("once", "")[:64] or secrets.token_hex(8)
    order = (team.id, case.label, number, _person(), now())
    warned, reason = "warned" in form, form.get("reason", "").strip()
    try:
        contact = call_member(call_context(), *order, once=once, warned=warned, reason=reason)
    except UnknownNumber:
        abort(404)
    except NotAllowed as refusal:
        return _warn(case, number, refusal), 422
    return redirect(url_for("contacts.show", contact_id=contact))


def _warn(case: Case, number_id: str, refusal: NotAllowed) -> str:
    reach = read_reach_of_member(database(), visitor().team, case.label, number_id, now(), refusal.wish)
    if reach is None:
        abort(404)
    once = request.form.get("once", "")[:64]
    return render_template(
        "contacts/check_ins/call_warning.html",
        case=case,
        number=number_id,
        once=once,
        reach=reach,
        written=request.form,
    )


def _read_form() -> tuple[Form, datetime | None, str]:
    """Return the form, when the call shall be, and what it is about."""
    form = Form(request.form, visitor().team.zone)
    at, note = form.instant("at"), request.form.get("note", "").strip()
    if at is not None and at <= now():
        form.refuse("at_time", gettext("Choose a time that lies ahead."))
    if at is not None and at > now() + LOOK_AHEAD:
        form.refuse("at_day", gettext("A call is agreed on for a year ahead at the most."))
    if len(note) > LONGEST_NOTE:
        form.refuse("note", gettext("Write at most %(most)s characters.", most=LONGEST_NOTE))
    return form, at, note


def _show_page(fields: Mapping[str, str], errors: Errors | None = None) -> str:
    """Return the list, and the form as it was filled in; who is named on it is in the record of reads."""
    who, at = visitor(), now()
    page = open_check_ins(database(), who.team, fields.get("case", ""), who.key, at)
    usual = {**fill("at", at, who.team.zone), "at_time": EVENING}
    return render_template(
        "contacts/check_ins/check_ins.html",
        page=page,
        fields={**usual, **fields},
        errors=errors or {},
        done=session.pop("check_ins.done", None),
    )


def _show_one(check_in_id: str, fields: Mapping[str, str] | None = None, errors: Errors | None = None) -> str:
    """Return the page of an agreed call, as it stands where no fields are given; stop with 404 if none."""
    who = visitor()
    found = open_check_in(database(), who.team.id, check_in_id, who.key, now())
    if found is None:
        abort(404)
    if fields is None:
        fields = {**fill("at", found.at, who.team.zone), "note": found.note}
    return render_template(
        "contacts/check_ins/check_in.html", check_in=found, fields=fields, errors=errors or {}
    )


def _need_of(case_id: str) -> ResponseReturnValue | None:
    """Ask why the visitor needs the case, as its own page does; None where their need shows."""
    return require_access({"case_id": case_id}) if case_id else None


def _too_late() -> str:
    return str(gettext("Its time has come, or somebody has cancelled it: it cannot be changed any more."))


def _person() -> PersonId:
    person = visitor().person
    if person is None:
        abort(403, "an account without duty")
    return person.id
