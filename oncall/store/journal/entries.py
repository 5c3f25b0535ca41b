"""Append the entries that are of no contact to the journal, and read entries out of it again."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Text, bindparam, select, type_coerce

from oncall.contacts.model import Detail, Entry, JournalDetail, Kind
from oncall.rota.model import PersonId
from oncall.store.journal.appending import append_entries
from oncall.store.journal.hashing import header_of
from oncall.store.keys import DataKey, KeyRing, UnreadableSecret
from oncall.store.session import Reading, Writing
from oncall.store.tables import STAFF
from oncall.store.tables.families import CaseRow
from oncall.store.tables.journal import EntryRow, HeadRow

ERASED: JournalDetail = {"erased": True}  # the detail of an entry whose data key has been destroyed
DAMAGED: JournalDetail = {"damaged": True}  # in place of what an entry says that is not as it was written


@dataclass(frozen=True, slots=True)
class Note:
    """An entry of no contact: a changed rota, who read a case, a call to an unknown number."""

    at: datetime
    kind: str
    actor: str | None = None
    detail: JournalDetail = field(default_factory=dict)
    seq: int = 0  # 0 while not yet appended


def append_notes(
    writing: Writing, notes: Sequence[Note], case_id: str | None = None, key: DataKey | None = None
) -> tuple[Note, ...]:
    """Append the notes to the chain that `writing` holds, and return them with their numbers.

    With `case_id` they are sealed with that case's `key` (None after its erasure, and the details are
    then not kept), otherwise with the chain's own.
    """
    entries = [
        Entry(note.seq, note.at, _read_kind(note.kind), actor=note.actor, detail=cast(Detail, note.detail))
        for note in notes
    ]
    appended = append_entries(
        writing, entries, writing.chain_key if case_id is None else key, case_id=case_id
    )
    return tuple(replace(note, seq=entry.seq) for note, entry in zip(notes, appended, strict=True))


# ------------------------------------------------------------------------------------------ reading

STORED_COLUMNS = (  # enough for the chain, whatever somebody has written into them
    EntryRow.chain,
    EntryRow.seq,
    EntryRow.team_id,
    EntryRow.contact_id,
    EntryRow.case_id,
    EntryRow.at,
    EntryRow.kind,
    EntryRow.leg,
    type_coerce(EntryRow.actor, Text).label("encrypted_actor"),
    EntryRow.event_key,
    EntryRow.batch,
    EntryRow.detail,
    EntryRow.hash,
)
ENTRY_COLUMNS = (*STORED_COLUMNS, EntryRow.actor)

_NOTES = (
    select(*STORED_COLUMNS, CaseRow.data_key.label("case_key"), HeadRow.data_key.label("chain_key"))
    .join(HeadRow, HeadRow.chain == EntryRow.chain)
    .outerjoin(CaseRow, CaseRow.id == EntryRow.case_id)
    .where(EntryRow.chain == bindparam("chain_name"), EntryRow.contact_id.is_(None))
    .where(EntryRow.seq > bindparam("after"))
    .order_by(EntryRow.seq)
    .limit(bindparam("at_most"))
)


def in_chain(chain: ColumnElement[str] | str) -> ColumnElement[bool]:
    """Return the condition that an entry, found by what else it is, stands in this chain.

    Reckoned with, the chain is no way to find it by: a team's has every entry of its contacts too.
    """
    return EntryRow.chain.concat("") == chain


def read_detail(row: Any, key: DataKey | None) -> JournalDetail:
    """Return what an entry says; `ERASED` without the key, and UnreadableSecret if it was tampered with."""
    if key is None:
        return ERASED
    if row.detail is None:
        raise UnreadableSecret("an entry has lost what it said")
    return cast(JournalDetail, json.loads(key.open(row.detail, header_of(row).encode())))


def open_entry(reading: Reading, row: Any, key: DataKey | None) -> tuple[str | None, JournalDetail]:
    """Return who did it and what the entry says; nobody and `DAMAGED` where it is not as it was written.

    For pages, which show everything else all the same: nothing may be decided upon it.
    """
    try:
        return decrypt_actor(reading, row.encrypted_actor), read_detail(row, key)
    except UnreadableSecret:
        return None, DAMAGED


def decrypt_actor(reading: Reading, encrypted: str | None) -> PersonId | None:
    """Return whose key this is, as a column has it that was read as it is stored. Raises UnreadableSecret."""
    return (
        None if encrypted is None else PersonId(reading.keyring.deterministic.decrypt(STAFF.kind, encrypted))
    )


def read_entries(rows: Iterable[Any], key: DataKey | None) -> tuple[Entry, ...]:
    """Return a contact's entries from their rows."""
    return tuple(build_entry(row, row.actor, read_detail(row, key)) for row in rows)


def build_entry(row: Any, actor: str | None, detail: JournalDetail) -> Entry:
    """Return the entry of a row, with who did it and what it says as they were read from it."""
    return Entry(
        seq=row.seq,
        at=row.at,
        kind=_read_kind(row.kind),
        leg=row.leg,
        actor=actor,
        detail=cast(Detail, detail),
        event_key=row.event_key,
        batch=row.batch,
    )


_KINDS: Mapping[str, Kind] = {str(kind): kind for kind in Kind}


def _read_kind(stored: str) -> Kind:
    """Return the kind; a name that this version does not know stays a text, and folds like nothing."""
    return _KINDS.get(stored) or cast(Kind, stored)


def read_notes(reading: Reading, chain: str, after: int = 0, at_most: int = 1000) -> tuple[Note, ...]:
    """Return the chain's entries that are of no contact, oldest first, from `after` (a seq) on.

    Raises UnreadableSecret where one is not as it was written.
    """
    return tuple(
        Note(row.at, row.kind, decrypt_actor(reading, row.encrypted_actor), read_detail(row, key), row.seq)
        for row, key in _note_rows(reading, chain, after, at_most)
    )


def open_notes(reading: Reading, chain: str, after: int = 0, at_most: int = 1000) -> tuple[Note, ...]:
    """`read_notes` for a page: one that is not as it was written says `DAMAGED`, and hides no other."""
    return tuple(
        Note(row.at, row.kind, *open_entry(reading, row, key), row.seq)
        for row, key in _note_rows(reading, chain, after, at_most)
    )


def _note_rows(
    reading: Reading, chain: str, after: int, at_most: int
) -> Iterator[tuple[Any, DataKey | None]]:
    for row in reading.conn.execute(_NOTES, {"chain_name": chain, "after": after, "at_most": at_most}):
        yield row, _note_key(reading.keyring, row)


def _note_key(keyring: KeyRing, row: Any) -> DataKey | None:
    wrapped = row.chain_key if row.case_id is None else row.case_key
    return None if wrapped is None else keyring.unwrap(wrapped)
