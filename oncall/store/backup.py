"""How everything is copied into one file while the service goes on, and how a new database is made of it.

The file has one form for both databases. What is sealed or encrypted stays so: without the keys it is as
unreadable as the database itself.
"""

import base64
import json
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, func, insert, select, text

from oncall.store.engines import PRIVATE
from oncall.store.journal.chains import list_chains
from oncall.store.journal.verification import verify
from oncall.store.keys import KeyRing
from oncall.store.schema import migrate, revision_of
from oncall.store.session import Database, open_database

FORM = 1  # of the file; raised when an older version could not read it
MANIFEST = "manifest.json"
REVISIONS = "alembic_version"  # the migrations' own table: restoring writes it by itself
PAGE = 500  # rows read, and written, at a time


class NotRestored(Exception):
    """The backup cannot become this database; the text is the line that says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, so that a restore can prove that all of it is there."""

    form: int
    made_at: str
    revision: str  # of the tables
    rows: Mapping[str, int]
    heads: Mapping[str, str]  # hash of each chain's last entry


# ---------------------------------------------------------------------------------------- backing up


def write_backup(db: Database, path: Path, now: datetime) -> Manifest:
    """Everything that the database held at one instant is in the file, and it is for its owner alone.

    The file has its name only when it is complete. Calls go on meanwhile.
    """
    unfinished = path.with_name(path.name + ".part")
    handle = os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, PRIVATE)
    with os.fdopen(handle, "wb") as file, db.reading(unhurried=True) as reading:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            rows = {table.name: _write_table(archive, reading.conn, table) for table in _tables(reading.conn)}
            heads = {chain.name: chain.hash.hex() for chain in list_chains(reading) if chain.hash}
            manifest = Manifest(FORM, now.isoformat(), str(revision_of(reading)), rows, heads)
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    return manifest


def _tables(conn: Connection) -> Sequence[Table]:
    """Return the tables, each behind those that it refers to."""
    schema = MetaData()
    schema.reflect(conn)
    return [table for table in schema.sorted_tables if table.name != REVISIONS]


def _write_table(archive: zipfile.ZipFile, conn: Connection, table: Table) -> int:
    count = 0
    rows = conn.execute(select(table).execution_options(yield_per=PAGE))
    with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as file:
        for row in rows:
            encoded = {column.name: _encode(value) for column, value in zip(table.columns, row, strict=True)}
            file.write(json.dumps(encoded, ensure_ascii=False).encode() + b"\n")
            count += 1
    return count


def _encode(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, date | time):  # a datetime is a date
        return value.isoformat()
    return value


# ----------------------------------------------------------------------------------------- restoring


def restore_backup(path: Path, url: str, keyring: KeyRing) -> Manifest:
    """The empty database holds what the backup holds, at this version's tables; the journal proves it.

    Raises NotRestored, and the database is then not to be used. In this order: 1. the tables as they were
    when the backup was made, 2. the rows, 3. this version's tables, 4. the proof.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _read_manifest(archive)
            migrate(url, manifest.revision, keyring)
            db = open_database(url, keyring, connections=2)
            try:
                _fill(db, archive, manifest)
            finally:
                db.close()
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise NotRestored(f"{path.name} is no whole backup of ours") from error
    migrate(url, keyring=keyring)
    _prove(url, keyring)
    return manifest


def _read_manifest(archive: zipfile.ZipFile) -> Manifest:
    manifest = Manifest(**json.loads(archive.read(MANIFEST)))
    if manifest.form != FORM:
        raise NotRestored(f"the backup has form {manifest.form}, and this version reads form {FORM}")
    return manifest


def _fill(db: Database, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    with db.transaction() as transaction:
        tables = _tables(transaction.conn)
        if any(transaction.conn.scalar(select(func.count()).select_from(table)) for table in tables):
            raise NotRestored("the database is not empty: restore into a new one")
        for table in tables:
            count = 0
            for page in _pages(archive, table):
                transaction.conn.execute(insert(table), page)
                count += len(page)
            if count != manifest.rows[table.name]:
                raise NotRestored(f"{count} of {manifest.rows[table.name]} rows of {table.name} are there")
            _go_on_counting(transaction.conn, table)
        heads = {chain.name: chain.hash.hex() for chain in list_chains(transaction) if chain.hash}
        if heads != manifest.heads:
            raise NotRestored("the ends of the journal's chains are not those of the backup")


def _pages(archive: zipfile.ZipFile, table: Table) -> Iterator[list[dict[str, Any]]]:
    readers = {column.name: _reader(column) for column in table.columns}
    page: list[dict[str, Any]] = []
    with archive.open(f"{table.name}.jsonl") as file:
        for line in file:
            encoded = json.loads(line)
            page.append(
                {
                    name: None if encoded[name] is None else read(encoded[name])
                    for name, read in readers.items()
                }
            )
            if len(page) == PAGE:
                yield page
                page = []
    if page:
        yield page


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    """Return how a value is read that `_encode` has written."""
    kind = column.type.python_type
    if kind is bytes:
        return lambda encoded: base64.b64decode(encoded, validate=True)
    if kind in (datetime, date, time):
        return kind.fromisoformat  # type: ignore[no-any-return]
    return lambda encoded: encoded


def _go_on_counting(conn: Connection, table: Table) -> None:
    """On PostgreSQL: the next row gets a number that none has; SQLite sees to that itself."""
    if conn.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        named = {"of_table": f'"{table.name}"', "of_column": column.name}
        sequence = conn.scalar(text("SELECT pg_get_serial_sequence(:of_table, :of_column)"), named)
        highest = conn.scalar(select(func.max(column))) if sequence else None
        if highest is not None:
            conn.execute(
                text("SELECT setval(:sequence, :highest)"), {"sequence": sequence, "highest": highest}
            )


def _prove(url: str, keyring: KeyRing) -> None:
    db = open_database(url, keyring, connections=2)
    try:
        with db.reading(unhurried=True) as reading:
            finding = next(verify(reading), None)
    finally:
        db.close()
    if finding is not None:
        raise NotRestored(f"the journal is not whole: {finding}")
