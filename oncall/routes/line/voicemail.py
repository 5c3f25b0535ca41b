"""How a caller who reached nobody leaves a message: only after a key, and where the team allows it."""

import re

from flask import Blueprint, Response, abort, request

from oncall.alerts.wording import family
from oncall.contacts.model import Entry, Kind
from oncall.routes.line.fallback import Expected, with_fallback
from oncall.routes.line.signature import check_carrier, required
from oncall.routes.web.numbers import read_number
from oncall.routes.web.service import call_context, now, public_url
from oncall.telephony import documents
from oncall.telephony.documents import DocumentContext
from oncall.telephony.links import Links
from oncall.usecases.line.calls import Call, fact, record_facts

voicemail = Blueprint("voicemail", __name__, url_prefix="/voice")
voicemail.before_request(check_carrier)

_RECORDING = re.compile(r"RE[0-9a-f]{32}")


@voicemail.post("/<int:team>/<contact>/voicemail")
@with_fallback(Expected.CALLER)
def agree(team: int, contact: str) -> Response:
    """The caller has pressed a key; only the one that was named is a consent."""
    if request.form.get("Digits") != documents.VOICEMAIL_KEY:
        return _xml(documents.hang_up())
    at = now()
    call = _record(team, contact, fact(at, Kind.VOICEMAIL_AGREED), "voicemail")
    # whether it was offered is what counts: the team may have turned it off while the caller listened
    return _xml(documents.take_message(_scene(call)) if call.contact.may_record else documents.hang_up())


@voicemail.post("/<int:team>/<contact>/voicemail/left")
@with_fallback(Expected.LEG)
def left(team: int, contact: str) -> Response:
    """The caller has spoken, and is silent, has pressed a key or has hung up."""
    call = _record(team, contact, _recorded(Kind.VOICEMAIL_LEFT), f"voicemail-left:{_sid()}")
    return _xml(documents.say_and_hang_up(family.VOICEMAIL_THANKS, call.contact.language))


@voicemail.post("/<int:team>/<contact>/voicemail/ready")
@with_fallback(Expected.STATUS)
def ready(team: int, contact: str) -> Response:
    """The carrier has the sound of a message; nobody is on the line any more."""
    if request.form.get("RecordingStatus") == "completed":
        _record(team, contact, _recorded(Kind.VOICEMAIL_READY), f"voicemail-ready:{_sid()}")
    return Response(status=204)


def _recorded(kind: Kind) -> Entry:
    seconds = read_number(request.form.get("RecordingDuration", ""))
    if seconds is None:
        abort(400, "RecordingDuration is a number of seconds.")
    at = now()
    return fact(at, kind, sid=_sid(), seconds=seconds)


def _sid() -> str:
    sid = required("RecordingSid")
    if not _RECORDING.fullmatch(sid):
        abort(400, "RecordingSid names no recording.")
    return sid


def _record(team: int, contact: str, reported: Entry, key: str) -> Call:
    return record_facts(call_context(), team, contact, (reported,), reported.at, key=key)


def _scene(call: Call) -> DocumentContext:
    links = Links(public_url(), call.team.id, call.contact.id)
    return DocumentContext(links, call.contact.language, call.team.voice_line)


def _xml(document: str) -> Response:
    return Response(document, content_type="text/xml; charset=utf-8")
