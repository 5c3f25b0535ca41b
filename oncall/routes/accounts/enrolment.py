"""Let somebody set up a way in: at the first sign-in, by an invitation, or as the very first leader."""

from typing import Any

import segno
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from oncall.routes.accounts.pending import Pending, await_credential, pending_account
from oncall.routes.accounts.session import asker, let_in
from oncall.routes.accounts.sign_in import place, read_challenge, sign_challenge
from oncall.routes.web.service import database, now, public_url
from oncall.store.accounts.credentials import Account
from oncall.usecases.accounts.accounts import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    AccountRefused,
    hash_password,
)
from oncall.usecases.accounts.credentials import (
    NotProved,
    ask_for_new,
    match_totp,
    new_challenge,
    new_totp_secret,
    read_new,
    totp_address,
)
from oncall.usecases.accounts.enrolment import (
    NewCredential,
    describe_invitation,
    find_team_by_name,
    invite,
    is_set_up_code,
    take_up,
)
from oncall.usecases.accounts.enrolment import enrol as enrol_account
from oncall.usecases.accounts.invitation_links import NotOpen, make_link
from oncall.usecases.accounts.sign_in import By, check_invited, check_throttle

enrol = Blueprint("enrol", __name__)

FIRST = "console"  # who has invited the first leader


# -------------------------------------------------------------------------------------- credentials


@enrol.get("/sign-in/set-up")
def show() -> ResponseReturnValue:
    """Show the ways in that can be set up."""
    who, pending = pending_account("factor")
    if pending.secret is None:
        await_credential(who, pending.wanted, pending.invitation, new_totp_secret())
        who, pending = pending_account("factor")
    return _page(who, pending)


@enrol.post("/sign-in/set-up")
def by_totp() -> ResponseReturnValue:
    """Give the account a password and a code generator, and sign its owner in."""
    who, pending = pending_account("factor")
    faults, credential = read_totp_form(who, pending.secret)
    if credential is None:
        return _page(who, pending, faults), 422
    return _finish(who, pending, credential, By.CODE)


@enrol.post("/sign-in/set-up/passkey")
def by_passkey() -> ResponseReturnValue:
    """Give the account a passkey, and sign its owner in."""
    who, pending = pending_account("factor")
    credential = read_new_passkey()
    if credential is None:
        return _page(who, pending, {"passkey": ""}), 422
    return _finish(who, pending, credential, By.PASSKEY)


def _finish(who: Account, pending: Pending, new: NewCredential, how: By) -> ResponseReturnValue:
    try:
        enrolled, codes = enrol_account(database(), who, new, asker().device, pending.invitation, now())
    except NotOpen:
        return _closed()
    let_in(enrolled, how)
    return render_template("accounts/recovery.html", codes=codes, wanted=pending.wanted)


def _page(who: Account, pending: Pending, faults: dict[str, str] | None = None) -> str:
    return render_template(
        "accounts/set_up.html",
        who=who,
        faults=faults or {},
        passkey=offer_new_passkey(who),
        generator=draw_generator(who, pending.secret or ""),
        shortest=SHORTEST_PASSWORD,
    )


def offer_new_passkey(who: Account) -> dict[str, Any] | None:
    """Return what the page needs to ask a browser for a new passkey; None where there can be none."""
    if not place().has_passkeys:
        return None
    challenge = new_challenge()
    return {"options": ask_for_new(place(), who, challenge), "challenge": sign_challenge(challenge)}


def read_new_passkey() -> NewCredential | None:
    """Return the passkey that the form brings; None where it is none."""
    try:
        challenge = read_challenge(request.form.get("challenge", ""))
        return NewCredential(passkey=read_new(place(), challenge, request.form.get("credential", "")))
    except NotProved:
        return None


def draw_generator(who: Account, secret: str) -> dict[str, Any]:
    """Return how a code generator learns the secret: by its camera, or typed."""
    code = segno.make(totp_address(secret, who.email), error="m")
    return {
        "qr": Markup(code.svg_inline(scale=4, border=2)),  # noqa: S704 - drawn by ourselves
        "key": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    }


def read_totp_form(who: Account, secret: str | None) -> tuple[dict[str, str], NewCredential | None]:
    """Return what is wrong in the form, by field, or the code generator and the password it holds."""
    faults, hashed = {}, None
    password = request.form.get("password", "")
    if who.password is None or password:
        try:
            hashed = hash_password(password)
        except AccountRefused:
            faults["password"] = gettext(
                "A password has %(least)s to %(most)s characters.",
                least=SHORTEST_PASSWORD,
                most=LONGEST_PASSWORD,
            )
    code = request.form.get("code", "").replace(" ", "")
    counter = match_totp(secret, code, None, now()) if secret else None
    if counter is None:
        faults["code"] = gettext("This code is not right now. Wait for the next one and type it.")
    if faults:
        return faults, None
    return {}, NewCredential(password=hashed, totp_secret=secret, totp_counter=counter)


# -------------------------------------------------------------------------------------- invitations


@enrol.get("/invitation/<token>")
def invitation(token: str) -> ResponseReturnValue:
    """Show who is invited to what."""
    try:
        return _invitation_page(token)
    except NotOpen:
        return _closed()


@enrol.post("/invitation/<token>")
def accept(token: str) -> ResponseReturnValue:
    """Give the invited an account, and let them set up a way in."""
    check_invited(database(), token, asker(), now())
    try:
        who, invited = take_up(database(), token, request.form.get("email", ""), now())
    except AccountRefused:
        return _invitation_page(token, faulty=True), 422
    except NotOpen:
        return _closed()
    await_credential(who, "/", invited.id)
    return redirect(url_for(".show"))


def _invitation_page(token: str, *, faulty: bool = False) -> str:
    invited = describe_invitation(database(), token, now())
    return render_template(
        "accounts/invitation.html", team=invited.team, name=invited.name, faulty=faulty, token=token
    )


def _closed() -> ResponseReturnValue:
    return render_template("accounts/invitation_closed.html"), 404


# ----------------------------------------------------------------------------------------- first run


@enrol.get("/set-up")
def first() -> str:
    """Ask for the console's code and the team."""
    return render_template("accounts/first_leader.html", fault=None, leaders=())


@enrol.post("/set-up")
def begin() -> ResponseReturnValue:
    """Invite the first leader; without the console's code nobody is invited."""
    check_throttle(database(), asker(), now())
    if not is_set_up_code(database(), request.form.get("code", ""), now()):
        return render_template("accounts/first_leader.html", fault="code", leaders=()), 422
    team = find_team_by_name(database(), request.form.get("team", ""))
    if team is None:
        return render_template("accounts/first_leader.html", fault="team", leaders=()), 422
    leaders = team.leaders
    chosen = [one for one in leaders if len(leaders) == 1 or one.id == request.form.get("person")]
    if not chosen:
        fault = "nobody" if not leaders else None
        return render_template("accounts/first_leader.html", fault=fault, leaders=leaders), 422
    made = invite(database(), team.slug, chosen[0].id, FIRST, now())
    return redirect(make_link(database(), made, public_url()))
