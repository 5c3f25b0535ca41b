"""Which contacts a team has had, and what happened in one of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from oncall.alerts.safe_contact import Wish
from oncall.alerts.team import Team
from oncall.casework.access_log import BRIEF_READ, CONTACT_READ, note_read
from oncall.casework.briefs import Suggestion, suggest_cases
from oncall.casework.case_files import note_reading
from oncall.casework.chains import report_damage
from oncall.casework.folding import fold_stored, is_damaged
from oncall.casework.people import Names, short_names
from oncall.casework.reaching import Reach, read_reach
from oncall.casework.timeline import Moment, tell_moments
from oncall.casework.voicemail import Message, list_messages
from oncall.contacts.case import Member
from oncall.contacts.check_in import Agreed, CheckIn, fold_agreed
from oncall.contacts.contact import Contact
from oncall.contacts.model import Entry, State
from oncall.contacts.note import NoteDraft, Outcome, Record
from oncall.contacts.search import Cursor, Filters
from oncall.contacts.waiting import Waiting, fold_waiting
from oncall.rota.model import PersonId
from oncall.rota.wallclock import instant_of
from oncall.store.callers import who_calls
from oncall.store.cases import find_case
from oncall.store.chain_checks import load_checks
from oncall.store.chains import missing_between
from oncall.store.check_ins import load_check_in
from oncall.store.contact_log import cursor_of, list_contacts, read_contact
from oncall.store.contacts import ContactLine, StoredContact
from oncall.store.records import label_cases, read_draft
from oncall.store.session import Database, Reading, team_chain
from oncall.store.teams import load_staff, read_team

PAGE = 30  # contacts on a page of the log


class Which(StrEnum):
    """The outcomes that the log can be narrowed to."""

    ALL = "all"
    WAITING = "waiting"
    GOING_ON = "going_on"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    CLOSED = "closed"


_FILTERS = {
    Which.ALL: Filters(),
    Which.WAITING: Filters(follow_up=True),
    Which.GOING_ON: Filters(
        states=(State.RINGING, State.GATHERING, State.ACCEPTED, State.CONNECTED, State.LAST_RESORT),
        is_open=True,  # as each of them is: so that they are not looked for among all that ever was
    ),
    Which.ANSWERED: Filters(answered=True),
    Which.UNANSWERED: Filters(
        answered=False,
        states=(State.WAITING, State.HANDED_OVER, State.ACKNOWLEDGED, State.CLOSED),
        ours=False,
    ),
    Which.CLOSED: Filters(is_open=False),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader of the log has asked for."""

    which: Which = Which.ALL
    case: str | None = None  # the case's label
    municipality: str | None = None  # whose cases alone a reviewer reads
    first_day: date | None = None  # in the team's zone, as the next
    last_day: date | None = None  # included
    person: str | None = None  # the key of who answered
    channel: str | None = None  # voice or text
    outcome: Outcome | None = None
    unreviewed: bool = False  # those alone that no leader has signed off
    incident: bool = False  # those alone with an incident
    urgent_first: bool = False  # unanswered and not signed off, then not signed off, then the others
    before: Cursor | None = None  # the last contact of the page before
    after: Cursor | None = None  # the first contact of the page behind


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of the log, the newest contact first."""

    lines: tuple[ContactLine, ...]
    names: Names  # of everybody who is or was in the team
    newer: Cursor | None  # where the page before this one ends; None: this is the first
    older: Cursor | None  # where the next page begins; None: this is the last
    damaged: bool  # the journal did not verify when it was last looked through


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
    messages: tuple[Message, ...]  # that the caller has left
    reach: Reach | None  # None: there is no number, because it was withheld or erased
    record: Record
    draft: NoteDraft | None  # what the reader has begun to write
    case_id: str | None  # of the case that it is linked to
    suggested: tuple[str, ...]  # labels of the cases that the number belongs to, where it is not linked
    at_hand: tuple[Suggestion, ...]  # those same cases, or the linked one, with the brief where it opens
    cases: tuple[str, ...]  # labels of those to which it could be linked
    children: tuple[Member, ...]  # of the case that it is linked to
    agreed: Agreed | None  # None: not an agreed call
    check_in: CheckIn | None  # what was agreed


def read_log(db: Database, team: Team, wanted: Wanted) -> LogPage:
    """Return a page of the team's log."""
    with db.reading() as reading:
        found = list_contacts(
            reading,
            team.id,
            filters_of(team, wanted),
            wanted.before,
            PAGE + 1,
            after=wanted.after,
            urgent_first=wanted.urgent_first,
        )
        names = _name_everybody(reading, team, (line.projection.answered_by for line in found))
        damaged = any(check.findings for check in load_checks(reading, team.id).values())
    further = len(found) > PAGE
    lines = found[-PAGE:] if wanted.after else found[:PAGE]
    if not lines:
        return LogPage((), names, None, None, damaged)
    behind = wanted.before is not None or (wanted.after is not None and further)
    ahead = further if wanted.after is None else True
    return LogPage(
        lines,
        names,
        cursor_of(lines[0]) if behind else None,
        cursor_of(lines[-1]) if ahead else None,
        damaged,
    )


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
        team = read_team(reading, team_id)
        call = fold_stored(stored)
        messages = list_messages(reading, stored)
        people = [entry.actor for entry in stored.entries]
        people += [heard.person for message in messages for heard in message.heard]
        names = _name_everybody(reading, team, people)
        waiting = fold_waiting(stored.entries if call else ())
        number = stored.number
        at_hand = suggest_cases(reading, team, stored, team.people.get(PersonId(reader)), now)
        reach = read_reach(reading, team, number, waiting.last_heard_at, now, refused) if number else None
        draft = read_draft(reading, stored, reader)
        suggested = who_calls(reading, team, stored.number, now).cases if stored.case is None else ()
        cases = tuple(label_cases(reading, team_id).values())
        family = find_case(reading, team_id, stored.case) if stored.case else None
        agreed = fold_agreed(stored.entries if call else ())
        check_in = load_check_in(reading, team_id, agreed.check_in) if agreed else None
        gone = _find_gone(reading, stored) if call else ()
    note_read(db, team_id, CONTACT_READ, reader, now, contact=stored.id, case=stored.case)
    for each in at_hand:
        if each.page:
            note_reading(db, team_id, BRIEF_READ, each.page.case, reader, now, stored.id)
    damaged = is_damaged(stored, call)
    if damaged or gone:
        report_damage(db, team_id, stored.id, now)
    moments = tell_moments(call, stored.entries) if call else ()
    record = call.record if call else Record()
    if draft and record.note and draft.text == record.note.text:
        draft = None  # kept in the same moment as it was saved
    return ContactPage(
        line=stored,
        damaged=damaged,
        lost=stored.unreadable,
        left=stored.entries if damaged else (),
        gone=gone,
        call=call,
        moments=moments,
        names=names,
        waiting=waiting,
        messages=messages,
        reach=reach,
        record=record,
        draft=draft,
        case_id=family.id if family else None,
        suggested=suggested,
        at_hand=at_hand,
        cases=cases,
        children=family.children if family else (),
        agreed=agreed,
        check_in=check_in,
    )


