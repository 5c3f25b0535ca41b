"""The schema is what the code expects, however old the database is and whoever asks first."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, func, select, text
from sqlalchemy.exc import DBAPIError

import oncall.store.refused_codes
import oncall.store.tables.accounts
import oncall.store.tables.contacts
import oncall.store.tables.families
import oncall.store.tables.jobs
import oncall.store.tables.journal
import oncall.store.tables.privacy
import oncall.store.tables.rota
import oncall.store.tables.sign_in
import oncall.store.tables.team  # noqa: F401 - and so do these
from oncall.store.engines import connect_to_write, read_address
from oncall.store.entry_hash import Place, hash_entry
from oncall.store.journal import read_notes
from oncall.store.session import GENESIS, migrate, open_database
from oncall.store.tables import Base
from oncall.store.tables.families import CaseRow
from oncall.store.tables.rota import OverrideRow
from oncall.store.verification import Damage, verify
from tests.store.examples import a_keyring

HEX = "0" * 32

# One row for each table, as the revision that made the table would have stored it.
ROWS: Mapping[str, tuple[tuple[str, Mapping[str, Any]], ...]] = {
    "0001": (
        (
            "team",
            {
                "id": 1,
                "slug": "v",
                "name": "V",
                "zone": "UTC",
                "language": "nb",
                "on_call": True,
                "data_key": b"k",
                "settings": b"s",
            },
        ),
        ("line", {"digest": "d", "team_id": 1}),
        (
            "staff",
            {
                "team_id": 1,
                "key": "kari",
                "name": b"n",
                "phone": b"p",
                "language": "nb",
                "roles": "[]",
                "on_call": True,
                "present": True,
            },
        ),
        (
            "override",
            {"team_id": 1, "tier": "duty", "id": "o", "position": 0, "person": "kari", "start": 1, "end": 2},
        ),
        ("absence", {"team_id": 1, "id": "a", "person": "kari", "start": 1, "end": 2}),
    ),
    "0002": (
        ("family_case", {"id": HEX, "team_id": 1, "label": "V-1", "phase": "active", "data_key": b"k"}),
        (
            "member",
            {
                "id": HEX,
                "team_id": 1,
                "case_id": HEX,
                "position": 0,
                "name": b"n",
                "relation": "parent",
                "language": "nb",
            },
        ),
        (
            "member_number",
            {
                "id": HEX,
                "team_id": 1,
                "member_id": HEX,
                "position": 0,
                "number": b"n",
                "may_call": "yes",
                "may_text": "no",
                "may_voicemail": "not asked",
            },
        ),
        ("number_index", {"team_id": 1, "digest": "d", "member_number_id": HEX}),
    ),
    "0003": (
        (
            "contact",
            {
                "id": HEX,
                "team_id": 1,
                "channel": "voice",
                "sid": "CA1",
                "caller": "known",
                "case_id": HEX,
                "started_at": 1,
                "state": "ringing",
                "is_open": True,
                "follow_up": False,
                "engaged": "[]",
                "last_seq": 1,
            },
        ),
        ("contact_index", {"team_id": 1, "digest": "d", "contact_id": HEX}),
        (
            "chain_head",
            {"chain": "team:1", "team_id": 1, "seq": 1, "hash": b"h", "version": 0, "data_key": b"k"},
        ),
        (
            "entry",
            {
                "chain": "team:1",
                "seq": 1,
                "team_id": 1,
                "contact_id": HEX,
                "at": 1,
                "kind": "k",
                "batch": 1,
                "hash": b"h",
            },
        ),
    ),
    "0004": (
        (
            "outbox",
            {
                "key": "j",
                "kind": "ring",
                "team_id": 1,
                "contact_id": HEX,
                "payload": "{}",
                "due_at": 1,
                "attempts": 0,
                "state": "pending",
            },
        ),
        ("heartbeat", {"process": "c", "kind": "clock", "at": 1}),
    ),
    "0005": (
        (
            "account",
            {
                "id": 1,
                "team_id": 1,
                "staff_key": "kari",
                "email": "kari@example.no",
                "active": False,
                "fs_uniquifier": "f",
            },
        ),
    ),
}


def revisions() -> list[str]:
    config = Config()
    config.set_main_option("script_location", "oncall:migrations")
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


def fill(connection: Connection, revision: str) -> None:
    if revision not in ROWS:
        return
    schema = MetaData()
    schema.reflect(connection)
    for table, row in ROWS[revision]:
        connection.execute(schema.tables[table].insert(), row)


def count_rows(connection: Connection) -> dict[str, int]:
    schema = MetaData()
    schema.reflect(connection)
    return {
        name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in schema.tables.items()
    }


def test_the_migrated_schema_is_what_the_code_expects(database_url: str) -> None:
    engine = connect_to_write(read_address(database_url), 1)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)

    engine.dispose()
    assert differences == []


def test_every_step_keeps_what_was_stored_before_it(empty_database_url: str) -> None:
    engine = connect_to_write(read_address(empty_database_url), 1)

    for revision in revisions():
        migrate(empty_database_url, revision, a_keyring())
        with engine.begin() as connection:
            fill(connection, revision)

    with engine.connect() as connection:
        counts = count_rows(connection)
        closed_on = connection.scalar(text("SELECT closed_on FROM account"))
    engine.dispose()
    assert closed_on is not None
    assert all(counts[table] == 1 for rows in ROWS.values() for table, _ in rows)


def test_what_stood_in_the_clear_is_veiled_and_the_journal_still_proves_itself(
    empty_database_url: str,
) -> None:
    keyring = a_keyring()
    key = keyring.new_key()
    old = Place("team:1", 1, 1, None, None, 5, "team_changed", None, "kari", None, 1)
    sealed = key.seal(b'{"version":1}', old.spell())
    whole = hash_entry(GENESIS, old.spell(), sealed)
    broken = old._replace(seq=2, actor="ola")
    written = [(old, sealed, whole), (broken, None, b"h" * 32)]
    migrate(empty_database_url, "0008")
    engine = connect_to_write(read_address(empty_database_url), 1)
    with engine.begin() as connection:
        for revision in ("0001", "0002"):
            fill(connection, revision)
        schema = MetaData()
        schema.reflect(connection)
        head = {"chain": "team:1", "team_id": 1, "seq": 2, "hash": b"h" * 32, "version": 1}
        connection.execute(schema.tables["chain_head"].insert(), {**head, "data_key": key.wrapped})
        for place, detail, hash_ in written:
            row = {**place._asdict(), "detail": detail, "hash": hash_}
            connection.execute(schema.tables["entry"].insert(), row)
    engine.dispose()

    migrate(empty_database_url, keyring=keyring)

    database = open_database(empty_database_url, keyring)
    with database.reading() as reading:
        person = reading.conn.scalar(select(OverrideRow.person))
        label = reading.conn.scalar(select(CaseRow.label))
        (note, *_) = read_notes(reading, "team:1", at_most=1)
        damage = [(finding.seq, finding.damage) for finding in verify(reading, "team:1")]
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as transaction:
        transaction.conn.execute(text("DELETE FROM entry"))
    database.close()
    assert (person, label) == ("kari", "V-1")
    assert (note.actor, note.detail) == ("kari", {"version": 1})
    assert damage == [(2, Damage.CHANGED)]


def test_migrating_again_changes_nothing(database_url: str) -> None:
    engine = connect_to_write(read_address(database_url), 1)
    with engine.begin() as connection:
        for revision in revisions():
            fill(connection, revision)

    migrate(database_url)

    with engine.connect() as connection:
        counts = count_rows(connection)
    engine.dispose()
    assert counts["entry"] == 1


def test_several_processes_may_migrate_at_once(empty_database_url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: migrate(empty_database_url), range(4)))

    engine = connect_to_write(read_address(empty_database_url), 1)
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    assert revision == revisions()[-1]


def test_a_step_that_fails_leaves_the_schema_as_it_was(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = connect_to_write(read_address(empty_database_url), 1)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE heartbeat (process TEXT)")  # in the way of the fourth step

    with pytest.raises(Exception, match="heartbeat"):
        migrate(empty_database_url)

    with engine.connect() as connection:
        tables = count_rows(connection)
    engine.dispose()
    assert set(tables) == {"heartbeat"}
