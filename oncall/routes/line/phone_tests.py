"""Answer the carrier while the phones of staff are tried, and hear of texts about their duty."""

from flask import Blueprint, Response, abort, request

from oncall.alerts.wording import rota
from oncall.routes.line.fallback import Expected, with_fallback
from oncall.routes.line.signature import check_carrier, required
from oncall.routes.web.service import database, now, public_url
from oncall.telephony import documents
from oncall.telephony.documents import DocumentContext
from oncall.telephony.links import Links, StaffLinks
from oncall.usecases.line.phone_tests import confirm_call, find_tested, record_call_end, record_text_status
from oncall.usecases.rota.texts.undelivered import hear_of_text

phones = Blueprint("phones", __name__)
phones.before_request(check_carrier)


@phones.post("/voice/<int:team>/phones/<token>")
@with_fallback(Expected.LEG)
def screen(team: int, token: str) -> Response:
    """Ask whoever has picked up, a person or a voicemail, to press 1."""
    scene = _find_scene(team, token)
    action = StaffLinks(public_url(), team).test_answer(token)
    return _xml(documents.ask_to_press_1(rota.VERIFY_CALL, scene, action))


@phones.post("/voice/<int:team>/phones/<token>/answer")
@with_fallback(Expected.LEG)
def answer(team: int, token: str) -> Response:
    """Take a 1 as proof that the phone rings, and that its owner hears us."""
    scene = _find_scene(team, token)
    if request.form.get("Digits") != "1":
        return _xml(documents.hang_up())
    confirm_call(database(), team, token, now())
    return _xml(documents.say_and_hang_up(rota.VERIFY_HEARD, scene.language))


@phones.post("/voice/<int:team>/phones/<token>/status")
@with_fallback(Expected.STATUS)
def call_status(team: int, token: str) -> Response:
    """Record how the test call ended."""
    record_call_end(database(), team, token, required("CallStatus"), now())
    return Response(status=204)


@phones.post("/text/<int:team>/phones/<token>/status")
@with_fallback(Expected.STATUS)
def text_status(team: int, token: str) -> Response:
    """Record how far the test text got."""
    record_text_status(database(), team, token, required("MessageStatus"), now())
    return Response(status=204)


@phones.post("/text/<int:team>/told/<int:note>/status")
@with_fallback(Expected.STATUS)
def told_status(team: int, note: int) -> Response:
    """Record how far a text about duty got."""
    hear_of_text(database(), team, note, required("MessageStatus"), now())
    return Response(status=204)


def _find_scene(team_id: int, token: str) -> DocumentContext:
    found = find_tested(database(), team_id, token)
    if found is None:
        abort(404)
    team, person = found
    return DocumentContext(Links(public_url(), team_id, ""), person.language, team.voice_line)


def _xml(document: str) -> Response:
    return Response(document, content_type="text/xml; charset=utf-8")
