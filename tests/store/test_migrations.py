"""The schema is what the code expects, however old the database is and whoever asks first."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

import oncall.store.line.refused_codes
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
from oncall.store.journal.entries import read_notes
from oncall.store.journal.hashing import EntryHeader, hash_entry
from oncall.store.journal.verification import Damage, verify
from oncall.store.schema import migrate, migrations
from oncall.store.session import GENESIS, open_database
from oncall.store.tables import Base
from oncall.store.tables.families import CaseRow
from oncall.store.tables.rota import OverrideRow
from tests.scenes.stored import a_keyring

HEX = "0" * 32

# What Flask-Security brought and nothing uses. The version before still reads it: a migration may drop it
# when that version runs nowhere any more.
UNUSED_COLUMNS = {
    "account": {"username", "confirmed_at", "last_login_at", "current_login_at", "last_login_ip"}
    | {"current_login_ip", "login_count", "tf_primary_method", "tf_totp_secret", "tf_phone_number"}
    | {"us_totp_secrets", "us_phone_number", "mf_recovery_codes", "create_datetime", "update_datetime"},
    "account_passkey": {"extensions", "usage", "create_datetime"},
    "account_role": {"id", "name", "description", "permissions", "update_datetime"},
    "roles_users": {"user_id", "role_id"},
}
UNUSED_TABLES = {"account_role", "roles_users"}

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
    config = migrations()
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


def is_used(item: Any, name: str | None, kind: str, *_: Any) -> bool:
    """Whether the code is to know this part of the schema."""
    if kind == "table":
        return name not in UNUSED_TABLES
    columns = [item] if kind == "column" else list(getattr(item, "columns", ()))
    return all(each.name not in UNUSED_COLUMNS.get(each.table.name, ()) for each in columns)


def test_the_migrated_schema_is_what_the_code_expects(database_url: str) -> None:
    engine = connect_to_write(read_address(database_url), 1)

    with engine.connect() as connection:
        options = {"compare_type": True, "include_object": is_used}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, Base.metadata)

    engine.dispose()
    assert differences == []


def test_nothing_else_is_stored_than_the_code_knows_and_what_waits_to_be_dropped(database_url: str) -> None:
    engine = connect_to_write(read_address(database_url), 1)
    schema = MetaData()

    schema.reflect(engine)

    engine.dispose()
    stored, known = columns_of(schema), columns_of(Base.metadata)
    unknown = {name: stored[name] - known.get(name, set()) for name in stored if name != "alembic_version"}
    assert {name: columns for name, columns in unknown.items() if columns} == UNUSED_COLUMNS


def columns_of(schema: MetaData) -> dict[str, set[str]]:
    return {name: {each.name for each in table.columns} for name, table in schema.tables.items()}


def test_a_passkey_is_stored_by_this_version_and_the_one_before_and_after_going_back(
    empty_database_url: str,
) -> None:
    passkey = {"public_key": b"p", "sign_count": 0, "backup_state": False, "device_type": "single_device"}
    passkey |= {"name": "phone", "user_id": 1, "lastuse_datetime": datetime(2026, 1, 5)}  # noqa: DTZ001
    migrate(empty_database_url, "0027")
    engine = connect_to_write(read_address(empty_database_url), 1)

    def store(credential: bytes, **told: str) -> None:
        schema = MetaData()
        with engine.begin() as connection:
            schema.reflect(connection, only=["account_passkey"])
            table = schema.tables["account_passkey"]
            connection.execute(table.insert(), {**passkey, "credential_id": credential, **told})

    with engine.begin() as connection:
        fill(connection, "0001")
        account = {"id": 1, "email": "e", "active": True, "fs_uniquifier": "f"}
        schema = MetaData()
        schema.reflect(connection, only=["account"])
        connection.execute(schema.tables["account"].insert(), account)
    store(b"1", usage="first")
    migrate(empty_database_url, "0028", a_keyring())
    store(b"2")
    store(b"3", usage="first")
    downgrade(empty_database_url, "0027")
    store(b"4", usage="first")

    with pytest.raises(IntegrityError):
        store(b"5")
    with engine.connect() as connection:
        stored = connection.execute(text("SELECT credential_id, usage FROM account_passkey ORDER BY 1")).all()
    engine.dispose()
    assert [tuple(row) for row in stored] == [(each, "first") for each in (b"1", b"2", b"3", b"4")]


def downgrade(url: str, revision: str) -> None:
    """Take the schema back to an older revision."""
    config = migrations()
    engine = create_engine(read_address(url))
    with engine.begin() as connection:
        config.attributes.update(connection=connection, keyring=None)
        command.downgrade(config, revision)
    engine.dispose()


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


def test_what_stood_in_the_clear_is_encrypted_and_the_journal_still_proves_itself(
    empty_database_url: str,
) -> None:
    keyring = a_keyring()
    key = keyring.new_key()
    old = EntryHeader("team:1", 1, 1, None, None, 5, "team_changed", None, "kari", None, 1)
    sealed = key.seal(b'{"version":1}', old.encode())
    whole = hash_entry(GENESIS, old.encode(), sealed)
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


@pytest.mark.slow
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
