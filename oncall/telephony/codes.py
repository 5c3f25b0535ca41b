"""The carrier's numbers for what went wrong, as far as we act on them."""

from http import HTTPStatus

OPTED_OUT = 21610  # the number has answered STOP: no text of ours reaches it any more
UNKNOWN = 20404  # the carrier has no such call, text or queue
NOT_IN_PROGRESS = 21220  # the call has ended already
NUMBER_AT_FAULT = frozenset({21211, 21214, 21217, 21401, 21601, OPTED_OUT, 21612, 21614, 13224})
"""What the carrier says of a number that it will never call or text."""


def is_passing(status: int) -> bool:
    """Tell whether an HTTP status means that the same request may succeed later."""
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR
