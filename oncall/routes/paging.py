"""What staff hear who are alerted by call, or who call a family back."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, Response, current_app, request

from oncall.contacts.model import Entry, Kind
from oncall.routes.guards import check_carrier, required
from oncall.routes.surviving import At, surviving
from oncall.switchboard.attention import attend
from oncall.switchboard.calls import fact
from oncall.switchboard.ordered import Ordered, look_up
from oncall.telephony import documents
from oncall.telephony.documents import Scene
from oncall.telephony.links import Links

paging = Blueprint("paging", __name__, url_prefix="/voice")
paging.before_request(check_carrier)


@paging.post("/<int:team>/<contact>/pages/<about>")
@surviving(At.LEG)
def page(team: int, contact: str, about: str) -> Response:
    """Somebody, or a voicemail, has picked up an alert."""
    ordered = _find(team, contact, about)
    action = _links(team, contact).page_taken(about)
    return _xml(documents.ask_to_press_1("page_call", _scene(ordered, team, contact), action))


@paging.post("/<int:team>/<contact>/pages/<about>/answer")
@surviving(At.LEG)
def page_answer(team: int, contact: str, about: str) -> Response:
    """1 takes what waits."""
    ordered = _find(team, contact, about)
    if request.form.get("Digits") != "1" or ordered.person is None:
        return _xml(documents.hang_up())
    taken = Entry(0, _now(), Kind.ACKNOWLEDGED, actor=ordered.person.id, detail={"by": "call"})
    _tell(team, contact, () if ordered.taken_by(ordered.person.id) else (taken,))
    return _xml(documents.tell("page_taken", _scene(ordered, team, contact)))


@paging.post("/<int:team>/<contact>/backs/<about>")
@surviving(At.LEG)
def back(team: int, contact: str, about: str) -> Response:
    """The phone of whoever ordered a call was picked up; a voicemail cannot press 1."""
    ordered = _find(team, contact, about)
    sentence = "back_screen" if ordered.to_family else "consult_screen"
    action = _links(team, contact).back_accepted(about)
    return _xml(documents.ask_to_press_1(sentence, _scene(ordered, team, contact), action))


@paging.post("/<int:team>/<contact>/backs/<about>/answer")
@surviving(At.LEG)
def back_answer(team: int, contact: str, about: str) -> Response:
    """1 dials the other side; safe contact is asked once more just before."""
    if request.form.get("Digits") != "1":
        return _xml(documents.hang_up())
    ordered = _find(team, contact, about)
    scene = _scene(ordered, team, contact)
    if not ordered.allowed:
        return _xml(documents.tell("back_not_allowed", scene))
    _tell(team, contact, (fact(_now(), Kind.BACK_ANSWERED, about=about),))
    return _xml(documents.put_through(scene, _links(team, contact).back_ended(about)))


@paging.post("/<int:team>/<contact>/backs/<about>/ended")
@surviving(At.LEG)
def back_ended(team: int, contact: str, about: str) -> Response:
    """The ordered call is over, or was not answered."""
    said = {
        "about": about,
        "status": required("DialCallStatus"),
        "bridged": request.form.get("DialBridged", "").lower() == "true",
    }
    _tell(team, contact, (fact(_now(), Kind.BACK_ENDED, None, **said),))
    return _xml(documents.hang_up())


def _find(team: int, contact: str, about: str) -> Ordered:
    return look_up(current_app.extensions["oncall.desk"], team, contact, about, _now())


def _tell(team: int, contact: str, told: Sequence[Entry]) -> None:
    attend(current_app.extensions["oncall.desk"], team, contact, _now(), told=told)


def _scene(ordered: Ordered, team: int, contact: str) -> Scene:
    return Scene(_links(team, contact), ordered.language, ordered.caller_id, number=ordered.number or "")


def _links(team: int, contact: str) -> Links:
    return Links(current_app.extensions["oncall.desk"].public_url, team, contact)


def _now() -> datetime:
    now: datetime = current_app.extensions["oncall.clock"]()
    return now


def _xml(document: str) -> Response:
    return Response(document, content_type="text/xml; charset=utf-8")
