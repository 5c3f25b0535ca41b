"""What the carrier tells us of texts."""

from flask import Blueprint, Response, request

from oncall.contacts.model import Kind
from oncall.monitoring import alert_operator, report
from oncall.routes.line.fallback import Expected, with_fallback
from oncall.routes.line.signature import check_carrier, required
from oncall.routes.web.service import call_context, now
from oncall.telephony import documents
from oncall.telephony.codes import OPTED_OUT
from oncall.usecases.line.calls import CalledFromOurselves, NotOurLine, UnknownContact, fact
from oncall.usecases.line.escalation import escalate
from oncall.usecases.line.texts.incoming import take_text
from oncall.usecases.line.texts.text import Incoming

text = Blueprint("text", __name__, url_prefix="/text")
text.before_request(check_carrier)

MOST_MEDIA = 10


@text.post("/incoming")
def incoming() -> Response:
    """Somebody has written. What fails here is not lost: the carrier keeps the text, and we fetch it."""
    # Not by NumMedia: a count that cannot be read must not lose the text.
    media = tuple(url for n in range(MOST_MEDIA) if (url := request.form.get(f"MediaUrl{n}")))
    message = Incoming(
        required("MessageSid"),
        required("To"),
        request.form.get("From", ""),
        request.form.get("Body", ""),
        media,
        opt_out_type=request.form.get("OptOutType", ""),
    )
    try:
        take_text(call_context(), message, now())
    except NotOurLine:
        alert_operator("text_to_unknown_line", message=message.sid)
    except CalledFromOurselves:
        alert_operator("line_texts_line", message=message.sid)
    except Exception as error:  # noqa: BLE001 - said to the carrier, so that it stands in its error log too
        report(error, "text")
        return _xml(503)
    return _xml(200)


@text.post("/<int:team>/<contact>/<about>/status")
@with_fallback(Expected.STATUS)
def status(team: int, contact: str, about: str) -> Response:
    """How far a text of ours got; these come in any order, repeated or never."""
    at = now()
    state, code = required("MessageStatus"), request.form.get("ErrorCode", "")
    if code == str(OPTED_OUT):
        alert_operator("number_has_opted_out", contact=contact)
    reported = fact(at, Kind.MESSAGE_REPORTED, about=about, status=state, code=code)
    key = f"report:{about}:{required('MessageSid')}:{state}"
    try:
        escalate(call_context(), team, contact, at, entries=(reported,), key=key)
    except UnknownContact:
        return Response(status=404)
    return Response(status=204)


def _xml(status: int) -> Response:
    return Response(documents.nothing(), status, content_type="text/xml; charset=utf-8")
