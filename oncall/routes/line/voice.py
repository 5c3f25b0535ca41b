"""What the carrier tells us of a call, and what it shall do next."""

from datetime import datetime

from flask import Blueprint, Response, request

from oncall.alerts.steps import RingLastResort, RingLeg, for_caller, for_leg, for_waiting
from oncall.alerts.wording import family
from oncall.contacts.fold import Leg
from oncall.contacts.model import Detail, Entry, Kind
from oncall.contacts.statuses import CALL_ENDED
from oncall.languages import FALLBACK_LANGUAGE
from oncall.monitoring import alert_operator
from oncall.routes.line.fallback import Expected, with_fallback
from oncall.routes.line.signature import check_carrier, required
from oncall.routes.web.service import call_context, now
from oncall.telephony import documents
from oncall.telephony.documents import DocumentContext
from oncall.telephony.links import Links
from oncall.usecases.line.calls import (
    Call,
    CalledFromOurselves,
    NotOurLine,
    fact,
    poll,
    record_facts,
    resume_call,
    take_call,
)

voice = Blueprint("voice", __name__, url_prefix="/voice")
voice.before_request(check_carrier)

SPOKEN = frozenset({"bridged", "redirected-from-bridged"})  # a stay in the queue that ended in a talk
QUEUE_TROUBLE = frozenset({"error", "queue-full", "system-error"})  # no use in queueing again
STATUS_FACTS = {
    "ringing": Kind.LEG_RINGING,
    "in-progress": Kind.LEG_ANSWERED,
    "answered": Kind.LEG_ANSWERED,
    **dict.fromkeys(CALL_ENDED, Kind.LEG_ENDED),
}


@voice.post("/incoming")
@with_fallback(Expected.CALLER)
def incoming() -> Response:
    """A family calls."""
    sid, line = required("CallSid"), required("To")
    try:
        call = take_call(call_context(), sid, line, request.form.get("From", ""), now())
    except NotOurLine:
        alert_operator("call_to_unknown_line", call=sid)
        return _xml(documents.say_and_hang_up(family.NO_SUCH_LINE, FALLBACK_LANGUAGE))
    except CalledFromOurselves:
        alert_operator("phone_forwards_to_line", call=sid)
        return _xml(documents.reject())
    return _to_caller(call)


@voice.post("/static")
@with_fallback(Expected.LEG)
def static() -> Response:
    """We had failed, and the static number was rung; who reached nobody there is told, without a database."""
    if request.form.get("DialCallStatus") == "completed" or _gone(now()):
        return _xml(documents.hang_up())
    language = call_context().lines.language(request.form.get("To", ""))
    return _xml(documents.say_and_hang_up(family.TRY_AGAIN, language))


@voice.post("/<int:team>/<contact>/dialled/<leg>")
@with_fallback(Expected.CALLER)
def dialled(team: int, contact: str, leg: str) -> Response:
    """The one phone that the caller heard ring has answered, or has not."""
    at = now()
    status = required("DialCallStatus")
    ended: Detail = {"status": status}
    if sid := request.form.get("DialCallSid"):
        ended["sid"] = sid
    facts = [fact(at, Kind.LEG_ENDED, leg, **ended)]
    if request.form.get("DialBridged", "").lower() == "true":
        facts.insert(0, fact(at, Kind.LEG_BRIDGED, leg))
    return _ask(team, contact, facts + _gone(at), at, f"dialled:{leg}")


@voice.post("/<int:team>/<contact>/wait/<int:seq>")
@with_fallback(Expected.WAIT)
def wait(team: int, contact: str, seq: int) -> Response:
    """The caller waits in the queue; whatever is overdue in this call is done now."""
    at = now()
    call = poll(call_context(), team, contact, _queue(at), at, key=f"wait:{seq}")
    return _xml(documents.caller_document(for_waiting(call.contact, call.at), _scene(call)))


@voice.post("/<int:team>/<contact>/left/<int:seq>")
@with_fallback(Expected.CALLER)
def left(team: int, contact: str, seq: int) -> Response:
    """The caller has left the queue: bridged, or for something better, or by hanging up."""
    at = now()
    facts = _gone(at)
    result = request.form.get("QueueResult")
    if not facts and result == "hangup":
        facts = [fact(at, Kind.CALLER_GONE, status=result)]
    elif not facts and result in QUEUE_TROUBLE:
        facts = [fact(at, Kind.DIALLED_ONE_BY_ONE, why=result)]
    left_how = fact(at, Kind.QUEUE_LEFT, stay=seq, bridged=result in SPOKEN, result=result)
    stayed = [left_how, *_queue(at)]
    return _ask(team, contact, stayed + facts, at, f"left:{seq}")


@voice.post("/<int:team>/<contact>/last-resort/<int:seq>")
@with_fallback(Expected.CALLER)
def last_resort(team: int, contact: str, seq: int) -> Response:
    """The caller has heard who will answer, and has declined or not."""
    at = now()
    facts = _gone(at)
    if request.form.get("Digits"):
        facts.append(fact(at, Kind.CALLER_DECLINED))
    return _ask(team, contact, facts, at, f"last-resort:{seq}")


@voice.post("/<int:team>/<contact>/passed-on/<int:seq>")
@with_fallback(Expected.CALLER)
def passed_on(team: int, contact: str, seq: int) -> Response:
    """The call to the staffed service has ended, or was not answered."""
    at = now()
    bridged = request.form.get("DialBridged", "").lower() == "true"
    ended = fact(at, Kind.LAST_RESORT_ENDED, bridged=bridged, status=required("DialCallStatus"))
    return _ask(team, contact, [ended, *_gone(at)], at, f"passed-on:{seq}")


