"""Append entries to a locked chain of the journal: numbered, sealed and hashed.

Only `journal`, for entries of no contact, and `contact_journal` import it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from oncall.contacts.model import Entry, number_entries
from oncall.store.columns import from_micros, to_json, to_micros
from oncall.store.journal.hashing import EntryHeader, hash_entry
from oncall.store.keys import DataKey
from oncall.store.prepared import Prepared
from oncall.store.session import Writing
from oncall.store.tables import STAFF
from oncall.store.tables.journal import EntryRow

_INSERT = Prepared(insert(EntryRow))


def append_entries(
    writing: Writing,
    entries: Sequence[Entry],
    key: DataKey | None,
    *,
    contact_id: str | None = None,
    case_id: str | None = None,
) -> tuple[Entry, ...]:
    """Append the entries to the chain that `writing` holds, and return them with their numbers.

    `key` seals what they say; None after an erasure, and the details are then not kept.
    """
    numbered = _number(writing, entries)
    rows = [_row(writing, _header(writing, entry, contact_id, case_id), entry, key) for entry in numbered]
    if rows:
        _INSERT.run_many(writing.conn, rows)
    return numbered


def _number(writing: Writing, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the entries with the sequence numbers and the batch that appending will give them.

    Raises ValueError if one has another number already: what was decided upon it would not hold.
    """
    numbered = number_entries(entries, writing.seq, writing.batch)
    for entry, new in zip(entries, numbered, strict=True):
        if entry.seq not in (0, new.seq):
            raise ValueError(f"entry {entry.seq} would be number {new.seq}")
    return numbered


def _header(writing: Writing, entry: Entry, contact_id: str | None, case_id: str | None) -> EntryHeader:
    return EntryHeader(
        writing.chain,
        entry.seq,
        writing.team_id,
        contact_id,
        case_id,
        to_micros(entry.at),
        str(entry.kind),
        entry.leg,
        None if entry.actor is None else writing.keyring.deterministic.encrypt(STAFF.kind, entry.actor),
        entry.event_key,
        writing.batch,
    )


def _row(writing: Writing, header: EntryHeader, entry: Entry, key: DataKey | None) -> dict[str, Any]:
    """Return the entry's row, and move the head that `writing` will save."""
    encoded = header.encode()
    # Sealed even when empty: the seal also holds who and when, which nobody without the keys can forge.
    sealed = None if key is None else key.seal(to_json(entry.detail).encode(), encoded)
    writing.seq, writing.hash = header.seq, hash_entry(writing.hash, encoded, sealed)
    row = header._asdict()
    row.update(at=from_micros(header.at), actor=entry.actor, detail=sealed, hash=writing.hash)
    return row
