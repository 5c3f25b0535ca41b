"""Did the carrier itself send this request?"""

from collections.abc import Sequence

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict


def is_signed(url: str, form: MultiDict[str, str], signature: str, tokens: Sequence[str]) -> bool:
    """Return whether any of the tokens made the signature, compared in constant time.

    `url` is PUBLIC_URL with the raw path and query, never what a forwarded header says.
    """
    # All are tried, so that the time taken does not tell which token was the right one.
    verdicts = [RequestValidator(token).validate(url, form, signature) for token in tokens]
    return any(verdicts)
