"""What the carrier tells us of a call, and what it shall do next."""

from datetime import datetime

from flask import Blueprint, Response, current_app, request

from oncall.alerts.steps import Ring, RingLastResort, for_caller, for_leg, for_waiting
from oncall.contacts.fold import Leg
from oncall.contacts.model import Entry, Kind
from oncall.monitoring import alert_operator
from oncall.routes.guards import check_carrier, required
from oncall.routes.surviving import At, surviving
from oncall.switchboard.calls import (
    Call,
    CalledFromOurselves,
    NotOurLine,
    fact,
    look_in,
    note,
    resume,
    take_call,
)
from oncall.switchboard.desk import Desk
from oncall.telephony import documents
from oncall.telephony.documents import Scene
from oncall.telephony.links import Links

voice = Blueprint("voice", __name__, url_prefix="/voice")
voice.before_request(check_carrier)

GONE = frozenset({"completed", "canceled", "failed", "busy", "no-answer"})  # of the caller's own leg
SPOKEN = frozenset({"bridged", "redirected-from-bridged"})  # a stay in the queue that ended in a talk
QUEUE_TROUBLE = frozenset({"error", "queue-full", "system-error"})  # no use in queueing again
STATUS_FACTS = {
    "ringing": Kind.LEG_RINGING,
    "in-progress": Kind.LEG_ANSWERED,
    "answered": Kind.LEG_ANSWERED,
    "completed": Kind.LEG_ENDED,
    "busy": Kind.LEG_ENDED,
    "no-answer": Kind.LEG_ENDED,
    "failed": Kind.LEG_ENDED,
    "canceled": Kind.LEG_ENDED,
}


@voice.post("/incoming")
@surviving(At.CALLER)
def incoming() -> Response:
    """A family calls."""
    sid, line = required("CallSid"), required("To")
    try:
        call = take_call(_desk(), sid, line, request.form.get("From", ""), _now())
    except NotOurLine:
        alert_operator("call_to_unknown_line", call=sid)
        return _xml(documents.speak("no_such_line", "nb"))
    except CalledFromOurselves:
        alert_operator("phone_forwards_to_line", call=sid)
        return _xml(documents.reject())
    return _to_caller(call)


@voice.post("/static")
@surviving(At.LEG)
def static() -> Response:
    """We had failed, and the static number was rung; who reached nobody there is told, without a database."""
    if request.form.get("DialCallStatus") == "completed" or _gone(_now()):
        return _xml(documents.hang_up())
    return _xml(documents.speak("try_again", _desk().lines.language(request.form.get("To", ""))))


@voice.post("/<int:team>/<contact>/dialled/<leg>")
@surviving(At.CALLER)
def dialled(team: int, contact: str, leg: str) -> Response:
    """The one phone that the caller heard ring has answered, or has not."""
    now = _now()
    status = required("DialCallStatus")
    facts = [fact(now, Kind.LEG_ENDED, leg, status=status, **_sid("DialCallSid"))]
    if request.form.get("DialBridged", "").lower() == "true":
        facts.insert(0, fact(now, Kind.LEG_BRIDGED, leg))
    return _ask(team, contact, facts + _gone(now), now, f"dialled:{leg}")


@voice.post("/<int:team>/<contact>/wait/<int:seq>")
@surviving(At.WAIT)
def wait(team: int, contact: str, seq: int) -> Response:
    """The caller waits in the queue; whatever is overdue in this call is done now."""
    now = _now()
    call = look_in(_desk(), team, contact, _queue(now), now, key=f"wait:{seq}")
    return _xml(documents.caller_document(for_waiting(call.contact, call.at), _scene(call)))


@voice.post("/<int:team>/<contact>/left/<int:seq>")
@surviving(At.CALLER)
def left(team: int, contact: str, seq: int) -> Response:
    """The caller has left the queue: bridged, or for something better, or by hanging up."""
    now = _now()
    facts = _gone(now)
    result = request.form.get("QueueResult")
    if not facts and result == "hangup":
        facts = [fact(now, Kind.CALLER_GONE, status=result)]
    elif not facts and result in QUEUE_TROUBLE:
        facts = [fact(now, Kind.DIALLED_ONE_BY_ONE, why=result)]
    left_how = fact(now, Kind.QUEUE_LEFT, stay=seq, bridged=result in SPOKEN, result=result)
    stayed = [left_how, *_queue(now)]
    return _ask(team, contact, stayed + facts, now, f"left:{seq}")


@voice.post("/<int:team>/<contact>/last-resort/<int:seq>")
@surviving(At.CALLER)
def last_resort(team: int, contact: str, seq: int) -> Response:
    """The caller has heard who will answer, and has declined or not."""
    now = _now()
    facts = _gone(now)
    if request.form.get("Digits"):
        facts.append(fact(now, Kind.CALLER_DECLINED))
    return _ask(team, contact, facts, now, f"last-resort:{seq}")


@voice.post("/<int:team>/<contact>/passed-on/<int:seq>")
@surviving(At.CALLER)
def passed_on(team: int, contact: str, seq: int) -> Response:
    """The call to the staffed service has ended, or was not answered."""
    now = _now()
    bridged = request.form.get("DialBridged", "").lower() == "true"
    ended = fact(now, Kind.LAST_RESORT_ENDED, bridged=bridged, status=required("DialCallStatus"))
    return _ask(team, contact, [ended, *_gone(now)], now, f"passed-on:{seq}")


