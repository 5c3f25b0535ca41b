"""What waits for a human: the follow-up of a contact, who was paged for it, and its conversation."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from oncall.contacts.model import FACTS, Entry, Kind, in_order
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
    # of a call: that it was picked up proves nothing, only a pressed 1 does, which acknowledges
    "ringing": Delivery.SENT,
    "in-progress": Delivery.SENT,
    "completed": Delivery.SENT,
    "busy": Delivery.SENT,
    "no-answer": Delivery.SENT,
    "canceled": Delivery.SENT,
}
"""What the carrier's words for the state of a text, or of an alert by call, come to."""

RAISED, ALARM, REMINDER, OFFER, NOTICE = -1, -2, -3, -4, -5
"""What alerts outside the ladder's steps are about, in the place of a step's number.

RAISED: the leader, out of turn. ALARM: a call, because what came later is more pressing than what the
ladder began with. REMINDER: taken, but not closed in time. OFFER: a colleague is asked to take over.
NOTICE: something to know, which nobody needs to take.
"""


@dataclass(frozen=True, slots=True)
class Page:
    """One alert to one person about this contact."""

    id: str
    person: PersonId  # or `number:<id>`, a fixed number of the team
    by: str  # "text" or "call"
    step: int  # of the ladder, or one of RAISED ... NOTICE
    at: datetime
    delivery: Delivery = Delivery.ORDERED
    trouble: str = ""  # the carrier's code, where it was not delivered
    sids: tuple[str, ...] = ()  # the carrier's names for it: two where an order was taken twice

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
    alarmed: bool = False  # a call was ordered out of turn, since `asking_since`
    owner: PersonId | None = None
    owned_since: datetime | None = None
    offered_to: PersonId | None = None  # asked to take over; the owner stays until they accept
    offered_at: datetime | None = None
    offer_reminded: bool = False
    closed_at: datetime | None = None
    outcome: str = ""
    pages: tuple[Page, ...] = ()
    steps: tuple[tuple[int, datetime], ...] = ()  # steps of the ladder taken since `asking_since`
    asked_from: int = 0  # the entry with which the present time of asking, or of owning, began
    last_round: int = 0  # the entry that began the latest alerts
    texts: tuple[Text, ...] = ()
    heard_at: datetime | None = None  # the family's first word or call to which nobody has reacted
    reacted_at: datetime | None = None  # of a human's last act towards the family
    missed_at: datetime | None = None  # of the last call that reached nobody
    last_heard_at: datetime | None = None  # when the number itself last called or wrote
    reminders: int = 0  # since it was last acknowledged
    reminded_at: datetime | None = None  # the latest of these
    last_seq: int = 0

    @property
    def open(self) -> bool:
        """Whether a human is still to be found, or is still to close it."""
        return self.opened_at is not None and self.closed_at is None and self.joined is None

    @property
    def unanswered(self) -> bool:
        """Whether the family's last word has had no reaction of a human's."""
        return self.heard_at is not None

    @property
    def asking_since(self) -> datetime | None:
        """Since when the page ladder's clock runs; None while the owner has it in hand."""
        if not self.open:
            return None
        return self.opened_at if self.owner is None else self.heard_at

    @property
    def replied(self) -> bool:
        """Whether anything was written to the family, by the machine or by a human."""
        return any(not text.inbound for text in self.texts)

    def may_be_taken_by(self, person: PersonId) -> bool:
        """Whether somebody who is alerted may take it; on the contact's page anybody may."""
        if not self.open:
            return False
        asked = person in (self.owner, self.offered_to)
        return self.asking_since is not None or asked or self.reminders > 1


Sent = TypeVar("Sent", Page, Text)

_ACTS = frozenset({Kind.TEXT_RELAYED, Kind.CALL_BACK_ORDERED, Kind.ACKNOWLEDGED, Kind.CLOSED})
"""What a human does that counts as a reaction to the family's last word."""


_NOTHING_YET = {field.name: field.default for field in fields(Waiting)}


def fold_waiting(entries: Iterable[Entry]) -> Waiting:
    """Return what waits in a contact: facts as a set, decisions in their order.

    `Contact.waiting` has it, and `StoredContact.waiting` of a contact whose beginning may be lost, too.
    """
    told = tuple(entries)
    waiting: dict[str, Any] = {**_NOTHING_YET, "last_seq": max((entry.seq for entry in told), default=0)}
    for entry in sorted((e for e in told if e.kind not in FACTS), key=lambda e: e.seq):
        _decide(waiting, entry)
    reports: dict[str, list[Entry]] = {}
    for entry in sorted((e for e in told if e.kind is Kind.MESSAGE_REPORTED), key=in_order):
        reports.setdefault(str(entry.detail["about"]), []).append(entry)
    waiting["pages"] = tuple(_learn_of_page(page, reports.get(page.id, ())) for page in waiting["pages"])
    waiting["texts"] = tuple(_learn(text, reports.get(text.id, ())) for text in waiting["texts"])
    return Waiting(**waiting)


