"""What a contact is: a call, its legs, and where they stand."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from oncall.contacts.model import Entry, State
from oncall.contacts.note import ContactRecord
from oncall.contacts.waiting import Waiting, fold_waiting
from oncall.languages import FALLBACK_LANGUAGE
from oncall.rota.model import PersonId


class Via(StrEnum):
    """How a leg is rung: inside the caller's own <Dial>, or by a call of ours to a waiting queue."""

    DIAL = "dial"
    CALL = "call"


class CallerPlace(StrEnum):
    """Where we last sent the caller."""

    ARRIVED = "arrived"
    DIALLED = "dialled"  # hears one phone ring; the carrier holds this state
    QUEUED = "queued"
    OFFERED = "offered"  # hears who the last resort is
    PASSED_ON = "passed_on"  # is put through to the last resort
    TOLD = "told"  # has heard that the team is being alerted
    CUT_OFF = "cut_off"  # hears "press 1 if you were cut off"


class FollowUp(StrEnum):
    """Whether somebody must still come back to the family."""

    WAITING = "waiting"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class WaveSpec:
    """A wave as the call's first entry stored it."""

    after: int
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WaveStart:
    """A wave's people were looked up and rung."""

    round: int
    wave: int
    at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class Leg:
    """One phone being rung for a contact."""

    id: str
    target: str  # a staff key, or number:<id>
    person: PersonId | None  # None: a fixed number of the team
    via: Via
    wave: int
    round: int
    rung_at: datetime
    timeout: int  # seconds for which it rings
    sids: tuple[str, ...] = ()  # the carrier's names for it; two where an order was taken twice
    refused_at: datetime | None = None
    refused_by: str = ""  # "number": this number cannot be called; "carrier": no call can be placed now
    ringing_at: datetime | None = None
    answered_at: datetime | None = None
    accepted_at: datetime | None = None  # 1 was pressed
    declined_at: datetime | None = None
    bridged_at: datetime | None = None
    ended_at: datetime | None = None  # None while one of its names may still be ringing
    status: str = ""  # the carrier's last word: completed, busy, no-answer, failed, canceled
    claimed_at: datetime | None = None
    claim_round: int = 0  # 0: no claim was granted
    claim_refused: bool = False
    withdrawn_at: datetime | None = None
    released_at: datetime | None = None
    released_sids: tuple[str, ...] = ()  # what has been, or is being, ended at the carrier

    @property
    def known_to_carrier(self) -> bool:
        """Whether the carrier has shown in any way that it has this leg."""
        return bool(self.sids or self.ringing_at or self.answered_at or self.accepted_at)

    @property
    def refused(self) -> bool:
        """Whether it will never ring: a refusal is void once the carrier shows the leg after all."""
        return self.refused_at is not None and not self.known_to_carrier

    @property
    def live(self) -> bool:
        """Whether somebody may still answer it."""
        over = self.ended_at or self.declined_at or self.released_at or self.withdrawn_at
        return not (over or self.claim_refused or self.refused)

    @property
    def open(self) -> bool:
        """Whether it may still exist at the carrier."""
        return self.ended_at is None and not self.refused

    @property
    def holds_claim(self) -> bool:
        """Whether 1 was pressed, the claim was granted, and it still counts."""
        return self.claimed_at is not None and self.withdrawn_at is None

    @property
    def taken_at(self) -> datetime:
        """When the claim was granted; before that, when the leg was rung."""
        return self.claimed_at or self.rung_at

    @property
    def connected(self) -> bool:
        """Whether a human who pressed 1 was confirmed to be bridged: our only meaning of an answer."""
        return self.claimed_at is not None and self.bridged_at is not None


