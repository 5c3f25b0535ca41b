"""What follows where a family waits for a human: one follow-up per number, and whom it alerts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from oncall.alerts.ladder import Situation
from oncall.alerts.pages import decide_pages, due_pages
from oncall.alerts.team import Team
from oncall.contacts.fold import Contact, fold
from oncall.contacts.model import Entry, Kind
from oncall.contacts.waiting import Waiting, fold_waiting
from oncall.rota.model import PersonId
from oncall.store import contacts, journal, messages, outbox
from oncall.store.contacts import StoredContact
from oncall.store.session import Writing
from oncall.store.teams import current_team
from oncall.switchboard.calls import UnknownContact, project
from oncall.switchboard.desk import Desk
from oncall.switchboard.errands import hush, plan_attention

AGAIN_WITHIN = timedelta(minutes=15)  # a second missed call within this goes to the leader at once


def attend(
    desk: Desk,
    team_id: int,
    contact_id: str,
    now: datetime,
    *,
    told: Sequence[Entry] = (),
    job: outbox.Job | None = None,
) -> Waiting:
    """Whatever is due for a waiting contact is decided and ordered; return how it stands then.

    `told` are entries that came just now. Raises UnknownContact.
    """
    with desk.db.writing(team_id) as writing:
        stored = contacts.load_contact(writing, contact_id, team_id)
        if stored is None:
            raise UnknownContact(contact_id)
        if job is not None:
            outbox.finish(writing, job, now)
        return carry_on(desk, writing, stored, told, now)


def carry_on(
    desk: Desk, writing: Writing, stored: StoredContact, told: Sequence[Entry], now: datetime
) -> Waiting:
    """Append what was told, and all that follows from it; return how the contact waits then."""
    team = current_team(writing)
    entries = [*stored.entries, *_numbered(told, writing.seq)]
    new = list(entries[len(stored.entries) :])
    waiting, contact = fold_waiting(entries), fold(stored.id, entries)
    main = _older_follow_up(writing, stored, waiting)
    if main is not None:
        joined = Entry(0, now, Kind.FOLLOW_UP_JOINED, detail={"contact": main})
        new += _numbered((joined,), writing.seq + len(new))
    else:
        situation = Situation(team, never=desk.lines.numbers)
        drafts = decide_pages(waiting, contact, situation, now)
        new += _numbered(drafts, writing.seq + len(new))
    everything = (*stored.entries, *new)
    waiting, contact = fold_waiting(everything), fold(stored.id, everything)
    _store(writing, stored, contact, new)
    wake = due_pages(waiting, team, now)
    jobs = plan_attention(team.id, contact, new, wake, now)
    taken = [entry for entry in new if entry.kind in (Kind.ACKNOWLEDGED, Kind.CLOSED)]
    if taken:  # whoever takes it by pressing 1 is still listening
        listening = [entry.actor for entry in taken if entry.detail.get("by") == "call"]
        jobs += hush(team.id, contact, waiting, listening, now)
    outbox.put(writing, jobs, now)
    _settle_codes(writing, stored.id, waiting)
    _pass_on(writing, team, waiting, new)
    if main is not None:
        _join(desk, writing, team, main, stored.id, now)
    return waiting


def take_for(desk: Desk, team_id: int, contact_id: str, now: datetime, job: outbox.Job) -> None:
    """A connected call acknowledges what still waits from the same number, for whoever answered."""
    with desk.db.writing(team_id) as writing:
        outbox.finish(writing, job, now)
        stored = contacts.load_contact(writing, contact_id, team_id)
        if stored is None or stored.number is None:
            return
        talk = fold(contact_id, stored.entries).conversation
        waits = messages.open_conversation(writing, stored.number, other_than=contact_id)
        if talk is None or talk.person is None or waits is None:
            return
        other = contacts.load_contact(writing, waits, team_id)
        if other is not None and fold_waiting(other.entries).owner is None:
            told = Entry(0, now, Kind.ACKNOWLEDGED, actor=talk.person, detail={"by": "call"})
            carry_on(desk, writing, other, (told,), now)


def _older_follow_up(writing: Writing, stored: StoredContact, waiting: Waiting) -> str | None:
    """Return the contact whose follow-up stands for this number already; withheld ones never match."""
    fresh = waiting.open and not waiting.pages and waiting.owner is None
    if not fresh or stored.number is None or stored.channel != "voice":
        return None
    other = messages.open_conversation(writing, stored.number, other_than=stored.id)
    return other if other is not None and _is_older(writing, other, stored) else None


def _is_older(writing: Writing, other_id: str, stored: StoredContact) -> bool:
    other = contacts.load_contact(writing, other_id, writing.team)
    if other is None or other.started_at > stored.started_at:
        return False
    return fold_waiting(other.entries).open


def _join(desk: Desk, writing: Writing, team: Team, main: str, joining: str, now: datetime) -> None:
    stored = contacts.load_contact(writing, main, team.id)
    if stored is None:
        raise UnknownContact(main)
    opened_at = fold_waiting(stored.entries).opened_at
    soon = opened_at is not None and now - opened_at <= AGAIN_WITHIN
    told = Entry(0, now, Kind.CALL_JOINED, detail={"contact": joining, "to_leader": soon})
    carry_on(desk, writing, stored, (told,), now)


def _pass_on(writing: Writing, team: Team, waiting: Waiting, new: Sequence[Entry]) -> None:
    """What is taken or closed is so for the calls that joined it, too."""
    for entry in new:
        if entry.kind not in (Kind.ACKNOWLEDGED, Kind.CLOSED):
            continue
        for joining in waiting.joining:
            stored = contacts.load_contact(writing, joining, team.id)
            if stored is not None:
                told = _numbered((replace(entry, event_key=None),), writing.seq)
                _store(writing, stored, fold(joining, (*stored.entries, *told)), told)


def _store(writing: Writing, stored: StoredContact, contact: Contact, new: Sequence[Entry]) -> None:
    if not new:
        return
    journal.append(writing, stored.id, new, stored.key)
    contacts.save_projection(writing, stored.id, project(contact), contact.last_seq)


def _settle_codes(writing: Writing, contact_id: str, waiting: Waiting) -> None:
    """A code is valid while its holder may still take the contact, or owns it."""
    if waiting.closed_at or waiting.joined:
        messages.drop_codes(writing, contact_id)
    elif waiting.owner and not waiting.unanswered:
        keep: list[PersonId] = [waiting.owner, *([waiting.offered_to] if waiting.offered_to else [])]
        messages.drop_codes(writing, contact_id, keep=keep)


def _numbered(entries: Sequence[Entry], after: int) -> list[Entry]:
    return [replace(entry, seq=after + n) for n, entry in enumerate(entries, 1)]
