"""What an entry of the journal is, and what can happen in a contact."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

JournalDetail = Mapping[str, object]
"""What an entry about no contact says beyond its kind; JSON values only, and never a phone number."""


class Kind(StrEnum):
    """What happened. Facts come from the carrier in any order; decisions are ours, in order."""

    # decisions of ours, folded in the order of the journal
    CALL_RECEIVED = "call_received"  # always the first entry of a call; stores the ladder
    LEG_RUNG = "leg_rung"  # one phone shall ring: person, via, wave, round
    WAVE_STARTED = "wave_started"  # a wave's people were looked up: who is rung, who is passed over
    QUEUED = "queued"  # the caller waits in a queue of their own
    DIALLED_ONE_BY_ONE = "dialled_one_by_one"  # the carrier refuses our calls: screened dials instead
    CLAIM_GRANTED = "claim_granted"  # the leg has the contact, in this round
    CLAIM_REFUSED = "claim_refused"  # somebody else had it already, or the caller was gone
    CLAIM_WITHDRAWN = "claim_withdrawn"  # the claimed leg was lost before a bridge: the next round
    LEG_RELEASED = "leg_released"  # the leg is not wanted any more and is ended at the carrier
    LAST_RESORT_OFFERED = "last_resort_offered"  # the caller hears who will answer
    LAST_RESORT_RUNG = "last_resort_rung"  # ... and did not decline
    TEAM_ALERTED = "team_alerted"  # the caller was told that the team is being alerted
    CUT_OFF_OFFERED = "cut_off_offered"  # "press 1 if you were cut off"
    RESUMED = "resumed"  # the caller pressed 1: the same person is rung first
    FOLLOW_UP_OPENED = "follow_up_opened"  # no human was reached: the contact waits for one
    QUEUE_CLOSED = "queue_closed"  # the caller's queue is deleted at the carrier
    ACKNOWLEDGED = "acknowledged"  # a human has taken the waiting contact
    CLOSED = "closed"  # ... and has dealt with it

    CALL_JOINED = "call_joined"  # the same number called again, and reached nobody again
    FOLLOW_UP_JOINED = "follow_up_joined"  # the number's older follow-up stands for this one
    TEXT_RECEIVED = "text_received"  # the family wrote: body, word for word; begins a text contact
    AUTO_REPLIED = "auto_replied"  # the machine's neutral answer, where safe contact allows it
    TEXT_RELAYED = "text_relayed"  # a staff member's words to the family
    PAGES_STARTED = "pages_started"  # a step of the page ladder was taken
    PAGED = "paged"  # a staff member is alerted: by text or by call
    REMINDED = "reminded"  # taken, but not closed in time
    HANDED_ON = "handed_on"  # a colleague is asked to take over; the owner stays until they do
    CALL_BACK_ORDERED = "call_back_ordered"  # a staff member's phone is rung, then the family's
    CONSULT_ORDERED = "consult_ordered"  # a staff member's phone is rung, then a colleague's
    COMPROMISED = "compromised"  # the number may be in the wrong hands: nothing goes out to it
    TRUSTED = "trusted"  # ... and is trusted again
    CALL_PLANNED = "call_planned"  # always the first entry of a call of ours: agreed on, or placed
    CHECK_IN_MARKED = "check_in_marked"  # a human says how an agreed call went: how, words
    CODE_REFUSED = "code_refused"  # a text that claims to be staff's had no valid code

    # what staff write down about it; corrected by further entries, never changed
    NOTE_WRITTEN = "note_written"  # the note, or a later version of it
    OUTCOME_RECORDED = "outcome_recorded"  # what the contact came to
    INCIDENT_RECORDED = "incident_recorded"  # something went wrong: how badly, and what
    CONTACT_LINKED = "contact_linked"  # the case and the children that it concerns
    NEXT_AGREED = "next_agreed"  # what was agreed with the family, and for which day
    NEXT_DONE = "next_done"  # ... and that it was done
    SIGNED_OFF = "signed_off"  # the leader has read it all

    # facts from the carrier, folded as a set
    QUEUE_JOINED = "queue_joined"  # the caller is in the queue: its sid at the carrier
    QUEUE_LEFT = "queue_left"  # ... and out of it again: which stay, and whether into a conversation
    LEG_PLACED = "leg_placed"  # the carrier has taken our order: sid
    LEG_REFUSED = "leg_refused"  # the carrier has not: code, permanent
    LEG_RINGING = "leg_ringing"
    LEG_ANSWERED = "leg_answered"  # picked up: the screening began
    ONE_PRESSED = "one_pressed"  # a human is there and accepts
    LEG_DECLINED = "leg_declined"  # another key was pressed
    LEG_BRIDGED = "leg_bridged"  # the carrier has connected the leg with the caller
    LEG_ENDED = "leg_ended"  # status, duration
    CALLER_DECLINED = "caller_declined"  # a key against the last resort
    LAST_RESORT_ENDED = "last_resort_ended"  # bridged, status
    BACK_ANSWERED = "back_answered"  # the staff member pressed 1: the other phone is dialled
    BACK_ENDED = "back_ended"  # how that went: about, status, bridged
    MESSAGE_REPORTED = "message_reported"  # how far a text got: about, status, code
    CALLER_GONE = "caller_gone"  # the caller's own leg has ended
    VOICEMAIL_AGREED = "voicemail_agreed"  # a key was pressed: what follows may be recorded
    VOICEMAIL_LEFT = "voicemail_left"  # something was said: sid, seconds
    VOICEMAIL_READY = "voicemail_ready"  # ... and the carrier has its sound: sid, seconds
    VOICEMAIL_LOST = "voicemail_lost"  # ... or never will have: sid


FACTS = frozenset(
    {
        Kind.QUEUE_JOINED,
        Kind.QUEUE_LEFT,
        Kind.LEG_PLACED,
        Kind.LEG_REFUSED,
        Kind.LEG_RINGING,
        Kind.LEG_ANSWERED,
        Kind.ONE_PRESSED,
        Kind.LEG_DECLINED,
        Kind.LEG_BRIDGED,
        Kind.LEG_ENDED,
        Kind.CALLER_DECLINED,
        Kind.LAST_RESORT_ENDED,
        Kind.BACK_ANSWERED,
        Kind.BACK_ENDED,
        Kind.MESSAGE_REPORTED,
        Kind.CALLER_GONE,
        Kind.VOICEMAIL_AGREED,
        Kind.VOICEMAIL_LEFT,
        Kind.VOICEMAIL_READY,
        Kind.VOICEMAIL_LOST,
    }
)


class WaveDetail(TypedDict):
    """A wave of the ladder, as the first entry of a call keeps it."""

    after: int  # seconds after the call came in
    targets: Sequence[str]


_WITH = TypedDict("_WITH", {"with": str}, total=False)  # the colleague consulted; a reserved word of Python


class Detail(_WITH, total=False):
    """JSON values only, and never a phone number. Which kind of entry has which keys is said at `Kind`."""

    # the first entry of a contact: whom it is with, and the ladder of a call
    caller: str  # known, unknown, ...
    case: str | None  # its label
    cases: Sequence[str]  # all that the number stands in
    municipality: str | None
    own_therapist: str | None
    language: str
    may_call: bool
    waves: Sequence[WaveDetail]
    deadline: int  # seconds after the call came in
    reconciled: bool  # found at the carrier afterwards
    check_in: str
    agreed_for: str  # an instant in ISO 8601

    # waves, legs and the caller's own way
    wave: int
    ring: Sequence[str]  # targets
    busy: Sequence[str]  # targets
    round: int
    target: str
    via: str
    timeout: int  # seconds
    sid: str
    sids: Sequence[str]
    status: str | None
    code: int | str
    permanent: bool
    bridged: bool
    queue: str
    stay: int  # seq of the entry that began this stay in the queue
    result: str | None
    promise: bool  # whether the caller was promised a call back
    voicemail: bool  # whether one may be left
    seconds: int | None

    # alerts, follow-ups and texts
    by: str
    step: int
    sentence: str  # its key in the catalogue
    body: str  # word for word
    media: Sequence[str]
    urgent: bool
    why: str
    how: str
    to: str
    about: int | str | None  # seq of the entry that ordered it
    contact: str
    to_leader: bool
    offer: bool
    warned: bool
    reason: str
    words: str

    # what staff write down
    note: Mapping[str, str]
    replaces: int | None
    outcome: str | None
    severity: str | None
    what: str
    due: str  # a day in ISO 8601
    case_id: str | None
    children: Sequence[str]
    was: str | None
    comment: str


class State(StrEnum):
    """Where a contact stands; see docs/call-states.md."""

    RINGING = "ringing"
    GATHERING = "gathering"
    ACCEPTED = "accepted"
    CONNECTED = "connected"
    LAST_RESORT = "last_resort"
    HANDED_OVER = "handed_over"
    ENDED = "ended"
    WAITING = "waiting"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    DUE = "due"  # an agreed call whose time has come: somebody is to call, and to say how it went
    PLACED = "placed"  # a call of ours, which has not been put through


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: something that happened in a contact."""

    seq: int  # position in the team's journal; 0 while not yet appended
    at: datetime  # UTC
    kind: Kind
    leg: str | None = None  # the leg concerned
    actor: str | None = None  # the staff key of whoever did it, or whose phone it is
    detail: Detail = field(default_factory=Detail)
    event_key: str | None = None  # what makes the webhook that told us unique in its contact
    batch: int = 0  # seq of the first entry that was appended with it; 0 while not yet appended


