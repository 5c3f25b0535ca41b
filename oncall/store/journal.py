"""How an entry gets into the journal, stays as it was, and comes out again."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Text, bindparam, insert, select, type_coerce

from oncall.contacts.model import Detail, Entry, Kind
from oncall.rota.model import PersonId
from oncall.store.columns import from_micros, to_json, to_micros
from oncall.store.keys import DataKey, KeyRing, UnreadableSecret
from oncall.store.prepared import Prepared
from oncall.store.session import Reading, Writing
from oncall.store.tables import STAFF
from oncall.store.tables.families import CaseRow
from oncall.store.tables.journal import EntryRow, HeadRow

ERASED: Detail = {"erased": True}  # the detail of an entry whose data key has been destroyed
DAMAGED: Detail = {"damaged": True}  # in place of what an entry says that is not as it was written
NOTHING = b"\xff\xff\xff\xff"  # in place of a length: the column is empty

_INSERT = Prepared(insert(EntryRow))


@dataclass(frozen=True, slots=True)
class Note:
    """An entry of no contact: a changed rota, who read a case, a call to an unknown number."""

    at: datetime
    kind: str
    actor: str | None = None
    detail: Detail = field(default_factory=dict)
    seq: int = 0  # 0 while not yet appended


class Place(NamedTuple):
    """Everything of an entry but what it says, as stored: bound to it by the seal, covered by the hash."""

    chain: str
    seq: int
    team_id: int | None
    contact_id: str | None
    case_id: str | None
    at: int  # microseconds
    kind: str
    leg: str | None
    actor: str | None  # veiled: with the plain one, whoever guesses it could check the guess by the hash
    event_key: str | None
    batch: int

    def spell(self) -> bytes:
        """Return the one byte string that stands for these columns and for no others."""
        parts = []
        for value in self:
            if value is None:
                parts.append(NOTHING)
            else:
                encoded = str(value).encode()
                parts.append(len(encoded).to_bytes(4, "big") + encoded)
        return b"".join(parts)


def hash_entry(previous: bytes, place: bytes, sealed: bytes | None) -> bytes:
    """Return the hash that chains an entry, as it is stored, to the one before it."""
    said = NOTHING if sealed is None else len(sealed).to_bytes(4, "big") + sealed
    return hashlib.sha256(previous + place + said).digest()


def number_entries(writing: Writing, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the entries with the sequence numbers and the batch that `append` will give them.

    Raises ValueError if one has another number already: what was decided upon it would not hold.
    """
    numbered = tuple(
        replace(entry, seq=writing.seq + nth, batch=writing.batch)
        for nth, entry in enumerate(entries, start=1)
    )
    for entry, new in zip(entries, numbered, strict=True):
        if entry.seq not in (0, new.seq):
            raise ValueError(f"entry {entry.seq} would be number {new.seq}")
    return numbered


def append(
    writing: Writing, contact_id: str, entries: Sequence[Entry], key: DataKey | None
) -> tuple[Entry, ...]:
    """The contact's entries are in the team's journal, and are returned with their sequence numbers.

    `key` is the contact's data key; None after its erasure, and the details are then not kept.
    """
    numbered = number_entries(writing, entries)
    rows = []
    for entry in numbered:
        place = _place(writing, entry, contact_id, None, leg=entry.leg, event_key=entry.event_key)
        rows.append(_row(writing, place, entry, key))
    _append_rows(writing, rows)
    return numbered


def append_notes(
    writing: Writing, notes: Sequence[Note], case_id: str | None = None, key: DataKey | None = None
) -> tuple[Note, ...]:
    """The notes are at the end of the chain that `writing` holds, and are returned with their numbers.

    With `case_id` they are sealed with that case's `key` (None after its erasure, and the details are
    then not kept), otherwise with the chain's own.
    """
    if case_id is None:
        key = writing.chain_key
    numbered = tuple(replace(note, seq=writing.seq + nth) for nth, note in enumerate(notes, start=1))
    _append_rows(
        writing,
        [_row(writing, _place(writing, note, None, case_id), note, key) for note in numbered],
    )
    return numbered


