"""Who may come in: the carrier by its signature; and what a webhook must bring with it."""

from flask import abort, request
from werkzeug.exceptions import BadRequest

from oncall.routes.web.numbers import LARGEST
from oncall.routes.web.service import settings
from oncall.telephony.signature import is_signed

LARGEST_WEBHOOK = 64 * 1024  # bytes; the carrier's own requests are a few kilobytes


def check_carrier() -> None:
    """Stop the request unless it is the carrier's own: 413 for its size, 403 for its signature.

    Signed, but to an address that no database can look up: 404.

    The address is PUBLIC_URL with the raw path and query: what a forwarded header says is not signed.
    """
    request.max_content_length = LARGEST_WEBHOOK  # reading a form that is larger stops with 413
    known = settings()
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "")
    path = raw if raw.startswith("/") else request.full_path.rstrip("?")
    signature = request.headers.get("X-Twilio-Signature", "")
    if not is_signed(known.public_url + path, request.form, signature, known.twilio_auth_token):
        abort(403, "The request is not signed by the carrier.")
    numbers = (part for part in (request.view_args or {}).values() if isinstance(part, int))
    if "\0" in request.path or any(number > LARGEST for number in numbers):
        abort(404, "There is no such address.")


def required(name: str) -> str:
    """Return a form value; stop with 400, and a sentence that names it, where it is missing or empty."""
    value = request.form.get(name, "").strip()
    if not value:
        raise BadRequest(f"{name} is missing from the form.")
    return value
