"""What is stored of a contact, and how the one that a webhook concerns is found."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from oncall.alerts.team import Caller
from oncall.contacts.model import Entry, Kind, State
from oncall.store.contacts.contacts import (
    NewContact,
    busy_people,
    find_open_or_same,
    load_contact,
)
from oncall.store.contacts.rows import append, insert_contact, save_projection
from oncall.store.families.callers import who_calls
from oncall.store.jobs.outbox import NewJob, put
from oncall.store.prepared import watchers
from oncall.store.session import Database
from oncall.store.team.teams import current_team
from tests.cast import KARI, MOTHER, OLA
from tests.scenes.stored import ENDED, NOW, RINGING, a_team, store_call, store_team


@contextmanager
def counting_statements(db: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note_prepared(statement: str, parameters: Any) -> None:
        statements.append(statement)

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    event.listen(db.writer, "before_cursor_execute", note)
    watchers.append(note_prepared)
    try:
        yield statements
    finally:
        watchers.remove(note_prepared)
        event.remove(db.writer, "before_cursor_execute", note)


def receive_call(db: Database, team_id: int, sid: str) -> str:
    """Do what the incoming webhook does; return the contact's id."""
    with db.writing(team_id) as writing:
        team = current_team(writing)
        found = find_open_or_same(writing, team_id, "voice", sid)
        if found.same:
            return found.same
        new = NewContact("voice", sid, who_calls(writing, team, MOTHER, NOW), NOW)
        entries = [Entry(0, NOW, Kind.CALL_RECEIVED), Entry(0, NOW, Kind.LEG_RUNG)]
        key = insert_contact(writing, new, RINGING, len(entries))
        append(writing, new.id, entries, key)
        put(writing, [NewJob(f"{new.id}:wave:1", "tick", team_id, new.id, NOW)], NOW)
        return new.id


def test_a_stored_call_comes_back_with_its_entries_and_its_caller(db: Database, team_id: int) -> None:
    caller = Caller("known", case="V-014", number=MOTHER)

    stored = store_call(db, team_id, caller=caller)

    with db.reading() as reading:
        loaded = load_contact(reading, stored.id, team_id)
    assert loaded is not None
    assert (loaded.number, loaded.case, loaded.known) == (MOTHER, "V-014", "known")
    assert loaded.projection == RINGING
    assert [entry.kind for entry in loaded.entries] == [Kind.CALL_RECEIVED, Kind.LEG_RUNG]
    assert loaded.entries[0].detail == {"words": "pappa er full"}
    assert loaded.last_seq == loaded.entries[-1].seq


def test_twenty_threads_with_one_call_store_it_once(db: Database, team_id: int) -> None:
    with ThreadPoolExecutor(20) as threads:
        contacts = list(threads.map(lambda _: receive_call(db, team_id, "CA77"), range(20)))

    assert len(set(contacts)) == 1
    with db.reading() as reading:
        loaded = load_contact(reading, contacts[0], team_id)
    assert loaded is not None
    assert len(loaded.entries) == 2


def test_many_calls_at_once_leave_no_gap_in_the_chain(db: Database, team_id: int) -> None:
    with ThreadPoolExecutor(8) as threads:
        contacts = list(threads.map(lambda nth: receive_call(db, team_id, f"CA{nth}"), range(40)))

    with db.reading() as reading:
        loaded = [load_contact(reading, contact, team_id) for contact in contacts]
    seqs = sorted(entry.seq for contact in loaded if contact for entry in contact.entries)
    assert seqs == list(range(2, 82))  # 1 is the team's own


def test_an_incoming_call_takes_eight_statements(db: Database, team_id: int) -> None:
    receive_call(db, team_id, "CA0")

    with counting_statements(db) as statements:
        receive_call(db, team_id, "CA1")

    assert len(statements) == 8


def test_a_later_webhook_takes_six_statements(db: Database, team_id: int) -> None:
    contact_id = receive_call(db, team_id, "CA0")

    with counting_statements(db) as statements, db.writing(team_id) as writing:
        current_team(writing)
        contact = load_contact(writing, contact_id, team_id)
        assert contact is not None
        added = append(writing, contact_id, [Entry(0, NOW, Kind.ONE_PRESSED, leg="leg1")], contact.key)
        put(writing, [NewJob(f"{contact_id}:brief", "text", team_id, contact_id, NOW)], NOW)
        save_projection(writing, contact_id, replace(RINGING, state=State.ACCEPTED), added[-1].seq)

    assert len(statements) == 6


def test_a_team_does_not_see_another_teams_contact(db: Database, team_id: int) -> None:
    other = store_team(db, a_team("rogaland", "+4733900002"))
    stored = store_call(db, team_id)

    with db.reading() as reading:
        loaded = load_contact(reading, stored.id, other)
        found = find_open_or_same(reading, other, "voice", "CA-new")
        busy = busy_people(reading, other, other_than="")

    assert loaded is None
    assert found.open == ()
    assert busy == frozenset()


def test_people_engaged_in_other_open_contacts_are_busy(db: Database, team_id: int) -> None:
    first = store_call(db, team_id, "CA1")
    second = store_call(db, team_id, "CA2", projection=replace(RINGING, engaged=frozenset({OLA})))
    store_call(db, team_id, "CA3", projection=replace(ENDED, engaged=frozenset({OLA})))

    with db.reading() as reading:
        busy_for_first = busy_people(reading, team_id, other_than=first.id)
        found = find_open_or_same(reading, team_id, "voice", "CA2")

    assert busy_for_first == {OLA}
    assert found.same == second.id
    assert found.busy == {KARI}


def test_a_withheld_number_leaves_no_number_behind(db: Database, team_id: int) -> None:
    stored = store_call(db, team_id, caller=Caller("withheld"))

    assert stored.number is None
    assert stored.known == "withheld"


def begin_a_call_and_fail(db: Database, team_id: int) -> None:
    with db.writing(team_id) as writing:
        new = NewContact("voice", "CA9", Caller("withheld"), NOW)
        key = insert_contact(writing, new, RINGING, 1)
        append(writing, new.id, [Entry(0, NOW, Kind.CALL_RECEIVED)], key)
        raise RuntimeError("the process dies")


def test_nothing_is_stored_of_a_transaction_that_fails(db: Database, team_id: int) -> None:
    with pytest.raises(RuntimeError):
        begin_a_call_and_fail(db, team_id)

    with db.reading() as reading:
        found = find_open_or_same(reading, team_id, "voice", "CA9")
    with db.writing(team_id) as writing:
        seq = writing.seq
    assert (found.same, seq) == (None, 1)


def test_what_was_read_in_a_transaction_that_came_to_nothing_is_not_remembered(
    db: Database, team_id: int
) -> None:
    call = store_call(db, team_id)

    with suppress(ConnectionError), db.writing(team_id) as writing:
        append(writing, call.id, [Entry(0, NOW, Kind.LEG_RINGING, leg="leg1")], call.key)
        load_contact(writing, call.id, team_id)
        raise ConnectionError

    with db.writing(team_id) as writing:
        append(writing, call.id, [Entry(0, NOW, Kind.LEG_ENDED, leg="leg1")], call.key)
        save_projection(writing, call.id, RINGING, writing.seq)
    with db.reading() as reading:
        stored = load_contact(reading, call.id, team_id)
    assert stored is not None
    assert stored.entries[-1].kind is Kind.LEG_ENDED
