"""What a call asks of the database is found by an index, however many contacts there are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from oncall.contacts.search import Cursor, Filters
from oncall.rota.model import PersonId
from oncall.store.contacts.by_case import latest_of_case
from oncall.store.contacts.contacts import busy_people, find_open_or_same, load_contact
from oncall.store.contacts.log import list_contacts, recent_by_number
from oncall.store.families.callers import who_calls
from oncall.store.families.cases import find_owners, load_case
from oncall.store.families.history import current_brief
from oncall.store.jobs.outbox import NewJob, lease_due, overdue_for, put
from oncall.store.prepared import watchers
from oncall.store.session import Database, Reading
from oncall.store.team.history import list_changes
from oncall.store.team.teams import load_team
from tests.cast import MOTHER
from tests.scenes.stored import NOW, a_team

Statements = list[tuple[str, Any]]


@contextmanager
def listening(db: Database) -> Iterator[Statements]:
    statements: Statements = []

    def note(conn: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        statements.append((statement, parameters))

    def note_prepared(statement: str, parameters: Any) -> None:
        note(None, None, statement, tuple(parameters) if isinstance(parameters, list) else parameters)

    watchers.append(note_prepared)
    engines = [db.writer] if db.writer.dialect.name == "postgresql" else [db.writer, db.reader]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield statements
    watchers.remove(note_prepared)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def plan(db: Database, statement: str, parameters: Any) -> str:
    """Return how the database would go about it if its tables were too long to be read."""
    with db.reading() as reading:
        if db.writer.dialect.name == "postgresql":
            reading.conn.execute(text("SET LOCAL enable_seqscan = off"))
            reading.conn.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
            rows = reading.conn.exec_driver_sql("EXPLAIN " + statement, parameters)
            return "\n".join(row[0] for row in rows)
        rows = reading.conn.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)
        return "\n".join(row[3] for row in rows)


QUESTIONS: dict[str, Callable[[Reading], object]] = {
    "open or same": lambda reading: find_open_or_same(reading, 1, "voice", "CA1"),
    "busy people": lambda reading: busy_people(reading, 1, "x"),
    "one contact": lambda reading: load_contact(reading, "x", 1),
    "who calls": lambda reading: who_calls(reading, a_team(), MOTHER, NOW),
    "overdue": lambda reading: overdue_for(reading, "x", NOW),
    "by number": lambda reading: recent_by_number(reading, 1, MOTHER, NOW),
    "a page of the log": lambda reading: list_contacts(reading, 1, before=Cursor(NOW, "x")),
    "open follow-ups": lambda reading: list_contacts(reading, 1, Filters(follow_up=True)),
    "one case": lambda reading: load_case(reading, 1, "x"),
    "its brief": lambda reading: current_brief(reading, 1, "x"),
    "whose number": lambda reading: find_owners(reading, 1, [MOTHER]),
    "the team": lambda reading: load_team(reading, 1),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_by_an_index(db: Database, team_id: int, question: str) -> None:
    with listening(db) as statements, db.reading() as reading:
        QUESTIONS[question](reading)

    plans = [plan(db, *statement) for statement in statements]
    assert plans
    for found in plans:
        assert "Seq Scan" not in found
        assert "SCAN " not in found


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (Filters(), "ix_contact_log"),
        (Filters(is_open=True), "ix_contact_open"),
        (Filters(follow_up=True), "ix_contact_follow_up"),
        (Filters(next_due=True), "ix_contact_next"),
        (Filters(incident=True), "ix_contact_incident"),
        (Filters(case="V-014"), "ix_contact_case"),
    ],
)
def test_a_list_is_read_from_its_index_in_its_own_order(
    db: Database, team_id: int, filters: Filters, index: str
) -> None:
    with listening(db) as statements, db.reading() as reading:
        list_contacts(reading, team_id, filters, Cursor(NOW, "x"))

    found = plan(db, *statements[0])
    if db.writer.dialect.name == "sqlite":  # the other engine goes by how long its tables are
        assert index in found
        assert "ORDER BY" not in found


@pytest.mark.parametrize("urgent_first", [True, False])
def test_few_contacts_are_found_first_whatever_else_is_asked_of_them(
    db: Database, team_id: int, urgent_first: bool
) -> None:
    wanted = Filters(incident=True, answered_by=PersonId("kari"))

    with listening(db) as statements, db.reading() as reading:
        list_contacts(reading, team_id, wanted, urgent_first=urgent_first)

    found = plan(db, *statements[0])
    if db.writer.dialect.name == "sqlite":  # as above
        assert "ix_contact_incident" in found


def test_a_cases_contacts_are_found_without_the_rest_of_the_teams(db: Database, team_id: int) -> None:
    with listening(db) as statements, db.reading() as reading:
        latest_of_case(reading, team_id, "x", 8)

    assert "ix_contact_case" in plan(db, *statements[0])


def test_what_a_case_or_a_team_has_seen_is_found_without_the_entries_of_contacts(
    db: Database, team_id: int
) -> None:
    with listening(db) as statements, db.reading() as reading:
        current_brief(reading, team_id, "x")
        list_changes(reading, team_id)

    of_case, of_team = (plan(db, *statement) for statement in statements if "entry.seq DESC" in statement[0])
    if db.writer.dialect.name == "sqlite":  # as above
        assert "ix_entry_case" in of_case
        assert "ix_entry_note" in of_team


def test_open_contacts_are_found_without_those_that_are_not(db: Database, team_id: int) -> None:
    with listening(db) as statements, db.reading() as reading:
        find_open_or_same(reading, team_id, "voice", "CA1")

    found = plan(db, *statements[0])
    assert "ix_contact_open" in found


def test_due_jobs_are_found_without_those_that_are_done(db: Database) -> None:
    with db.transaction() as transaction:
        put(transaction, [NewJob("ring:leg1", "ring", None, None, NOW)], NOW)

    with listening(db) as statements:
        lease_due(db, NOW, 10, timedelta(seconds=30))

    look, claim = (plan(db, *statement) for statement in statements)
    assert "ix_outbox_due" in look
    assert "ix_outbox_due" in claim
