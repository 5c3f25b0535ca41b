"""How the carrier proves that a webhook is its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit


def sign(token: str, url: str, form: Mapping[str, str], *, channel: str) -> str:
    """The X-Twilio-Signature of a request to `url`; over HTTPS a voice request is signed without the port."""
    parts = urlsplit(url)
    if channel == "voice" and parts.scheme == "https" and parts.port is not None:
        host = parts.netloc.rpartition(":")[0]
        url = urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
    signed = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
