"""Show and change one's own account: by what one signs in, and where one is signed in."""

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from oncall.routes.accounts.enrolment import (
    draw_generator,
    offer_new_passkey,
    read_new_passkey,
    read_totp_form,
)
from oncall.routes.accounts.session import SESSION, asker, forget, own_account, signed_in
from oncall.routes.web.numbers import read_number
from oncall.routes.web.service import database, now
from oncall.usecases.accounts.accounts import SHORTEST_PASSWORD
from oncall.usecases.accounts.credentials import new_totp_secret
from oncall.usecases.accounts.enrolment import (
    LastCredential,
    add_credential,
    remove_passkey,
    remove_totp,
    renew_recovery,
)
from oncall.usecases.accounts.sessions import is_proved, list_sessions, sign_out

own = Blueprint("own", __name__, url_prefix="/account")

_SECRET = "new_totp"  # noqa: S105 - where the cookie has it
_DONE = "own.done"

View = Callable[[], ResponseReturnValue]


def proved(view: View) -> View:
    """Ask who is there once more before the way in is changed, unless they have shown it lately."""

    @wraps(view)
    def take() -> ResponseReturnValue:
        if not is_proved(signed_in(), now()):
            wanted = request.path if request.method == "GET" else url_for("own.show")
            return redirect(url_for("sign_in.unlock", next=wanted))
        return view()

    return take


@own.get("")
def show() -> str:
    """Show everything that opens the account."""
    return _page()


@own.post("/passkeys")
@proved
def add_passkey() -> ResponseReturnValue:
    """Add a passkey to the account."""
    credential = read_new_passkey()
    if credential is None:
        return _page("passkey"), 422
    add_credential(database(), own_account(), credential, asker().device, now())
    return _done("passkey")


@own.post("/passkeys/remove")
@proved
def drop_passkey() -> ResponseReturnValue:
    """Remove a passkey from the account."""
    which = read_number(request.form.get("passkey", ""))
    try:
        if which is None or not remove_passkey(database(), own_account(), which, now()):
            abort(404)
    except LastCredential:
        return _page("last"), 422
    return _done("removed")


@own.get("/code")
@proved
def generator() -> ResponseReturnValue:
    """Show how to set up a new password and a new code generator."""
    session[_SECRET] = new_totp_secret()
    return _generator_page({})


@own.post("/code")
@proved
def save_generator() -> ResponseReturnValue:
    """Give the account the code generator, and the password if one was given."""
    if _SECRET not in session:
        return redirect(url_for(".generator"))
    faults, credential = read_totp_form(own_account(), session[_SECRET])
    if credential is None:
        return _generator_page(faults), 422
    del session[_SECRET]
    add_credential(database(), own_account(), credential, asker().device, now())
    return _done("code")


@own.post("/code/remove")
@proved
def drop_generator() -> ResponseReturnValue:
    """Let the account open by passkey alone."""
    try:
        remove_totp(database(), own_account(), now())
    except LastCredential:
        return _page("last"), 422
    return _done("removed")


@own.post("/recovery")
@proved
def renew() -> ResponseReturnValue:
    """Make new recovery codes, shown this once."""
    codes = renew_recovery(database(), own_account(), now())
    return render_template("accounts/recovery.html", codes=codes, wanted=url_for(".show"))


@own.post("/sessions/end")
def end() -> ResponseReturnValue:
    """End one session, perhaps this one."""
    which = request.form.get("session", "")
    if which not in {one.id for one in list_sessions(database(), own_account().id)}:
        abort(404)
    sign_out(database(), own_account(), which, now())
    if which == signed_in().id:
        forget()
        return redirect(url_for("sign_in.show"))
    return _done("ended")


@own.post("/sessions/end-all")
def end_everywhere() -> ResponseReturnValue:
    """End all sessions of the account, this one too."""
    sign_out(database(), own_account(), None, now())
    forget()
    return redirect(url_for("sign_in.show"))


def _done(what: str) -> ResponseReturnValue:
    session[_DONE] = what
    return redirect(url_for("own.show"))


def _page(fault: str | None = None) -> str:
    who = own_account()
    return render_template(
        "accounts/own.html",
        who=who,
        sessions=list_sessions(database(), who.id),
        current=session.get(SESSION),
        passkey=offer_new_passkey(who),
        fault=fault,
        done=session.pop(_DONE, None),
        at=now(),
    )


def _generator_page(faults: dict[str, str]) -> str:
    who = own_account()
    generator = draw_generator(who, session[_SECRET])
    return render_template(
        "accounts/generator.html", who=who, faults=faults, generator=generator, shortest=SHORTEST_PASSWORD
    )
