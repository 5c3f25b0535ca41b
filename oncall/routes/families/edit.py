"""Show the forms in which a family and its members are changed, and save them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from oncall.contacts.case import Case, LabelTaken, Member
from oncall.routes.families.forms import (
    MOST_NUMBERS,
    case_fields,
    member_fields,
    read_member,
)
from oncall.routes.families.forms import read_case as read_case_form
from oncall.routes.web.forms import Form, InvalidForm
from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import visitor
from oncall.usecases.families import edits
from oncall.usecases.families.cases import name_former_therapist, read_case

cases_edit = Blueprint("cases_edit", __name__, url_prefix="/cases")

NEW = "new"
Errors = Mapping[str, str]
NO_ERRORS: Errors = {}


@cases_edit.get("/new")
def begin() -> str:
    """Show the form of a new case."""
    return _case_form(None, case_fields(None, visitor().team))


@cases_edit.post("/new")
def create() -> ResponseReturnValue:
    """Save the new case."""
    who = visitor()
    try:
        wanted = read_case_form(request.form, who.team, None, _today())
        case = edits.create_case(database(), who.team.id, wanted, who.key, now())
    except InvalidForm as fault:
        return _case_form(None, request.form, fault.errors), 422
    except LabelTaken:
        return _case_form(None, request.form, _taken()), 422
    return redirect(url_for("cases.open_one", case_id=case.id))


@cases_edit.get("/<case_id>/edit")
def edit(case_id: str) -> str:
    """Show the form with the case's own fields."""
    case = _case(case_id)
    return _case_form(case, case_fields(case, visitor().team))


@cases_edit.post("/<case_id>/edit")
def change(case_id: str) -> ResponseReturnValue:
    """Save the case as the form says, unless somebody else has changed it meanwhile."""
    who, case = visitor(), _case(case_id)
    try:
        wanted = read_case_form(request.form, who.team, case, _today())
        seen = request.form.get("seen", "")
        edits.change_case(database(), who.team.id, wanted, seen, who.key, now())
    except InvalidForm as fault:
        return _case_form(case, request.form, fault.errors, seen=request.form.get("seen")), 422
    except LabelTaken:
        return _case_form(case, request.form, _taken(), seen=request.form.get("seen")), 422
    except edits.ChangedMeanwhile as other:
        return _case_form(other.current, request.form, other=case_fields(other.current, who.team)), 409
    except edits.UnknownCase:
        abort(404)
    return redirect(url_for("cases.open_one", case_id=case_id))


@cases_edit.post("/<case_id>/close")
def close(case_id: str) -> ResponseReturnValue:
    """End the treatment; the family's calls still ring."""
    case = _case(case_id)
    form = Form(request.form, visitor().team.zone)
    day = form.day("closed_on")
    if day and case.started_on and day < case.started_on:
        form.refuse("closed_on", gettext("The last day is before the first."))
    if day is None or form.errors:
        return _case_form(case, case_fields(case, visitor().team) | request.form.to_dict(), form.errors), 422
    edits.close_case(database(), visitor().team.id, case_id, day, visitor().key, now())
    return redirect(url_for("cases.open_one", case_id=case_id))


@cases_edit.post("/<case_id>/reopen")
def reopen(case_id: str) -> ResponseReturnValue:
    """Put the family in treatment again."""
    _case(case_id)
    edits.reopen_case(database(), visitor().team.id, case_id, visitor().key, now())
    return redirect(url_for("cases.open_one", case_id=case_id))


# ---------------------------------------------------------------------------------------- members


@cases_edit.get("/<case_id>/members/<member_id>")
def edit_member(case_id: str, member_id: str) -> str:
    """Show the form of a member; of a new one for the id `new`."""
    case = _case(case_id)
    member = _member(case, member_id)
    return _member_form(case, member, member_fields(member, visitor().team))


@cases_edit.post("/<case_id>/members/<member_id>")
def change_member(case_id: str, member_id: str) -> ResponseReturnValue:
    """Save the member as the form says, but first point out a number that another case has too."""
    who, case = visitor(), _case(case_id)
    seen, known = request.form.get("seen", ""), request.form.get("known") == "yes"
    named = "" if member_id == NEW else member_id
    before = case.member(named) if named else None
    try:
        member = read_member(request.form, who.team, named, _today())
        edits.save_member(database(), who.team.id, case_id, member, seen, who.key, now(), may_share=known)
    except InvalidForm as fault:
        return _member_form(case, before, request.form, fault.errors, seen=seen, member_id=member_id), 422
    except edits.NumbersShared as found:
        shared = found.owners
        return _member_form(case, before, request.form, seen=seen, shared=shared, member_id=member_id), 422
    except edits.ChangedMeanwhile as other:
        current = other.current.member(named) if named else None
        theirs = member_fields(current, who.team) if current else {}
        page = _member_form(other.current, current, request.form, other=theirs, member_id=member_id)
        return page, 409
    except edits.UnknownCase:
        abort(404)
    return redirect(url_for("cases.open_one", case_id=case_id, _anchor="members"))


@cases_edit.post("/<case_id>/members/<member_id>/take-out")
def take_out(case_id: str, member_id: str) -> ResponseReturnValue:
    """Take the member out of the case."""
    try:
        edits.take_out_member(database(), visitor().team.id, case_id, member_id, visitor().key, now())
    except edits.UnknownCase:
        abort(404)
    return redirect(url_for("cases.open_one", case_id=case_id, _anchor="members"))


def _case(case_id: str) -> Case:
    case = read_case(database(), visitor().team, case_id)
    if case is None or case.erased:
        abort(404)
    return case


def _member(case: Case, member_id: str) -> Member | None:
    member = case.member(member_id)
    if member is None and member_id != NEW:
        abort(404)
    return member


def _today() -> date:
    return now().astimezone(visitor().team.zone).date()


def _taken() -> Errors:
    return {"label": gettext("Another case has this label.")}


def _case_form(
    case: Case | None,
    fields: Mapping[str, str],
    errors: Errors = NO_ERRORS,
    *,
    seen: str | None = None,
    other: Mapping[str, str] | None = None,
) -> str:
    """`other` is what somebody else has saved meanwhile; it is shown beside what was written here."""
    return render_template(
        "families/case_edit.html",
        case=case,
        fields=fields,
        errors=errors,
        seen=edits.fingerprint_case(case) if seen is None else seen,
        other=other,
        today=_today(),
        former_therapist=name_former_therapist(database(), visitor().team, case) if case else None,
    )


def _member_form(
    case: Case,
    member: Member | None,
    fields: Mapping[str, str],
    errors: Errors = NO_ERRORS,
    *,
    member_id: str | None = None,
    seen: str | None = None,
    shared: Any = None,
    other: Mapping[str, str] | None = None,
) -> str:
    written = [nth for nth in range(1, MOST_NUMBERS + 1) if fields.get(f"number-{nth}", "").strip()]
    return render_template(
        "families/member_edit.html",
        case=case,
        member=member,
        member_id=member_id or (member.id if member else NEW),
        fields=fields,
        errors=errors,
        seen=edits.fingerprint_case(member) if seen is None else seen,
        shared=shared,
        other=other,
        places=range(1, min(MOST_NUMBERS, max(written, default=0) + 1) + 1),
    )
