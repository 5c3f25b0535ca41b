"""Show who of the team can sign in, and let the leader invite, reset and close."""

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from oncall.routes.web.numbers import read_number
from oncall.routes.web.service import database, now, public_url
from oncall.routes.web.visitor import visitor
from oncall.usecases.accounts.accounts import ADMINISTRATOR, REVIEWER, AccountRefused
from oncall.usecases.accounts.enrolment import invite as invite_to
from oncall.usecases.accounts.invitation_links import NotOpen, make_link, text_link
from oncall.usecases.accounts.team import close_account, load_team_accounts, withdraw_invitation
from oncall.usecases.accounts.team import reset as reset_account

team_accounts = Blueprint("team_accounts", __name__, url_prefix="/accounts")

_DONE = "team_accounts.done"


@team_accounts.get("")
def show() -> str:
    """Show everybody of the team, and whether they can sign in."""
    return _page()


@team_accounts.post("/invite")
def invite() -> ResponseReturnValue:
    """Give somebody a link: shown this once, or texted to their phone."""
    form, who = request.form, visitor()
    staff = form.get("staff") or None
    role = form.get("role") or None
    municipality = (form.get("municipality") or None) if role == REVIEWER else None
    try:
        made = invite_to(
            database(), who.team.slug, staff, who.key, now(), role=role, municipality=municipality
        )
    except AccountRefused:
        return _page(fault=True), 422
    return _hand_out(made, by_text=staff is not None and "text" in form)


@team_accounts.post("/withdraw")
def withdraw() -> ResponseReturnValue:
    """Let the link open nothing any more."""
    if not withdraw_invitation(database(), visitor().team.id, request.form.get("invitation", "")):
        abort(404)
    return _done("withdrawn")


@team_accounts.post("/reset")
def reset() -> ResponseReturnValue:
    """Let the account open by a new link alone, and notify its owner."""
    who = visitor()
    try:
        made = reset_account(database(), who.team.id, _account(), who.key, now())
    except NotOpen:
        abort(404)
    return _hand_out(made, by_text="text" in request.form)


@team_accounts.post("/close")
def close() -> ResponseReturnValue:
    """Let nobody sign in with the account any more; one's own stays."""
    who = visitor()
    if _account() == who.account:
        return _page(fault=True), 422
    try:
        close_account(database(), who.team, _account(), who.key, now())
    except NotOpen:
        abort(404)
    return _done("closed")


def _account() -> int:
    found = read_number(request.form.get("account", ""))
    return abort(404) if found is None else found


def _hand_out(invitation_id: str, *, by_text: bool) -> ResponseReturnValue:
    if by_text:
        text_link(database(), visitor().team.id, invitation_id, now())
        return _done("texted")
    base = public_url()
    return _page(link=make_link(database(), invitation_id, base))


def _done(what: str) -> ResponseReturnValue:
    session[_DONE] = what
    return redirect(url_for("team_accounts.show"))


def _page(link: str | None = None, *, fault: bool = False) -> str:
    team = visitor().team
    found = load_team_accounts(database(), team.id, now())
    return render_template(
        "accounts/team.html",
        people=sorted(team.people.values(), key=lambda one: one.name),
        by_key={one.staff_key: one for one in found.accounts if one.staff_key},
        others=[one for one in found.accounts if one.staff_key is None],
        invited={one.staff_key: one for one in found.invitations if one.staff_key},
        let_in={one.account: one for one in found.invitations if one.staff_key is None and one.account},
        links=[one for one in found.invitations if one.staff_key is None and one.account is None],
        seen=found.sessions,
        roles=(ADMINISTRATOR, REVIEWER),
        link=link,
        fault=fault,
        done=session.pop(_DONE, None),
    )
