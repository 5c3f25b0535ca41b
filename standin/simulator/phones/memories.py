"""What somebody heard, when their phone rang, with whom they spoke and what they were texted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class HeardSound:
    """Something that was heard, from `at` on."""

    at: datetime
    kind: str  # "say", "play", "speech", "ringing", "silence", "beep", "tones", "error"
    text: str
    call_sid: str
    seconds: float = 0.0
    language: str | None = None
    voice: str | None = None
    cut_after: float | None = None  # seconds after which it was broken off; None when it came to its end


@dataclass(frozen=True)
class Rang:
    """One time that the phone rang."""

    start: datetime
    end: datetime | None  # None while it rings
    shown: str  # the number on its display
    outcome: str  # "ringing", "answered", "declined", "missed", "forwarded", "voicemail"
    call_sid: str


@dataclass(frozen=True)
class BridgedCall:
    """Two people could hear each other."""

    other_number: str  # of the phone at the other end, shown or not
    start: datetime
    end: datetime | None  # None while they talk
    call_sid: str


@dataclass(frozen=True)
class Media:
    """A picture, a sound, a contact card."""

    content_type: str
    content: bytes


@dataclass(frozen=True)
class ReceivedText:
    at: datetime
    from_number: str
    to: str
    body: str
    sid: str
    media: tuple[Media, ...] = ()
