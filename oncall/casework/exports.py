"""What is given out of the log: contacts as lines, as rows of a table, or as one case's record."""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from oncall.alerts.team import Team
from oncall.casework.access_log import EXPORT_ASKED, EXPORT_GIVEN, append_read
from oncall.casework.folding import fold_stored, is_damaged
from oncall.contacts.contact import Contact
from oncall.contacts.model import Entry, Kind
from oncall.contacts.note import FIELDS, Record
from oncall.contacts.search import Filters
from oncall.store.contact_log import export_contacts
from oncall.store.contacts import StoredContact
from oncall.store.exports import add_export, note_given
from oncall.store.session import Database

Cell = str | float | None
FORMS = ("csv", "xlsx", "jsonl")
# `channel` is the line's own word; by what way the family was met, the note says.
NOTE = tuple("met_by" if name == "channel" else name for name in FIELDS)
COLUMNS = (
    *("contact", "began", "channel", "case", "number", "state", "answered_by", "seconds_to_human"),
    *("escalated", "outcome", "severity", "incident", *NOTE, "author", "written_at", "versions"),
    *("agreed", "agreed_for", "done_at", "children", "signed_off_by", "signed_off_at", "comment"),
)
_FOLLOW_UPS = {
    Kind.FOLLOW_UP_OPENED: "waiting",
    Kind.ACKNOWLEDGED: "acknowledged",
    Kind.CLOSED: "closed",
}


# ---------------------------------------------------------------------------------------- as lines


def to_line(contact: StoredContact, slug: str) -> dict[str, Any]:
    """Return the contact as one line of the log."""
    stands = contact.projection
    return {
        **({"damaged": True} if contact.damaged else {}),
        "contact": contact.id,
        "team": slug,
        "case": contact.case,
        "channel": contact.channel,
        "direction": "out" if contact.ours else "in",
        "caller": contact.known,
        "started_at": spell(contact.started_at),
        "state": str(stands.state),
        "answered_by": stands.answered_by,
        "seconds_to_human": stands.seconds_to_human,
        "follow_up": follow_up_of(contact.entries),
        "entries": [
            {
                "seq": entry.seq,
                "at": spell(entry.at),
                "kind": str(entry.kind),
                "leg": entry.leg,
                "actor": actor,
                "detail": entry.detail,
            }
            for entry, actor in with_actors(contact.entries)
        ],
    }


def write_line(contact: StoredContact, slug: str) -> str:
    """Return the contact as one line of JSON."""
    return json.dumps(to_line(contact, slug), ensure_ascii=False)


def spell(instant: datetime) -> str:
    """Return the instant in UTC, always in as many characters, so that texts sort as times do."""
    return instant.isoformat(timespec="microseconds")


def follow_up_of(entries: Iterable[Entry]) -> str | None:
    """Return how the contact's follow-up stands, None where it never had one; readable after erasure."""
    stands = None
    for entry in sorted(entries, key=lambda entry: entry.seq):
        stands = _FOLLOW_UPS.get(entry.kind, stands)
    return stands


def with_actors(entries: Iterable[Entry]) -> Iterator[tuple[Entry, str | None]]:
    """Yield each entry with who did it: what a leg does is done by whoever's phone it is."""
    told = tuple(entries)
    whose = {entry.leg: entry.actor for entry in told if entry.kind is Kind.LEG_RUNG}
    for entry in told:
        yield entry, entry.actor or whose.get(entry.leg)


# ----------------------------------------------------------------------------------------- as rows


def to_row(contact: StoredContact, team: Team, children: Mapping[str, str]) -> list[Cell]:
    """Return the contact as a row under COLUMNS; instants as the team's wall clock shows them.

    `children` are the first names by the ids of members.
    """
    folded = fold_stored(contact)
    cells = {**_facts(contact, team), **_written(folded.record if folded else Record(), team, children)}
    return [cells.get(name) for name in COLUMNS]


