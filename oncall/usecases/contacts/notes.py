"""What staff write down about a contact: load it, append what was written, save what it comes to."""

from collections.abc import Sequence
from datetime import date, datetime

from oncall.contacts.model import Detail, Entry, Kind
from oncall.contacts.note import NoteText, Outcome, Severity, Version
from oncall.contacts.search import Cursor
from oncall.store.contacts import entries as contact_entries
from oncall.store.contacts import notes as records
from oncall.store.contacts.log import cursor_of
from oncall.store.families.cases import find_case
from oncall.store.session import Database, Writing
from oncall.usecases.contacts.board import LIVE
from oncall.usecases.line.calls import UnknownContact
from oncall.usecases.line.locking import Act, LockedContact, lock_contact


class Overtaken(Exception):
    """Somebody else has put a later version of the note into the journal; what was written is kept."""

    def __init__(self, theirs: Version) -> None:
        """Keep the version that stands there now."""
        super().__init__(theirs.seq)
        self.theirs = theirs


class NothingWritten(Exception):
    """There is nothing to save."""


class NoSuchCase(Exception):
    """The team has no such case, or the case has no such child."""


class StillGoingOn(Exception):
    """A call that is going on cannot be signed off."""


def keep_draft(
    db: Database, team_id: int, contact_id: str, author: str, text: NoteText, based_on: int, now: datetime
) -> None:
    """What the author has written so far is on the server, for them alone. Raises UnknownContact."""
    with db.transaction() as transaction:
        if not records.keep_draft(transaction, team_id, contact_id, author, text, based_on, now):
            raise UnknownContact(contact_id)


def drop_draft(db: Database, team_id: int, contact_id: str, author: str) -> None:
    """The author begins anew from the note as it stands. Raises UnknownContact where there is no draft."""
    with db.transaction() as transaction:
        if not records.drop_draft(transaction, team_id, contact_id, author):
            raise UnknownContact(contact_id)


def write_note(
    db: Database, team_id: int, contact_id: str, author: str, text: NoteText, based_on: int, now: datetime
) -> None:
    """The note is in the journal as its newest version, and the author's draft is gone.

    `based_on` is the version that the author had before them. Raises Overtaken, with the input kept as
    the author's draft, where another one has come meanwhile; NothingWritten and UnknownContact.
    """
    if text.blank:
        raise NothingWritten(contact_id)

    def act(here: LockedContact) -> Sequence[Entry]:
        newest = here.contact.record.note
        if newest is not None and newest.text == text:
            return ()  # the same once more: a button pressed twice
        if newest is not None and newest.seq != based_on:
            raise Overtaken(newest)
        detail: Detail = {"note": text.encode(), "replaces": newest.seq if newest else None}
        return (Entry(0, now, Kind.NOTE_WRITTEN, actor=author, detail=detail),)

    try:
        with db.writing(team_id) as writing:
            _record(writing, contact_id, act)
            records.drop_draft(writing, team_id, contact_id, author)
    except Overtaken:
        keep_draft(db, team_id, contact_id, author, text, based_on, now)
        raise


def record_outcome(
    db: Database, team_id: int, contact_id: str, by: str, outcome: Outcome | None, now: datetime
) -> None:
    """The journal says what the contact came to; None takes it back. Raises UnknownContact."""

    def act(here: LockedContact) -> Sequence[Entry]:
        if here.contact.record.outcome is outcome:
            return ()
        return (Entry(0, now, Kind.OUTCOME_RECORDED, actor=by, detail={"outcome": outcome}),)

    _do(db, team_id, contact_id, act)


def record_incident(
    db: Database, team_id: int, contact_id: str, by: str, severity: Severity | None, what: str, now: datetime
) -> None:
    """The journal says what went wrong; None takes it back. Raises NothingWritten, UnknownContact."""
    if severity is not None and not what:
        raise NothingWritten(contact_id)

    def act(here: LockedContact) -> Sequence[Entry]:
        known = here.contact.record.incident
        if (known and (known.severity, known.what)) == (severity and (severity, what)):
            return ()
        detail: Detail = {"severity": severity, "what": what}
        return (Entry(0, now, Kind.INCIDENT_RECORDED, actor=by, detail=detail),)

    _do(db, team_id, contact_id, act)


def agree_next(
    db: Database, team_id: int, contact_id: str, by: str, what: str, due: date, now: datetime
) -> None:
    """The journal says what was agreed with the family, and for when. Raises NothingWritten."""
    if not what:
        raise NothingWritten(contact_id)

    def act(here: LockedContact) -> Sequence[Entry]:
        known = here.contact.record.agreement
        if known and not known.done_at and (known.what, known.due) == (what, due):
            return ()
        detail: Detail = {"what": what, "due": due.isoformat()}
        return (Entry(0, now, Kind.NEXT_AGREED, actor=by, detail=detail),)

    _do(db, team_id, contact_id, act)


def finish_next(db: Database, team_id: int, contact_id: str, by: str, now: datetime) -> None:
    """What was agreed is done."""

    def act(here: LockedContact) -> Sequence[Entry]:
        known = here.contact.record.agreement
        if known is None or known.done_at is not None:
            return ()
        return (Entry(0, now, Kind.NEXT_DONE, actor=by),)

    _do(db, team_id, contact_id, act)


def link(
    db: Database,
    team_id: int,
    contact_id: str,
    by: str,
    label: str | None,
    children: Sequence[str],
    reason: str,
    now: datetime,
) -> None:
    """The contact belongs to the case of this label, None to no case, and concerns these children of it.

    Raises NoSuchCase and UnknownContact. What it was linked to before stays in the journal.
    """

    def act(here: LockedContact) -> Sequence[Entry]:
        case = find_case(here.writing, team_id, label) if label is not None else None
        if label is not None and case is None:
            raise NoSuchCase(label)
        if set(children) - {child.id for child in (case.children if case else ())}:
            raise NoSuchCase(label)
        known = here.contact.record.link
        wanted = (case.id if case else None, tuple(children))
        if known and (known.case_id, known.children) == wanted:
            return ()
        detail: Detail = {
            "case_id": wanted[0],
            "case": case.label if case else None,
            "children": list(children),
            "municipality": case.municipality if case else None,
            "own_therapist": case.own_therapist if case else None,
            "was": here.contact.case,
            "reason": reason,
        }
        records.save_link(here.writing, contact_id, *wanted)
        return (Entry(0, now, Kind.CONTACT_LINKED, actor=by, detail=detail),)

    _do(db, team_id, contact_id, act)


def sign_off(db: Database, team_id: int, contact_id: str, leader: str, comment: str, now: datetime) -> Cursor:
    """The journal says that the leader has read all that there is; return where the contact stood until then.

    Raises StillGoingOn and UnknownContact.
    """
    stood: list[Cursor] = []

    def act(here: LockedContact) -> Sequence[Entry]:
        stood.append(cursor_of(here.stored))
        if here.contact.state in LIVE:
            raise StillGoingOn(contact_id)
        if here.contact.record.reviewed and not comment:
            return ()
        return (Entry(0, now, Kind.SIGNED_OFF, actor=leader, detail={"comment": comment}),)

    _do(db, team_id, contact_id, act)
    return stood[0]


def _do(db: Database, team_id: int, contact_id: str, act: Act) -> None:
    with db.writing(team_id) as writing:
        _record(writing, contact_id, act)


def _record(writing: Writing, contact_id: str, act: Act) -> None:
    here = lock_contact(writing, contact_id)
    entries = act(here)
    if entries:
        contact_entries.record(writing, here.stored, entries)
