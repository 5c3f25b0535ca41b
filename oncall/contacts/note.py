"""What staff have written down about a contact: notes, outcome, incident, family, and the leader's review."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum

from oncall.contacts.model import FACTS, Detail, Entry, Kind
from oncall.contacts.waiting import RAISED

LONGEST = 8000  # characters of one field of a note


class Channel(StrEnum):
    """How the family was met."""

    CALL = "call"
    TEXT = "text"
    VISIT = "visit"
    VIDEO = "video"


class Risk(StrEnum):
    """How unsafe it was judged to be for the children."""

    NONE = "none"
    SOME = "some"
    HIGH = "high"
    ACUTE = "acute"


class Outcome(StrEnum):
    """What a contact came to."""

    CALMED = "calmed"  # the talk was enough
    COACHED = "coached"  # steps of the family's own safety plan were taken
    VISITED = "visited"  # somebody of the team went there
    SERVICE = "service"  # the child-protection emergency service was brought in
    EMERGENCY = "emergency"  # 110, 112 or 113 was called
    OTHERS = "others"  # a school, a neighbour, another service: nothing to do for the line
    SILENT = "silent"  # nobody spoke
    MISTAKE = "mistake"  # a wrong number
    NOT_REACHED = "not_reached"  # the family could not be reached again


class Severity(StrEnum):
    """How bad an incident was, the least first."""

    MINOR = "minor"
    SERIOUS = "serious"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class NoteText:
    """The fields of a note, as they were written; what was said stands apart from what was assessed."""

    met_at: str = ""  # wall-clock of the team, as a form writes it: 2026-03-14T02:40
    who: str = ""
    channel: str = ""  # one of Channel, or empty
    said: str = ""
    assessed: str = ""
    child_words: str = ""  # word for word
    risk: str = ""  # one of Risk, or empty
    action: str = ""
    notified: str = ""
    next_step: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing was written that the line did not know by itself."""
        given = (self.who, self.said, self.assessed, self.child_words, self.risk)
        return not any(given) and not any((self.action, self.notified, self.next_step))

    def encode(self) -> dict[str, str]:
        """Return the fields by name, without the empty ones."""
        return {name: value for name in FIELDS if (value := str(getattr(self, name)))}


FIELDS = tuple(field.name for field in fields(NoteText))


def read_note(detail: Mapping[str, object]) -> NoteText:
    """Return the note that these values make; what is no field of a note is left out."""
    return NoteText(**{name: str(detail[name]).strip() for name in FIELDS if detail.get(name)})


@dataclass(frozen=True, slots=True)
class NoteDraft:
    """A note that somebody has begun, and not yet put into the journal."""

    text: NoteText
    based_on: int  # seq of the version that stood there when they began; 0: none
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the note; earlier ones stay."""

    seq: int
    at: datetime
    author: str
    text: NoteText


@dataclass(frozen=True, slots=True)
class Link:
    """The case, and the children in it, that the contact concerns."""

    seq: int
    at: datetime
    by: str
    case_id: str | None  # None: no case of the team's
    case: str | None  # its label when it was linked
    children: tuple[str, ...] = ()  # ids of members
    municipality: str | None = None
    own_therapist: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that went wrong."""

    at: datetime
    by: str
    severity: Severity
    what: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was agreed with the family."""

    at: datetime
    by: str
    what: str
    due: date
    done_at: datetime | None = None
    done_by: str = ""


@dataclass(frozen=True, slots=True)
class SignOff:
    """That a leader has read the contact."""

    seq: int
    at: datetime
    by: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """Everything that is written down about a contact, as its entries tell it."""

    versions: tuple[Version, ...] = ()  # of the note, the oldest first
    outcome: Outcome | None = None
    incident: Incident | None = None
    links: tuple[Link, ...] = ()  # the last one holds
    agreement: Agreement | None = None
    sign_offs: tuple[SignOff, ...] = ()
    asked_further: bool = False  # a later step of the page ladder was needed
    changed_seq: int = 0  # the last entry that a leader must have read

    @property
    def note(self) -> Version | None:
        """The note as it stands, or None."""
        return self.versions[-1] if self.versions else None

    @property
    def link(self) -> Link | None:
        """What the contact was linked to by hand, or None."""
        return self.links[-1] if self.links else None

    @property
    def reviewed(self) -> bool:
        """Whether a leader has signed off all that there is."""
        return bool(self.sign_offs) and self.sign_offs[-1].seq > self.changed_seq


# The machine's own steps and our reminders: after them there is nothing new for the leader to read.
_NOTHING_NEW = frozenset(
    {
        Kind.SIGNED_OFF,
        Kind.PAGED,
        Kind.PAGES_STARTED,
        Kind.REMINDED,
        Kind.CODE_REFUSED,
        Kind.LEG_RELEASED,
        Kind.QUEUE_CLOSED,
    }
)


def fold_record(decisions: Iterable[Entry]) -> ContactRecord:
    """Return what is written down; facts of the carrier, which may come late, change nothing of it."""
    record, changed = ContactRecord(), 0
    for entry in decisions:
        if entry.kind in FACTS:
            continue
        if entry.kind not in _NOTHING_NEW:
            changed = entry.seq
        if entry.kind in _WRITTEN:
            record = _write(record, entry)
    return replace(record, changed_seq=changed) if changed else record


_WRITTEN = frozenset(
    {
        Kind.PAGES_STARTED,
        Kind.NOTE_WRITTEN,
        Kind.OUTCOME_RECORDED,
        Kind.INCIDENT_RECORDED,
        Kind.CONTACT_LINKED,
        Kind.NEXT_AGREED,
        Kind.NEXT_DONE,
        Kind.SIGNED_OFF,
    }
)


def _write(record: ContactRecord, entry: Entry) -> ContactRecord:
    detail, by = entry.detail, entry.actor or ""
    match entry.kind:
        case Kind.PAGES_STARTED:
            return replace(
                record, asked_further=record.asked_further or detail["step"] > 0 or detail["step"] == RAISED
            )
        case Kind.NOTE_WRITTEN:
            version = Version(entry.seq, entry.at, by, read_note(detail["note"]))
            return replace(record, versions=(*record.versions, version))
        case Kind.OUTCOME_RECORDED:
            return replace(record, outcome=Outcome(detail["outcome"]) if detail["outcome"] else None)
        case Kind.INCIDENT_RECORDED:
            severity = detail["severity"]
            known = Incident(entry.at, by, Severity(severity), detail["what"]) if severity else None
            return replace(record, incident=known)
        case Kind.CONTACT_LINKED:
            return replace(record, links=(*record.links, _link(entry, detail)))
        case Kind.NEXT_AGREED:
            agreement = Agreement(entry.at, by, detail["what"], date.fromisoformat(detail["due"]))
            return replace(record, agreement=agreement)
        case Kind.NEXT_DONE if record.agreement:
            return replace(record, agreement=replace(record.agreement, done_at=entry.at, done_by=by))
        case Kind.SIGNED_OFF:
            sign_off = SignOff(entry.seq, entry.at, by, detail.get("comment", ""))
            return replace(record, sign_offs=(*record.sign_offs, sign_off))
        case _:
            return record


def _link(entry: Entry, detail: Detail) -> Link:
    return Link(
        entry.seq,
        entry.at,
        entry.actor or "",
        detail["case_id"],
        detail["case"],
        tuple(detail["children"]),
        detail.get("municipality"),
        detail.get("own_therapist"),
        detail.get("reason", ""),
    )