@voice.post("/<int:team>/<contact>/reconnect/<int:seq>")
@surviving(At.CALLER)
def reconnect(team: int, contact: str, seq: int) -> Response:
    """A caller who was cut off has pressed a key: the same person is rung first."""
    if request.form.get("Digits") != "1":
        return _xml(documents.hang_up())
    return _to_caller(resume(_desk(), team, contact, _now(), key=f"reconnect:{seq}"))


@voice.post("/<int:team>/<contact>/legs/<leg>/screen")
@surviving(At.SCREEN)
def screen(team: int, contact: str, leg: str) -> Response:
    """Somebody, or a voicemail, has picked up."""
    now = _now()
    sid = required("CallSid")
    answered = fact(now, Kind.LEG_ANSWERED, leg, sid=sid)
    return _to_leg(note(_desk(), team, contact, [answered], now, key=f"screen:{leg}:{sid}"), leg)


@voice.post("/<int:team>/<contact>/legs/<leg>/answer")
@surviving(At.ANSWER)
def answer(team: int, contact: str, leg: str) -> Response:
    """A key was pressed: 1 accepts, any other declines."""
    now = _now()
    sid = required("CallSid")
    accepts = request.form.get("Digits") == "1"
    pressed = fact(now, Kind.ONE_PRESSED if accepts else Kind.LEG_DECLINED, leg, sid=sid)
    return _to_leg(note(_desk(), team, contact, [pressed], now, key=f"answer:{leg}:{sid}"), leg)


@voice.post("/<int:team>/<contact>/legs/<leg>/told")
@surviving(At.LEG)
def told(team: int, contact: str, leg: str) -> Response:
    """Whoever is let go while listening hears why."""
    return _to_leg(look_in(_desk(), team, contact, [], _now()), leg)


@voice.post("/<int:team>/<contact>/legs/<leg>/bridging")
@surviving(At.BRIDGING)
def bridging(team: int, contact: str, leg: str) -> Response:
    """The caller is being taken from the queue: the live proof of a bridge."""
    now = _now()
    note(_desk(), team, contact, [fact(now, Kind.LEG_BRIDGED, leg)], now, key=f"bridging:{leg}")
    return _xml(documents.nothing())


@voice.post("/<int:team>/<contact>/legs/<leg>/done")
@surviving(At.LEG)
def done(team: int, contact: str, leg: str) -> Response:
    """The conversation is over, or the caller did not come from the queue."""
    now = _now()
    facts = [fact(now, Kind.LEG_ENDED, leg, status="completed")]
    return _to_leg(note(_desk(), team, contact, facts, now, key=f"done:{leg}"), leg)


@voice.post("/<int:team>/<contact>/legs/<leg>/status")
@surviving(At.STATUS)
def status(team: int, contact: str, leg: str) -> Response:
    """How a leg fares; these come in any order, repeated or never."""
    now = _now()
    sid, told_status = required("CallSid"), required("CallStatus")
    kind = STATUS_FACTS.get(told_status, Kind.LEG_PLACED)
    told_fact = fact(now, kind, leg, status=told_status, sid=sid)
    note(_desk(), team, contact, [told_fact], now, key=f"status:{leg}:{sid}:{told_status}")
    return Response(status=204)


def _ask(team: int, contact: str, facts: list[Entry], now: datetime, key: str) -> Response:
    return _to_caller(note(_desk(), team, contact, facts, now, key=key, asked=True))


def _to_caller(call: Call) -> Response:
    return _xml(documents.caller_document(for_caller(call.contact), _scene(call)))


def _to_leg(call: Call, leg_id: str) -> Response:
    leg = call.contact.leg(leg_id)
    if leg is None:
        return _xml(documents.hang_up())
    return _xml(documents.leg_document(for_leg(call.contact, leg), leg_id, _scene(call, leg)))


def _scene(call: Call, leg: Leg | None = None) -> Scene:
    team, contact = call.team, call.contact
    links = Links(_desk().public_url, team.id, contact.id)
    return Scene(links, _language(call, leg), team.voice_line, contact.place_seq, _number(call))


def _language(call: Call, leg: Leg | None) -> str:
    """Return the language of whoever listens: the caller, or a person, or somebody at a fixed number."""
    if leg is None:
        return call.contact.language
    person = call.team.people.get(leg.person) if leg.person else None
    return person.language if person else call.team.language


def _number(call: Call) -> str:
    """Return what the caller's step dials; empty where it dials nothing."""
    match for_caller(call.contact):
        case Ring(leg):
            return call.team.number_of(leg.target) or ""
        case RingLastResort():
            return call.team.last_resort_of(call.contact.offered) or ""
        case _:
            return ""


def _gone(now: datetime) -> list[Entry]:
    ended = request.form.get("CallStatus", "") in GONE
    return [fact(now, Kind.CALLER_GONE, status=request.form["CallStatus"])] if ended else []


def _queue(now: datetime) -> list[Entry]:
    """Return by which name the carrier knows the queue; without it the queue could not be deleted."""
    sid = request.form.get("QueueSid")
    return [fact(now, Kind.QUEUE_JOINED, queue=sid)] if sid else []


def _sid(name: str) -> dict[str, str]:
    sid = request.form.get(name)
    return {"sid": sid} if sid else {}


def _desk() -> Desk:
    desk: Desk = current_app.extensions["oncall.desk"]
    return desk


def _now() -> datetime:
    now: datetime = current_app.extensions["oncall.clock"]()
    return now


def _xml(document: str) -> Response:
    return Response(document, content_type="text/xml; charset=utf-8")
