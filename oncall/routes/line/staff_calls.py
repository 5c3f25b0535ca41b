"""What staff hear who are alerted by call, or who call a family back."""

from collections.abc import Sequence

from flask import Blueprint, Response, request

from oncall.alerts.wording import staff
from oncall.contacts.model import Entry, Kind
from oncall.routes.line.fallback import Expected, with_fallback
from oncall.routes.line.signature import check_carrier, required
from oncall.routes.web.service import call_context, now, public_url
from oncall.telephony import documents
from oncall.telephony.documents import DocumentContext
from oncall.telephony.links import Links
from oncall.usecases.line.calls import fact
from oncall.usecases.line.escalation import escalate
from oncall.usecases.line.staff_orders import Ordered, look_up
from oncall.usecases.line.texts.from_staff import taking

paging = Blueprint("paging", __name__, url_prefix="/voice")
paging.before_request(check_carrier)


@paging.post("/<int:team>/<contact>/pages/<about>")
@with_fallback(Expected.LEG)
def page(team: int, contact: str, about: str) -> Response:
    """Somebody, or a voicemail, has picked up an alert."""
    ordered = _find(team, contact, about)
    if not ordered.free:
        return _xml(documents.say_and_hang_up(staff.PAGE_GONE, ordered.language))
    action = _links(team, contact).page_taken(about)
    return _xml(documents.ask_to_press_1(ordered.alert.call, _scene(ordered, team, contact), action))


@paging.post("/<int:team>/<contact>/pages/<about>/answer")
@with_fallback(Expected.LEG)
def page_answer(team: int, contact: str, about: str) -> Response:
    """1 takes what waits, unless somebody else has it in hand by now."""
    ordered = _find(team, contact, about)
    if request.form.get("Digits") != "1":
        return _xml(documents.hang_up())
    if not ordered.free:
        return _xml(documents.say_and_hang_up(staff.PAGE_GONE, ordered.language))
    _escalate(team, contact, () if ordered.taken else (taking(ordered.target, "call", now()),))
    return _xml(documents.say_and_hang_up(staff.PAGE_TAKEN, ordered.language))


@paging.post("/<int:team>/<contact>/pages/<about>/status")
@with_fallback(Expected.STATUS)
def page_status(team: int, contact: str, about: str) -> Response:
    """An alert by call, or an ordered call, has ended."""
    sid, state = required("CallSid"), required("CallStatus")
    reported = fact(now(), Kind.MESSAGE_REPORTED, about=about, status=state, code="", sid=sid)
    _escalate(team, contact, (reported,), key=f"report:{about}:{sid}:{state}")
    return Response(status=204)


@paging.post("/<int:team>/<contact>/backs/<about>")
@with_fallback(Expected.LEG)
def back(team: int, contact: str, about: str) -> Response:
    """The phone of whoever ordered a call was picked up; a voicemail cannot press 1."""
    ordered = _find(team, contact, about)
    sentence = staff.BACK_SCREEN if ordered.to_family else staff.CONSULT_SCREEN
    action = _links(team, contact).back_accepted(about)
    return _xml(documents.ask_to_press_1(sentence, _scene(ordered, team, contact), action))


@paging.post("/<int:team>/<contact>/backs/<about>/answer")
@with_fallback(Expected.LEG)
def back_answer(team: int, contact: str, about: str) -> Response:
    """1 dials the other side, once; safe contact is asked once more just before."""
    sid = required("CallSid")
    if request.form.get("Digits") != "1":
        return _xml(documents.hang_up())
    ordered = _find(team, contact, about)
    scene, links = _scene(ordered, team, contact), _links(team, contact)
    if ordered.answered_on not in (None, sid):  # an order that was taken twice has rung the phone twice
        return _xml(documents.hang_up())
    if not ordered.allowed:
        return _xml(documents.say_and_hang_up(staff.BACK_NOT_ALLOWED, scene.language))
    answered = fact(now(), Kind.BACK_ANSWERED, about=about, sid=sid)
    _escalate(team, contact, (answered,), key=f"back:{about}:{sid}")
    screen = None if ordered.to_family else links.back_other(about)
    return _xml(documents.put_through(scene, links.back_ended(about), screen))


@paging.post("/<int:team>/<contact>/backs/<about>/other")
@with_fallback(Expected.LEG)
def back_other(team: int, contact: str, about: str) -> Response:
    """A colleague, or their voicemail, has picked up."""
    action = _links(team, contact).back_other_accepted(about)
    scene = _scene(_find(team, contact, about), team, contact)
    return _xml(documents.ask_to_press_1(staff.CONSULT_OTHER, scene, action))


@paging.post("/<int:team>/<contact>/backs/<about>/other/answer")
@with_fallback(Expected.LEG)
def back_other_answer(team: int, contact: str, about: str) -> Response:  # noqa: ARG001 - of the address
    """1 connects the two: a document that ends without hanging up."""
    return _xml(documents.nothing() if request.form.get("Digits") == "1" else documents.hang_up())


@paging.post("/<int:team>/<contact>/backs/<about>/ended")
@with_fallback(Expected.LEG)
def back_ended(team: int, contact: str, about: str) -> Response:
    """The ordered call is over, or was not answered."""
    status, bridged = required("DialCallStatus"), request.form.get("DialBridged", "").lower() == "true"
    ended = fact(now(), Kind.BACK_ENDED, None, about=about, status=status, bridged=bridged)
    _escalate(team, contact, (ended,), key=f"back-ended:{about}")
    if bridged:
        return _xml(documents.hang_up())
    return _xml(documents.say_and_hang_up(staff.BACK_NO_ANSWER, _find(team, contact, about).language))


def _find(team: int, contact: str, about: str) -> Ordered:
    return look_up(call_context(), team, contact, about, now())


def _escalate(team: int, contact: str, entries: Sequence[Entry], key: str | None = None) -> None:
    escalate(call_context(), team, contact, now(), entries=entries, key=key)


def _scene(ordered: Ordered, team: int, contact: str) -> DocumentContext:
    return DocumentContext(
        _links(team, contact), ordered.language, ordered.caller_id, number=ordered.number or ""
    )


def _links(team: int, contact: str) -> Links:
    return Links(public_url(), team, contact)


def _xml(document: str) -> Response:
    return Response(document, content_type="text/xml; charset=utf-8")
