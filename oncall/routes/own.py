"""One's own account: by what one signs in, where one is signed in, and in which language."""

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from oncall.casework.accounts import SHORTEST_PASSWORD
from oncall.casework.credentials import new_totp_secret
from oncall.casework.enrolment import (
    LastFactor,
    add_factor,
    remove_passkey,
    remove_totp,
    renew_recovery,
)
from oncall.casework.sessions import is_proved, sign_out
from oncall.routes.account import SESSION, asker, forget, own_account, signed_in
from oncall.routes.enrol import draw_generator, offer_new_passkey, read_new_passkey, read_totp_form
from oncall.routes.numbers import read_number
from oncall.routes.web.service import database, now
from oncall.store.sign_ins import sessions_of

own = Blueprint("own", __name__, url_prefix="/account")

_SECRET = "new_totp"  # noqa: S105 - where the cookie has it
_DONE = "own.done"

View = Callable[[], ResponseReturnValue]


def proved(view: View) -> View:
    """Before the way in is changed, whoever is there has shown lately who they are."""

    @wraps(view)
    def take() -> ResponseReturnValue:
        if not is_proved(signed_in(), now()):
            wanted = request.path if request.method == "GET" else url_for("own.show")
            return redirect(url_for("sign_in.unlock", next=wanted))
        return view()

    return take


@own.get("")
def show() -> str:
    """Everything that opens the account."""
    return _page()


@own.post("/passkeys")
@proved
def add_passkey() -> ResponseReturnValue:
    """The account has one more passkey."""
    factor = read_new_passkey()
    if factor is None:
        return _page("passkey"), 422
    add_factor(database(), own_account(), factor, asker().device, now())
    return _done("passkey")


@own.post("/passkeys/remove")
@proved
def drop_passkey() -> ResponseReturnValue:
    """The account has that passkey no longer."""
    which = read_number(request.form.get("passkey", ""))
    try:
        if which is None or not remove_passkey(database(), own_account(), which, now()):
            abort(404)
    except LastFactor:
        return _page("last"), 422
    return _done("removed")


@own.get("/code")
@proved
def generator() -> ResponseReturnValue:
    """A new password and a new code generator can be set up."""
    session[_SECRET] = new_totp_secret()
    return _generator_page({})


@own.post("/code")
@proved
def save_generator() -> ResponseReturnValue:
    """The account has the code generator, and the password if one was given."""
    if _SECRET not in session:
        return redirect(url_for(".generator"))
    faults, factor = read_totp_form(own_account(), session[_SECRET])
    if factor is None:
        return _generator_page(faults), 422
    del session[_SECRET]
    add_factor(database(), own_account(), factor, asker().device, now())
    return _done("code")


@own.post("/code/remove")
@proved
def drop_generator() -> ResponseReturnValue:
    """The account opens by passkey alone."""
    try:
        remove_totp(database(), own_account(), now())
    except LastFactor:
        return _page("last"), 422
    return _done("removed")


@own.post("/recovery")
@proved
def renew() -> ResponseReturnValue:
    """The account has new recovery codes, shown this once."""
    codes = renew_recovery(database(), own_account(), now())
    return render_template("account/recovery.html", codes=codes, wanted=url_for(".show"))


@own.post("/sessions/end")
def end() -> ResponseReturnValue:
    """That session has ended, this one perhaps."""
    which = request.form.get("session", "")
    mine = signed_in().id
    with database().reading() as reading:
        known = {one.id for one in sessions_of(reading, own_account().id)}
    if which not in known:
        abort(404)
    sign_out(database(), own_account(), which, now())
    if which == mine:
        forget()
        return redirect(url_for("sign_in.show"))
    return _done("ended")


@own.post("/sessions/end-all")
def end_everywhere() -> ResponseReturnValue:
    """Nobody is signed in with the account, here neither."""
    sign_out(database(), own_account(), None, now())
    forget()
    return redirect(url_for("sign_in.show"))


def _done(what: str) -> ResponseReturnValue:
    session[_DONE] = what
    return redirect(url_for("own.show"))


def _page(fault: str | None = None) -> str:
    who = own_account()
    with database().reading() as reading:
        sessions = sessions_of(reading, who.id)
    return render_template(
        "account/own.html",
        who=who,
        sessions=sessions,
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
        "account/generator.html", who=who, faults=faults, generator=generator, shortest=SHORTEST_PASSWORD
    )
