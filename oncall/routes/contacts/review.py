"""The leader's Monday: what to look at, contact by contact, and whether the journal is whole."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from oncall.contacts.note import LONGEST
from oncall.contacts.search import COUNTED, Cursor
from oncall.routes.contacts.contact import render_contact
from oncall.routes.contacts.log import InvalidFilter, read_cursor
from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import visitor
from oncall.routes.wording import rota as rota_wording
from oncall.routes.wording.access_log import KINDS, ODDITIES
from oncall.usecases.contacts import damage
from oncall.usecases.contacts import notes as acts
from oncall.usecases.contacts.review import SHOWN, next_to_sign, read_monday
from oncall.usecases.line.calls import UnknownContact
from oncall.usecases.privacy import chains

review = Blueprint("review", __name__)

# What a phone's latest test came to; what is not here is one more way of not getting through.
TEST_CALLS = {
    "asked": lazy_gettext("call: no result yet"),
    "pressed_1": lazy_gettext("call: answered, 1 was pressed"),
    "not_pressed": lazy_gettext("call: picked up, and nobody pressed 1"),
    "busy": lazy_gettext("call: busy, or declined"),
    "no-answer": lazy_gettext("call: no answer"),
}
TEST_TEXTS = {
    "delivered": lazy_gettext("text: arrived, no code was given"),
    "confirmed": lazy_gettext("text: arrived, the code was given"),
    "undelivered": lazy_gettext("text: did not arrive"),
    "failed": lazy_gettext("text: did not arrive"),
}


@review.get("/review")
def show() -> str:
    """The Monday list."""
    at = now()
    return render_template(
        "contacts/review.html",
        monday=read_monday(database(), visitor().team, at),
        at=at,
        shown=SHOWN,
        counted=COUNTED,
        describe_breach=rota_wording.describe_breach,
        describe_rota_finding=rota_wording.describe_rota_finding,
        all_done="done" in request.args,
        kinds=KINDS,
        oddities=ODDITIES,
        test_calls=TEST_CALLS,
        test_texts=TEST_TEXTS,
    )


@review.get("/review/next")
def go_on() -> ResponseReturnValue:
    """To the contact that is to be signed off next."""
    try:
        after = read_cursor(request.args, "after")
    except InvalidFilter:
        abort(400, "the address of this page is damaged")
    return _to_next(after)


@review.post("/contacts/<contact_id>/sign-off")
def sign_off(contact_id: str) -> ResponseReturnValue:
    """The leader has read it; then to the next one, or back to the contact."""
    who = visitor()
    comment = request.form.get("comment", "").strip()[:LONGEST]
    try:
        stood = acts.sign_off(database(), who.team.id, contact_id, who.key, comment, now())
    except UnknownContact:
        abort(404)
    except acts.StillGoingOn:
        fault = gettext("The call is still going on: sign it off when it is over.")
        return render_contact(contact_id, fault=fault, field="comment", written=request.form), 409
    if "next" in request.form:
        return _to_next(stood)
    return redirect(url_for("contacts.show", contact_id=contact_id, _anchor="sign-off"))


@review.post("/contacts/<contact_id>/close-damaged")
def close_damaged(contact_id: str) -> ResponseReturnValue:
    """A contact whose journal does not verify waits for nobody any more."""
    who, reason = visitor(), request.form.get("reason", "").strip()[:LONGEST]
    if not reason:
        return render_contact(contact_id, fault=gettext("Say why.")), 422
    try:
        damage.close_damaged(database(), who.team.id, contact_id, who.key, reason, now())
    except LookupError:
        abort(404)
    except (damage.NotDamaged, damage.StillLive):
        fault = gettext("Nothing was changed: the contact is whole, or its call may still be going on.")
        return render_contact(contact_id, fault=fault), 409
    return redirect(url_for("contacts.show", contact_id=contact_id))


def _to_next(after: Cursor | None) -> ResponseReturnValue:
    contact_id = next_to_sign(database(), visitor().team.id, after)
    if contact_id is None:
        return redirect(url_for(".show", done=1))
    return redirect(url_for("contacts.show", contact_id=contact_id))


# ------------------------------------------------------------------------------------- the journal


@review.get("/journal")
def show_chains() -> str:
    """Whether the journal is as it was written, and when that was last looked at."""
    who = visitor()
    return render_template("contacts/review_chains.html", chains=chains.read_chains(database(), who.team.id))


@review.post("/journal")
def check_chains() -> ResponseReturnValue:
    """The journal is looked through now, beside this page."""
    chains.ask_for_check(database(), visitor().team.id, now())
    return redirect(url_for(".show_chains", asked=1))
