"""How an entry gets into the journal, and stays as it was."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from oncall.contacts.model import Entry, Kind
from oncall.store.contacts.contacts import load_contact
from oncall.store.contacts.rows import append
from oncall.store.journal.entries import Note, append_notes, read_notes
from oncall.store.journal.hashing import EntryHeader
from oncall.store.journal.verification import verify
from oncall.store.privacy.erasure import erase_loose
from oncall.store.session import OPERATOR, Database, reads_chain, team_chain
from tests.scenes.stored import ENDED, NOW, a_case, a_team, store_call, store_team


def test_what_moves_from_one_column_to_the_next_is_encoded_otherwise() -> None:
    header = EntryHeader("team:1", 1, 1, None, None, 5, "leg_rung", "12", "3", None, 1)

    moved = header._replace(leg="1", actor="23")

    assert header.encode() != moved.encode()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET kind = 'closed' WHERE seq = 1",
        "DELETE FROM entry WHERE seq = 1",
        "DELETE FROM entry",
    ],
)
def test_the_database_refuses_to_change_or_delete_an_entry(
    db: Database, team_id: int, statement: str
) -> None:
    with pytest.raises(DatabaseError, match="append-only"), db.transaction() as transaction:
        transaction.conn.execute(text(statement))


def test_sqlite_refuses_to_replace_an_entry(db: Database, team_id: int) -> None:
    if db.writer.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no INSERT OR REPLACE")

    with pytest.raises(DatabaseError, match="append-only"), db.transaction() as transaction:
        transaction.conn.execute(text("INSERT OR REPLACE INTO entry SELECT * FROM entry"))


def test_postgresql_refuses_to_truncate_the_journal(db: Database, team_id: int) -> None:
    if db.writer.dialect.name != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")

    with pytest.raises(DatabaseError, match="append-only"), db.transaction() as transaction:
        transaction.conn.execute(text("TRUNCATE entry"))


def test_entries_of_one_transaction_are_one_batch(db: Database, team_id: int) -> None:
    first = store_call(db, team_id, "CA1")
    with db.writing(team_id) as writing:
        append(writing, first.id, [Entry(0, NOW, Kind.LEG_RINGING, leg="leg1")], first.key)
        append(writing, first.id, [Entry(0, NOW, Kind.LEG_ANSWERED, leg="leg1")], first.key)

    with db.reading() as reading:
        loaded = load_contact(reading, first.id, team_id)

    assert loaded is not None
    assert [(entry.seq, entry.batch) for entry in loaded.entries] == [(2, 2), (3, 2), (4, 4), (5, 4)]


def test_one_event_of_a_contact_is_stored_once(db: Database, team_id: int) -> None:
    call = store_call(db, team_id)  # its first entry has the event key "incoming"
    again = Entry(0, NOW, Kind.CALL_RECEIVED, event_key="incoming")

    with pytest.raises(IntegrityError), db.writing(team_id) as writing:
        append(writing, call.id, [again], call.key)


def test_a_decision_that_was_numbered_for_another_moment_is_not_appended(db: Database, team_id: int) -> None:
    call = store_call(db, team_id)
    stale = Entry(2, NOW, Kind.CLAIM_GRANTED, leg="leg1")

    with pytest.raises(ValueError, match="would be number"), db.writing(team_id) as writing:
        append(writing, call.id, [stale], call.key)

    assert call.last_seq == 3


def test_an_unknown_kind_of_a_later_version_is_read_as_a_text(db: Database, team_id: int) -> None:
    call = store_call(db, team_id, projection=ENDED)
    with db.writing(team_id) as writing:
        erase_loose(writing, [call.id], NOW, "liv")

    with db.reading() as reading:
        loaded = load_contact(reading, call.id, team_id)

    assert loaded is not None
    assert (loaded.entries[-1].kind, loaded.entries[-1].actor) == ("contact_erased", "liv")


def test_notes_come_back_in_order_from_the_chain_they_were_put_on(db: Database, team_id: int) -> None:
    with db.operating() as operating:
        append_notes(operating, [Note(NOW, "unknown_line", detail={"line": "none of ours"})])
    with db.noting_reads(team_id) as noting:
        append_notes(noting, [Note(NOW, "case_read", "kari"), Note(NOW, "case_read", "ola")])

    with db.reading() as reading:
        operators = read_notes(reading, OPERATOR)
        reads = read_notes(reading, reads_chain(team_id), after=1)
        of_team = read_notes(reading, team_chain(team_id))

    assert [(note.kind, note.detail) for note in operators] == [("unknown_line", {"line": "none of ours"})]
    assert [(note.seq, note.actor) for note in reads] == [(2, "ola")]
    assert [note.kind for note in of_team] == ["team_changed"]


def test_noting_a_read_does_not_wait_for_a_call(db: Database, team_id: int) -> None:
    if db.writer.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")

    with db.writing(team_id), db.noting_reads(team_id) as noting:
        append_notes(noting, [Note(NOW, "case_read", "kari")])

    with db.reading() as reading:
        assert len(read_notes(reading, reads_chain(team_id))) == 1


def test_calls_of_two_teams_do_not_wait_for_each_other(db: Database, team_id: int) -> None:
    if db.writer.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    other = store_team(db, a_team("rogaland", "+4733900002"))

    with db.writing(team_id):
        stored = store_call(db, other)

    assert stored.team_id == other


def test_reading_does_not_wait_for_a_call_and_sees_what_was_before(db: Database, team_id: int) -> None:
    call = store_call(db, team_id)

    with db.writing(team_id) as writing:
        append(writing, call.id, [Entry(0, NOW, Kind.LEG_RINGING)], call.key)
        with db.reading() as reading:
            loaded = load_contact(reading, call.id, team_id)

    assert loaded is not None
    assert len(loaded.entries) == 2


def test_writing_while_reading_fails(db: Database, team_id: int) -> None:
    with pytest.raises(DatabaseError), db.reading() as reading:
        reading.conn.execute(text("DELETE FROM contact_index"))


def test_a_chain_written_by_many_threads_verifies(db: Database, team_id: int) -> None:
    other = store_team(db, a_team("rogaland", "+4733900002"), [a_case("R-001")])

    with ThreadPoolExecutor(8) as threads:
        list(
            threads.map(
                lambda nth: store_call(
                    db, (team_id, other)[nth % 2], f"CA{nth}", at=NOW + timedelta(seconds=nth)
                ),
                range(40),
            )
        )

    with db.reading() as reading:
        assert list(verify(reading)) == []
