"""What must be true of every night, whatever happened in it."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from sqlalchemy import select

from oncall.contacts.contact import Contact
from oncall.contacts.model import State
from oncall.drill.stage import Stage
from oncall.simulator.events import Kind
from oncall.simulator.memories import Bridge
from oncall.simulator.phones import Phone
from oncall.store.outbox import DONE
from oncall.store.tables import JobRow
from oncall.store.verification import verify

FAMILY_WORDS = ("Kari", "Ola", "Liv", "Nils", "Mor", "Far", "MST", "CAN", "Vest")
OF_LATER = ("attend", "next_day", "note_due")  # while a follow-up is open, and for the next day
ENDS = (State.ENDED, State.WAITING, State.HANDED_OVER, State.ACKNOWLEDGED)


def assert_nobody_is_left(contacts: Iterable[Contact]) -> None:
    """Every contact has ended with a named human or an open follow-up, and the journal says nothing else."""
    for contact in contacts:
        assert contact.state in ENDS, f"a contact is still {contact.state}"
        assert contact.caller_gone_at is not None, "a caller counts as being on the line"
        assert contact.answered_by or contact.follow_up, "a caller reached nobody, and nobody knows it"
        assert not contact.engaged, f"{contact.engaged} count as busy after the call"


def assert_all_is_done(stage: Stage) -> None:
    """Nothing is left to be done, and nothing was given up."""
    left = jobs_left(stage)
    assert not left, "\n".join(left)


def jobs_left(stage: Stage) -> list[str]:
    """What is still to be done tonight, or was given up."""
    with stage.service.db.reading() as reading:
        rows = reading.conn.execute(select(JobRow.key, JobRow.kind, JobRow.state, JobRow.last_error)).all()
    left = [row for row in rows if row.state != DONE and row.kind not in OF_LATER]
    return [f"{row.key} is {row.state}: {row.last_error}" for row in left]


def assert_only_who_pressed_1_was_bridged(stage: Stage, staff: Sequence[Phone]) -> None:
    """No voicemail and no pocket has ever had a caller."""
    pressed = [event for event in stage.carrier.events if event.kind is Kind.PRESSED and event.detail == "1"]
    for phone in staff:
        for bridge in [each for call in phone.calls if not call.outgoing for each in call.bridges]:
            keys = [event for event in pressed if event.sid == bridge.call_sid and event.at <= bridge.start]
            assert keys, f"{phone} was bridged without having pressed 1"


def assert_nobody_was_bridged_twice(phones: Iterable[Phone]) -> None:
    """Whoever spoke with somebody spoke with nobody else at that time."""
    for phone in phones:
        for one, other in pairwise(phone.bridges):
            assert not _overlap(one, other), f"{phone} was bridged with two people at once"


def assert_journal_tells_who_spoke(contacts: Iterable[Contact], staff: Sequence[Phone]) -> None:
    """A contact is called answered only where the two could hear each other."""
    for contact in contacts:
        for leg in [leg for leg in contact.legs if leg.connected]:
            bridges = [bridge for phone in staff for bridge in phone.bridges]  # a phone may forward
            spoke = [bridge for bridge in bridges if bridge.call_sid in leg.sids]
            assert spoke, f"the journal says that {leg.person} answered, and nobody heard it"


def assert_nothing_was_given_away(stage: Stage, staff: Sequence[Phone]) -> None:
    """Nobody but staff read a label, and nobody at all heard or read a name or a number."""
    numbers = set(staff_numbers := {phone.number for phone in staff})
    numbers |= set(stage.carrier.phones)
    secret = re.compile("|".join([rf"\b{word}\b" for word in FAMILY_WORDS] + [re.escape(n) for n in numbers]))
    label = re.compile(r"V-\d")
    for phone in stage.carrier.phones.values():
        for heard in phone.heard:
            assert not secret.search(heard.text), f"{phone} heard {heard.text!r}"
            assert not label.search(heard.text), f"{phone} heard {heard.text!r}"
        for text in phone.texts:
            assert not secret.search(text.body), f"{phone} read {text.body!r}"
            assert phone.number in staff_numbers, f"{phone} is no staff, and read {text.body!r}"


def assert_journal_is_whole(stage: Stage) -> None:
    """The chain verifies."""
    with stage.service.db.reading() as reading:
        assert not list(verify(reading))


def _overlap(one: Bridge, other: Bridge) -> bool:
    return one.end is None or other.start < one.end
