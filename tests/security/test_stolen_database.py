"""Whoever steals the database, and not the keys, reads no name, no number and no word."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, LargeBinary, MetaData, String, select

import oncall.store.accounts
import oncall.store.rota_tables  # noqa: F401 - and so do these
from oncall.store.columns import Document, Veiled
from oncall.store.keys import DataKey, Veil
from oncall.store.tables import Base
from tests.security.demo_night import DemoNight, secrets_of

# In random bytes a shorter word turns up by chance: such words are sought as whole words of the text columns.
LONG_ENOUGH = 5

# All that a column of text may say to a thief: how the service works, and nothing of who.
PLAIN = {
    "absence": {"id"},
    "account": {"fs_uniquifier", "password", "tf_primary_method", "username", "last_login_ip"}
    | {"current_login_ip", "tf_totp_secret", "tf_phone_number", "us_totp_secrets", "us_phone_number"}
    | {"fs_webauthn_user_handle", "email"},
    "account_passkey": {"device_type", "extensions", "name", "usage"},
    "account_role": {"name", "description"},
    "chain_head": {"chain"},
    "compromised_number": {"digest", "contact_id"},
    "contact": {"id", "channel", "sid", "caller", "case_id", "state", "outcome", "incident"},
    "contact_child": {"child_id", "contact_id"},
    "contact_index": {"digest", "contact_id"},
    "entry": {"chain", "contact_id", "case_id", "kind", "leg", "event_key"},
    "family_case": {"id", "phase"},
    "feed": {"digest"},
    "heartbeat": {"process", "kind"},
    "layer": {"tier", "id", "only"},
    "line": {"digest"},
    "member": {"id", "case_id", "relation", "language"},
    "member_number": {"id", "member_id", "may_call", "may_text", "may_voicemail", "hours"},
    "message": {"sid", "contact_id", "about"},
    "note_draft": {"contact_id"},
    "number_index": {"digest", "member_number_id"},
    "outbox": {"kind", "contact_id", "lease", "state", "last_error"},
    "override": {"tier", "id"},
    "page_code": {"contact_id", "code"},
    "shift_confirmation": {"tier"},
    "shift_request": {"id", "tier", "state"},
    "staff": {"language", "roles"},
    "team": {"zone", "language"},
}


def test_every_column_of_text_is_veiled_or_known_to_say_nothing_of_people() -> None:
    in_the_clear = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | Document) and not isinstance(column.type, Veiled)
    }

    allowed = {(table, column) for table, columns in PLAIN.items() for column in columns}
    assert in_the_clear - allowed == set(), "veil it (columns.Veiled), or seal it with a data key"


def test_a_stolen_database_names_nobody(database_url: str) -> None:
    night = DemoNight(database_url)
    night.play()

    betrayed = sorted(search(night, database_url))

    sought = secrets_of(night)
    night.close()
    assert not betrayed, betrayed
    assert {"kari", "larvik", "vestfold", "v-014", "pappa", "90001101", "sander"} <= sought


@pytest.mark.parametrize("protection", ["veil", "seal"])
def test_without_its_protection_a_stolen_database_tells(
    databases_on_disk: Any, monkeypatch: pytest.MonkeyPatch, protection: str
) -> None:
    if protection == "veil":
        monkeypatch.setattr(Veil, "cover", lambda _, __, text: text)
        monkeypatch.setattr(Veil, "uncover", lambda _, __, veiled: veiled)
    else:
        monkeypatch.setattr(DataKey, "seal", lambda _, text, __: text)
        monkeypatch.setattr(DataKey, "open", lambda _, sealed, __: sealed)
    with databases_on_disk.migrated() as url:
        night = DemoNight(url)
        night.play()

        betrayed = search(night, url)

        night.close()
    expected = {"veil": {"kari", "larvik", "v-014"}, "seal": {"pappa", "sander", "90001101"}}
    assert expected[protection] <= {word for word, _ in betrayed}


def search(night: DemoNight, database_url: str) -> set[tuple[str, str]]:
    """Return what a thief finds in the files of SQLite and in the rows of both databases, and where."""
    sought = secrets_of(night)
    found: set[tuple[str, str]] = set()
    with night.service.db.reader.connect() as conn:
        if database_url.startswith("sqlite"):
            schema = " ".join(conn.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql <> ''").scalars())
            in_files = sought - find_long(sought, schema.encode())  # one of the names stands in "channel"
            path = Path(database_url.removeprefix("sqlite:///"))
            for file in (path, Path(f"{path}-wal")):
                found |= {(word, file.name[-4:]) for word in find_long(in_files, file.read_bytes())}
        for place, value in everything(conn):
            if isinstance(value, bytes):
                found |= {(word, place) for word in find_long(sought, value)}
            else:
                found |= {(word, place) for word in find_words(sought, str(value))}
    return found


def everything(conn: Connection) -> Iterator[tuple[str, Any]]:
    """Yield every value as the database has it, with the name of its column."""
    schema = MetaData()
    schema.reflect(conn)
    for table in schema.sorted_tables:
        columns = [each for each in table.columns if isinstance(each.type, String | LargeBinary)]
        for row in conn.execute(select(*columns)) if columns else ():
            for column, value in zip(columns, row, strict=True):
                if value is not None:
                    yield f"{table.name}.{column.name}", value


def find_long(sought: frozenset[str], raw: bytes) -> set[str]:
    """Return the words, long enough not to stand there by chance, that the bytes hold in any case."""
    small = raw.lower()  # letters of ASCII; others are sought as they are spelt, small and capital
    return {
        word
        for word in sought
        if len(word) >= LONG_ENOUGH
        and any(form.encode() in small for form in {word, word.encode().lower().decode()})
    }


def find_words(sought: frozenset[str], text: str) -> set[str]:
    """Return the words that stand in a text: long ones anywhere, short ones between what is no letter."""
    small = text.lower()
    return {word for word in sought if len(word) >= LONG_ENOUGH and word in small} | (
        sought & set(re.findall(r"[^\W_]+", small))
    )
