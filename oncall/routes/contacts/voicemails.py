"""How staff listen to a message that a caller has left."""

from io import BytesIO

from flask import Blueprint, Response, abort, request, send_file

from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import visitor
from oncall.usecases.contacts.voicemail import listen

voicemails = Blueprint("voicemails", __name__)


@voicemails.get("/contacts/<contact_id>/voicemail/<sid>")
def play(contact_id: str, sid: str) -> Response:
    """The sound of a message; a browser fetches it in parts, and the first of them counts as listening."""
    who = visitor()
    begins = request.method == "GET" and (request.range is None or request.range.ranges[0][0] == 0)
    sound = listen(database(), who.team.id, contact_id, sid, who.key, now(), noted=begins)
    if sound is None:
        abort(404)
    return send_file(BytesIO(sound), mimetype="audio/wav", conditional=True, max_age=0)
