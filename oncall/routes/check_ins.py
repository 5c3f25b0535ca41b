"""Agreed calls with families, and a call placed from a case: their pages and what staff do on them.

A page that shows a case offers both by `case_call.html`:
`{% from "case_call.html" import call_button, plan_link with context %}`, then
`{{ call_button(case_id, number_id) }}` beside a member's number (POST /cases/<case_id>/call: the visitor's
phone rings first, then the family's, from the team's number; what stands against it is shown on a page of
its own) and `{{ plan_link(case_id) }}` (GET /check-ins?case=<id>).
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from oncall.casework.access_log import CHECK_INS_READ, note_read
from oncall.casework.reaching import read_reach
from oncall.contacts.case import Case
from oncall.contacts.check_in import CheckIn, Mark
from oncall.rota.model import PersonId
from oncall.routes.access import require_access
from oncall.routes.rota_telling import name_of
from oncall.routes.visitor import visitor
from oncall.routes.web.forms import Form
from oncall.routes.web.service import database, desk, now
from oncall.store import check_ins as store
from oncall.store.cases import load_case
from oncall.store.contacts import load_contact
from oncall.store.records import label_cases
from oncall.switchboard import check_ins as acts
from oncall.switchboard.calls import UnknownContact
from oncall.switchboard.follow_ups import NotAllowed
from oncall.switchboard.outbound import UnknownNumber, call_member

check_ins = Blueprint("check_ins", __name__)
check_ins.context_processor(lambda: {"name_of": name_of})

LOOK_BACK, LOOK_AHEAD = timedelta(days=7), timedelta(days=366)
LONGEST_NOTE = 300
EVENING = "21:00"
MARKS = {
    "planned": lazy_gettext("Agreed"),
    "due": lazy_gettext("Due now"),
    "done": lazy_gettext("Done"),
    "no_answer": lazy_gettext("Nobody answered"),
    "moved": lazy_gettext("Moved"),
    "cancelled": lazy_gettext("Cancelled"),
}


@check_ins.get("/check-ins")
def show() -> ResponseReturnValue:
    """The agreed calls to come, those that are due, and those of the last week."""
    fields = {"case": request.args.get("case", ""), "number": request.args.get("number", "")}
    return _need_of(fields["case"]) or _page(fields)


@check_ins.post("/check-ins")
def plan() -> ResponseReturnValue:
    """A call is agreed on."""
    case, number = request.form.get("case", ""), request.form.get("number", "")
    if led_away := _need_of(case):
        return led_away
    form, at, note = _read()
    if not number:
        form.refuse("number", gettext("Choose whom to call."))
    if at is None or form.errors:
        return _page(request.form, form.errors), 422
    try:
        acts.plan(desk(), visitor().team.id, _label_of(case), number, at, note, _person(), now())
    except UnknownNumber:
        return _page(request.form, {"number": gettext("The case has no such number any more.")}), 422
    session["check_ins.done"] = "planned"
    return redirect(url_for(".show"))


@check_ins.get("/check-ins/<check_in_id>")
def edit(check_in_id: str) -> str:
    """One agreed call, to be moved, changed or cancelled."""
    found = _find(check_in_id)
    local = found.at.astimezone(visitor().team.zone)
    return _edit_page(found, {"at_day": f"{local:%Y-%m-%d}", "at_time": f"{local:%H:%M}", "note": found.note})


@check_ins.post("/check-ins/<check_in_id>")
def change(check_in_id: str) -> ResponseReturnValue:
    """It is at another time, or about something else."""
    found = _find(check_in_id)
    form, at, note = _read()
    if at is None or form.errors:
        return _edit_page(found, request.form, form.errors), 422
    try:
        acts.change(desk(), visitor().team.id, check_in_id, at, note, _person(), now())
    except acts.NoLongerPlanned:
        return _edit_page(found, request.form, {"at_time": _too_late()}), 422
    session["check_ins.done"] = "changed"
    return redirect(url_for(".show"))


@check_ins.post("/check-ins/<check_in_id>/cancel")
def cancel(check_in_id: str) -> ResponseReturnValue:
    """Nobody will call."""
    found = _find(check_in_id)
    try:
        acts.cancel(desk(), visitor().team.id, check_in_id, _person(), now())
    except acts.NoLongerPlanned:
        return _edit_page(found, {}, {"at_time": _too_late()}), 422
    session["check_ins.done"] = "cancelled"
    return redirect(url_for(".show"))


@check_ins.post("/contacts/<contact_id>/check-in")
def mark(contact_id: str) -> ResponseReturnValue:
    """The visitor says how an agreed call went."""
    with database().reading() as reading:
        if load_contact(reading, contact_id, visitor().team.id) is None:
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
    try:
        more = {"words": words, "moved_to": moved_to}
        acts.mark(desk(), visitor().team.id, contact_id, Mark(how), _person(), now(), **more)  # type: ignore[arg-type]
    except UnknownContact:
        abort(404)
    except acts.AlreadyMarked:
        session["check_ins.fault"] = gettext("Somebody has said already how it went.")
    except acts.NoNewTime:
        session["check_ins.fault"] = gettext("Choose a time that lies ahead.")
    return redirect(there)


@check_ins.post("/cases/<case_id>/call")
def call(case_id: str) -> ResponseReturnValue:
    """The visitor's phone rings, and then the family's, from the team's number."""
    with database().reading() as reading:
        case = load_case(reading, visitor().team.id, case_id)
    if case is None:
        abort(404)
    number, once = request.form.get("number", ""), request.form.get("once", "")[:64]
    warned, reason = "warned" in request.form, request.form.get("reason", "").strip()
    try:
        contact = call_member(
            desk(),
            visitor().team.id,
            case.label,
            number,
            _person(),
            now(),
            once=once or secrets.token_hex(8),
            warned=warned,
            reason=reason,
        )
    except UnknownNumber:
        abort(404)
    except NotAllowed as refusal:
        return _warn(case, number, once, refusal), 422
    return redirect(url_for("contacts.show", contact_id=contact))


