"""Which exports there have been: who asked, why, and what exactly was given out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from oncall.store.journal import Note, read_notes
from oncall.store.session import Reading, Writing, reads_chain
from oncall.store.tables import ExportRow


@dataclass(frozen=True, slots=True)
class Receipt:
    """One export, as the record of reads has it."""

    id: str
    at: datetime
    who: str
    reason: str
    form: str  # csv, xlsx, jsonl or record
    selection: Mapping[str, Any]
    given_at: datetime | None  # None: it was not given out to its end
    contacts: int = 0
    bytes: int = 0
    sha256: str = ""


_FIELDS = select(ExportRow.id, ExportRow.asked_seq, ExportRow.given_seq).where(
    ExportRow.team_id == bindparam("team")
)
_ONE = _FIELDS.where(ExportRow.id == bindparam("export"))
_NEWEST = _FIELDS.order_by(ExportRow.asked_seq.desc()).limit(bindparam("at_most"))
_GIVEN = update(ExportRow).where(ExportRow.id == bindparam("export"), ExportRow.team_id == bindparam("team"))


def add_export(reads: Writing, export_id: str, asked: Note) -> None:
    """The export is known by the note that says who asked for it."""
    row = {"id": export_id, "team_id": reads.team, "asked_seq": asked.seq, "given_seq": None}
    reads.conn.execute(insert(ExportRow), row)


def note_given(reads: Writing, export_id: str, given: Note) -> None:
    """The export was given out to its end, as that note says."""
    reads.conn.execute(_GIVEN, {"export": export_id, "team": reads.team, "given_seq": given.seq})


def find_receipt(reading: Reading, team_id: int, export_id: str) -> Receipt | None:
    """Return the receipt of one of the team's exports, or None."""
    row = reading.conn.execute(_ONE, {"team": team_id, "export": export_id}).first()
    return None if row is None else _read(reading, team_id, row)


def list_receipts(reading: Reading, team_id: int, at_most: int = 50) -> tuple[Receipt, ...]:
    """Return the team's exports, the newest first."""
    rows = reading.conn.execute(_NEWEST, {"team": team_id, "at_most": at_most}).all()
    return tuple(_read(reading, team_id, row) for row in rows)


def _read(reading: Reading, team_id: int, row: Any) -> Receipt:
    asked = _note(reading, team_id, row.asked_seq)
    said: Mapping[str, Any] = asked.detail
    given = None if row.given_seq is None else _note(reading, team_id, row.given_seq)
    held: Mapping[str, Any] = {} if given is None else given.detail
    return Receipt(
        row.id,
        asked.at,
        asked.actor or "",
        said["reason"],
        said["form"],
        said["selection"],
        given.at if given else None,
        held.get("contacts", 0),
        held.get("bytes", 0),
        held.get("sha256", ""),
    )


def _note(reading: Reading, team_id: int, seq: int) -> Note:
    (note,) = read_notes(reading, reads_chain(team_id), after=seq - 1, at_most=1)
    return note
