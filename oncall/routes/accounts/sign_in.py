"""Sign staff in by their device's own unlock, or by a password and a code."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.exceptions import TooManyRequests

from oncall.routes.accounts.pending import await_code, await_credential, pending_account
from oncall.routes.accounts.session import asker, let_in, own_account, recognise, signed_in
from oncall.routes.web.paths import own_path
from oncall.routes.web.service import database, now, public_url
from oncall.store.accounts.credentials import Account, Passkey
from oncall.usecases.accounts.credentials import NotProved, RelyingParty, ask_for_known, new_challenge
from oncall.usecases.accounts.sessions import Presence
from oncall.usecases.accounts.sessions import unlock as unlock_session
from oncall.usecases.accounts.sign_in import (
    CHALLENGE,
    By,
    TooOften,
    check_code,
    check_passkey,
    check_password,
    check_recovery,
)

sign_in = Blueprint("sign_in", __name__)


@sign_in.app_errorhandler(TooOften)
def wait(_: TooOften) -> ResponseReturnValue:
    """Say that somebody has failed too often, whether there is such an account or not."""
    return current_app.handle_http_exception(TooManyRequests())


# ----------------------------------------------------------------------------------------- signing in


@sign_in.get("/sign-in")
def show() -> ResponseReturnValue:
    """Show the ways in: passkey first, then password and code."""
    if recognise() is not Presence.GONE:
        return redirect(own_path(request.args.get("next", "")))
    return _page()


@sign_in.post("/sign-in")
def by_password() -> ResponseReturnValue:
    """Ask for the second factor where the password is right, and else say that it is not."""
    form = request.form
    found = check_password(database(), form.get("email", ""), form.get("password", ""), asker(), now())
    if found is None:
        return _page(failed="password")
    wanted = own_path(form.get("next", ""))
    if found.has_totp or found.passkeys:
        await_code(found, wanted)
        return redirect(url_for(".code"))
    await_credential(found, wanted)
    return redirect(url_for("enrol.show"))


@sign_in.post("/sign-in/passkey")
def by_passkey() -> ResponseReturnValue:
    """Sign in the owner of a device whose own unlock has shown who is there."""
    found = read_passkey()
    if found is None:
        return _page(failed="passkey")
    let_in(found, By.PASSKEY)
    return redirect(own_path(request.form.get("next", "")))


def _page(failed: str | None = None) -> str:
    wanted = request.values.get("next", "")
    return render_template("accounts/sign_in.html", failed=failed, wanted=wanted, passkey=offer_passkey())


@sign_in.get("/sign-in/code")
def code() -> ResponseReturnValue:
    """Ask for the code, after the password."""
    who, _ = pending_account("code")
    return _code_page(who)


@sign_in.post("/sign-in/code")
def by_code() -> ResponseReturnValue:
    """Sign in the owner of a code that is right."""
    who, waiting = pending_account("code")
    try:
        how = check_code(database(), who, request.form.get("code", ""), now())
    except NotProved:
        return _code_page(who, failed=True)
    let_in(who, how)
    return redirect(url_for("own.show") if how is By.RECOVERY else waiting.wanted)


def _code_page(who: Account, *, failed: bool = False) -> str:
    return render_template(
        "accounts/code.html", who=who, failed=failed, wanted="", passkey=offer_passkey(who.passkeys)
    )


@sign_in.get("/sign-in/lost-phone")
def lost_phone() -> str:
    """Ask for a recovery code."""
    return render_template("accounts/lost_phone.html", failed=False)


@sign_in.post("/sign-in/lost-phone")
def recover() -> ResponseReturnValue:
    """Let in who has lost the phone, or let them set up another way in."""
    form = request.form
    found = check_recovery(
        database(),
        form.get("email", ""),
        form.get("password", ""),
        form.get("code", ""),
        asker(),
        now(),
    )
    if found is None:
        return render_template("accounts/lost_phone.html", failed=True)
    if found.password is None:
        await_credential(found, url_for("own.show"))
        return redirect(url_for("enrol.show"))
    let_in(found, By.RECOVERY)
    return redirect(url_for("own.show"))


# ------------------------------------------------------------------------------- still being there


@sign_in.get("/unlock")
def unlock() -> ResponseReturnValue:
    """Ask who is signed in to show again that they are there."""
    return _unlock_page()


@sign_in.post("/unlock")
def unlock_by_code() -> ResponseReturnValue:
    """Open the page again where the code is right."""
    who = own_account()
    try:
        check_code(database(), who, request.form.get("code", ""), now())
    except NotProved:
        return _unlock_page(failed="code")
    return _reopen()


@sign_in.post("/unlock/passkey")
def unlock_by_passkey() -> ResponseReturnValue:
    """Open the page again where the device's own unlock has shown who is there."""
    found = read_passkey()
    if found is None or found.id != own_account().id:
        return _unlock_page(failed="passkey")
    return _reopen()


def _reopen() -> ResponseReturnValue:
    unlock_session(database(), signed_in(), now())
    return redirect(own_path(request.form.get("next", "")))


def _unlock_page(failed: str | None = None) -> str:
    who = own_account()
    return render_template(
        "accounts/unlock.html",
        who=who,
        failed=failed,
        locked=g.presence is Presence.LOCKED,
        wanted=request.values.get("next", ""),
        passkey=offer_passkey(who.passkeys),
    )


# ---------------------------------------------------------------------------------------- passkeys


def place() -> RelyingParty:
    """Return where passkeys are good: the pages' own address."""
    return RelyingParty(public_url())


def offer_passkey(known: tuple[Passkey, ...] = ()) -> dict[str, Any] | None:
    """Return what the page needs to ask a browser for a passkey; None where there can be none."""
    if not place().has_passkeys:
        return None
    challenge = new_challenge()
    return {"options": ask_for_known(place(), challenge, known), "challenge": sign_challenge(challenge)}


def read_passkey() -> Account | None:
    """Return whose passkey has answered the form's challenge; None where it is nobody's, or too late."""
    try:
        challenge = read_challenge(request.form.get("challenge", ""))
        return check_passkey(database(), place(), challenge, request.form.get("credential", ""), now())
    except NotProved:
        return None


def sign_challenge(challenge: str) -> str:
    """Return the challenge as a form carries it: ours, and of this moment."""
    return str(_signer().dumps([challenge, now().isoformat()]))


def read_challenge(carried: str) -> str:
    """Return the challenge of a form; raise NotProved where it is not ours, or too old."""
    try:
        challenge, made_at = _signer().loads(carried)
    except BadSignature:
        raise NotProved from None
    if not datetime.fromisoformat(made_at) <= now() < datetime.fromisoformat(made_at) + CHALLENGE:
        raise NotProved
    return str(challenge)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="passkey")
