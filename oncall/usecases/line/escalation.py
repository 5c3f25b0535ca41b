"""What follows where a family waits for a human: one follow-up per number, and whom it alerts."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from oncall.alerts.check_ins import due_check_in, miss_check_in
from oncall.alerts.ladder import Situation
from oncall.alerts.paging import decide_pages, due_pages, give_notice
from oncall.alerts.team import Team
from oncall.alerts.wording import staff
from oncall.contacts.check_in import fold_agreed
from oncall.contacts.fold import fold
from oncall.contacts.model import Entry, Kind, number_entries, put_in_order, with_event_key
from oncall.contacts.waiting import Delivery, Text, Waiting
from oncall.monitoring import alert_operator
from oncall.rota.model import PersonId
from oncall.store.contacts import contacts
from oncall.store.contacts import entries as contact_entries
from oncall.store.contacts.contacts import StoredContact
from oncall.store.jobs import outbox
from oncall.store.line import messages
from oncall.store.session import Writing
from oncall.store.team.teams import current_team
from oncall.usecases.line.calls import UnknownContact, require_contact
from oncall.usecases.line.context import CallContext
from oncall.usecases.line.planning import plan_alert_hang_ups, plan_escalation, plan_next_day, plan_note

AGAIN_WITHIN = timedelta(minutes=15)  # a second missed call within this goes to the leader at once


def escalate(
    context: CallContext,
    team_id: int,
    contact_id: str,
    now: datetime,
    *,
    entries: Sequence[Entry] = (),
    key: str | None = None,
    job: outbox.Job | None = None,
) -> Waiting:
    """Whatever is due for a waiting contact is decided and ordered; return how it stands then.

    `entries` are entries that came just now; where an entry of the `key` is known already, nothing is told.
    Raises UnknownContact.
    """
    with context.db.writing(team_id) as writing:
        stored = require_contact(writing, contact_id)
        if job is not None:
            outbox.finish(writing, job, now)
        if key is not None and any(entry.event_key == key for entry in stored.entries):
            return stored.waiting
        return advance(context, writing, stored, with_event_key(entries, key), now)


def advance(
    context: CallContext, writing: Writing, stored: StoredContact, entries: Sequence[Entry], now: datetime
) -> Waiting:
    """Append what was told, and all that follows from it; return how the contact waits then."""
    team = current_team(writing)
    before = stored.waiting
    entries, moment = put_in_order(stored.entries, entries, now)
    new = number_entries(entries, writing.seq)
    contact = fold(stored.id, (*stored.entries, *new))
    waiting = contact.waiting
    main = _older_follow_up(writing, stored, waiting)
    if main is not None:
        drafts: tuple[Entry, ...] = (Entry(0, moment, Kind.FOLLOW_UP_JOINED, detail={"contact": main}),)
    else:
        missed = miss_check_in(fold_agreed(contact.entries), waiting, moment)
        if missed:
            new += number_entries(missed, writing.seq + len(new))
            contact = fold(stored.id, (*stored.entries, *new))
            waiting = contact.waiting
        own = {stored.number} if stored.number else set()
        situation = Situation(team, never=context.lines.numbers | own)
        drafts = (
            *_notify_of_lost_texts(before, waiting, moment),
            *_notify_of_taken_offer(before, waiting, moment),
            *decide_pages(contact, situation, moment),
        )
    kinds = {draft.kind for draft in drafts}
    if Kind.PAGES_STARTED in kinds and Kind.PAGED not in kinds:
        alert_operator("waiting_contact_alerts_nobody", contact=stored.id)
    if drafts:
        new += number_entries(drafts, writing.seq + len(new))
        contact = fold(stored.id, (*stored.entries, *new))
        waiting = contact.waiting
    contact_entries.record(writing, stored, new, contact)
    wakes = (due_pages(waiting, team, moment), due_check_in(fold_agreed(contact.entries), waiting))
    wake = min((at for at in wakes if at), default=None)
    jobs = plan_escalation(team.id, contact, new, wake, now)
    for entry in new:
        if entry.kind in _TAKEN:
            jobs += plan_next_day(team, contact, waiting.owner, now)
        if entry.kind is Kind.TEXT_RELAYED and contact.by_text:
            jobs += plan_note(team.id, contact, now)
    if waiting.asking_since is None:  # whoever takes it by pressing 1 is still listening
        listening = [entry.actor for entry in new if entry.detail.get("by") == "call"]
        listening += [] if any(entry.kind in _TAKEN for entry in new) else [waiting.owner]
        jobs += plan_alert_hang_ups(team.id, contact, (*listening, waiting.offered_to), now)
    outbox.put(writing, jobs, now)
    _settle_codes(writing, stored.id, waiting)
    _copy_to_joined(writing, team, waiting, new)
    if main is not None:
        for joining in (stored.id, *waiting.joining):  # whoever had joined this one joins with it
            _join(context, writing, team, main, (joining, waiting.opened_at or now), now)
        _point_to_follow_up(writing, team, waiting.joining, main, now)
    return waiting


_TAKEN = frozenset({Kind.ACKNOWLEDGED, Kind.CLOSED})


def _notify_of_lost_texts(before: Waiting, waiting: Waiting, now: datetime) -> tuple[Entry, ...]:
    """Whoever wrote to the family learns that it did not arrive, and so does whoever owns it now."""
    known = {text.id for text in before.texts if text.delivery is Delivery.UNDELIVERED}
    lost = [text for text in waiting.texts if text.delivery is Delivery.UNDELIVERED and text.id not in known]
    return tuple(
        give_notice(person, staff.TEXT_UNDELIVERED, now, code=text.trouble)
        for text in lost
        for person in _recipients_of_loss(text, waiting)
    )


def _notify_of_taken_offer(before: Waiting, waiting: Waiting, now: datetime) -> tuple[Entry, ...]:
    """Whoever has asked a colleague to take over learns that it is theirs no more."""
    if before.owner is None or before.offered_to is None or waiting.owner != before.offered_to:
        return ()
    return (give_notice(before.owner, staff.OFFER_TAKEN, now),)


def _recipients_of_loss(text: Text, waiting: Waiting) -> tuple[PersonId, ...]:
    if text.inbound or text.author is None:  # of a lost answer of the machine's the page tells
        return ()
    return tuple(dict.fromkeys(person for person in (text.author, waiting.owner) if person))


def acknowledge_from_call(
    context: CallContext, team_id: int, contact_id: str, now: datetime, job: outbox.Job
) -> None:
    """A connected call acknowledges what still waits from the same number, for whoever answered."""
    with context.db.writing(team_id) as writing:
        outbox.finish(writing, job, now)
        stored = contacts.load_contact(writing, contact_id, team_id)
        if stored is None:
            return
        contact = stored.contact
        talk = contact.conversation
        if talk is None or talk.person is None:
            return
        outbox.put(writing, plan_note(team_id, contact, now), now)
        if stored.number is None:
            return
        waits = messages.open_conversation(writing, stored.number, other_than=contact_id)
        outbox.put(writing, plan_next_day(current_team(writing), contact, talk.person, now), now)
        if waits is None:
            return
        other = contacts.load_contact(writing, waits, team_id)
        if other is not None and other.waiting.asking_since is not None:
            told = Entry(0, now, Kind.ACKNOWLEDGED, actor=talk.person, detail={"by": "talk"})
            advance(context, writing, other, (told,), now)


def cancel_alerts(
    context: CallContext, team_id: int, contact_id: str, now: datetime, job: outbox.Job
) -> None:
    """Whoever is rung for this caller now is not kept engaged by an alert about them; other alerts go on."""
    with context.db.writing(team_id) as writing:
        outbox.finish(writing, job, now)
        stored = contacts.load_contact(writing, contact_id, team_id)
        if stored is None:
            return
        rung, number = stored.contact.engaged, stored.number
        waits = messages.open_conversation(writing, number, other_than=contact_id) if number else None
        other = contacts.load_contact(writing, waits, team_id) if waits else None
        for each in (stored, other) if other else (stored,):
            waiting = each.waiting
            if waiting.asking_since:  # else whoever took it is being thanked
                others = {page.person for page in waiting.pages} - rung
                outbox.put(writing, plan_alert_hang_ups(team_id, each.contact, others, now), now)


def notify_own_therapist(
    context: CallContext, team_id: int, contact_id: str, now: datetime, job: outbox.Job
) -> None:
    """Whoever follows the family learns in the morning that somebody else had to do with it."""
    with context.db.writing(team_id) as writing:
        outbox.finish(writing, job, now)
        stored = contacts.load_contact(writing, contact_id, team_id)
        own = stored.contact.own_therapist if stored else None
        if stored is not None and own is not None and stored.waiting.owner != own:
            advance(context, writing, stored, (give_notice(own, staff.NEXT_DAY, now),), now)


def remind_of_note(
    context: CallContext, team_id: int, contact_id: str, now: datetime, job: outbox.Job
) -> None:
    """Whoever has spoken with a family, and has not written it down, learns so."""
    with context.db.writing(team_id) as writing:
        outbox.finish(writing, job, now)
        stored = contacts.load_contact(writing, contact_id, team_id)
        if stored is None or stored.erased:
            return
        contact = stored.contact
        author = contact.answered_by
        if author is not None and contact.record.note is None and author in current_team(writing).people:
            advance(context, writing, stored, (give_notice(author, staff.NOTE_MISSING, now),), now)


def _older_follow_up(writing: Writing, stored: StoredContact, waiting: Waiting) -> str | None:
    """Return the contact whose follow-up stands for this number already; withheld ones never match."""
    fresh = waiting.open and not waiting.pages and waiting.owner is None
    if not fresh or stored.number is None or stored.channel != "voice" or stored.ours:
        return None
    other = messages.open_conversation(writing, stored.number, other_than=stored.id)
    return other if other is not None and _is_older(writing, other, waiting) else None


def _is_older(writing: Writing, other_id: str, waiting: Waiting) -> bool:
    stored = contacts.load_contact(writing, other_id, writing.team)
    other = stored.waiting if stored else Waiting()
    if not other.open or other.opened_at is None or waiting.opened_at is None:
        return False
    # one that has alerted somebody stands for the number, whenever it began
    return bool(other.pages) or other.opened_at <= waiting.opened_at


def _join(
    context: CallContext,
    writing: Writing,
    team: Team,
    main: str,
    joining: tuple[str, datetime],
    now: datetime,
) -> None:
    stored = contacts.load_contact(writing, main, team.id)
    if stored is None:
        raise UnknownContact(main)
    missed_at = stored.waiting.missed_at
    contact_id, again_at = joining
    soon = missed_at is not None and again_at - missed_at <= AGAIN_WITHIN
    told = Entry(0, now, Kind.CALL_JOINED, detail={"contact": contact_id, "to_leader": soon})
    advance(context, writing, stored, (told,), now)


def _point_to_follow_up(
    writing: Writing, team: Team, joined: Iterable[str], main: str, now: datetime
) -> None:
    """Those calls have another follow-up that stands for them from now on."""
    for contact_id in joined:
        stored = contacts.load_contact(writing, contact_id, team.id)
        if stored is not None and not stored.erased:
            leads = Entry(0, now, Kind.FOLLOW_UP_JOINED, detail={"contact": main})
            told, _ = put_in_order(stored.entries, (leads,), now)
            contact_entries.record(writing, stored, told)


def _copy_to_joined(writing: Writing, team: Team, waiting: Waiting, new: Sequence[Entry]) -> None:
    """What is taken or closed is so for the calls that joined it, too."""
    for entry in new:
        if entry.kind not in _TAKEN:
            continue
        for joining in waiting.joining:
            stored = contacts.load_contact(writing, joining, team.id)
            if stored is not None and not stored.erased:
                told, _ = put_in_order(stored.entries, (replace(entry, seq=0, event_key=None),), entry.at)
                contact_entries.record(writing, stored, told)


def _settle_codes(writing: Writing, contact_id: str, waiting: Waiting) -> None:
    """A code stands for its contact until that is closed: whoever comes second reads who has taken it."""
    if waiting.opened_at is not None and not waiting.open:
        messages.drop_codes(writing, contact_id)
