"""What the carrier has on record of calls and texts, and how their words are taken off it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from twilio.base.deserialize import rfc2822_datetime
from twilio.base.serialize import iso8601_datetime

from oncall.telephony.codes import UNKNOWN
from oncall.telephony.orders import CarrierRefused, Orders, translated
from oncall.telephony.resources import Record

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
        self._resources = orders.resources

    def texts(self, since: datetime) -> tuple[RecordedText, ...]:
        """Return all texts to and from the account since then, the oldest first."""
        found = self._list("Messages", {"DateSent>": iso8601_datetime(since)})
        return tuple(_text(each) for each in found)

    def texts_between(self, line: str, number: str, since: datetime) -> tuple[RecordedText, ...]:
        """Return the texts that a line has sent to a number since then, the oldest first."""
        filters = {"To": number, "From": line, "DateSent>": iso8601_datetime(since)}
        return tuple(_text(each) for each in self._list("Messages", filters))

    def has_sent(self, line: str, number: str, body: str, since: datetime) -> bool:
        """Whether a line has sent these words to a number since then: an order whose answer was lost."""
        return any(text.body == body for text in self.texts_between(line, number, since))

    def calls(self, since: datetime) -> tuple[RecordedCall, ...]:
        """Return the calls to the account that began since then, the oldest first."""
        return tuple(_calls(self._list("Calls", {"StartTime>": iso8601_datetime(since)})))

    def recordings(self, since: datetime) -> tuple[RecordedMessage, ...]:
        """Return what callers have said since then and still lies there, the oldest first."""
        return tuple(_messages(self._list("Recordings", {"DateCreated>": iso8601_datetime(since)})))

    def media_of(self, sid: str) -> tuple[str, ...]:
        """Return the addresses of what came with a text."""
        with translated():
            found = list(self._resources.stream(f"Messages/{sid}/Media"))
        return tuple(self._resources.address_of(each["uri"].removesuffix(".json")) for each in found)

    def _list(self, path: str, filters: Mapping[str, object]) -> list[Record]:
        """Return all that is found, the oldest first."""
        with translated():
            return list(self._resources.stream(path, filters, page_size=PAGE))[::-1]

    def redact(self, sid: str) -> bool:
        """The text's words are gone from the carrier; False where it is still on its way.

        One that is gone altogether is fine.
        """
        try:
            with translated():
                self._resources.update(f"Messages/{sid}", {"Body": ""})
        except CarrierRefused as refusal:
            if refusal.code == STILL_ON_ITS_WAY:
                return False
            if refusal.code in (UNKNOWN, HTTPStatus.NOT_FOUND):
                return True
            raise
        return True


def _text(message: Record) -> RecordedText:
    return RecordedText(
        sid=_word(message, "sid"),
        sender=_word(message, "from"),
        to=_word(message, "to"),
        body=_word(message, "body"),
        inbound=message.get("direction") == "inbound",
        status=_word(message, "status"),
        code=int(message["error_code"]) if message.get("error_code") else None,
        media=int(message.get("num_media") or 0),
        at=_instant(message, "date_created"),
    )


def _calls(found: Iterable[Record]) -> Iterator[RecordedCall]:
    for call in found:
        if call.get("direction") == "inbound":
            yield RecordedCall(
                sid=_word(call, "sid"),
                caller=_word(call, "from"),
                to=_word(call, "to"),
                status=_word(call, "status"),
                began_at=_instant(call, "date_created"),
                ended_at=_instant(call, "end_time") if call.get("end_time") else None,
            )


def _messages(found: Iterable[Record]) -> Iterator[RecordedMessage]:
    for message in found:
        if message.get("status") == "completed":
            seconds = int(message.get("duration") or 0)
            yield RecordedMessage(_word(message, "sid"), _word(message, "call_sid"), seconds)


def _word(record: Record, name: str) -> str:
    value = record.get(name)
    return "" if value is None else str(value)


def _instant(record: Record, name: str) -> datetime:
    value = rfc2822_datetime(record.get(name))
    if not isinstance(value, datetime):
        raise CarrierRefused(0, permanent=False)
    return value
