"""Write a contact as a line of JSON or as a row of a table."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from oncall.alerts.team import Team
from oncall.contacts.model import Entry, Kind
from oncall.contacts.note import FIELDS, ContactRecord
from oncall.store.contacts.contacts import StoredContact
from oncall.usecases.folding import fold_stored

Cell = str | float | date | None
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
        "started_at": _format_instant(contact.started_at),
        "state": str(stands.state),
        "answered_by": stands.answered_by,
        "seconds_to_human": stands.seconds_to_human,
        "follow_up": follow_up_of(contact.entries),
        "entries": [
            {
                "seq": entry.seq,
                "at": _format_instant(entry.at),
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


def _format_instant(instant: datetime) -> str:
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
    everything = tuple(entries)
    whose = {entry.leg: entry.actor for entry in everything if entry.kind is Kind.LEG_RUNG}
    for entry in everything:
        yield entry, entry.actor or whose.get(entry.leg)


# ----------------------------------------------------------------------------------------- as rows


def to_row(contact: StoredContact, team: Team, children: Mapping[str, str]) -> list[Cell]:
    """Return the contact as a row under COLUMNS; instants as the team's wall clock shows them.

    `children` are the first names by the ids of members.
    """
    folded = fold_stored(contact)
    cells = {
        **_facts(contact, team),
        **_written(folded.record if folded else ContactRecord(), team, children),
    }
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


def _written(record: ContactRecord, team: Team, children: Mapping[str, str]) -> Mapping[str, Cell]:
    cells: dict[str, Cell] = {}
    if record.incident:
        cells["incident"] = record.incident.what
    if note := record.note:
        cells |= dict(zip(NOTE, (getattr(note.text, name) for name in FIELDS), strict=True))
        cells |= {"author": _name(note.author, team), "written_at": _clock(note.at, team)}
        cells["versions"] = len(record.versions)
    if agreed := record.agreement:
        cells |= {"agreed": agreed.what, "agreed_for": agreed.due}
        cells["done_at"] = _clock(agreed.done_at, team) if agreed.done_at else None
    if record.link:
        cells["children"] = ", ".join(children.get(child, child) for child in record.link.children)
    if record.sign_offs:
        last = record.sign_offs[-1]
        cells |= {"signed_off_by": _name(last.by, team), "signed_off_at": _clock(last.at, team)}
        cells["comment"] = last.comment
    return cells


def _clock(at: datetime, team: Team) -> datetime:
    return at.astimezone(team.zone)


def _name(key: str | None, team: Team) -> str | None:
    return next((person.name for person in team.people.values() if person.id == key), key)