@dataclass(frozen=True)
class Contact:
    """A call or a conversation by text, as its entries tell it."""

    id: str
    received_at: datetime
    entries: tuple[Entry, ...] = field(default=(), repr=False, compare=False)  # as they were given
    caller: str = "unknown"  # known, unknown, withheld
    case: str | None = None
    municipality: str | None = None
    own_therapist: PersonId | None = None
    language: str = FALLBACK_LANGUAGE
    may_call: bool = False
    waves: tuple[WaveSpec, ...] = ()
    deadline: int = 150  # seconds on the ladder's clock after which no further human is tried
    legs: tuple[Leg, ...] = ()
    place: CallerPlace = CallerPlace.ARRIVED
    place_seq: int = 0  # the entry that sent the caller there; part of the addresses handed out
    dialled: str | None = None  # the leg that the caller hears ring
    round: int = 1  # rises with every claim that was lost, and when the caller waits anew
    first_round: int = 1  # of the present wait: later than 1 once the caller was cut off
    waiting_since: datetime | None = None
    ahead: float = 0.0  # seconds by which empty waves have put the ladder's clock forward
    waves_started: tuple[WaveStart, ...] = ()
    queued_at: datetime | None = None  # None: the caller was never in the queue
    queue_joined_at: datetime | None = None  # when the waiting caller was first asked about
    queue_sid: str | None = None  # the carrier's name for the queue; None until the caller is in it
    left_queue: str | None = None  # how the present stay in the queue ended, by the carrier's word
    queue_closed: bool = False
    one_by_one_since: datetime | None = None
    resume_with: PersonId | None = None
    resumed_at: datetime | None = None
    offered: str | None = None  # the municipality whose last resort was offered
    may_record: bool = False  # whether they were offered to leave a message
    promised: bool = False  # whether the caller was told that they will be called back
    declined_last_resort: bool = False  # in the present wait
    handed_over_at: datetime | None = None  # in the present wait
    caller_gone_at: datetime | None = None
    follow_up: FollowUp | None = None
    joined: str | None = None  # the contact whose follow-up stands for this one's
    follow_up_round: int = 0
    acknowledged_by: PersonId | None = None
    by_text: bool = False  # a conversation by text, not a call
    ours: bool = False  # we call the family: agreed on, or placed from a case
    agreed: bool = False  # ... agreed on
    talked_with: PersonId | None = None  # who of us was put through in a call of ours
    replied_by: PersonId | None = None  # who first wrote back to a family that wrote
    replied_at: datetime | None = None
    record: ContactRecord = field(default_factory=ContactRecord)
    last_seq: int = 0

    @cached_property
    def waiting(self) -> Waiting:
        """How the contact waits for a human; folded when first asked for, since most webhooks never ask."""
        return fold_waiting(self.entries)

    def leg(self, leg_id: str) -> Leg | None:
        """Return the leg of that id, or None where the contact has none."""
        return next((leg for leg in self.legs if leg.id == leg_id), None)

    @property
    def claim(self) -> Leg | None:
        """The leg that holds this round's claim, or None."""
        return next((leg for leg in self.legs if leg.holds_claim and leg.claim_round == self.round), None)

    @property
    def conversation(self) -> Leg | None:
        """The last leg that was truly connected, or None."""
        return max(self._talks, key=lambda leg: leg.claim_round, default=None)

    @property
    def joining(self) -> Leg | None:
        """The leg that holds the claim and is still to be connected with the caller, or None."""
        return self.claim if self.claim and not self.claim.bridged_at else None

    @property
    def answered_this_round(self) -> bool:
        """Whether a human has spoken with the caller since they last began to wait."""
        talk = self.conversation
        return talk is not None and talk.claim_round >= self.first_round

    @property
    def named_this_round(self) -> bool:
        """Whether it is known who that was: a fixed number of the team's names nobody."""
        talk = self.conversation
        return self.answered_this_round and talk is not None and talk.person is not None

    @property
    def talking(self) -> bool:
        """Whether a human and the caller are connected now, as far as the carrier has told."""
        talk = self.conversation
        return (
            talk is not None
            and talk.ended_at is None
            and self.caller_gone_at is None
            and self.place not in (CallerPlace.CUT_OFF, CallerPlace.TOLD)
            and self.answered_this_round
        )

    @property
    def over(self) -> bool:
        """Whether the caller is beyond the ladder's reach: gone, or told, or the talk has ended."""
        if self.caller_gone_at is not None or self.place in (CallerPlace.TOLD, CallerPlace.CUT_OFF):
            return True
        # told late of an earlier talk, we may have given the claim to the next already
        return self.answered_this_round and not self.talking and self.joining is None

    def elapsed(self, now: datetime) -> float:
        """Return the seconds on the ladder's clock: waiting time, plus what empty waves skipped."""
        since = self.waiting_since or self.received_at
        return (now - since).total_seconds() + self.ahead

    def instant(self, second: float) -> datetime:
        """Return when the ladder's clock will show `second`."""
        return (self.waiting_since or self.received_at) + timedelta(seconds=second - self.ahead)

    def last_start(self, wave: int) -> datetime | None:
        """Return when the wave was last started since the caller came to this place, in this round."""
        return max(
            (
                start.at
                for start in self.waves_started
                if (start.round, start.wave) == (self.round, wave) and start.seq > self.place_seq
            ),
            default=None,
        )

    @property
    def state(self) -> State:
        """Where the contact stands; see docs/call-states.md."""
        if self.over:
            return self._state_afterwards
        if self.talking:
            return State.CONNECTED
        if self.claim is not None:
            return State.ACCEPTED
        if self.place in (CallerPlace.OFFERED, CallerPlace.PASSED_ON):
            return State.LAST_RESORT
        if self.place is CallerPlace.QUEUED or self.one_by_one_since is not None:
            return State.GATHERING
        return State.RINGING

    @property
    def _state_afterwards(self) -> State:
        if self.follow_up is FollowUp.CLOSED:
            return State.CLOSED
        if self.follow_up is FollowUp.ACKNOWLEDGED:
            return State.ACKNOWLEDGED
        if self.named_this_round:
            return State.ENDED
        if self.ours:
            return State.DUE if self.agreed else State.ENDED if self.talked_with else State.PLACED
        return State.HANDED_OVER if self.handed_over_at or self.answered_this_round else State.WAITING

    @property
    def answered_by(self) -> PersonId | None:
        """The first human whom the family reached and whose name is known, or None."""
        named = (leg for leg in self._talks if leg.person)
        first = min(named, key=lambda leg: leg.claim_round, default=None)
        return first.person if first else self.replied_by or self.talked_with

    @property
    def seconds_to_human(self) -> float | None:
        """Seconds from the call's arrival to the first accepting human, or None: nobody.

        For a text: to the first human's answer.
        """
        first = min(self._talks, key=lambda leg: leg.claim_round, default=None)
        reached_at = first.taken_at if first else self.replied_at
        return (reached_at - self.received_at).total_seconds() if reached_at else None

    @property
    def attention(self) -> int:
        """How much a leader's look is needed: 2 who reached nobody, 1 all others, 0 what is signed off.

        Whom we call waits for nobody, unless a follow-up was opened for it.
        """
        if self.record.reviewed:
            return 0
        waited = not self.ours or self.follow_up_round > 0
        return 2 if waited and self.seconds_to_human is None else 1

    @property
    def escalated(self) -> bool:
        """Whether more than the first step of a ladder was needed."""
        return self.record.asked_further or any(start.wave > 0 for start in self.waves_started)

    @property
    def _talks(self) -> tuple[Leg, ...]:
        return tuple(leg for leg in self.legs if leg.connected)

    @property
    def engaged(self) -> frozenset[PersonId]:
        """The people who count as busy for other calls: their phone rings, or they talk."""
        if self.caller_gone_at is not None:
            return frozenset()
        taken = (leg for leg in self.legs if leg.open and (leg.live or leg.connected))
        return frozenset(leg.person for leg in taken if leg.person)
