"""What the page of one contact shows, and the note of who has opened it."""

from dataclasses import dataclass
from datetime import datetime

from oncall.alerts.safe_contact import Wish
from oncall.contacts.case import Member
from oncall.contacts.check_in import Agreed, CheckIn, fold_agreed
from oncall.contacts.contact import Contact
from oncall.contacts.model import Entry
from oncall.contacts.note import ContactRecord, NoteDraft
from oncall.contacts.search import Cursor
from oncall.contacts.waiting import Waiting
from oncall.rota.model import PersonId
from oncall.store.contacts.contacts import ContactLine, StoredContact, load_contact
from oncall.store.contacts.log import cursor_of, read_contact
from oncall.store.contacts.notes import label_cases, read_draft
from oncall.store.families.callers import who_calls
from oncall.store.families.cases import find_case
from oncall.store.families.check_ins import load_check_in
from oncall.store.journal.chains import missing_between
from oncall.store.session import Database, Reading, team_chain
from oncall.store.team.teams import read_team
from oncall.usecases.contacts.moments import Moment
from oncall.usecases.contacts.timeline import list_moments
from oncall.usecases.contacts.voicemail import VoicemailMessage, list_messages
from oncall.usecases.families.briefs import Suggestion, suggest_cases
from oncall.usecases.families.reach import Reach, read_reach
from oncall.usecases.folding import fold_stored, is_damaged
from oncall.usecases.people import Names, name_people
from oncall.usecases.privacy.access_log import BRIEF_READ, CONTACT_READ, append_read
from oncall.usecases.privacy.chains import report_damage


@dataclass(frozen=True, slots=True)
class ContactPage:
    """A contact as its page shows it."""

    line: ContactLine
    damaged: bool  # its journal does not verify: nothing is concluded from what happened
    lost: tuple[int, ...]  # numbers of its entries that are not as they were written
    left: tuple[Entry, ...]  # of a damaged one: its entries that are
    gone: tuple[int, ...]  # numbers of entries that are gone, of this contact or of another at the same time
    call: Contact | None  # None: not a call, or erased
    moments: tuple[Moment, ...]
    names: Names
    waiting: Waiting
    messages: tuple[VoicemailMessage, ...]  # that the caller has left
    reach: Reach | None  # None: there is no number, because it was withheld or erased
    record: ContactRecord
    draft: NoteDraft | None  # what the reader has begun to write
    case_id: str | None  # of the case that it is linked to
    suggested: tuple[str, ...]  # labels of the cases that the number belongs to, where it is not linked
    at_hand: tuple[Suggestion, ...]  # those same cases, or the linked one, with the brief where it opens
    cases: tuple[str, ...]  # labels of those to which it could be linked
    children: tuple[Member, ...]  # of the case that it is linked to
    agreed: Agreed | None  # None: not an agreed call
    check_in: CheckIn | None  # what was agreed

    @property
    def cursor(self) -> Cursor:
        """Where the contact stands in the leader's list."""
        return cursor_of(self.line)


def open_contact(
    db: Database, team_id: int, contact_id: str, reader: str, now: datetime, refused: Wish | None = None
) -> ContactPage | None:
    """Return a contact of the team, and note who has read it; None if the team has no such contact.

    `refused` is what the reader has just wished to do to the number, and safe contact stood against.
    """
    with db.reading() as reading:
        stored = read_contact(reading, team_id, contact_id)
        if stored is None:
            return None
        page = _compose(reading, stored, reader, now, refused)
    with db.noting_reads(team_id) as reads:
        append_read(reads, CONTACT_READ, reader, now, contact=stored.id, case=stored.case)
        for case in (each.page.case for each in page.at_hand if each.page):
            append_read(reads, BRIEF_READ, reader, now, case=case.label, case_id=case.id, contact=stored.id)
    if page.damaged or page.gone:
        report_damage(db, team_id, stored.id, now)
    return page


def _compose(
    reading: Reading, stored: StoredContact, reader: str, now: datetime, refused: Wish | None
) -> ContactPage:
    team, number = read_team(reading, stored.team_id), stored.number
    call = fold_stored(stored)
    entries = stored.entries if call else ()
    messages = list_messages(reading, stored)
    waiting, agreed = call.waiting if call else Waiting(), fold_agreed(entries)
    people = [entry.actor for entry in stored.entries]
    people += [heard.person for message in messages for heard in message.heard]
    record, damaged = call.record if call else ContactRecord(), is_damaged(stored, call)
    family = find_case(reading, team.id, stored.case) if stored.case else None
    return ContactPage(
        line=stored,
        damaged=damaged,
        lost=stored.unreadable,
        left=stored.entries if damaged else (),
        gone=_find_gone(reading, stored) if call else (),
        call=call,
        moments=list_moments(call, stored.entries) if call else (),
        names=name_people(reading, team, people),
        waiting=waiting,
        messages=messages,
        reach=read_reach(reading, team, number, waiting.last_heard_at, now, refused) if number else None,
        record=record,
        draft=_find_draft(reading, stored, reader, record),
        case_id=family.id if family else None,
        suggested=who_calls(reading, team, number, now).cases if stored.case is None else (),
        at_hand=suggest_cases(reading, team, stored, team.people.get(PersonId(reader)), now),
        cases=tuple(label_cases(reading, team.id).values()),
        children=family.children if family else (),
        agreed=agreed,
        check_in=load_check_in(reading, team.id, agreed.check_in) if agreed else None,
    )


def _find_draft(
    reading: Reading, stored: StoredContact, reader: str, record: ContactRecord
) -> NoteDraft | None:
    draft = read_draft(reading, stored, reader)
    if draft and record.note and draft.text == record.note.text:
        return None  # kept in the same moment as it was saved
    return draft


def _find_gone(reading: Reading, stored: StoredContact) -> tuple[int, ...]:
    """Return which entries are gone that were written from the contact's first to its last."""
    return missing_between(reading, team_chain(stored.team_id), stored.entries[0].seq, stored.last_seq)


def has_contact(db: Database, team_id: int, contact_id: str) -> bool:
    """Tell whether the team has this contact."""
    with db.reading() as reading:
        return load_contact(reading, contact_id, team_id) is not None
