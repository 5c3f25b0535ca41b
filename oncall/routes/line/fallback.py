"""Answer the carrier when a webhook of ours has failed.

An exception, the database's absence included, still ends in a document that the carrier accepts at
that place and that takes the call further. It never becomes an HTML page, which the carrier would
read as a broken document and end the call with.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import ParamSpec

from flask import Response, request
from werkzeug.exceptions import HTTPException

from oncall.alerts.wording import family
from oncall.languages import FALLBACK_LANGUAGE
from oncall.monitoring import report, webhook_answered
from oncall.routes.web.service import call_context, public_url
from oncall.telephony import documents

P = ParamSpec("P")


class Expected(StrEnum):
    """Which document the carrier expects."""

    CALLER = "caller"
    WAIT = "wait"
    SCREEN = "screen"
    ANSWER = "answer"
    BRIDGING = "bridging"
    LEG = "leg"
    STATUS = "status"


def with_fallback(expected: Expected) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """Make a route answer what the carrier expects, whatever fails inside; bad requests stay refused."""

    def decorate(route: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(route)
        def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
            try:
                response = route(*args, **kwargs)
            except HTTPException:
                webhook_answered(expected, "refused")
                raise
            except Exception as error:  # noqa: BLE001 - a caller is on the line
                report(error, expected)
                webhook_answered(expected, "fallback")
                return _fall_back(expected)
            webhook_answered(expected, "answered")
            return response

        return answer

    return decorate


def _fall_back(expected: Expected) -> Response:
    match expected:
        case Expected.STATUS:
            return Response(status=204)
        case Expected.CALLER:
            document = _ring_static()
        case Expected.WAIT:
            document = documents.leave()
        case Expected.SCREEN:
            site = public_url()
            document = documents.screen_blindly(
                site + request.path.removesuffix("screen") + "answer", FALLBACK_LANGUAGE
            )
        case Expected.BRIDGING:
            document = documents.nothing()
        case Expected.ANSWER if _first_dial() and request.form.get("Digits") == "1":
            document = documents.nothing()  # which bridges
        case _:
            document = documents.hang_up()
    return Response(document, content_type="text/xml; charset=utf-8")


def _first_dial() -> bool:
    """Whether the leg is inside the caller's own <Dial>, by what the carrier says of it."""
    return request.form.get("Direction") == "outbound-dial"


def _ring_static() -> str:
    if request.form.get("CallStatus") in ("completed", "canceled") or _has_spoken():
        return documents.hang_up()
    ours = call_context()
    line = request.form.get("To", "")
    number = ours.lines.static_number(line)
    if number is None:
        return documents.say_and_hang_up(family.TRY_AGAIN, ours.lines.language(line))
    return documents.dial_static(number, line or None, f"{ours.public_url}/voice/static")


def _has_spoken() -> bool:
    """Whether the caller's conversation has just ended."""
    return request.form.get("DialBridged") == "true" or request.form.get("QueueResult") == "bridged"
