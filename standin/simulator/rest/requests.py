"""What a REST request asks with, and how it is answered or refused."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

PREFIX = "/2010-04-01/Accounts/"
VOICE_PREFIX = "/v1/"  # of the carrier's voice interface, a host of its own in life


class RestError(Exception):
    """The carrier refuses the request, with its own number for why."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def body(self) -> dict[str, Any]:
        info = f"https://www.twilio.com/docs/errors/{self.code}"
        return {"code": self.code, "message": self.message, "more_info": info, "status": self.status}


class TimedOut(Exception):
    """The client is to believe that no answer came."""


class Params:
    """What a request was asked with; a name may come several times."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._pairs = tuple(pairs)

    def get(self, name: str) -> str | None:
        return next((value for key, value in self._pairs if key == name), None)

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self._pairs if key == name)

    def need(self, name: str, code: int, message: str) -> str:
        value = self.get(name)
        if not value:
            raise RestError(400, code, message)
        return value

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self.get(name)
        if value is None:
            return default
        if not value.isdigit() or not low <= int(value) <= high:
            raise RestError(400, 20001, f"{name} must be a number from {low} to {high}")
        return int(value)

    def as_dict(self) -> dict[str, str]:
        return dict(self._pairs)


@dataclass(frozen=True)
class RestReply:
    status: int
    payload: Any = None  # JSON; None for an empty body
    media: bytes | None = None  # a file instead
    media_type: str = "audio/wav"

    @property
    def text(self) -> str:
        return "" if self.payload is None else json.dumps(self.payload)


Handler = Callable[[tuple[str, ...], Params], RestReply]


def read_basic_auth(header: str) -> tuple[str, str]:
    """User and password of an Authorization header; two empty words when there are none."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password
