"""Which exports there have been: who asked, why, and what exactly was given out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from oncall.store.journal.entries import DAMAGED, Note, open_notes
from oncall.store.keys import UnreadableSecret
from oncall.store.session import Reading, Writing, reads_chain
from oncall.store.tables.contacts import ExportRow


class ReceiptDamaged(UnreadableSecret):
    """An entry that tells of an export is not as it was written, or is gone."""

    def __init__(self, seq: int, *, gone: bool) -> None:
        """Keep which entry it is."""
        super().__init__(f"entry {seq} of an export")
        self.seq, self.gone = seq, gone


@dataclass(frozen=True, slots=True)
class ExportReceipt:
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


@dataclass(frozen=True, slots=True)
class ExportReceipts:
    """The exports that are told of, and which entries tell of theirs no more."""

    known: tuple[ExportReceipt, ...]  # the newest first
    damaged: tuple[int, ...]  # numbers of entries that are not as they were written
    missing: tuple[int, ...]  # ... and of those that are gone


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


def find_receipt(reading: Reading, team_id: int, export_id: str) -> ExportReceipt | None:
    """Return the receipt of one of the team's exports, or None. Raises ReceiptDamaged."""
    row = reading.conn.execute(_ONE, {"team": team_id, "export": export_id}).first()
    return None if row is None else _read(reading, team_id, row)


def list_receipts(reading: Reading, team_id: int, at_most: int = 50) -> ExportReceipts:
    """Return the team's newest exports; one that is damaged hides no other."""
    known, lost = [], []
    for row in reading.conn.execute(_NEWEST, {"team": team_id, "at_most": at_most}).all():
        try:
            known.append(_read(reading, team_id, row))
        except ReceiptDamaged as damage:
            lost.append(damage)
    damaged = sorted(each.seq for each in lost if not each.gone)
    return ExportReceipts(tuple(known), tuple(damaged), tuple(sorted(each.seq for each in lost if each.gone)))


def _read(reading: Reading, team_id: int, row: Any) -> ExportReceipt:
    asked = _note(reading, team_id, row.asked_seq, row.id, "reason")
    detail: Mapping[str, Any] = asked.detail
    given = None if row.given_seq is None else _note(reading, team_id, row.given_seq, row.id, "sha256")
    held: Mapping[str, Any] = {} if given is None else given.detail
    return ExportReceipt(
        row.id,
        asked.at,
        asked.actor or "",
        detail["reason"],
        detail["form"],
        detail["selection"],
        given.at if given else None,
        held.get("contacts", 0),
        held.get("bytes", 0),
        held.get("sha256", ""),
    )


def _note(reading: Reading, team_id: int, seq: int, export_id: str, says: str) -> Note:
    """Return the export's entry of that number, which says that of it."""
    told = open_notes(reading, reads_chain(team_id), after=seq - 1, at_most=1)
    if not told or told[0].seq != seq:
        raise ReceiptDamaged(seq, gone=True)
    if told[0].detail is DAMAGED or told[0].detail.get("export") != export_id or says not in told[0].detail:
        raise ReceiptDamaged(seq, gone=False)
    return told[0]
