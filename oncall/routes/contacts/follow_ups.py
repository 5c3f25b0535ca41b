"""What a staff member does with a contact on its page."""

from collections.abc import Callable

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from oncall.alerts.safe_contact import Verdict, Wish
from oncall.contacts.waiting import Waiting
from oncall.rota.model import PersonId
from oncall.routes.contacts.contact import render_contact
from oncall.routes.web.service import call_context, now
from oncall.routes.web.visitor import Visitor, visitor
from oncall.usecases.line import follow_ups as acts
from oncall.usecases.line.calls import UnknownContact

follow_ups = Blueprint("follow_ups", __name__, url_prefix="/contacts/<contact_id>")

LONGEST_TEXT = 1600  # characters; what the carrier takes
LONGEST_OUTCOME = 500


@follow_ups.post("/acknowledge")
def acknowledge(contact_id: str) -> ResponseReturnValue:
    """The visitor takes the contact."""
    return _do(
        contact_id, lambda who: acts.acknowledge(call_context(), who.team.id, contact_id, _person(who), now())
    )


@follow_ups.post("/close")
def close(contact_id: str) -> ResponseReturnValue:
    """The contact needs nobody any more."""
    outcome = request.form.get("outcome", "").strip()[:LONGEST_OUTCOME]
    if not outcome:
        return _show_again(contact_id, gettext("Write in a few words how it ended."), "outcome")
    return _do(
        contact_id,
        lambda who: acts.close(call_context(), who.team.id, contact_id, _person(who), outcome, now()),
    )


@follow_ups.post("/hand-on")
def hand_on(contact_id: str) -> ResponseReturnValue:
    """A colleague is asked to take over."""
    to = PersonId(request.form.get("to", ""))
    return _do(
        contact_id, lambda who: acts.hand_on(call_context(), who.team.id, contact_id, _person(who), to, now())
    )


@follow_ups.post("/consult")
def consult(contact_id: str) -> ResponseReturnValue:
    """The visitor's phone rings, and then a colleague's."""
    to = PersonId(request.form.get("to", ""))
    return _do(
        contact_id, lambda who: acts.consult(call_context(), who.team.id, contact_id, _person(who), to, now())
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
            call_context(),
            who.team.id,
            contact_id,
            _person(who),
            body,
            now(),
            warned=_is_warned(),
            reason=_reason(),
        ),
        asked="reply",
    )


@follow_ups.post("/call-back")
def call_back(contact_id: str) -> ResponseReturnValue:
    """The visitor's phone rings, and then the family's, from the team's number."""
    return _do(
        contact_id,
        lambda who: acts.call_back(
            call_context(),
            who.team.id,
            contact_id,
            _person(who),
            now(),
            warned=_is_warned(),
            reason=_reason(),
        ),
        asked="call-back",
    )


@follow_ups.post("/doubt")
def doubt(contact_id: str) -> ResponseReturnValue:
    """The number may be in the wrong hands."""
    return _do(contact_id, lambda who: acts.mark_compromised(call_context(), *_where(who, contact_id), now()))


@follow_ups.post("/trust")
def trust(contact_id: str) -> ResponseReturnValue:
    """The number is in the right hands again."""
    if not _reason():
        return _show_again(contact_id, gettext("Write why the number can be trusted."), "trust")
    return _do(
        contact_id, lambda who: acts.trust_again(call_context(), *_where(who, contact_id), _reason(), now())
    )


def _do(contact_id: str, act: Callable[[Visitor], Waiting], asked: str | None = None) -> ResponseReturnValue:
    try:
        act(visitor())
    except UnknownContact:
        abort(404)
    except acts.NotAllowed as refusal:
        return _show_again(contact_id, _warn(refusal.verdict), asked, refusal.wish)
    except acts.NotYours:
        return _show_again(contact_id, gettext("Somebody else has taken it meanwhile."))
    except acts.NobodyThere:
        return _show_again(contact_id, gettext("Choose a colleague of the team."), "to")
    except acts.NothingToSend:
        return _show_again(
            contact_id, gettext("There is no number to reach: it is withheld, or the sender has none.")
        )
    return redirect(url_for("contacts.show", contact_id=contact_id))


def _show_again(
    contact_id: str, fault: str, field: str | None = None, refused: Wish | None = None
) -> ResponseReturnValue:
    """The page as it was, with what was written, and what stands against it."""
    written = render_contact(
        contact_id,
        refused,
        fault=fault,
        field=field,
        written=request.form,
    )
    return written, 422


def _warn(verdict: Verdict) -> str:
    """Return what is needed first; what stands against it is told beside the button."""
    if verdict is Verdict.REASON_FIRST:
        return str(gettext("Not done yet: read what stands against it. Say why you do it all the same."))
    return str(gettext("Not done yet: read first what stands against it."))


def _where(who: Visitor, contact_id: str) -> tuple[int, str, PersonId]:
    return who.team.id, contact_id, _person(who)


def _is_warned() -> bool:
    return "warned" in request.form


def _reason() -> str:
    return request.form.get("reason", "").strip()


def _person(who: Visitor) -> PersonId:
    if who.person is None:
        abort(403)
    return who.person.id
