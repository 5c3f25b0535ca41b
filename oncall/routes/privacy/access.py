"""Check before each page that the visitor may open the contact or case, and ask for a reason if not."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from oncall.routes.web.paths import own_path
from oncall.routes.web.roles import NotYourRole
from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import visitor
from oncall.usecases.privacy.access import (
    BreakGlassRequired,
    NotTheirs,
    break_glass,
    check_case_access,
    check_contact_access,
    find_case_label,
)
from oncall.usecases.privacy.access_log import access_reason

access = Blueprint("access", __name__)

LONGEST_REASON = 500
SHORTEST_REASON = 10  # characters: "see above" explains nothing


def require_access(asked: Mapping[str, Any]) -> ResponseReturnValue | None:
    """Stop a visitor who has no reason to open the contact or case; keep the reason of the others.

    It is called for every address that names one, so that no page has to check.
    """
    access_reason.set("")
    contact, case = asked.get("contact_id"), asked.get("case_id")
    who = g.visitor
    if who is None or request.endpoint in ("access.ask", "access.give_reason") or not (contact or case):
        return None
    about = (database(), who.team, who.person, who.municipality)
    try:
        found = check_contact_access(*about, contact, now()) if contact else None
        if case and (found is not None or not contact):
            found = check_case_access(*about, case, now())
    except NotTheirs:
        abort(404)
    except BreakGlassRequired as glass:
        if request.blueprint == "cases_brief":
            return None  # a brief has a narrower rule of its own, and leads here by itself
        if request.method != "GET":
            raise NotYourRole from None
        return redirect(url_for("access.ask", case_id=glass.case_id, next=request.full_path.rstrip("?")))
    if found is not None:
        access_reason.set(found.value)
    return None


@access.get("/cases/<case_id>/why")
def ask(case_id: str) -> str:
    """Ask why the visitor needs a case that is not theirs."""
    return _page(case_id)


@access.post("/cases/<case_id>/why")
def give_reason(case_id: str) -> ResponseReturnValue:
    """Open the case to the visitor for a shift, and let the leader know."""
    who = visitor()
    reason = request.form.get("reason", "").strip()[:LONGEST_REASON]
    if len(reason) < SHORTEST_REASON:
        return _page(case_id, gettext("Write in a sentence why you need it now.")), 422
    if who.person is None:
        abort(403)
    if not break_glass(database(), who.team, who.person, case_id, reason, now()):
        abort(404)
    return redirect(own_path(request.form.get("next", "")))


def _page(case_id: str, fault: str | None = None) -> str:
    label = find_case_label(database(), visitor().team.id, case_id)
    if label is None:
        abort(404)
    wanted = request.values.get("next", "")
    return render_template("privacy/access.html", label=label, case_id=case_id, wanted=wanted, fault=fault)