def _find_gone(reading: Reading, stored: StoredContact) -> tuple[int, ...]:
    """Return which entries are gone that were written from the contact's first to its last."""
    return missing_between(reading, team_chain(stored.team_id), stored.entries[0].seq, stored.last_seq)


def filters_of(team: Team, wanted: Wanted) -> Filters:
    """Return what the database is asked for; days are those of the team's own calendar."""
    kind = _FILTERS[wanted.which]
    after_last = wanted.last_day + timedelta(days=1) if wanted.last_day else None
    return Filters(
        since=instant_of(wanted.first_day, time(0), team.zone) if wanted.first_day else None,
        until=instant_of(after_last, time(0), team.zone) if after_last else None,
        states=kind.states,
        case=wanted.case,
        municipality=wanted.municipality,
        answered=kind.answered,
        is_open=kind.is_open,
        follow_up=kind.follow_up,
        ours=kind.ours,
        answered_by=wanted.person,
        channel=wanted.channel,
        outcome=wanted.outcome,
        unreviewed=wanted.unreviewed or None,
        incident=wanted.incident or None,
    )


def _name_everybody(reading: Reading, team: Team, needed: Iterable[str | None]) -> Names:
    """Return the names of the team's people, and of those who have left if one of them is needed."""
    people = dict(team.people)
    if any(key is not None and key not in people for key in needed):
        people = {person.id: person for person, _ in load_staff(reading, team.id)}
    return short_names(people.values())
