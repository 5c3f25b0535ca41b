"""A contact's entries and its columns are written together."""

import pytest

from oncall.alerts.decide import receive
from oncall.alerts.team import Caller
from oncall.contacts.fold import fold
from oncall.contacts.model import Entry, Kind, State, number_entries
from oncall.contacts.projection import project
from oncall.store.contacts.contacts import NewContact, StoredContact, load_contact
from oncall.store.contacts.entries import begin, record
from oncall.store.session import Database
from tests.cast import MOTHER
from tests.scenes.stored import NOW, a_team

CALLER = Caller("known", case="V-014", number=MOTHER)
GONE = Entry(0, NOW, Kind.CALLER_GONE, detail={"status": "completed"})


def begin_call(db: Database, team_id: int) -> StoredContact:
    """A call has come in, and nothing else has happened."""
    with db.writing(team_id) as writing:
        return begin(writing, NewContact("voice", "CA1", CALLER, NOW), (receive(a_team(), CALLER, NOW),))


def load(db: Database, team_id: int, contact_id: str) -> StoredContact:
    """The contact as the database has it."""
    with db.reading() as reading:
        loaded = load_contact(reading, contact_id, team_id)
    assert loaded is not None
    return loaded


def test_a_contact_that_was_begun_is_returned_as_it_is_stored(db: Database, team_id: int) -> None:
    begun = begin_call(db, team_id)

    assert load(db, team_id, begun.id) == begun


def test_the_columns_say_what_the_recorded_entries_come_to(db: Database, team_id: int) -> None:
    begun = begin_call(db, team_id)

    with db.writing(team_id) as writing:
        contact = record(writing, begun, (GONE,))

    loaded = load(db, team_id, begun.id)
    assert contact == fold(begun.id, loaded.entries)
    assert loaded.projection == project(contact)
    assert (begun.projection.state, loaded.projection.state) == (State.RINGING, State.WAITING)
    assert loaded.last_seq == loaded.entries[-1].seq == begun.last_seq + 1


def test_without_entries_nothing_is_recorded(db: Database, team_id: int) -> None:
    begun = begin_call(db, team_id)

    with db.writing(team_id) as writing:
        contact = record(writing, begun, ())

    assert contact == fold(begun.id, begun.entries)
    assert load(db, team_id, begun.id) == begun


def test_a_contact_that_was_folded_without_the_new_entries_is_refused(db: Database, team_id: int) -> None:
    begun = begin_call(db, team_id)

    with pytest.raises(ValueError, match="was folded to"), db.writing(team_id) as writing:
        record(writing, begun, (GONE,), fold(begun.id, begun.entries))

    assert load(db, team_id, begun.id) == begun


def test_a_contact_that_is_folded_already_is_saved_as_it_is(db: Database, team_id: int) -> None:
    begun = begin_call(db, team_id)

    with db.writing(team_id) as writing:
        gone = number_entries((GONE,), writing.seq)
        known = fold(begun.id, (*begun.entries, *gone))
        assert record(writing, begun, gone, known) is known

    assert load(db, team_id, begun.id).projection == project(known)