def number_entries(entries: Iterable[Entry], after: int, batch: int = 0) -> tuple[Entry, ...]:
    """Return the entries with the numbers that follow `after`, and their batch where it is known."""
    return tuple(replace(entry, seq=after + nth, batch=batch) for nth, entry in enumerate(entries, start=1))


def with_event_key(entries: Iterable[Entry], key: str | None) -> tuple[Entry, ...]:
    """Return the entries, the first of them with the key of the webhook that brought them."""
    return tuple(replace(entry, event_key=key) if nth == 0 else entry for nth, entry in enumerate(entries))


def put_in_order(
    known: Iterable[Entry], told: Iterable[Entry], now: datetime
) -> tuple[tuple[Entry, ...], datetime]:
    """Return what is told now, and the moment at which to decide: never before the last entry known.

    Another process whose clock is ahead may have written that. What is said to have happened now moves with
    the moment; what the carrier says of the past stays.
    """
    moment = max((entry.at for entry in known), default=now)
    if moment <= now:
        return tuple(told), now
    return tuple(replace(entry, at=moment) if entry.at == now else entry for entry in told), moment


def in_order(fact: Entry) -> tuple[datetime, str]:
    """Return a key that sorts facts by their instant, and those of one instant alike however they came."""
    return (fact.at, str(sorted(fact.detail.items())))
