"""A carrier for one call: does what the steps say, and tells of it at once, late or never."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Unpack

from oncall.alerts.decide import decide, due, receive
from oncall.alerts.ladder import Situation
from oncall.alerts.steps import (
    BridgeLeg,
    JoinCaller,
    LeaveQueue,
    OfferLastResort,
    OfferReconnect,
    RingLastResort,
    RingLeg,
    Screen,
    TellAlerted,
    WaitInQueue,
    for_caller,
    for_leg,
    for_waiting,
)
from oncall.alerts.team import Caller, Team
from oncall.contacts.contact import Contact, Via
from oncall.contacts.fold import fold
from oncall.contacts.model import Detail, Entry, Kind, number_entries
from oncall.rota.model import PersonId
from tests.alerts.invariants import MOMENT, check_contact

PLACING = {
    Kind.QUEUED,
    Kind.LAST_RESORT_OFFERED,
    Kind.LAST_RESORT_RUNG,
    Kind.TEAM_ALERTED,
    Kind.CUT_OFF_OFFERED,
}
Act = Callable[[], object]
NUMBER = re.compile(r"\+?\d{8,}")


@dataclass
class AdversePhone:
    """A phone that rings, or is held to an ear."""

    sid: str
    leg: str
    dialled: bool  # inside the caller's own <Dial>
    doing: str = "ringing"  # ringing, screening, joining, talking, over
    until: datetime | None = None  # when the carrier gives up what it is doing


@dataclass(repr=False)
class AdverseCarrier:
    """One call at the carrier, from its arrival to the caller's hanging up."""

    team: Team
    caller: Caller
    now: datetime
    busy: frozenset[PersonId] = frozenset()
    never: frozenset[str] = frozenset()
    entries: list[Entry] = field(default_factory=list)
    where: str = "asking"  # dial, queue, offer, passed_on, told, cut_off, talk, gone
    until: datetime | None = None  # when the carrier gives up where the caller is
    phones: list[AdversePhone] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)  # legs that we have asked for
    releases: list[tuple[str, str]] = field(default_factory=list)  # names of phones, and how
    mail: list[tuple[bool, tuple[Entry, ...]]] = field(default_factory=list)  # told later; whether it asks
    bridged: set[str] = field(default_factory=set)  # legs that were truly connected with the caller
    announced: set[str] = field(default_factory=set)  # legs that the carrier was about to connect
    stay: int = 0  # the decision that sent the caller to the queue, while they are of it
    joined_queue: int = 0
    _sids: Iterator[int] = field(default_factory=lambda: count(1))
    _folded: tuple[int, Contact] | None = None

    def __post_init__(self) -> None:
        """The call has come in."""
        self.entries.extend(number_entries([receive(self.team, self.caller, self.now)], after=0))
        self._tell((), asked=True)

    # ------------------------------------------------------------------ the carrier's doings

    def pass_time(self, seconds: float, *, timers: bool = True) -> None:
        """Time passes; what has run out is ended, and where `timers`, ours fire at their instants."""
        end = self.now + timedelta(seconds=seconds)
        while True:
            moments: list[tuple[datetime, Act]] = [
                (phone.until, partial(self.end, phone, "no-answer")) for phone in self.phones if phone.until
            ]
            if self.where == "queue" and self.until:
                moments.append((self.until, self.poll))
            wake = due(self.contact, self.now) if timers else None
            if wake:
                moments.append((wake, lambda: self._tell(())))
            moment, act = min(moments, key=lambda found: found[0], default=(end, None))
            if act is None or moment > end:
                self.now = max(self.now, end)
                return
            self.now = max(self.now, moment)
            act()

    def answer_order(self, leg: str, how: str) -> None:
        """Our order of a leg is taken or refused, or its answer is lost."""
        self.orders.remove(leg)
        placed = 2 if how == "taken twice" else 1 if how.startswith("taken") else 0
        for _ in range(placed):
            phone = self._start(leg, dialled=False)
            if how in ("taken", "taken twice"):
                self._tell((self._fact(Kind.LEG_PLACED, leg, sid=phone.sid),))
        if how in ("bad number", "refused", "taken though refused"):
            by = "number" if how == "bad number" else "carrier"
            self._tell((self._fact(Kind.LEG_REFUSED, leg, by=by),))

    def pick_up(self, phone: AdversePhone) -> None:
        """Somebody, or a voicemail, has picked up, and hears what `for_leg` says."""
        self._tell((self._fact(Kind.LEG_ANSWERED, phone.leg, sid=phone.sid),))
        self._obey(phone)

    def press(self, phone: AdversePhone, key: Kind) -> None:
        """A key is pressed."""
        self._tell((self._fact(key, phone.leg, sid=phone.sid),))
        self._obey(phone)

    def join(self, phone: AdversePhone, *, told: str = "at once") -> None:
        """The carrier takes the caller from the queue to the phone, and tells so, or fails to."""
        self._connect(phone)
        fact = self._fact(Kind.LEG_BRIDGED, phone.leg)
        if told == "late":
            self.mail.append((False, (fact,)))
        elif told == "at once":
            self._tell((fact,))

    def miss(self, phone: AdversePhone) -> None:
        """The carrier is about to connect the caller, who hangs up in that moment."""
        self.announced.add(phone.leg)
        self._tell((self._fact(Kind.LEG_BRIDGED, phone.leg),))
        self.hang_up()
        self.end(phone, "completed")

    def end(self, phone: AdversePhone, status: str) -> None:
        """A phone is hung up, or rings no longer; a caller who was there is asked about."""
        was, phone.doing, phone.until = phone.doing, "over", None
        with_caller = self.where == "talk" and was == "talking"
        ended = self._fact(Kind.LEG_ENDED, phone.leg, status=status, sid=phone.sid)
        if phone.dialled and self.where in ("dial", "talk"):
            bridged = (self._fact(Kind.LEG_BRIDGED, phone.leg),) if was == "talking" else ()
            self._mail(phone, Kind.LEG_ENDED, status=status)
            self._tell((*bridged, ended), asked=True)
        elif with_caller:
            self.mail.append((False, (ended,)))
            self._leave_queue(bridged=True)
        elif was == "joining":
            self._tell((self._fact(Kind.LEG_ENDED, phone.leg, status="completed", sid=phone.sid),))
        else:
            self.mail.append((False, (ended,)))

    def release(self, index: int) -> None:
        """What was ordered to be ended is ended, however late the order comes."""
        sid, _ = self.releases.pop(index)
        for phone in self.phones:
            if phone.sid == sid and phone.doing != "over":
                self.end(phone, "canceled")

    def deliver(self, index: int) -> None:
        """Something told late arrives."""
        asks, facts = self.mail.pop(index)
        self._tell(facts, asked=asks)

    def poll(self) -> None:
        """The waiting caller's document has ended, and the next one is asked for."""
        joined: tuple[Entry, ...] = ()
        if self.joined_queue != self.contact.place_seq:
            self.joined_queue = self.contact.place_seq
            joined = (self._fact(Kind.QUEUE_JOINED, queue="QU1"),)
        self._tell(joined)
        step = for_waiting(self.contact, self.now)
        if isinstance(step, LeaveQueue):
            assert self.contact.joining is None, "the caller leaves while somebody holds the claim"
            self._leave_queue(bridged=False)
        else:
            self.until = self.now + timedelta(seconds=9)

    def hang_up(self) -> None:
        """The caller hangs up: the carrier ends their <Dial>, and tells so twice."""
        gone = self._fact(Kind.CALLER_GONE)
        self.mail.append((False, (gone,)))
        was, self.where, self.until = self.where, "gone", None
        talked = False
        for phone in self.phones:
            if phone.doing == "talking" or (phone.dialled and phone.doing != "over"):
                bridged = phone.doing == "talking"
                talked = talked or bridged
                phone.doing, phone.until = "over", None
                ended = self._fact(Kind.LEG_ENDED, phone.leg, status="canceled", sid=phone.sid)
                if phone.dialled:
                    facts = (self._fact(Kind.LEG_BRIDGED, phone.leg),) if bridged else ()
                    self.mail.append((True, (*facts, ended, gone)))
                else:
                    self.mail.append((False, (ended,)))
        if self.stay and was in ("queue", "talk"):
            self.mail.append((True, (self._fact(Kind.QUEUE_LEFT, stay=self.stay, bridged=talked), gone)))

    def resume(self) -> None:
        """The caller, cut off, presses 1."""
        talk = self.contact.conversation
        self._tell((Entry(0, self.now, Kind.RESUMED, actor=talk.person if talk else None),), asked=True)

    def _leave_queue(self, *, bridged: bool) -> None:
        self._tell((self._fact(Kind.QUEUE_LEFT, stay=self.stay, bridged=bridged),), asked=True)

    def _end_last_resort(self, *, bridged: bool) -> None:
        self._tell((self._fact(Kind.LAST_RESORT_ENDED, bridged=bridged),), asked=True)

    # ------------------------------------------------------------------ to the end

    def settle(self, *, patient: bool) -> None:
        """All goes well at the carrier from now on, but nobody answers: the call must end by itself."""
        limit = self.now + timedelta(minutes=40)
        if not patient and self.where != "gone":
            self.hang_up()
        while self.where != "gone" or self.mail or self.releases or self._still_busy():
            assert self.now < limit, f"the caller is left {self.where}, {self.contact.state}"
            while self.mail:
                self.deliver(0)
            while self.orders:
                self.answer_order(self.orders[0], "taken")
            while self.releases:
                self.release(0)
            match self.where:
                case "offer":
                    self._tell((), asked=True)
                case "passed_on":
                    self._end_last_resort(bridged=False)
                case "told" | "cut_off":
                    self.hang_up()
            for phone in self.phones:
                if phone.doing == "talking":
                    self.end(phone, "completed")
            self.pass_time(5)

    def _still_busy(self) -> bool:
        wake = due(self.contact, self.now)
        return wake is not None or any(phone.doing != "over" for phone in self.phones)

    # ------------------------------------------------------------------ what is told, and what is asked

    @property
    def contact(self) -> Contact:
        """The call as the entries tell it."""
        if self._folded is None or self._folded[0] != len(self.entries):
            self._folded = (len(self.entries), fold("c1", self.entries))
        return self._folded[1]

    def _tell(self, facts: Iterable[Entry], *, asked: bool = False) -> None:
        self.now += MOMENT
        for fact in facts:
            self.entries.append(replace(fact, at=self.now, seq=self.entries[-1].seq + 1))
        situation = Situation(self.team, self.busy, self.never)
        before = self.contact
        decided = decide("c1", self.entries, situation, self.now, asked=asked)
        self.entries += decided
        for entry in decided:
            self._carry_out(entry)
        if asked and self.where != "gone":
            self._place_caller(before, decided)
        self._check(decided, situation)

    def _carry_out(self, entry: Entry) -> None:
        match entry.kind:
            case Kind.LEG_RUNG if entry.detail["via"] == Via.CALL:
                self.orders.append(str(entry.leg))
            case Kind.LEG_RELEASED:
                sids = entry.detail["sids"]
                assert isinstance(sids, list)
                self.releases += [(sid, str(entry.detail["how"])) for sid in sids]

    def _place_caller(self, before: Contact, decided: Iterable[Entry]) -> None:
        placing = [
            entry
            for entry in decided
            if entry.kind in PLACING or (entry.kind is Kind.LEG_RUNG and entry.detail["via"] == Via.DIAL)
        ]
        if not before.caller_gone_at and self.where != "told":
            assert len(placing) == 1, f"not one decision about the caller: {placing}"
        self.until, self.stay = None, 0
        match for_caller(self.contact):
            case RingLeg(leg):
                self.where = "dial"
                self._start(leg.id, dialled=True, timeout=leg.timeout + 5)
            case WaitInQueue():
                self.where, self.until = "queue", self.now + MOMENT
                self.stay = self.contact.place_seq
            case OfferLastResort():
                self.where = "offer"
            case RingLastResort():
                self.where = "passed_on"
            case TellAlerted():
                self.where = "told"
            case OfferReconnect():
                self.where = "cut_off"
            case _:
                self.hang_up()

    def _start(self, leg: str, *, dialled: bool, timeout: int = 60) -> AdversePhone:
        until = self.now + timedelta(seconds=timeout)
        phone = AdversePhone(f"{'D' if dialled else 'C'}{next(self._sids)}", leg, dialled, until=until)
        self.phones.append(phone)
        return phone

    def _obey(self, phone: AdversePhone) -> None:
        """The phone does what `for_leg` says; its leg may have ended while we were asked."""
        if phone.doing == "over":
            return
        leg = self.contact.leg(phone.leg)
        assert leg is not None
        match for_leg(self.contact, leg):
            case Screen():
                phone.doing, phone.until = "screening", self.now + timedelta(seconds=8)
            case BridgeLeg() if self.where == "dial":
                self._connect(phone)
            case JoinCaller(patience):
                phone.doing, phone.until = "joining", self.now + timedelta(seconds=patience + 5)
            case _:
                self.end(phone, "completed")

    def _connect(self, phone: AdversePhone) -> None:
        assert not any(other.doing == "talking" for other in self.phones), "two people with one caller"
        phone.doing, phone.until = "talking", None
        self.where, self.until = "talk", None
        self.bridged.add(phone.leg)

    def _mail(self, phone: AdversePhone, kind: Kind, **detail: Unpack[Detail]) -> None:
        detail["sid"] = phone.sid
        self.mail.append((False, (self._fact(kind, phone.leg, **detail),)))

    def _fact(self, kind: Kind, leg: str | None = None, **detail: Unpack[Detail]) -> Entry:
        return Entry(0, self.now, kind, leg, None, detail)

    # ------------------------------------------------------------------ what must always hold

    def _check(self, decided: tuple[Entry, ...], situation: Situation) -> None:
        contact = self.contact
        check_contact(contact, self.entries, situation, self.now)
        pressed = {entry.leg for entry in self.entries if entry.kind is Kind.ONE_PRESSED}
        for leg in contact.legs:
            confirmed = leg.id in pressed & (self.bridged | self.announced)
            assert not leg.connected or confirmed, "connected without a human"
        for entry in decided:
            assert not NUMBER.search(json.dumps(dict(entry.detail))), "a number in an entry"
