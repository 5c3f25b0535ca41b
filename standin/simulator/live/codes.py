"""What the code generator on somebody's phone shows, as RFC 6238 has it."""

import base64
import hashlib
import hmac

SECONDS = 30
DIGITS = 6


def code_at(key: str, seconds: float) -> str:
    """The code of a base32 key, so many seconds after 1970."""
    counter = int(seconds // SECONDS).to_bytes(8, "big")
    digest = hmac.new(base64.b32decode(key), counter, hashlib.sha1).digest()
    start = digest[-1] & 0xF
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"