def _decide(waiting: dict[str, Any], entry: Entry) -> None:
    detail = entry.detail
    actor = PersonId(entry.actor) if entry.actor else None
    if entry.kind in _ACTS and actor is not None:
        waiting.update(heard_at=None, reacted_at=entry.at)
    match entry.kind:
        case Kind.CALL_RECEIVED | Kind.RESUMED:
            waiting["last_heard_at"] = entry.at
        case Kind.FOLLOW_UP_OPENED:
            _ask_anew(waiting, entry)
            waiting.update(opened_at=entry.at, why=detail.get("why", ""), joined=detail.get("joined"))
            waiting.update(owner=None, offered_to=None, closed_at=None, reminders=0, reminded_at=None)
            waiting["urgent"] = waiting["urgent"] or detail.get("urgent", False)
            if waiting["why"] != "text":
                waiting["missed_at"] = entry.at
        case Kind.TEXT_RECEIVED:
            text = Text(str(entry.seq), entry.at, True, detail["body"], None, tuple(detail.get("media", ())))
            _hear(waiting, entry)
            waiting["urgent"] = waiting["urgent"] or detail.get("urgent", False)
            waiting["texts"] += (text,)
        case Kind.CALL_JOINED:
            _hear(waiting, entry)
            waiting["missed_at"] = entry.at
            waiting["joining"] += (detail["contact"],)
            waiting["to_leader"] = waiting["to_leader"] or detail.get("to_leader", False)
        case Kind.FOLLOW_UP_JOINED:
            waiting["joined"] = detail["contact"]
        case Kind.TEXT_RELAYED | Kind.AUTO_REPLIED:
            text = Text(str(entry.seq), entry.at, False, detail["body"], actor, delivery=Delivery.ORDERED)
            waiting["texts"] += (text,)
        case Kind.PAGES_STARTED:
            _start(waiting, detail["step"], entry)
        case Kind.PAGED if actor:
            waiting["pages"] += (Page(str(entry.seq), actor, detail["by"], detail["step"], entry.at),)
        case Kind.REMINDED if detail.get("offer"):
            waiting["offer_reminded"] = True
        case Kind.REMINDED:
            waiting.update(reminders=waiting["reminders"] + 1, reminded_at=entry.at, last_round=entry.seq)
        case Kind.ACKNOWLEDGED if actor:
            _ask_anew(waiting, entry)
            waiting.update(owner=actor, owned_since=entry.at, reminders=0, reminded_at=None)
            waiting.update(offered_to=None, offered_at=None, offer_reminded=False)
        case Kind.HANDED_ON:
            waiting.update(offered_to=PersonId(detail["to"]), offered_at=entry.at, offer_reminded=False)
        case Kind.CLOSED:
            waiting.update(closed_at=entry.at, outcome=detail.get("outcome", ""))
        case _:
            pass


def _hear(waiting: dict[str, Any], entry: Entry) -> None:
    """The family has called or written: an owner who had it in hand is asked from the ladder's beginning."""
    if waiting["owner"] is not None and waiting["heard_at"] is None:
        _ask_anew(waiting, entry)
    waiting.update(heard_at=waiting["heard_at"] or entry.at, last_heard_at=entry.at)


def _ask_anew(waiting: dict[str, Any], entry: Entry) -> None:
    waiting.update(steps=(), alarmed=False, asked_from=entry.seq, last_round=entry.seq)


def _start(waiting: dict[str, Any], step: int, entry: Entry) -> None:
    waiting["last_round"] = entry.seq
    if step == RAISED:
        waiting["raised"] = True
    elif step == ALARM:
        waiting["alarmed"] = True
    else:
        waiting["steps"] += ((step, entry.at),)


def _learn_of_page(page: Page, reports: Iterable[Entry]) -> Page:
    sids = {str(report.detail["sid"]) for report in reports if report.detail.get("sid")}
    return replace(_learn(page, reports), sids=tuple(sorted(sids))) if reports else page


def _learn(message: Sent, reports: Iterable[Entry]) -> Sent:
    for report in reports:
        state = REPORTED.get(str(report.detail.get("status")), Delivery.ORDERED)
        message = _further(message, state, str(report.detail.get("code") or ""))
    return message


def _further(message: Sent, state: Delivery, code: str) -> Sent:
    if RANK[state] <= RANK[message.delivery]:
        return message
    return replace(message, delivery=state, trouble=code if state is Delivery.UNDELIVERED else "")