def _warn(case: Case, number_id: str, once: str, refusal: NotAllowed) -> str:
    team = visitor().team
    with database().reading() as reading:
        member = store.find_member(reading, team.id, case.label, number_id)
        if member is None:
            abort(404)
        reach = read_reach(reading, team, member.number, None, now(), refusal.wish)
    return render_template(
        "call_warning.html", case=case, number=number_id, once=once, reach=reach, written=request.form
    )


def _read() -> tuple[Form, datetime | None, str]:
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


def _page(fields: Mapping[str, str], errors: Mapping[str, str] | None = None) -> str:
    """The list, and the form as it was filled in; who is named on it is in the record of what was read."""
    team, at, case = visitor().team, now(), _label_of(fields.get("case", ""))
    with database().reading() as reading:
        listed = store.list_check_ins(reading, team.id, at - LOOK_BACK, at + LOOK_AHEAD)
        cases = label_cases(reading, team.id, closed=False)
        members = store.members_of(reading, team.id, case) if case else ()
    _note_read({one.case for one in listed} | ({case} if case else set()))
    local = at.astimezone(team.zone)
    usual = {"at_day": f"{local:%Y-%m-%d}", "at_time": EVENING}
    return render_template(
        "check_ins.html",
        coming=[one for one in listed if one.state == store.PLANNED],
        due=[one for one in listed if one.state in (store.DUE, Mark.NO_ANSWER)],
        past=[one for one in reversed(listed) if one.state in (Mark.DONE, Mark.MOVED, store.CANCELLED)],
        cases=cases,
        members=members,
        fields={**usual, **fields},
        errors=errors or {},
        done=session.pop("check_ins.done", None),
        MARKS=MARKS,
    )


def _edit_page(check_in: CheckIn, fields: Mapping[str, str], errors: Mapping[str, str] | None = None) -> str:
    _note_read({check_in.case})
    return render_template("check_in.html", check_in=check_in, fields=fields, errors=errors or {})


def _note_read(cases: set[str]) -> None:
    if cases:
        who = visitor()
        note_read(database(), who.team.id, CHECK_INS_READ, who.key, now(), cases=sorted(cases))


def _need_of(case_id: str) -> ResponseReturnValue | None:
    """Ask whoever chose a case why they need it, as its own page does; None: their need shows."""
    return require_access({"case_id": case_id}) if case_id else None


def _label_of(case_id: str) -> str:
    """Return what the case is called; nothing where the team has no such case."""
    with database().reading() as reading:
        return label_cases(reading, visitor().team.id).get(case_id, "")


def _find(check_in_id: str) -> CheckIn:
    with database().reading() as reading:
        found = store.load_check_in(reading, visitor().team.id, check_in_id)
    if found is None:
        abort(404)
    return found


def _too_late() -> str:
    return str(gettext("Its time has come, or somebody has cancelled it: it cannot be changed any more."))


def _person() -> PersonId:
    person = visitor().person
    if person is None:
        abort(403, "an account without duty")
    return person.id
