"""The team's families: the list, the search, and one family's page."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from oncall.contacts.case import Phase
from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import visitor
from oncall.usecases.families.briefs import may_open_brief
from oncall.usecases.families.cases import list_cases, open_case, read_history, search_cases
from oncall.usecases.privacy.access import AccessReason
from oncall.usecases.privacy.access_log import access_reason

cases = Blueprint("cases", __name__, url_prefix="/cases")

LONGEST_SEARCH = 80  # characters


@cases.get("")
def show() -> str:
    """Every family of the team; the closed ones apart."""
    place = visitor().municipality
    lines = [
        line
        for line in list_cases(database(), visitor().team, now())
        if place is None or line.case.municipality == place
    ]
    return render_template(
        "families/cases.html",
        at=now(),
        current=[line for line in lines if line.case.phase is not Phase.CLOSED],
        closed=[line for line in lines if line.case.phase is Phase.CLOSED],
    )


@cases.post("")
def search() -> ResponseReturnValue:
    """The families that fit; by POST, so that no name and no number gets into an address."""
    wanted = request.form.get("wanted", "").strip()[:LONGEST_SEARCH]
    if not wanted:
        return show()
    who = visitor()
    found = search_cases(database(), who.team, wanted, who.key, now())
    return render_template("families/cases.html", at=now(), current=found, closed=(), wanted=wanted)


@cases.get("/<case_id>")
def open_one(case_id: str) -> str:
    """One family; who looks is noted."""
    who, at = visitor(), now()
    page = open_case(database(), who.team, case_id, who.key, at)
    if page is None:
        abort(404)
    opens = may_open_brief(page.case, who.person, None, at) or access_reason.get() == AccessReason.BROKE_GLASS
    today = at.astimezone(who.team.zone).date()
    return render_template(
        "families/case.html", page=page, case=page.case, at=at, today=today, brief_opens=opens
    )


@cases.get("/<case_id>/history")
def history(case_id: str) -> str:
    """What was changed in the case, by whom and when."""
    who = visitor()
    found = read_history(database(), who.team, case_id, who.key, now())
    if found is None:
        abort(404)
    return render_template("families/history.html", page=found, case=found.case)
