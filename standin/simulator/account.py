"""What the account owns: its lines and its recordings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass
class CarrierNumber:
    """A number of the account's own, and where its calls and texts are taken."""

    number: str
    sid: str
    created_at: datetime
    voice_url: str | None = None
    voice_method: str = "POST"
    voice_fallback_url: str | None = None
    text_url: str | None = None
    text_method: str = "POST"
    text_fallback_url: str | None = None
    status_url: str | None = None
    friendly_name: str = ""


@dataclass
class Recording:
    """What a caller has said to <Record>."""

    sid: str
    call_sid: str
    created_at: datetime
    seconds: int
    url: str
    status: str = "processing"  # then "completed"
