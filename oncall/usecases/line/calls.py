"""What happens when the carrier tells us something about a call."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from oncall.alerts.decide import receive, settle
from oncall.alerts.ladder import Situation
from oncall.alerts.team import Caller, Team
from oncall.contacts.fold import CallerPlace, Contact, fold
from oncall.contacts.model import Detail, Entry, Kind, number_entries, put_in_order, with_event_key
from oncall.phone_numbers import Sender, read_sender
from oncall.rota.model import PersonId
from oncall.store.contacts import contacts
from oncall.store.contacts import entries as contact_entries
from oncall.store.families.callers import who_calls
from oncall.store.jobs import outbox
from oncall.store.session import Writing
from oncall.store.team.teams import current_team
from oncall.usecases.line.context import CallContext
from oncall.usecases.line.planning import plan_cancel_alerts, plan_jobs


class NotOurLine(Exception):
    """The number that was called leads to no team."""


class UnknownContact(Exception):
    """The team has no contact of this id, or it is erased."""


class CalledFromOurselves(Exception):
    """A phone that we ring forwards back to the line: answering would ring it again for ever."""


@dataclass(frozen=True, slots=True)
class Call:
    """A contact as it stands after what was told, and what is needed to answer the carrier."""

    contact: Contact
    team: Team
    at: datetime  # the instant for which the answer holds: a repeated webhook's is that of the first


def take_call(context: CallContext, sid: str, line: str, number: str, now: datetime) -> Call:
    """A new call is in the journal, and the first phone is chosen; a repeated webhook changes nothing.

    Raises NotOurLine, and CalledFromOurselves.
    """
    ours = context.lines.find(line)
    if ours is None:
        raise NotOurLine(line)
    sender = read_sender(number)
    if sender.number in context.lines.numbers:
        raise CalledFromOurselves(line)
    with context.db.writing(ours.team_id) as writing:
        team = current_team(writing)
        found = contacts.find_open_or_same(writing, team.id, "voice", sid)
        if found.same is not None:
            return _replay(team, require_contact(writing, found.same), "incoming")
        caller = identify(writing, team, sender, now)
        new = contacts.NewContact("voice", sid, caller, now)
        received = number_entries((receive(team, caller, now),), writing.seq)
        situation = _situate(context, team, found.busy, caller.number)
        decided, contact = settle(new.id, received, situation, now, asked=True)
        entries = (*received, *decided)
        contact_entries.begin(writing, new, entries, contact)
        jobs = plan_jobs(team.id, contact, entries, now)
        if caller.number and any(other.follow_up for other in found.open):
            jobs += plan_cancel_alerts(team.id, contact, now)
        outbox.put(writing, jobs, now)
    return Call(contact, team, now)


def record_facts(
    context: CallContext,
    team_id: int,
    contact_id: str,
    facts: Iterable[Entry],
    now: datetime,
    *,
    key: str | None = None,
    asked: bool = False,
    job: outbox.Job | None = None,
) -> Call:
    """The facts are in the journal with all that follows from them; a known `key` changes nothing.

    `asked`: the carrier waits for what the caller shall hear next. `job`: the job that brought the
    facts is done in the same transaction. Raises UnknownContact.
    """
    with context.db.writing(team_id) as writing:
        stored = require_contact(writing, contact_id)
        if job is not None:
            outbox.finish(writing, job, now)
        if _is_known(stored, key):
            return _replay(current_team(writing), stored, key)
        return _save(context, writing, stored, with_event_key(facts, key), now, asked=asked, key=key)


def poll(
    context: CallContext,
    team_id: int,
    contact_id: str,
    facts: Iterable[Entry],
    now: datetime,
    key: str | None = None,
) -> Call:
    """Whatever is due in the call is decided, and what is overdue is handed out once more.

    For questions that the carrier asks again and again: facts under a known `key` are not repeated,
    but the answer is that of now. Raises UnknownContact.
    """
    with context.db.writing(team_id) as writing:
        stored = require_contact(writing, contact_id)
        entries = () if _is_known(stored, key) else with_event_key(facts, key)
        call = _save(context, writing, stored, entries, now, asked=False, key=None)
        writing.due_now.extend(outbox.overdue_for(writing, contact_id, now))
    return call


def resume_call(context: CallContext, team_id: int, contact_id: str, now: datetime, key: str) -> Call:
    """A caller who was cut off waits again, for the same person first. Raises UnknownContact."""
    with context.db.writing(team_id) as writing:
        stored = require_contact(writing, contact_id)
        if _is_known(stored, key):
            return _replay(current_team(writing), stored, key)
        contact = stored.contact
        talk = contact.conversation
        resumed = Entry(0, now, Kind.RESUMED, actor=talk.person if talk else None)
        told = with_event_key((resumed,) if contact.place is CallerPlace.CUT_OFF else (), key)
        return _save(context, writing, stored, told, now, asked=bool(told), key=key)


def _is_known(stored: contacts.StoredContact, key: str | None) -> bool:
    return key is not None and any(entry.event_key == key for entry in stored.entries)


def _save(
    context: CallContext,
    writing: Writing,
    stored: contacts.StoredContact,
    entries: Sequence[Entry],
    now: datetime,
    *,
    asked: bool,
    key: str | None,
) -> Call:
    team = current_team(writing)
    entries, moment = put_in_order(stored.entries, entries, now)
    entries = number_entries(entries, writing.seq)
    known = (*stored.entries, *entries)
    busy = contacts.busy_people(writing, team.id, stored.id)
    situation = _situate(context, team, busy, stored.number)
    decided, contact = settle(stored.id, known, situation, moment, asked=asked, after=writing.seq)
    if decided and not entries:  # no fact carries the webhook's key, so the first decision does
        decided = with_event_key(decided, key)
    new = (*entries, *decided)
    contact_entries.record(writing, stored, new, contact)
    outbox.put(writing, plan_jobs(team.id, contact, new, now), now)
    return Call(contact, team, moment)


def require_contact(writing: Writing, contact_id: str) -> contacts.StoredContact:
    """Return the team's contact; raises UnknownContact where there is none, or it is erased."""
    stored = contacts.load_contact(writing, contact_id, writing.team)
    if stored is None or stored.erased:
        raise UnknownContact(contact_id)
    return stored


def _replay(team: Team, stored: contacts.StoredContact, key: str | None) -> Call:
    """Return the call as it stood after the webhook that came first: the answer will be the same."""
    first = next(entry for entry in stored.entries if entry.event_key == key)
    then = [entry for entry in stored.entries if entry.batch <= first.batch]
    return Call(fold(stored.id, then), team, first.at)


def identify(writing: Writing, team: Team, sender: Sender, now: datetime) -> Caller:
    """Return what the team may know of who calls or writes."""
    if sender.number is None:
        return Caller(known="unknown" if sender.name else "withheld", sender=sender.name)
    caller = who_calls(writing, team, sender.number, now)
    # Two who hide behind the same impossible number are not one caller; a family's own number always counts.
    return Caller(known="withheld") if sender.doubtful and caller.known != "known" else caller


def _situate(context: CallContext, team: Team, busy: frozenset[PersonId], number: str | None) -> Situation:
    own = {number} if number else set()
    return Situation(team, busy, context.lines.numbers | own)


def fact(now: datetime, kind: Kind, leg: str | None = None, **detail: Unpack[Detail]) -> Entry:
    """Return a fact that is not yet in the journal."""
    return Entry(0, now, kind, leg, detail=detail)
