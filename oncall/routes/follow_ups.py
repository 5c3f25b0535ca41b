"""What a staff member does with a contact on its page."""

from collections.abc import Callable

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from oncall.alerts.safe_contact import Verdict
from oncall.casework.contact_log import open_contact
from oncall.contacts.waiting import Waiting
from oncall.rota.model import PersonId
from oncall.routes.visitor import Visitor, database, now, visitor
from oncall.switchboard import follow_ups as acts
from oncall.switchboard.calls import UnknownContact
from oncall.switchboard.desk import Desk

follow_ups = Blueprint("follow_ups", __name__, url_prefix="/contacts/<contact_id>")

LONGEST_TEXT = 1600  # characters; what the carrier takes
LONGEST_OUTCOME = 500


@follow_ups.post("/acknowledge")
def acknowledge(contact_id: str) -> ResponseReturnValue:
    """The visitor takes the contact."""
    return _do(
        contact_id, lambda who: acts.acknowledge(_desk(), who.team.id, contact_id, _person(who), now())
    )


@follow_ups.post("/close")
def close(contact_id: str) -> ResponseReturnValue:
    """The contact needs nobody any more."""
    outcome = request.form.get("outcome", "").strip()[:LONGEST_OUTCOME]
    if not outcome:
        return _show_again(contact_id, gettext("Write in a few words how it ended."), "outcome")
    return _do(
        contact_id, lambda who: acts.close(_desk(), who.team.id, contact_id, _person(who), outcome, now())
    )


@follow_ups.post("/hand-on")
def hand_on(contact_id: str) -> ResponseReturnValue:
    """A colleague is asked to take over."""
    to = PersonId(request.form.get("to", ""))
    return _do(
        contact_id, lambda who: acts.hand_on(_desk(), who.team.id, contact_id, _person(who), to, now())
    )


@follow_ups.post("/consult")
def consult(contact_id: str) -> ResponseReturnValue:
    """The visitor's phone rings, and then a colleague's."""
    to = PersonId(request.form.get("to", ""))
    return _do(
        contact_id, lambda who: acts.consult(_desk(), who.team.id, contact_id, _person(who), to, now())
    )


@follow_ups.post("/reply")
def reply(contact_id: str) -> ResponseReturnValue:
    """The visitor's words go to the family."""
    body = request.form.get("body", "").strip()
    if not body:
        return _show_again(contact_id, gettext("Write what the family shall read."), "body")
    if len(body) > LONGEST_TEXT:
        return _show_again(contact_id, gettext("A text has at most 1600 characters."), "body")
    return _do(
        contact_id,
        lambda who: acts.reply(
            _desk(), who.team.id, contact_id, _person(who), body, now(), warned=_is_warned(), reason=_reason()
        ),
        asked="reply",
    )


@follow_ups.post("/call-back")
def call_back(contact_id: str) -> ResponseReturnValue:
    """The visitor's phone rings, and then the family's, from the team's number."""
    return _do(
        contact_id,
        lambda who: acts.call_back(
            _desk(), who.team.id, contact_id, _person(who), now(), warned=_is_warned(), reason=_reason()
        ),
        asked="call-back",
    )


def _do(contact_id: str, act: Callable[[Visitor], Waiting], asked: str | None = None) -> ResponseReturnValue:
    try:
        act(visitor())
    except UnknownContact:
        abort(404)
    except acts.NotAllowed as refusal:
        return _show_again(contact_id, _warn(refusal.verdict), asked, verdict=refusal.verdict)
    except acts.NotYours:
        return _show_again(contact_id, gettext("Somebody else has taken it meanwhile."))
    except acts.NobodyThere:
        return _show_again(contact_id, gettext("Choose a colleague of the team."), "to")
    except acts.NothingToSend:
        return _show_again(contact_id, gettext("The number is withheld: there is nobody to reach."))
    return redirect(url_for("contacts.show", contact_id=contact_id))


def _show_again(
    contact_id: str, fault: str, field: str | None = None, verdict: Verdict | None = None
) -> ResponseReturnValue:
    """The page as it was, with what was written, and what stands against it."""
    who = visitor()
    page = open_contact(database(), who.team.id, contact_id, who.key, now())
    if page is None:
        abort(404)
    written = render_template(
        "contact.html",
        page=page,
        at=now(),
        fault=fault,
        field=field,
        verdict=verdict.value if verdict else None,
        written=request.form,
    )
    return written, 422


def _warn(verdict: Verdict) -> str:
    not_asked = gettext(
        "The family has not been asked about this. Whoever picks up or reads may not be who you expect."
    )
    against = gettext(
        "The family has said no to this, or the phone may be in the wrong hands. Say why all the same."
    )
    return str(against if verdict is Verdict.REASON_FIRST else not_asked)


def _is_warned() -> bool:
    return "warned" in request.form


def _reason() -> str:
    return request.form.get("reason", "").strip()


def _person(who: Visitor) -> PersonId:
    if who.person is None:
        abort(403)
    return who.person.id


def _desk() -> Desk:
    desk: Desk = current_app.extensions["oncall.desk"]
    return desk
