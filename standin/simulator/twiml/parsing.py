"""Which verbs a TwiML document holds, and whether the carrier would accept it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

from standin.simulator.twiml.verbs import (
    Context,
    Dial,
    Document,
    Enqueue,
    Gather,
    Hangup,
    Leave,
    Message,
    Number,
    Pause,
    Play,
    QueueNoun,
    Record,
    Redirect,
    Reject,
    Say,
    Verb,
)

MAX_BYTES = 64 * 1024
MAX_NOUNS = 10
E164 = re.compile(r"\+[1-9]\d{6,14}")
SSML = {"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"}
CALL_EVENTS = ("initiated", "ringing", "answered", "completed")

LEGAL = {
    Context.CALL: {
        "Say",
        "Play",
        "Pause",
        "Gather",
        "Record",
        "Dial",
        "Enqueue",
        "Redirect",
        "Reject",
        "Hangup",
    },
    Context.SCREENING: {"Say", "Play", "Pause", "Gather", "Redirect", "Hangup"},
    Context.WAITING: {"Say", "Play", "Pause", "Gather", "Redirect", "Hangup", "Leave"},
    Context.CONNECTING: {"Say", "Play", "Pause", "Redirect"},
    Context.TEXT: {"Message", "Redirect"},
}

# Known to the carrier; those marked * change the call in ways that this stand-in cannot play: refused.
ATTRIBUTES = {
    "Say": "voice language loop",
    "Play": "loop digits",
    "Pause": "length",
    "Gather": "input action method timeout finishOnKey numDigits actionOnEmptyResult language hints bargeIn "
    "profanityFilter speechTimeout* speechModel* maxSpeechTime* enhanced* debug partialResultCallback* "
    "partialResultCallbackMethod*",
    "Record": "action method timeout finishOnKey maxLength playBeep trim recordingStatusCallback "
    "recordingStatusCallbackMethod recordingStatusCallbackEvent transcribe* transcribeCallback*",
    "Dial": "action method timeout timeLimit callerId answerOnBridge hangupOnStar ringTone trim sequential* "
    "record* recordingStatusCallback* recordingStatusCallbackMethod* recordingStatusCallbackEvent* "
    "recordingTrack* referUrl* referMethod* events*",
    "Number": "url method statusCallback statusCallbackMethod statusCallbackEvent sendDigits byoc* "
    "machineDetection* machineDetectionTimeout* amdStatusCallback* amdStatusCallbackMethod*",
    "Queue": "url method reservationSid* postWorkActivitySid*",
    "Enqueue": "action method waitUrl waitUrlMethod workflowSid* maxQueueSize*",
    "Leave": "",
    "Redirect": "method",
    "Reject": "reason",
    "Hangup": "",
    "Message": "to from action method statusCallback",
    "Body": "",
    "Media": "",
}


class TwimlError(Exception):
    """The carrier would refuse this document; `code` is its number for why."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def parse(body: bytes, url: str, context: Context, *, method: str = "POST", strict: bool = True) -> Document:
    """The document's verbs. Raises TwimlError; unless `strict`, the unknown is skipped, with a warning."""
    if len(body) > MAX_BYTES:
        raise TwimlError(11750, f"the document has {len(body)} bytes, {MAX_BYTES} are allowed")
    try:
        root = ET.fromstring(body)  # noqa: S314 - at most 64 kB, from the service under test
    except ET.ParseError as error:
        raise TwimlError(12100, f"not XML: {error}") from error
    if root.tag != "Response":
        raise TwimlError(12100, f"the document begins with <{root.tag}> instead of <Response>")
    reader = _Reader(context, strict)
    verbs = reader.read_verbs(root)
    return Document(verbs, url, method, tuple(reader.warnings))


