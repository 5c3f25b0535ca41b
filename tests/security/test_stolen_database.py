"""Whoever steals the database, and not the keys, reads no name, no number and no word."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, LargeBinary, MetaData, String, select

import oncall.store.tables.accounts
import oncall.store.tables.contacts
import oncall.store.tables.families
import oncall.store.tables.jobs
import oncall.store.tables.journal
import oncall.store.tables.privacy
import oncall.store.tables.rota
import oncall.store.tables.sign_in
import oncall.store.tables.team  # noqa: F401 - and so do these
from oncall.store.columns import DeterministicText, JsonDocument
from oncall.store.keys import DataKey, DeterministicCipher
from oncall.store.tables import Base
from tests.scenes.demo_night import DemoNight, secrets_of

pytestmark = pytest.mark.slow

# In random bytes a shorter word turns up by chance: such words are sought as whole words of the text columns.
LONG_ENOUGH = 5

# All that a column of text may say to a thief: how the service works, and nothing of who. By its name,
# where it means the same in every table, else by its table too.
EVERYWHERE = {
    "digest",
    "code_digest",
    "token",
    "id",
    "kind",
    "language",
    "role",
    "state",
    "tier",
    "return_tier",
}
EVERYWHERE |= {"account_id", "case_id", "child_id", "contact_id", "member_id", "member_number_id"}
PLAIN = {
    "account": {"password", "fs_uniquifier", "fs_webauthn_user_handle"},
    "account_passkey": {"device_type", "name"},
    "account_session": {"device"},
    "attachment": {"sid", "content_type"},
    "chain_check": {"chain", "hash", "findings"},  # findings name entries by their number
    "line_check": {"faults"},  # codes of what is wrong at the carrier
    "chain_head": {"chain"},
    "contact": {"channel", "sid", "caller", "outcome", "incident"},
    "entry": {"chain", "leg", "event_key"},
    "family_case": {"phase", "loaded"},
    "heartbeat": {"process"},
    "layer": {"only", "lengths"},
    "member": {"relation"},
    "member_number": {"may_call", "may_text", "may_voicemail", "hours"},
    "message": {"sid", "about"},
    "voicemail": {"sid"},
    "voicemail_heard": {"sid"},
    "outbox": {"lease", "last_error"},
    "page_code": {"code"},
    "phone_check": {"call_result", "text_result"},
    "staff": {"roles"},
    "team": {"zone"},
}


def test_every_column_of_text_is_encrypted_or_known_to_say_nothing_of_people() -> None:
    in_the_clear = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | JsonDocument) and not isinstance(column.type, DeterministicText)
    }

    allowed = {(table, column) for table, columns in PLAIN.items() for column in columns}
    unknown = {each for each in in_the_clear - allowed if each[1] not in EVERYWHERE}
    assert not unknown, f"encrypt (columns.DeterministicText) or seal by a data key: {unknown}"


def test_a_stolen_database_names_nobody(database_url: str) -> None:
    night = DemoNight(database_url)
    night.play()

    betrayed = sorted(search(night, database_url))

    sought = secrets_of(night)
    night.close()
    assert not betrayed, betrayed
    assert {"kari", "larvik", "vestfold", "v-014", "pappa", "90001101", "sander"} <= sought


@pytest.mark.parametrize("protection", ["encrypt", "seal"])
def test_without_its_protection_a_stolen_database_tells(
    databases_on_disk: Any, monkeypatch: pytest.MonkeyPatch, protection: str
) -> None:
    if protection == "encrypt":
        monkeypatch.setattr(DeterministicCipher, "encrypt", lambda _, __, text: text)
        monkeypatch.setattr(DeterministicCipher, "decrypt", lambda _, __, encrypted: encrypted)
    else:
        monkeypatch.setattr(DataKey, "seal", lambda _, text, __: text)
        monkeypatch.setattr(DataKey, "open", lambda _, sealed, __: sealed)
    with databases_on_disk.migrated() as url:
        night = DemoNight(url)
        night.play()

        betrayed = search(night, url)

        night.close()
    expected = {"encrypt": {"kari", "larvik", "v-014"}, "seal": {"pappa", "sander", "90001101"}}
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