@voice.post("/<int:team>/<contact>/reconnect/<int:seq>")
@with_fallback(Expected.CALLER)
def reconnect(team: int, contact: str, seq: int) -> Response:
    """A caller who was cut off has pressed a key: the same person is rung first."""
    if request.form.get("Digits") != "1":
        return _xml(documents.hang_up())
    return _to_caller(resume_call(call_context(), team, contact, now(), key=f"reconnect:{seq}"))


@voice.post("/<int:team>/<contact>/legs/<leg>/screen")
@with_fallback(Expected.SCREEN)
def screen(team: int, contact: str, leg: str) -> Response:
    """Somebody, or a voicemail, has picked up."""
    at = now()
    sid = required("CallSid")
    answered = fact(at, Kind.LEG_ANSWERED, leg, sid=sid)
    return _to_leg(
        record_facts(call_context(), team, contact, [answered], at, key=f"screen:{leg}:{sid}"), leg
    )


@voice.post("/<int:team>/<contact>/legs/<leg>/answer")
@with_fallback(Expected.ANSWER)
def answer(team: int, contact: str, leg: str) -> Response:
    """A key was pressed: 1 accepts, any other declines."""
    at = now()
    sid = required("CallSid")
    accepts = request.form.get("Digits") == "1"
    pressed = fact(at, Kind.ONE_PRESSED if accepts else Kind.LEG_DECLINED, leg, sid=sid)
    return _to_leg(record_facts(call_context(), team, contact, [pressed], at, key=f"answer:{leg}:{sid}"), leg)


@voice.post("/<int:team>/<contact>/legs/<leg>/told")
@with_fallback(Expected.LEG)
def told(team: int, contact: str, leg: str) -> Response:
    """Whoever is let go while listening hears why."""
    return _to_leg(poll(call_context(), team, contact, [], now()), leg)


@voice.post("/<int:team>/<contact>/legs/<leg>/bridging")
@with_fallback(Expected.BRIDGING)
def bridging(team: int, contact: str, leg: str) -> Response:
    """The caller is being taken from the queue: the live proof of a bridge."""
    at = now()
    record_facts(call_context(), team, contact, [fact(at, Kind.LEG_BRIDGED, leg)], at, key=f"bridging:{leg}")
    return _xml(documents.nothing())


@voice.post("/<int:team>/<contact>/legs/<leg>/done")
@with_fallback(Expected.LEG)
def done(team: int, contact: str, leg: str) -> Response:
    """The conversation is over, or the caller did not come from the queue."""
    at = now()
    facts = [fact(at, Kind.LEG_ENDED, leg, status="completed")]
    return _to_leg(record_facts(call_context(), team, contact, facts, at, key=f"done:{leg}"), leg)


@voice.post("/<int:team>/<contact>/legs/<leg>/status")
@with_fallback(Expected.STATUS)
def status(team: int, contact: str, leg: str) -> Response:
    """How a leg fares; these come in any order, repeated or never."""
    at = now()
    sid, told_status = required("CallSid"), required("CallStatus")
    kind = STATUS_FACTS.get(told_status, Kind.LEG_PLACED)
    told_fact = fact(at, kind, leg, status=told_status, sid=sid)
    record_facts(call_context(), team, contact, [told_fact], at, key=f"status:{leg}:{sid}:{told_status}")
    return Response(status=204)


def _ask(team: int, contact: str, facts: list[Entry], now: datetime, key: str) -> Response:
    return _to_caller(record_facts(call_context(), team, contact, facts, now, key=key, asked=True))


def _to_caller(call: Call) -> Response:
    return _xml(documents.caller_document(for_caller(call.contact), _scene(call)))


def _to_leg(call: Call, leg_id: str) -> Response:
    leg = call.contact.leg(leg_id)
    if leg is None:
        return _xml(documents.hang_up())
    return _xml(documents.leg_document(for_leg(call.contact, leg), leg_id, _scene(call, leg)))


def _scene(call: Call, leg: Leg | None = None) -> DocumentContext:
    team, contact = call.team, call.contact
    links = Links(call_context().public_url, team.id, contact.id)
    return DocumentContext(links, _language(call, leg), team.voice_line, contact.place_seq, _number(call))


def _language(call: Call, leg: Leg | None) -> str:
    """Return the language of whoever listens: the caller, or a person, or somebody at a fixed number."""
    if leg is None:
        return call.contact.language
    person = call.team.people.get(leg.person) if leg.person else None
    return person.language if person else call.team.language


def _number(call: Call) -> str:
    """Return what the caller's step dials; empty where it dials nothing."""
    match for_caller(call.contact):
        case RingLeg(leg):
            return call.team.number_of(leg.target) or ""
        case RingLastResort():
            return call.team.last_resort_of(call.contact.offered) or ""
        case _:
            return ""


def _gone(now: datetime) -> list[Entry]:
    ended = request.form.get("CallStatus", "") in CALL_ENDED
    return [fact(now, Kind.CALLER_GONE, status=request.form["CallStatus"])] if ended else []


def _queue(now: datetime) -> list[Entry]:
    """Return by which name the carrier knows the queue; without it the queue could not be deleted."""
    sid = request.form.get("QueueSid")
    return [fact(now, Kind.QUEUE_JOINED, queue=sid)] if sid else []


def _xml(document: str) -> Response:
    return Response(document, content_type="text/xml; charset=utf-8")
