"""Whatever is claimed to have happened, however impossible, no call is lost in our books."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from oncall.alerts.decide import decide, due, receive
from oncall.alerts.ladder import Situation
from oncall.alerts.steps import LeaveQueue, for_caller, for_waiting
from oncall.alerts.team import Caller
from oncall.contacts.contact import CallerPlace, Contact
from oncall.contacts.fold import fold
from oncall.contacts.model import FACTS, Detail, Entry, Kind, number_entries
from tests.alerts.invariants import check_contact
from tests.scenes.call import HORTEN, KNOWN_CALLER, LARVIK, NIGHT, build_team, is_settled

LONGEST_WAIT = timedelta(minutes=20)
PACE = timedelta(seconds=25)

told = st.tuples(
    st.floats(0, 30),  # seconds since what was told before
    st.sampled_from([*sorted(FACTS - {Kind.CALLER_GONE}), Kind.RESUMED]),
    st.integers(1, 9),  # the leg that it is said of; it need not exist
    st.sampled_from([None, "CA1", "CA2"]),
    st.booleans(),  # whether the carrier asks what the caller shall hear next
)


@dataclass
class Books:
    """A call of which anything may be told."""

    situation: Situation
    caller: Caller = KNOWN_CALLER
    entries: list[Entry] = field(default_factory=list)

    def __post_init__(self) -> None:
        """The call has come in."""
        self.now = NIGHT
        self.entries.extend(number_entries([receive(self.situation.team, self.caller, self.now)], after=0))
        self.note(asked=True)

    @property
    def contact(self) -> Contact:
        """The call as its entries tell it."""
        return fold("c1", self.entries)

    def note(self, *facts: Entry, asked: bool = False) -> None:
        """The facts are noted with all that follows, and everything holds that must always hold."""
        for fact in facts:
            self.entries.append(replace(fact, seq=self.entries[-1].seq + 1))
        self.entries += decide("c1", self.entries, self.situation, self.now, asked=asked)
        check_contact(self.contact, self.entries, self.situation, self.now)

    def believe(self, history: list[tuple[float, Kind, int, str | None, bool]]) -> None:
        """All of it is told, in this order."""
        for seconds, kind, leg, sid, asked in history:
            self.now += timedelta(seconds=seconds)
            if kind is Kind.RESUMED and self.contact.place is not CallerPlace.CUT_OFF:
                continue
            detail: Detail = {"bridged": True, "by": "carrier", "queue": "QU1"}
            self.note(
                Entry(0, self.now, kind, str(leg), None, {**detail, "sid": sid} if sid else detail),
                asked=asked,
            )

    def come_to_rest(self) -> None:
        """The carrier does from now on what it is told, and nobody answers, until the caller is told."""
        while self.contact.place not in (CallerPlace.TOLD, CallerPlace.CUT_OFF):
            assert self.now - NIGHT < timedelta(hours=1) + LONGEST_WAIT, for_caller(self.contact)
            wake = due(self.contact, self.now)
            self.now = min(wake, self.now + PACE) if wake else self.now + PACE
            waits = self.contact.place is CallerPlace.QUEUED
            talk = self.contact.conversation
            if talk and self.contact.talking:
                self.note(Entry(0, self.now, Kind.LEG_ENDED, talk.id))
            self.note()
            self.note(asked=not waits or isinstance(for_waiting(self.contact, self.now), LeaveQueue))


situations = st.builds(
    Situation,
    team=st.sampled_from([build_team(municipalities=towns) for towns in ((), (HORTEN,), (LARVIK,))]),
    busy=st.frozensets(st.sampled_from(["kari", "ola", "liv", "nils"])),
)


@given(situations, st.lists(told, max_size=60))
def test_a_patient_caller_is_never_forgotten(
    situation: Situation, history: list[tuple[float, Kind, int, str | None, bool]]
) -> None:
    books = Books(situation)
    books.believe(history)

    books.come_to_rest()

    assert books.contact.answered_this_round or books.contact.follow_up


@given(situations, st.lists(told, max_size=60))
def test_a_caller_who_goes_leaves_a_human_or_a_follow_up(
    situation: Situation, history: list[tuple[float, Kind, int, str | None, bool]]
) -> None:
    books = Books(situation)
    books.believe(history)

    books.note(Entry(0, books.now, Kind.CALLER_GONE))
    while wake := due(books.contact, books.now):
        books.now = wake
        books.note()

    contact = books.contact
    assert is_settled(contact)
    assert contact.answered_this_round or contact.follow_up
    assert contact.engaged == frozenset()
