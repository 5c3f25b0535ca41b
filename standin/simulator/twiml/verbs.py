"""What a TwiML document can ask for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Context(StrEnum):
    """Where a document runs, which decides what may stand in it."""

    CALL = "call"
    SCREENING = "screening"  # <Number url>: on the callee's leg, before the bridge
    WAITING = "waiting"  # <Enqueue waitUrl>: on the queued caller's leg
    CONNECTING = "connecting"  # <Queue url>: on the queued caller's leg, before the bridge
    TEXT = "text"


@dataclass(frozen=True)
class Say:
    text: str
    voice: str | None = None
    language: str | None = None
    loop: int = 1  # 0 repeats until the call moves on


@dataclass(frozen=True)
class Play:
    url: str
    loop: int = 1
    digits: str | None = None


@dataclass(frozen=True)
class Pause:
    length: int = 1


@dataclass(frozen=True)
class Gather:
    prompts: tuple[Say | Play | Pause, ...] = ()
    action: str | None = None  # None asks the document's own URL again
    method: str = "POST"
    timeout: int = 5
    finish_on_key: str = "#"
    num_digits: int | None = None
    action_on_empty_result: bool = False


@dataclass(frozen=True)
class Record:
    action: str | None = None  # None asks the document's own URL again
    method: str = "POST"
    timeout: int = 5
    finish_on_key: str = "1234567890*#"
    max_length: int = 3600
    play_beep: bool = True
    status_callback: str | None = None
    status_callback_method: str = "POST"
    status_callback_events: tuple[str, ...] = ("completed",)


@dataclass(frozen=True)
class Number:
    number: str
    url: str | None = None
    method: str = "POST"
    status_callback: str | None = None
    status_callback_method: str = "POST"
    status_callback_events: tuple[str, ...] = ("completed",)


@dataclass(frozen=True)
class QueueNoun:
    name: str
    url: str | None = None
    method: str = "POST"


@dataclass(frozen=True)
class Dial:
    numbers: tuple[Number, ...] = ()
    queue: QueueNoun | None = None
    action: str | None = None
    method: str = "POST"
    timeout: int = 30
    time_limit: int = 14_400
    caller_id: str | None = None
    answer_on_bridge: bool = False
    hangup_on_star: bool = False


@dataclass(frozen=True)
class Enqueue:
    name: str
    action: str | None = None
    method: str = "POST"
    wait_url: str | None = None  # None plays the carrier's music, "" is silence
    wait_url_method: str = "POST"


@dataclass(frozen=True)
class Leave:
    pass


@dataclass(frozen=True)
class Redirect:
    url: str
    method: str = "POST"


@dataclass(frozen=True)
class Reject:
    reason: str = "rejected"


@dataclass(frozen=True)
class Hangup:
    pass


@dataclass(frozen=True)
class Message:
    body: str
    to: str | None = None
    from_: str | None = None
    action: str | None = None
    method: str = "POST"
    status_callback: str | None = None


Verb = Say | Play | Pause | Gather | Record | Dial | Enqueue | Leave | Redirect | Reject | Hangup | Message


@dataclass(frozen=True)
class Document:
    verbs: tuple[Verb, ...]
    url: str  # where it came from: relative addresses are resolved against it
    method: str = "POST"
    warnings: tuple[str, ...] = ()
