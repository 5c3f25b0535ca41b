"""What waits for a human: the follow-up of a contact, who was paged for it, and its conversation."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar, cast

from oncall.contacts.model import FACTS, Entry, Kind
from oncall.rota.model import PersonId


class Delivery(StrEnum):
    """How far a text got. A later word never undoes an earlier, further one (see `RANK`)."""

    ORDERED = "ordered"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


RANK = {Delivery.ORDERED: 0, Delivery.SENT: 1, Delivery.UNDELIVERED: 2, Delivery.DELIVERED: 3}
"""The lattice of delivery states: a late `sent` never undoes `delivered` (TWILIO.md, Messages)."""

REPORTED = {
    "accepted": Delivery.ORDERED,
    "queued": Delivery.ORDERED,
    "sending": Delivery.ORDERED,
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.DELIVERED,
    "failed": Delivery.UNDELIVERED,
    "undelivered": Delivery.UNDELIVERED,
}
"""What the carrier's words for a message's state come to."""


@dataclass(frozen=True, slots=True)
class Page:
    """One alert to one staff member about this contact."""

    id: str
    person: PersonId
    by: str  # "text" or "call"
    step: int
    at: datetime
    delivery: Delivery = Delivery.ORDERED
    trouble: str = ""  # the carrier's code, where it was not delivered
    sid: str = ""  # the carrier's name for it; empty until it was ordered

    @property
    def failed(self) -> bool:
        """Whether it surely did not reach the person."""
        return self.delivery is Delivery.UNDELIVERED


@dataclass(frozen=True, slots=True)
class Text:
    """One message of the conversation with the family, word for word."""

    id: str
    at: datetime
    inbound: bool
    body: str
    author: PersonId | None  # None: the family, or the machine's own neutral answer
    media: tuple[str, ...] = ()  # the carrier's names of what came with it
    delivery: Delivery = Delivery.DELIVERED
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The follow-up of one contact, as its entries tell it."""

    opened_at: datetime | None = None  # None: there is no follow-up
    why: str = ""  # text, hung_up, nobody, handed_over
    joined: str | None = None  # the contact whose follow-up stands for this one
    joining: tuple[str, ...] = ()  # the contacts for which this one's follow-up stands
    urgent: bool = False  # a child, words of danger: paged by call at once
    to_leader: bool = False  # a second missed call within a quarter of an hour
    raised: bool = False  # ... and the leader was alerted to it
    owner: PersonId | None = None
    owned_since: datetime | None = None
    offered_to: PersonId | None = None  # asked to take over; the owner stays until they accept
    closed_at: datetime | None = None
    outcome: str = ""
    pages: tuple[Page, ...] = ()
    steps: tuple[tuple[int, datetime], ...] = ()  # page steps started since `asking_since`
    texts: tuple[Text, ...] = ()
    heard_at: datetime | None = None  # since when a word of the family's has had no reaction
    reacted_at: datetime | None = None  # of a human's last act towards the family
    reminders: int = 0  # since it was last acknowledged
    last_seq: int = 0

    @property
    def open(self) -> bool:
        """Whether a human is still to be found, or is still to close it."""
        return self.opened_at is not None and self.closed_at is None and self.joined is None

    @property
    def unanswered(self) -> bool:
        """Whether the family's last text has had no reaction of its owner's."""
        if self.heard_at is None:
            return False
        return self.reacted_at is None or self.reacted_at < self.heard_at

    @property
    def last_heard_at(self) -> datetime | None:
        """When the family last wrote, None where it never did."""
        return max((text.at for text in self.texts if text.inbound), default=None)

    @property
    def asking_since(self) -> datetime | None:
        """Since when the page ladder's clock runs; None while the owner has it in hand."""
        if not self.open:
            return None
        if self.owner is None:
            return self.opened_at
        return self.heard_at if self.unanswered else None


RAISED = -1
"""The step that alerts the leader out of turn."""

Message = TypeVar("Message", Page, Text)

_ACTS = frozenset({Kind.TEXT_RELAYED, Kind.CALL_BACK_ORDERED, Kind.ACKNOWLEDGED})
"""What an owner does that counts as a reaction to the family's last word."""


