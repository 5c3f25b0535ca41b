"""The files that families send: handed out, or fetched through us, for whoever is signed in."""

import mimetypes
from collections.abc import Iterator

from flask import Blueprint, Response, abort

from oncall.routes.web.service import database, files, now
from oncall.routes.web.visitor import visitor
from oncall.telephony.files import LARGEST_ATTACHMENT, FileGone, FileTooLarge
from oncall.telephony.orders import CarrierRefused
from oncall.usecases.contacts.attachments import open_attachment

attachments = Blueprint("attachments", __name__)

SHOWN = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
# Everything else is saved, not shown. What could be a page or a program is not handed out at all.
SAVED = frozenset(
    {
        "application/pdf",
        "image/heic",
        "image/heif",
        "text/calendar",
        "text/plain",
        "text/vcard",
        "text/x-vcard",
    }
)
SAVED_FAMILIES = ("audio/", "video/")


@attachments.get("/contacts/<contact_id>/texts/<text_id>/attachments/<int:nth>")
def show(contact_id: str, text_id: str, nth: int) -> Response:
    """One file of a text; who opens it is noted."""
    who = visitor()
    found = open_attachment(database(), who.team.id, contact_id, text_id, nth, who.key, now())
    if found is None:
        abort(404)
    kind, content = _fetch(found) if isinstance(found, str) else (found.content_type, found.content)
    if kind not in SHOWN | SAVED and not kind.startswith(SAVED_FAMILIES):
        abort(415)
    response = Response(content, content_type=kind)
    how = "inline" if kind in SHOWN else "attachment"
    ending = mimetypes.guess_extension(kind) or ""
    response.headers["Content-Disposition"] = f'{how}; filename="{nth}{ending}"'
    return response


def _fetch(reference: str) -> tuple[str, Iterator[bytes]]:
    """Return the type and the content of a file that we have not taken off the carrier yet."""
    carrier = files()
    try:
        file = carrier.open(reference, LARGEST_ATTACHMENT)
    except FileGone:
        abort(404)
    except FileTooLarge:
        abort(413)
    except CarrierRefused:
        abort(503)
    return file.content_type, file.chunks