class _Reader:
    def __init__(self, context: Context, strict: bool) -> None:
        self._context = context
        self._strict = strict
        self.warnings: list[str] = []

    def read_verbs(self, root: ET.Element) -> tuple[Verb, ...]:
        if root.attrib:
            self._complain(12200, f"<Response> takes no attribute {next(iter(root.attrib))}")
        self._no_text(root)
        verbs: list[Verb] = []
        for element in root:
            if element.tag not in LEGAL[self._context]:
                code = 13201 if element.tag == "Dial" else 12200
                self._complain(code, f"<{element.tag}> is not allowed in a document for {self._context}")
                continue
            verbs.append(self._read(element))
        return tuple(verbs)

    def _read(self, element: ET.Element) -> Verb:
        self._check_attributes(element)
        readers: dict[str, Callable[[ET.Element], Verb]] = {
            "Say": self._say,
            "Play": self._play,
            "Pause": lambda e: Pause(self._int(e, "length", 1, 0, 3600)),
            "Gather": self._gather,
            "Record": self._record,
            "Dial": self._dial,
            "Enqueue": self._enqueue,
            "Leave": lambda e: self._empty(e, Leave()),
            "Redirect": lambda e: Redirect(self._content(e), self._method(e)),
            "Reject": lambda e: Reject(self._one_of(e, "reason", "rejected", ("rejected", "busy"))),
            "Hangup": lambda e: self._empty(e, Hangup()),
            "Message": self._message,
        }
        return readers[element.tag](element)

    def _say(self, element: ET.Element) -> Say:
        for child in element.iter():
            if child is not element and child.tag not in SSML:
                self._complain(12200, f"<{child.tag}> may not stand in <Say>")
        text = " ".join("".join(element.itertext()).split())
        if len(text) > 4096:
            raise TwimlError(13520, "<Say> holds more than 4,096 characters")
        return Say(
            text, element.get("voice"), element.get("language"), self._int(element, "loop", 1, 0, 1000)
        )

    def _play(self, element: ET.Element) -> Play:
        url, digits = (element.text or "").strip(), element.get("digits")
        if not url and digits is None:
            raise TwimlError(13420, "<Play> names no file")
        return Play(url, self._int(element, "loop", 1, 0, 1000), digits)

    def _gather(self, element: ET.Element) -> Gather:
        if self._one_of(element, "input", "dtmf", ("dtmf", "speech", "dtmf speech")) != "dtmf":
            raise TwimlError(12200, "this stand-in hears keys, not speech: input must be dtmf")
        prompts: list[Say | Play | Pause] = []
        for child in element:
            if child.tag not in {"Say", "Play", "Pause"}:
                self._complain(12200, f"<{child.tag}> may not stand in <Gather>")
                continue
            verb = self._read(child)
            if isinstance(verb, Say | Play | Pause):
                prompts.append(verb)
        self._no_text(element)
        return Gather(
            tuple(prompts),
            element.get("action"),
            self._method(element),
            self._int(element, "timeout", 5, 1, 600),
            element.get("finishOnKey", "#"),
            self._int(element, "numDigits", 0, 1, 1000) or None,
            self._bool(element, "actionOnEmptyResult"),
        )

    def _record(self, element: ET.Element) -> Record:
        return Record(
            element.get("action"),
            self._method(element),
            self._int(element, "timeout", 5, 1, 600),
            element.get("finishOnKey", "1234567890*#"),
            self._int(element, "maxLength", 3600, 1, 14_400),
            self._bool(element, "playBeep", True),
            element.get("recordingStatusCallback"),
            self._method(element, "recordingStatusCallbackMethod"),
            tuple(element.get("recordingStatusCallbackEvent", "completed").split()),
        )

    def _dial(self, element: ET.Element) -> Dial:
        numbers: list[Number] = []
        queue: QueueNoun | None = None
        for child in element:
            if child.tag not in {"Number", "Queue"}:
                self._complain(12200, f"<{child.tag}> may not stand in <Dial>")
                continue
            self._check_attributes(child)
            if child.tag == "Number":
                numbers.append(self._number(child))
            elif queue is None:
                queue = QueueNoun(self._content(child), child.get("url"), self._method(child))
            else:
                raise TwimlError(13200, "<Dial> holds two queues")
        plain = (element.text or "").strip()
        if plain:
            numbers.append(Number(plain))
        if queue and numbers:
            raise TwimlError(13200, "<Dial> holds both numbers and a queue")
        if not queue and not numbers:
            raise TwimlError(13200, "<Dial> has nobody to dial")
        if len(numbers) > MAX_NOUNS:
            raise TwimlError(13200, f"<Dial> holds {len(numbers)} numbers, {MAX_NOUNS} are allowed")
        return Dial(
            tuple(numbers),
            queue,
            element.get("action"),
            self._method(element, code=13210),
            self._int(element, "timeout", 30, 5, 600, code=13212),
            self._int(element, "timeLimit", 14_400, 1, 86_400, code=13216),
            element.get("callerId"),
            self._bool(element, "answerOnBridge"),
            self._bool(element, "hangupOnStar", code=13213),
        )

    def _number(self, element: ET.Element) -> Number:
        events = tuple(element.get("statusCallbackEvent", "completed").split())
        for event in events:
            if event not in CALL_EVENTS:
                self._complain(12200, f"there is no call event {event!r}")
        return Number(
            self._content(element),
            element.get("url"),
            self._method(element),
            element.get("statusCallback"),
            self._method(element, "statusCallbackMethod"),
            tuple(event for event in events if event in CALL_EVENTS),
        )

    def _enqueue(self, element: ET.Element) -> Enqueue:
        name = self._content(element)
        if len(name) > 64:
            raise TwimlError(13701, "a queue's name has at most 64 characters")
        return Enqueue(
            name,
            element.get("action"),
            self._method(element),
            element.get("waitUrl"),
            self._method(element, "waitUrlMethod"),
        )

    def _message(self, element: ET.Element) -> Message:
        body = (element.text or "").strip()
        for child in element:
            if child.tag not in {"Body", "Media"}:
                self._complain(12200, f"<{child.tag}> may not stand in <Message>")
                continue
            self._check_attributes(child)
            if child.tag == "Body":
                body = (child.text or "").strip()
        if not body:
            raise TwimlError(14103, "<Message> has no body")
        return Message(
            body,
            element.get("to"),
            element.get("from"),
            element.get("action"),
            self._method(element),
            element.get("statusCallback"),
        )

    # -- attributes -------------------------------------------------------------------------------

    def _check_attributes(self, element: ET.Element) -> None:
        known = ATTRIBUTES[element.tag].split()
        for name in element.attrib:
            if f"{name}*" in known:
                self._complain(12200, f"<{element.tag} {name}> is real, but this stand-in does not play it")
            elif name not in known:
                self._complain(12200, f"<{element.tag}> has no attribute {name}")

    def _complain(self, code: int, message: str) -> None:
        if self._strict:
            raise TwimlError(code, message)
        self.warnings.append(f"{code}: {message}")

    def _no_text(self, element: ET.Element) -> None:
        loose = [element.text or ""] + [child.tail or "" for child in element]
        if any(text.strip() for text in loose):
            self._complain(12200, f"loose text in <{element.tag}>")

    def _empty(self, element: ET.Element, verb: Verb) -> Verb:
        if len(element) or (element.text or "").strip():
            self._complain(12200, f"<{element.tag}> must be empty")
        return verb

    def _content(self, element: ET.Element) -> str:
        for child in element:
            self._complain(12200, f"<{child.tag}> may not stand in <{element.tag}>")
        text = (element.text or "").strip()
        if not text:
            raise TwimlError(12200, f"<{element.tag}> is empty")
        return text

    def _one_of(
        self, element: ET.Element, name: str, default: str, allowed: tuple[str, ...], code: int = 12200
    ) -> str:
        value = element.get(name, default)
        if value not in allowed:
            raise TwimlError(code, f"<{element.tag} {name}={value!r}> must be one of {', '.join(allowed)}")
        return value

    def _method(self, element: ET.Element, name: str = "method", code: int = 12200) -> str:
        return self._one_of(element, name, "POST", ("GET", "POST"), code)

    def _bool(self, element: ET.Element, name: str, default: bool = False, code: int = 12200) -> bool:
        value = self._one_of(element, name, "true" if default else "false", ("true", "false"), code)
        return value == "true"

    def _int(
        self, element: ET.Element, name: str, default: int, low: int, high: int, code: int = 12200
    ) -> int:
        value = element.get(name)
        if value is None:
            return default
        if not value.isdigit() or not low <= int(value) <= high:
            raise TwimlError(code, f"<{element.tag} {name}={value!r}> must be a number from {low} to {high}")
        return int(value)
