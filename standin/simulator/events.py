"""What happened, in the order it happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    CALL_PLACED = "call placed"
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"
    BRIDGED = "bridged"
    UNBRIDGED = "unbridged"
    HEARD = "heard"
    PRESSED = "pressed"
    QUEUED = "queued"
    LEFT_QUEUE = "left queue"
    TEXT_SENT = "text sent"
    TEXT_DELIVERED = "text delivered"
    TEXT_FAILED = "text failed"
    WEBHOOK = "webhook"
    REST = "rest"
    FAULT = "fault"
    UNEXPECTED = "unexpected"
    ERROR = "error"


@dataclass(frozen=True)
class Event:
    at: datetime
    kind: EventKind
    number: str = ""  # whose phone or line
    other: str = ""  # the number at the other end
    sid: str = ""  # call, message or queue
    detail: str = ""


@dataclass(frozen=True)
class ProtocolError:
    """Something that the carrier would list in its error log."""

    at: datetime
    code: int
    message: str
    url: str = ""
    sid: str = ""
    provoked: bool = False  # an armed fault made it


@dataclass(frozen=True)
class Unexpected:
    """A call or text to a number that nobody has."""

    at: datetime
    kind: str  # "call" or "text"
    to: str
    from_number: str
    detail: str = ""


Listener = Callable[[Event], None]
