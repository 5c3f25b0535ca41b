"""How a test sends the web process a request that no carrier would send, or the carrier's own."""

from collections.abc import Mapping
from urllib.parse import urlencode

from standin.drill.stage.stage import ACCOUNT, PUBLIC_URL, TOKEN
from standin.simulator.signing import sign
from standin.simulator.transport import Request, Response, call_wsgi
from tests.cast import LINE, MOTHER
from tests.scenes.night import Night

INCOMING = "/voice/incoming"
FORM = {
    "CallSid": "CA" + "1" * 32,
    "AccountSid": ACCOUNT,
    "From": MOTHER,
    "To": LINE,
    "CallStatus": "ringing",
    "Direction": "inbound",
    "ApiVersion": "2010-04-01",
}
FORM_TYPE = "application/x-www-form-urlencoded"

# Every address that a call hands out, behind its team and contact.
PLACES = (
    "dialled/1",
    "wait/1",
    "left/1",
    "last-resort/1",
    "passed-on/1",
    "reconnect/1",
    "legs/1/screen",
    "legs/1/answer",
    "legs/1/told",
    "legs/1/bridging",
    "legs/1/done",
    "legs/1/status",
)


class Knocker:
    """Sends requests, signed as the carrier signs unless a test says otherwise."""

    def __init__(self, night: Night) -> None:
        self._night = night

    def post(
        self,
        path: str = INCOMING,
        form: Mapping[str, str] | None = None,
        *,
        token: str = TOKEN,
        signed_url: str | None = None,
        signed_form: Mapping[str, str] | None = None,
        signature: str | None = None,
        **changes: str,
    ) -> Response:
        """Send a form; `changes` are made to the usual one, and an empty word takes a field out."""
        fields = {**(FORM if form is None else form), **changes}
        fields = {name: value for name, value in fields.items() if value or name not in changes}
        if signature is None:
            url = signed_url or PUBLIC_URL + path
            signature = sign(token, url, dict(signed_form or fields), channel="voice")
        return self.send("POST", path, urlencode(fields).encode(), signature)

    def send(
        self, method: str, path: str, body: bytes = b"", signature: str = "", content_type: str = FORM_TYPE
    ) -> Response:
        """Send any bytes."""
        headers = {"X-Twilio-Signature": signature, "Content-Type": content_type}
        return call_wsgi(self._night.web, Request(method, PUBLIC_URL + path, headers, body))