def fold_waiting(entries: Iterable[Entry]) -> Waiting:
    """Return what waits in a contact: facts as a set, decisions in their order."""
    told = tuple(entries)
    waiting = Waiting()
    for entry in sorted((e for e in told if e.kind not in FACTS), key=lambda e: e.seq):
        waiting = _decide(waiting, entry)
    for entry in (e for e in told if e.kind in FACTS):
        waiting = _learn(waiting, entry)
    return replace(waiting, last_seq=max((entry.seq for entry in told), default=0))


def _decide(waiting: Waiting, entry: Entry) -> Waiting:
    said = cast("dict[str, Any]", entry.detail)
    actor = PersonId(entry.actor) if entry.actor else None
    if entry.kind in _ACTS and actor is not None:
        waiting = replace(waiting, reacted_at=entry.at)
    match entry.kind:
        case Kind.FOLLOW_UP_OPENED:
            return replace(
                waiting,
                opened_at=entry.at,
                why=said.get("why", ""),
                joined=said.get("joined"),
                urgent=waiting.urgent or said.get("urgent", False),
                owner=None,
                closed_at=None,
                steps=(),
                reminders=0,
            )
        case Kind.TEXT_RECEIVED:
            text = Text(str(entry.seq), entry.at, True, said["body"], None, tuple(said.get("media", ())))
            return replace(
                waiting,
                texts=(*waiting.texts, text),
                heard_at=waiting.heard_at if waiting.unanswered else entry.at,
                urgent=waiting.urgent or said.get("urgent", False),
                # an owner who has been quiet is asked anew, from the ladder's beginning
                steps=waiting.steps if waiting.unanswered or waiting.owner is None else (),
            )
        case Kind.CALL_JOINED:
            return replace(
                waiting,
                joining=(*waiting.joining, said["contact"]),
                heard_at=waiting.heard_at if waiting.unanswered else entry.at,
                to_leader=waiting.to_leader or said.get("to_leader", False),
                steps=waiting.steps if waiting.unanswered or waiting.owner is None else (),
            )
        case Kind.FOLLOW_UP_JOINED:
            return replace(waiting, joined=said["contact"])
        case Kind.TEXT_RELAYED | Kind.AUTO_REPLIED:
            text = Text(str(entry.seq), entry.at, False, said["body"], actor, delivery=Delivery.ORDERED)
            return replace(waiting, texts=(*waiting.texts, text))
        case Kind.PAGES_STARTED if said["step"] == RAISED:
            return replace(waiting, raised=True)
        case Kind.PAGES_STARTED:
            return replace(waiting, steps=(*waiting.steps, (said["step"], entry.at)))
        case Kind.PAGED if actor:
            page = Page(str(entry.seq), actor, said["by"], said["step"], entry.at)
            return replace(waiting, pages=(*waiting.pages, page))
        case Kind.REMINDED:
            return replace(waiting, reminders=waiting.reminders + 1)
        case Kind.ACKNOWLEDGED if actor:
            return replace(waiting, owner=actor, owned_since=entry.at, offered_to=None, steps=(), reminders=0)
        case Kind.HANDED_ON:
            return replace(waiting, offered_to=PersonId(said["to"]))
        case Kind.CLOSED:
            return replace(waiting, closed_at=entry.at, outcome=said.get("outcome", ""), reacted_at=entry.at)
        case _:
            return waiting


def _learn(waiting: Waiting, entry: Entry) -> Waiting:
    said = cast("dict[str, Any]", entry.detail)
    if entry.kind is not Kind.MESSAGE_REPORTED:
        return waiting
    if sid := said.get("sid"):
        pages = (replace(page, sid=sid) if page.id == str(said["about"]) else page for page in waiting.pages)
        waiting = replace(waiting, pages=tuple(pages))
    state = REPORTED.get(str(said.get("status")), Delivery.ORDERED)
    about, code = str(said["about"]), str(said.get("code") or "")
    return replace(
        waiting,
        pages=tuple(_further(page, state, code) if page.id == about else page for page in waiting.pages),
        texts=tuple(_further(text, state, code) if text.id == about else text for text in waiting.texts),
    )


def _further(message: Message, state: Delivery, code: str) -> Message:
    if RANK[state] <= RANK[message.delivery]:
        return message
    return replace(message, delivery=state, trouble=code if state is Delivery.UNDELIVERED else "")
