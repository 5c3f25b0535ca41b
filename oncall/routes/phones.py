"""What the carrier asks and tells while the phones of staff are tried, and of texts about their duty."""

from flask import Blueprint, Response, abort, request

from oncall.alerts.team import Person, Team
from oncall.rostering.unreached import hear_of_text
from oncall.routes.fallback import Expected, with_fallback
from oncall.routes.guards import check_carrier, required
from oncall.routes.web.service import database, now, public_url
from oncall.store.phone_checks import NOT_PRESSED, PRESSED, note_call, note_text, tested_by
from oncall.store.teams import read_team
from oncall.telephony import documents
from oncall.telephony.documents import Scene
from oncall.telephony.links import Links, StaffLinks

phones = Blueprint("phones", __name__)
phones.before_request(check_carrier)


@phones.post("/voice/<int:team>/phones/<token>")
@with_fallback(Expected.LEG)
def screen(team: int, token: str) -> Response:
    """Somebody, or a voicemail, has picked up."""
    _, scene = _find(team, token)
    action = StaffLinks(public_url(), team).test_answer(token)
    return _xml(documents.ask_to_press_1("verify_call", scene, action))


@phones.post("/voice/<int:team>/phones/<token>/answer")
@with_fallback(Expected.LEG)
def answer(team: int, token: str) -> Response:
    """1 confirms that the phone rings, and that its owner hears us."""
    _, scene = _find(team, token)
    if request.form.get("Digits") != "1":
        return _xml(documents.hang_up())
    with database().writing(team) as writing:
        note_call(writing, token, PRESSED, now())
    return _xml(documents.tell("verify_heard", scene))


@phones.post("/voice/<int:team>/phones/<token>/status")
@with_fallback(Expected.STATUS)
def call_status(team: int, token: str) -> Response:
    """The test call has ended; completed without a 1, a voicemail or nobody has listened."""
    ended = required("CallStatus")
    with database().writing(team) as writing:
        note_call(writing, token, NOT_PRESSED if ended == "completed" else ended, now())
    return Response(status=204)


@phones.post("/text/<int:team>/phones/<token>/status")
@with_fallback(Expected.STATUS)
def text_status(team: int, token: str) -> Response:
    """How far the test text got."""
    with database().writing(team) as writing:
        note_text(writing, token, required("MessageStatus"), now())
    return Response(status=204)


@phones.post("/text/<int:team>/told/<int:note>/status")
@with_fallback(Expected.STATUS)
def told_status(team: int, note: int) -> Response:
    """How far a text about duty got."""
    hear_of_text(database(), team, note, required("MessageStatus"), now())
    return Response(status=204)


def _find(team_id: int, token: str) -> tuple[Person, Scene]:
    with database().reading() as reading:
        key = tested_by(reading, team_id, token)
        team: Team | None = read_team(reading, team_id) if key else None
    person = team.people.get(key) if team and key else None
    if team is None or person is None:
        abort(404)
    links = Links(public_url(), team_id, "")
    return person, Scene(links, person.language, team.voice_line)


def _xml(document: str) -> Response:
    return Response(document, content_type="text/xml; charset=utf-8")
