"""Encode and hash what is stored of an entry, so that no column of it can be changed unnoticed."""

import hashlib
from typing import Any, NamedTuple

from oncall.store.columns import to_micros

NOTHING = b"\xff\xff\xff\xff"  # in place of a length: the column is empty


class EntryHeader(NamedTuple):
    """Everything of an entry but what it says, as stored: bound to it by the seal, covered by the hash."""

    chain: str
    seq: int
    team_id: int | None
    contact_id: str | None
    case_id: str | None
    at: int  # microseconds
    kind: str
    leg: str | None
    actor: str | None  # encrypted: with the plain one, whoever guesses it could check the guess by the hash
    event_key: str | None
    batch: int

    def encode(self) -> bytes:
        """Return the one byte string that stands for these columns and for no others."""
        parts = []
        for value in self:
            if value is None:
                parts.append(NOTHING)
            else:
                encoded = str(value).encode()
                parts.append(len(encoded).to_bytes(4, "big") + encoded)
        return b"".join(parts)


def hash_entry(previous: bytes, header: bytes, sealed: bytes | None) -> bytes:
    """Return the hash that chains an entry, as it is stored, to the one before it."""
    said = NOTHING if sealed is None else len(sealed).to_bytes(4, "big") + sealed
    return hashlib.sha256(previous + header + said).digest()


def header_of(row: Any) -> EntryHeader:
    """Return what a stored row says of itself."""
    return EntryHeader(
        row.chain,
        row.seq,
        row.team_id,
        row.contact_id,
        row.case_id,
        to_micros(row.at),
        row.kind,
        row.leg,
        row.encrypted_actor,
        row.event_key,
        row.batch,
    )
