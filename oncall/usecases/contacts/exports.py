"""What is given out of the log, with a receipt: a selection as a file, or one case's record."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from oncall.alerts.team import Team
from oncall.contacts.contact import Contact
from oncall.contacts.search import Filters
from oncall.contacts.waiting import Text
from oncall.store.contacts.contacts import StoredContact
from oncall.store.contacts.log import export_contacts
from oncall.store.contacts.notes import label_cases, name_children
from oncall.store.privacy.exports import (
    ExportReceipt,
    ExportReceipts,
    add_export,
    find_receipt,
    list_receipts,
    note_given,
)
from oncall.store.session import Database, Reading
from oncall.store.team.teams import load_staff
from oncall.usecases.contacts.export_formats import Cell, to_row, write_line
from oncall.usecases.folding import fold_stored, is_damaged
from oncall.usecases.people import name_accounts
from oncall.usecases.privacy.access_log import EXPORT_ASKED, EXPORT_GIVEN, append_read

FORMS = ("csv", "xlsx", "jsonl")
RECORD = "record"  # the form of a case's record

Write = Callable[[Iterable[StoredContact]], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class ExportsPage:
    """What was given out before, and the cases of which something can be given out."""

    receipts: ExportReceipts
    names: Mapping[str, str]  # of everybody who is or was in the team, by the journal's keys
    cases: Mapping[str, str]  # labels by id


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """One export as its page shows it."""

    receipt: ExportReceipt
    names: Mapping[str, str]


def read_exports(db: Database, team_id: int, municipality: str | None) -> ExportsPage:
    """Return the team's newest exports, with the cases of one municipality or of all (None)."""
    with db.reading() as reading:
        cases = label_cases(reading, team_id, municipality)
        return ExportsPage(list_receipts(reading, team_id), _name_readers(reading, team_id), cases)


def read_receipt(db: Database, team_id: int, export_id: str) -> ReceiptPage | None:
    """Return the receipt of an export; None if the team has no such export. Raises ReceiptDamaged."""
    with db.reading() as reading:
        receipt = find_receipt(reading, team_id, export_id)
        return ReceiptPage(receipt, _name_readers(reading, team_id)) if receipt else None


def _name_readers(reading: Reading, team_id: int) -> Mapping[str, str]:
    staff = {str(person.id): person.name for person, _ in load_staff(reading, team_id)}
    return name_accounts(reading, team_id) | staff


# ------------------------------------------------------------------------------------ a selection


def begin_export(
    db: Database, team_id: int, who: str, form: str, selection: Mapping[str, Any], reason: str, now: datetime
) -> str:
    """Note in the record of reads who asks for what, and why, before a line is given out; return its id."""
    export_id = secrets.token_hex(16)
    detail = {"export": export_id, "form": form, "selection": dict(selection), "reason": reason}
    with db.noting_reads(team_id) as reads:
        note = append_read(reads, EXPORT_ASKED, who, now, case=selection.get("case"), **detail)
        add_export(reads, export_id, note)
    return export_id


def _finish_export(
    db: Database, team_id: int, export_id: str, who: str, contacts: int, size: int, sha256: str, now: datetime
) -> ExportReceipt | None:
    """Note in the record of reads what exactly was given out; return the receipt."""
    detail = {"export": export_id, "contacts": contacts, "bytes": size, "sha256": sha256}
    with db.noting_reads(team_id) as reads:
        note_given(reads, export_id, append_read(reads, EXPORT_GIVEN, who, now, **detail))
        return find_receipt(reads, team_id, export_id)


@dataclass(eq=False)
class Counted:
    """Contacts on their way out, counted as they pass."""

    of: Iterable[StoredContact]
    count: int = field(default=0, init=False)

    def __iter__(self) -> Iterator[StoredContact]:
        for contact in self.of:
            self.count += 1
            yield contact


def prepare_rows(
    db: Database, team: Team, headings: Sequence[str]
) -> Callable[[Iterable[StoredContact]], Iterator[Sequence[Cell]]]:
    """Return how contacts become the rows of a table; it needs neither the database nor the request.

    `headings` are those of COLUMNS in the reader's language.
    """
    with db.reading() as reading:
        children = name_children(reading, team.id)

    def write_rows(contacts: Iterable[StoredContact]) -> Iterator[Sequence[Cell]]:
        yield headings
        for contact in contacts:
            yield to_row(contact, team, children)

    return write_rows


def prepare_lines(team: Team) -> Write:
    """Return how contacts become lines of JSON."""
    return lambda contacts: (f"{write_line(contact, team.slug)}\n".encode() for contact in contacts)


def give_out(
    db: Database,
    team_id: int,
    export_id: str,
    who: str,
    filters: Filters,
    write: Write,
    clock: Callable[[], datetime],
) -> Iterator[bytes]:
    """Yield the export piece by piece, never more than a page of contacts in memory.

    At its end the record of reads says how much it was, and its hash; broken off before, it says nothing,
    and the receipt shows that not all was given out.
    """
    digest, size = hashlib.sha256(), 0
    with db.reading(unhurried=True) as reading:  # whoever loads it down may take their time
        contacts = Counted(export_contacts(reading, team_id, filters))
        for piece in write(contacts):
            digest.update(piece)
            size += len(piece)
            yield piece
    _finish_export(db, team_id, export_id, who, contacts.count, size, digest.hexdigest(), clock())


# -------------------------------------------------------------------------------------- one case


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One contact in a case's record."""

    contact: StoredContact
    folded: Contact | None  # None: erased, or damaged

    @property
    def damaged(self) -> bool:
        """Whether its journal does not verify, so that nothing of it can be told."""
        return is_damaged(self.contact, self.folded)

    @property
    def texts(self) -> tuple[Text, ...]:
        """The texts of the conversation, the earliest first."""
        return self.contact.waiting.texts


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """Everything that is written down about a case's contacts, and the receipt of it."""

    lines: tuple[RecordLine, ...]  # the oldest first
    receipt: ExportReceipt | None
    names: Mapping[str, str]


def read_record(
    db: Database, team: Team, export_id: str, who: str, filters: Filters, now: datetime
) -> CaseRecord:
    """Return a case's contacts; the receipt holds the hash of their lines of JSON."""
    digest, size = hashlib.sha256(), 0
    with db.reading() as reading:
        contacts = tuple(export_contacts(reading, team.id, filters))
        names = _name_readers(reading, team.id)
    for contact in contacts:
        line = write_line(contact, team.slug).encode() + b"\n"
        digest.update(line)
        size += len(line)
    receipt = _finish_export(db, team.id, export_id, who, len(contacts), size, digest.hexdigest(), now)
    lines = tuple(RecordLine(contact, fold_stored(contact)) for contact in contacts)
    return CaseRecord(lines, receipt, names)