def _place(
    writing: Writing,
    entry: Entry | Note,
    contact_id: str | None,
    case_id: str | None,
    leg: str | None = None,
    event_key: str | None = None,
) -> Place:
    return Place(
        writing.chain,
        entry.seq,
        writing.team_id,
        contact_id,
        case_id,
        to_micros(entry.at),
        str(entry.kind),
        leg,
        None if entry.actor is None else writing.keyring.veil.cover(STAFF.kind, entry.actor),
        event_key,
        writing.batch,
    )


def _row(writing: Writing, place: Place, entry: Entry | Note, key: DataKey | None) -> dict[str, Any]:
    """Return the entry's row, and move the head that `writing` will save."""
    spelt = place.spell()
    # Sealed even when empty: the seal also holds who and when, which nobody without the keys can forge.
    sealed = None if key is None else key.seal(to_json(entry.detail).encode(), spelt)
    writing.seq, writing.hash = place.seq, hash_entry(writing.hash, spelt, sealed)
    row = place._asdict()
    row.update(at=from_micros(place.at), actor=entry.actor, detail=sealed, hash=writing.hash)
    return row


def _append_rows(writing: Writing, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        _INSERT.run_many(writing.conn, rows)


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
    type_coerce(EntryRow.actor, Text).label("veiled_actor"),
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


def place_of(row: Any) -> Place:
    """Return what a stored row says of itself."""
    return Place(
        row.chain,
        row.seq,
        row.team_id,
        row.contact_id,
        row.case_id,
        to_micros(row.at),
        row.kind,
        row.leg,
        row.veiled_actor,
        row.event_key,
        row.batch,
    )


def read_detail(row: Any, key: DataKey | None) -> Detail:
    """Return what an entry says; `ERASED` without the key, and UnreadableSecret if it was tampered with."""
    if key is None:
        return ERASED
    if row.detail is None:
        raise UnreadableSecret("an entry has lost what it said")
    return cast(Detail, json.loads(key.open(row.detail, place_of(row).spell())))


def tell_entry(reading: Reading, row: Any, key: DataKey | None) -> tuple[str | None, Detail]:
    """Return who did it and what the entry says; nobody and `DAMAGED` where it is not as it was written.

    For pages, which show everything else all the same: nothing may be decided upon it.
    """
    try:
        return read_person(reading, row.veiled_actor), read_detail(row, key)
    except UnreadableSecret:
        return None, DAMAGED


def read_person(reading: Reading, veiled: str | None) -> PersonId | None:
    """Return whose key this is, as a column has it that was read as it is stored. Raises UnreadableSecret."""
    return None if veiled is None else PersonId(reading.keyring.veil.uncover(STAFF.kind, veiled))


def read_entries(rows: Iterable[Any], key: DataKey | None) -> tuple[Entry, ...]:
    """Return a contact's entries from their rows."""
    return tuple(build_entry(row, row.actor, read_detail(row, key)) for row in rows)


def build_entry(row: Any, actor: str | None, detail: Detail) -> Entry:
    """Return the entry of a row, with who did it and what it says as they were read from it."""
    return Entry(
        seq=row.seq,
        at=row.at,
        kind=_read_kind(row.kind),
        leg=row.leg,
        actor=actor,
        detail=detail,
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
        Note(row.at, row.kind, read_person(reading, row.veiled_actor), read_detail(row, key), row.seq)
        for row, key in _note_rows(reading, chain, after, at_most)
    )


def tell_notes(reading: Reading, chain: str, after: int = 0, at_most: int = 1000) -> tuple[Note, ...]:
    """`read_notes` for a page: one that is not as it was written says `DAMAGED`, and hides no other."""
    return tuple(
        Note(row.at, row.kind, *tell_entry(reading, row, key), row.seq)
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
