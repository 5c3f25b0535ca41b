"""Derive what the caller and each person on a leg hear next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from oncall.contacts.contact import CallerPlace, Contact, Leg, Via

FIRST_WORDS = timedelta(seconds=3)  # a wait this young has not heard the sentence about 112
LATE_QUESTION = timedelta(seconds=20)  # longer than a question about a waiting caller can be on its way
FIRST_GREETING = timedelta(seconds=2)  # a conversation this short was none
JOIN_PATIENCE, LONG_JOIN_PATIENCE = 5, 20  # seconds that a winner waits for the caller


@dataclass(frozen=True, slots=True)
class RingLeg:
    """One screened phone is dialled while the caller hears ordinary ringing."""

    leg: Leg
    danger: bool = False  # the caller has waited, and has not yet heard the sentence about 112


@dataclass(frozen=True, slots=True)
class WaitInQueue:
    """The caller goes to a queue of their own."""


@dataclass(frozen=True, slots=True)
class Comfort:
    """The waiting caller hears a short message; the first one says 112."""

    first: bool


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """The waiting caller leaves the queue for something better."""


@dataclass(frozen=True, slots=True)
class OfferLastResort:
    """The caller hears who will answer, and may press a key to decline."""

    municipality: str


@dataclass(frozen=True, slots=True)
class RingLastResort:
    """The caller is put through to the staffed service, unscreened."""


@dataclass(frozen=True, slots=True)
class TellAlerted:
    """The caller hears that the team is being alerted."""

    promise: bool  # whether a call back may be promised
    voicemail: bool = False  # whether they may then leave a message, after a key


@dataclass(frozen=True, slots=True)
class OfferReconnect:
    """The caller may press 1 if they were cut off."""


@dataclass(frozen=True, slots=True)
class Screen:
    """Whoever picked up is asked to press 1: a voicemail cannot."""


@dataclass(frozen=True, slots=True)
class BridgeLeg:
    """The dialled phone is connected with the caller."""


@dataclass(frozen=True, slots=True)
class JoinCaller:
    """The winner takes the caller from the queue."""

    patience: int  # seconds


@dataclass(frozen=True, slots=True)
class TellTaken:
    """Somebody else has the call: thank you."""


@dataclass(frozen=True, slots=True)
class TellCallerGone:
    """The caller is not there any more."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """Nothing more is to be said."""


CallerStep = (
    RingLeg
    | WaitInQueue
    | Comfort
    | LeaveQueue
    | OfferLastResort
    | RingLastResort
    | TellAlerted
    | OfferReconnect
    | HangUp
)
LegStep = Screen | BridgeLeg | JoinCaller | TellTaken | TellCallerGone | HangUp


def for_caller(contact: Contact) -> CallerStep:
    """Return what the caller shall hear: what the last decision about them was."""
    if contact.caller_gone_at:
        return HangUp()
    match contact.place:
        case CallerPlace.DIALLED if leg := contact.leg(contact.dialled or ""):
            return RingLeg(leg, danger=_has_waited_in_silence(contact, leg))
        case CallerPlace.QUEUED:
            return WaitInQueue()
        case CallerPlace.OFFERED:
            return OfferLastResort(contact.offered or "")
        case CallerPlace.PASSED_ON:
            return RingLastResort()
        case CallerPlace.TOLD:
            return TellAlerted(contact.promised, contact.may_record)
        case CallerPlace.CUT_OFF:
            return OfferReconnect()
        case _:
            return HangUp()


def _has_waited_in_silence(contact: Contact, leg: Leg) -> bool:
    """Whether our calls were refused before the queue spoke, and this is the first Dial after it."""
    began, joined = contact.one_by_one_since, contact.queue_joined_at
    if began is None or (joined is not None and joined < began):
        return False
    return not any(
        other.via is Via.DIAL and other.rung_at >= began for other in contact.legs if other.id != leg.id
    )


def for_waiting(contact: Contact, now: datetime) -> CallerStep:
    """Return what the caller hears in the queue; never Leave while somebody holds the claim."""
    talk = contact.conversation
    if contact.talking and talk and talk.bridged_at and now - talk.bridged_at > LATE_QUESTION:
        return LeaveQueue()  # who talks is not asked about: the bridge that we were told of never came to be
    if contact.talking or (contact.joining and not contact.over):
        return Comfort(first=False)
    if contact.over or contact.one_by_one_since or contact.elapsed(now) >= contact.deadline:
        return LeaveQueue()
    began = contact.queue_joined_at or contact.queued_at  # the carrier may take its time to ask
    return Comfort(first=began is None or now - began < FIRST_WORDS)


def for_leg(contact: Contact, leg: Leg) -> LegStep:
    """Return what the person on a leg shall hear."""
    if leg.bridged_at and leg.ended_at and leg.connected and leg.ended_at - leg.bridged_at < FIRST_GREETING:
        return TellCallerGone()  # the caller hung up in the moment of the bridge
    if leg.connected:
        return HangUp()  # the conversation is over
    if contact.caller_gone_at or contact.place in (
        CallerPlace.PASSED_ON,
        CallerPlace.TOLD,
        CallerPlace.CUT_OFF,
    ):
        return HangUp() if leg.declined_at else TellCallerGone()
    if contact.joining and contact.joining.id == leg.id:
        if leg.via is Via.DIAL:
            return BridgeLeg()
        # a caller who is not in the queue just now needs a moment to get there
        return JoinCaller(JOIN_PATIENCE if contact.place is CallerPlace.QUEUED else LONG_JOIN_PATIENCE)
    if leg.declined_at:
        return HangUp()
    if contact.claim or contact.talking or leg.claim_refused:
        return TellTaken()
    if leg.withdrawn_at:
        return TellCallerGone()
    return TellTaken() if leg.released_at else Screen()
