"""What a document's steps wait for, where the next document comes from, and what ends the steps."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")
SPOKEN_CHARACTERS_A_SECOND = 14


@dataclass(frozen=True)
class Wait:
    """What a step waits for: some seconds to pass, or one of some signals."""

    seconds: float | None = None
    on: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Wake:
    """Why a step goes on."""

    signal: str | None  # None when the seconds have passed
    value: Any = None


Steps = Generator[Wait, Wake, T]


@dataclass(frozen=True)
class Ask:
    """Where the next document comes from."""

    url: str
    method: str = "POST"
    params: Mapping[str, str] = field(default_factory=dict)
    purpose: str = "voice"
    base: str = ""
    twiml: bytes | None = None  # given at once instead of asked for


class Interruption(Exception):
    """Something outside ends what the leg's document was doing."""


class HungUp(Interruption):
    """The leg is over."""


class Redirected(Interruption):
    """The REST API sends the call to another document."""

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self.ask = ask


class LeftQueue(Exception):
    """A <Leave> in a wait document."""


class WebhookFailed(Exception):
    """There is no document to carry out."""

    def __init__(self, code: int, url: str) -> None:
        super().__init__(code, url)
        self.code = code
        self.url = url


def spoken_seconds(text: str) -> float:
    """Return how long a voice needs for the text."""
    return max(1.0, round(len(text) / SPOKEN_CHARACTERS_A_SECOND, 1))