def _facts(contact: StoredContact, team: Team) -> Mapping[str, Cell]:
    stands = contact.projection
    return {
        "contact": contact.id,
        "began": _clock(contact.started_at, team),
        "channel": contact.channel,
        "case": contact.case,
        "number": contact.known,
        "state": str(stands.state),
        "answered_by": _name(stands.answered_by, team),
        "seconds_to_human": stands.seconds_to_human,
        "escalated": "yes" if stands.escalated else "no",
        "outcome": stands.outcome,
        "severity": stands.incident,
    }


def _written(record: Record, team: Team, children: Mapping[str, str]) -> Mapping[str, Cell]:
    cells: dict[str, Cell] = {}
    if record.incident:
        cells["incident"] = record.incident.what
    if note := record.note:
        cells |= dict(zip(NOTE, (getattr(note.text, name) for name in FIELDS), strict=True))
        cells |= {"author": _name(note.author, team), "written_at": _clock(note.at, team)}
        cells["versions"] = len(record.versions)
    if agreed := record.agreement:
        cells |= {"agreed": agreed.what, "agreed_for": agreed.due.isoformat()}
        cells["done_at"] = _clock(agreed.done_at, team) if agreed.done_at else None
    if record.link:
        cells["children"] = ", ".join(children.get(child, child) for child in record.link.children)
    if record.sign_offs:
        last = record.sign_offs[-1]
        cells |= {"signed_off_by": _name(last.by, team), "signed_off_at": _clock(last.at, team)}
        cells["comment"] = last.comment
    return cells


def _clock(at: datetime, team: Team) -> str:
    return at.astimezone(team.zone).isoformat(sep=" ", timespec="seconds")


def _name(key: str | None, team: Team) -> str | None:
    return next((person.name for person in team.people.values() if person.id == key), key)


# --------------------------------------------------------------------------------------- giving out

Write = Callable[[Iterable[StoredContact]], Iterator[bytes]]


def begin_export(
    db: Database, team_id: int, who: str, form: str, selection: Mapping[str, Any], reason: str, now: datetime
) -> str:
    """The record of reads says who asks for what, and why, before a line is given out; return its id."""
    export_id = secrets.token_hex(16)
    said = {"export": export_id, "form": form, "selection": dict(selection), "reason": reason}
    with db.noting_reads(team_id) as reads:
        note = append_read(reads, EXPORT_ASKED, who, now, case=selection.get("case"), **said)
        add_export(reads, export_id, note)
    return export_id


def _finish_export(
    db: Database, team_id: int, export_id: str, who: str, contacts: int, size: int, sha256: str, now: datetime
) -> None:
    """The record of reads says what exactly was given out."""
    said = {"export": export_id, "contacts": contacts, "bytes": size, "sha256": sha256}
    with db.noting_reads(team_id) as reads:
        note_given(reads, export_id, append_read(reads, EXPORT_GIVEN, who, now, **said))


@dataclass(eq=False)
class Counted:
    """Contacts on their way out, counted as they pass."""

    of: Iterable[StoredContact]
    count: int = field(default=0, init=False)

    def __iter__(self) -> Iterator[StoredContact]:
        for contact in self.of:
            self.count += 1
            yield contact


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


def read_record(
    db: Database, team: Team, export_id: str, who: str, filters: Filters, now: datetime
) -> tuple[RecordLine, ...]:
    """Return a case's contacts, the oldest first; its receipt holds the hash of their lines of JSON."""
    digest, size = hashlib.sha256(), 0
    with db.reading() as reading:
        contacts = tuple(export_contacts(reading, team.id, filters))
    for contact in contacts:
        line = write_line(contact, team.slug).encode() + b"\n"
        digest.update(line)
        size += len(line)
    _finish_export(db, team.id, export_id, who, len(contacts), size, digest.hexdigest(), now)
    return tuple(RecordLine(contact, fold_stored(contact)) for contact in contacts)
