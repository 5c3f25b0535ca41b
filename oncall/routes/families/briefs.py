"""The brief: what whoever answers at 03:00 must know of the family."""

from collections.abc import Mapping

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from oncall.contacts.brief import FIELDS, Brief
from oncall.rota.model import PersonId
from oncall.routes.families.forms import read_brief
from oncall.routes.web.forms import InvalidForm
from oncall.routes.web.numbers import read_number
from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import visitor
from oncall.usecases.families import briefs

cases_brief = Blueprint("cases_brief", __name__, url_prefix="/cases/<case_id>/brief")


@cases_brief.get("")
def show(case_id: str) -> ResponseReturnValue:
    """The brief on one screen, the dangerous things first; who looks is noted."""
    page = _open(case_id)
    today = now().astimezone(visitor().team.zone).date()
    return render_template(
        "families/brief.html", page=page, case=page.case, at=now(), today=today, contact=_contact()
    )


@cases_brief.get("/versions")
def versions(case_id: str) -> str:
    """Every version, the newest first."""
    page = _open(case_id)
    return render_template("families/brief_versions.html", page=page, case=page.case, contact=_contact())


@cases_brief.get("/edit")
def edit(case_id: str) -> str:
    """The brief as it is, to be revised."""
    page = _open(case_id)
    return _form(page, _words(page.brief), _seq(page))


@cases_brief.post("/edit")
def revise(case_id: str) -> ResponseReturnValue:
    """The brief says this from now on, unless somebody else has revised it meanwhile."""
    page = _open(case_id)
    seen = _seen()
    try:
        brief = read_brief(request.form)
        briefs.revise_brief(database(), visitor().team, case_id, brief, seen, _person(), now())
    except InvalidForm as fault:
        return _form(page, request.form, seen, errors=fault.errors), 422
    except briefs.BriefChangedMeanwhile as other:
        words = _words(other.current.brief)
        return _form(page, request.form, other.current.seq, other=words), 409
    except LookupError:
        abort(404)
    return redirect(url_for(".show", case_id=case_id, contact=_contact()))


@cases_brief.post("/review")
def review(case_id: str) -> ResponseReturnValue:
    """The visitor has read it: it holds, unchanged."""
    page = _open(case_id)
    try:
        briefs.review_brief(database(), visitor().team, case_id, _seen(), _person(), now())
    except briefs.BriefChangedMeanwhile as other:
        return _form(page, _words(other.current.brief), other.current.seq, other={}), 409
    except LookupError:
        abort(404)
    return redirect(url_for(".show", case_id=case_id, contact=_contact()))


def _open(case_id: str) -> briefs.BriefPage:
    who = visitor()
    try:
        page = briefs.open_brief(database(), who.team, case_id, who.person, _contact(), now())
    except briefs.BriefClosed:
        # 404 like a row of another team: nothing is said of it, but how it opens
        abort(make_response(render_template("families/brief_closed.html", case_id=case_id), 404))
    if page is None:
        abort(404)
    return page


def _contact() -> str | None:
    """Return the contact with which the visitor came here: it may be what opens the brief to them."""
    return request.values.get("contact") or None


def _person() -> PersonId:
    person = visitor().person
    if person is None:
        abort(403)
    return person.id


def _seen() -> int:
    return read_number(request.form.get("seen", "")) or 0


def _seq(page: briefs.BriefPage) -> int:
    return page.revision.seq if page.revision else 0


def _words(brief: Brief) -> Mapping[str, str]:
    return {name: getattr(brief, name) for name in FIELDS}


def _form(
    page: briefs.BriefPage,
    fields: Mapping[str, str],
    seen: int,
    errors: Mapping[str, str] | None = None,
    other: Mapping[str, str] | None = None,
) -> str:
    """`other` is what somebody else has written meanwhile; it is shown beside what was written here."""
    return render_template(
        "families/brief_edit.html",
        page=page,
        case=page.case,
        fields=fields,
        seen=seen,
        errors=errors or {},
        other=other,
        contact=_contact(),
    )
