"""What the carrier has on record of calls and texts, and how their words are taken off it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from oncall.telephony.codes import UNKNOWN
from oncall.telephony.orders import CarrierRefused, Orders, translated

PAGE = 1000  # records that one answer holds, the most that the carrier gives
STILL_ON_ITS_WAY = 20009


@dataclass(frozen=True, slots=True)
class RecordedText:
    """A text as the carrier keeps it."""

    sid: str
    sender: str = field(repr=False)
    to: str = field(repr=False)
    body: str = field(repr=False)
    inbound: bool
    status: str
    code: int | None  # why it did not arrive
    media: int  # how many files came with it
    at: datetime


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """A call to a line as the carrier keeps it."""

    sid: str
    caller: str = field(repr=False)
    to: str = field(repr=False)
    status: str
    began_at: datetime
    ended_at: datetime | None  # None: it has not ended


@dataclass(frozen=True, slots=True)
class RecordedMessage:
    """What a caller has said, as the carrier keeps it."""

    sid: str
    call_sid: str
    seconds: int


class History:
    """The carrier's records. Every method raises CarrierRefused, and nothing else, where it has no answer."""

    def __init__(self, orders: Orders) -> None:
        """Ask where the orders go."""
        self._client = orders.client

    def texts(self, since: datetime) -> tuple[RecordedText, ...]:
        """Return all texts to and from the account since then, the oldest first."""
        with translated():
            found = self._client.messages.list(date_sent_after=since, page_size=PAGE)
        return tuple(_text(each) for each in reversed(found))

    def texts_between(self, line: str, number: str, since: datetime) -> tuple[RecordedText, ...]:
        """Return the texts that a line has sent to a number since then, the oldest first."""
        with translated():
            found = self._client.messages.list(from_=line, to=number, date_sent_after=since, page_size=PAGE)
        return tuple(_text(each) for each in reversed(found))

    def has_sent(self, line: str, number: str, body: str, since: datetime) -> bool:
        """Whether a line has sent these words to a number since then: an order whose answer was lost."""
        return any(text.body == body for text in self.texts_between(line, number, since))

    def calls(self, since: datetime) -> tuple[RecordedCall, ...]:
        """Return the calls to the account that began since then, the oldest first."""
        with translated():
            found = self._client.calls.list(start_time_after=since, page_size=PAGE)
        return tuple(_calls(reversed(found)))

    def recordings(self, since: datetime) -> tuple[RecordedMessage, ...]:
        """Return what callers have said since then and still lies there, the oldest first."""
        with translated():
            found = self._client.recordings.list(date_created_after=since, page_size=PAGE)
        return tuple(_messages(reversed(found)))

    def media_of(self, sid: str) -> tuple[str, ...]:
        """Return the addresses of what came with a text."""
        with translated():
            found = self._client.messages(sid).media.list()
        return tuple(f"{self._client.api.base_url}{each.uri.removesuffix('.json')}" for each in found)

    def redact(self, sid: str) -> bool:
        """The text's words are gone from the carrier; False where it is still on its way.

        One that is gone altogether is fine.
        """
        try:
            with translated():
                self._client.messages(sid).update(body="")
        except CarrierRefused as refusal:
            if refusal.code == STILL_ON_ITS_WAY:
                return False
            if refusal.code in (UNKNOWN, HTTPStatus.NOT_FOUND):
                return True
            raise
        return True


def _text(told: object) -> RecordedText:
    message = _CarrierRecord(told)
    return RecordedText(
        sid=message.word("sid"),
        sender=message.word("from_"),
        to=message.word("to"),
        body=message.word("body"),
        inbound=message.word("direction") == "inbound",
        status=message.word("status"),
        code=int(message.word("error_code")) if message.word("error_code") else None,
        media=int(message.word("num_media") or 0),
        at=message.instant("date_created"),
    )


def _calls(found: Iterator[object]) -> Iterator[RecordedCall]:
    for told in found:
        call = _CarrierRecord(told)
        if call.word("direction") == "inbound":
            began = call.instant("date_created")
            ended = call.instant("end_time") if getattr(told, "end_time", None) else None
            # of a call the client keeps the caller as `_from`, of a message the sender as `from_`
            yield RecordedCall(
                call.word("sid"), call.word("_from"), call.word("to"), call.word("status"), began, ended
            )


def _messages(found: Iterator[object]) -> Iterator[RecordedMessage]:
    for told in found:
        message = _CarrierRecord(told)
        if message.word("status") == "completed":
            seconds = int(message.word("duration") or 0)
            yield RecordedMessage(message.word("sid"), message.word("call_sid"), seconds)


@dataclass(frozen=True, slots=True)
class _CarrierRecord:
    """One of the client's untyped answers."""

    answer: object

    def word(self, name: str) -> str:
        value = getattr(self.answer, name, None)
        return "" if value is None else str(value)

    def instant(self, name: str) -> datetime:
        value = getattr(self.answer, name)
        if not isinstance(value, datetime):
            raise CarrierRefused(0, permanent=False)
        return value
