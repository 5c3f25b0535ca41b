"""How are calls agreed on with families, remembered in time, and marked?

At its time an agreed call becomes a contact: whoever is on duty then is reminded, dials from its page, and
says how it went. One that nobody has marked in time waits for a human like any other contact.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from oncall.alerts.check_ins import notify_leaders, remind
from oncall.alerts.ladder import Situation
from oncall.alerts.team import Team
from oncall.contacts.case import Consent
from oncall.contacts.check_in import CheckIn, Mark, fold_agreed
from oncall.contacts.model import Detail, Entry, Kind
from oncall.contacts.waiting import Waiting
from oncall.rota.model import PersonId
from oncall.store.contacts import contacts
from oncall.store.contacts.contacts import OURS
from oncall.store.contacts.notes import label_cases
from oncall.store.families import check_ins as store
from oncall.store.families.check_ins import CalledMember
from oncall.store.jobs import outbox
from oncall.store.jobs.outbox import Job, NewJob
from oncall.store.session import Writing
from oncall.store.team.teams import current_team
from oncall.usecases.line.calls import UnknownContact
from oncall.usecases.line.context import CallContext
from oncall.usecases.line.escalation import advance
from oncall.usecases.line.outbound import UnknownNumber, begin_call
from oncall.usecases.line.planning import CHECK_IN
from oncall.usecases.line.texts.from_staff import taking


class UnknownCheckIn(Exception):
    """The team has no such agreed call."""


class NoLongerPlanned(Exception):
    """The agreed call is not to be changed: its time has come, or it was cancelled."""


class AlreadyMarked(Exception):
    """Somebody has said how the agreed call went."""


class NoNewTime(Exception):
    """A call that is moved needs a time that lies ahead."""


def plan(
    context: CallContext,
    team_id: int,
    case_id: str,
    number_id: str,
    at: datetime,
    note: str,
    actor: PersonId,
    now: datetime,
) -> CheckIn:
    """Agree on a call, once; it will be remembered at `at`. Raises UnknownNumber."""
    with context.db.writing(team_id) as writing:
        case = label_cases(writing, team_id).get(case_id, "")
        member = store.find_member(writing, team_id, case, number_id)
        if member is None:
            raise UnknownNumber(number_id)
        for same in store.list_check_ins(writing, team_id, at, at + timedelta(minutes=1), (store.PLANNED,)):
            if (same.case, same.at, same.number, same.note) == (member.case, at, member.number, note):
                return same  # the form was sent twice
        check_in = store.add_check_in(writing, member, at, note, actor, now)
        _wake(writing, check_in, now)
        return check_in


def change(
    context: CallContext,
    team_id: int,
    check_in_id: str,
    at: datetime,
    note: str,
    actor: PersonId,
    now: datetime,
) -> CheckIn:
    """Move a call, or change what it is about. Raises UnknownCheckIn and NoLongerPlanned."""
    with context.db.writing(team_id) as writing:
        before = _load_planned(writing, check_in_id)
        after = replace(before, at=at, note=note, version=before.version + 1)
        store.change_check_in(writing, after, store.CHECK_IN_CHANGED, actor, now)
        outbox.cancel(writing, [_key(before)])
        _wake(writing, after, now)
        return after


def cancel(context: CallContext, team_id: int, check_in_id: str, actor: PersonId, now: datetime) -> None:
    """Cancel a call: nobody will make it. Raises UnknownCheckIn and NoLongerPlanned."""
    with context.db.writing(team_id) as writing:
        before = _load_planned(writing, check_in_id)
        after = replace(before, state=store.CANCELLED, version=before.version + 1)
        store.change_check_in(writing, after, store.CHECK_IN_CANCELLED, actor, now)
        outbox.cancel(writing, [_key(before)])


def come_due(context: CallContext, team_id: int, check_in_id: str, job: Job, now: datetime) -> None:
    """The agreed call is a contact, once, and whoever is on duty now is reminded of it."""
    with context.db.writing(team_id) as writing:
        outbox.finish(writing, job, now)
        check_in = store.load_check_in(writing, team_id, check_in_id)
        if check_in is None or check_in.state != store.PLANNED or _key(check_in) != job.key:
            return  # moved or cancelled meanwhile
        team = current_team(writing)
        member = _member(writing, team, check_in)
        if member is None:
            return  # the case was erased: nobody knows any more whom to call
        detail: Detail = {"check_in": check_in.id, "agreed_for": check_in.at.isoformat()}
        stored = begin_call(writing, team, member, f"{OURS}{check_in.id}", detail, check_in.planned_by, now)
        store.note_check_in(writing, replace(check_in, state=store.DUE, contact=stored.id))
        situation = Situation(team, never=context.lines.numbers | {check_in.number})
        advance(context, writing, stored, remind(stored.contact, situation, now), now)


def mark(
    context: CallContext,
    team_id: int,
    contact_id: str,
    how: Mark,
    person: PersonId,
    now: datetime,
    *,
    words: str = "",
    moved_to: datetime | None = None,
) -> Waiting:
    """A human has said how the agreed call went; one that nobody answered is theirs to follow up.

    Marked twice alike, it is marked once. Raises UnknownContact, AlreadyMarked, and NoNewTime.
    """
    with context.db.writing(team_id) as writing:
        stored = contacts.load_contact(writing, contact_id, team_id)
        agreed = fold_agreed(stored.entries) if stored else None
        if stored is None or agreed is None:
            raise UnknownContact(contact_id)
        waiting = stored.waiting
        if agreed.marked is how:
            return waiting
        if agreed.marked in (Mark.DONE, Mark.MOVED) or waiting.closed_at:
            raise AlreadyMarked(contact_id)
        check_in = store.load_check_in(writing, team_id, agreed.check_in)
        if check_in is not None and how is Mark.MOVED:
            _move(writing, check_in, moved_to, person, now)
        if check_in is not None:
            store.note_check_in(writing, replace(check_in, state=how.value))
        detail = Entry(0, now, Kind.CHECK_IN_MARKED, actor=person, detail={"how": how.value, "words": words})
        team = current_team(writing)
        situation = Situation(team, never=context.lines.numbers)
        leaders = notify_leaders(stored.contact, situation, person, now)
        return advance(
            context, writing, stored, (detail, *_follow(waiting, how, person, words, leaders, now)), now
        )


def _follow(
    waiting: Waiting, how: Mark, person: PersonId, words: str, leaders: Sequence[Entry], now: datetime
) -> tuple[Entry, ...]:
    """Return what a mark does to the follow-up: it is closed, or is the person's own."""
    mine = () if waiting.owner == person and not waiting.unanswered else (taking(person, "page", now),)
    if how is Mark.NO_ANSWER:
        opened = Entry(0, now, Kind.FOLLOW_UP_OPENED, detail={"why": "no_answer"})
        return (*(() if waiting.open else (opened,)), *mine, *leaders)
    if not waiting.open:
        return ()
    outcome = words or how.value
    return (*mine, Entry(0, now, Kind.CLOSED, actor=person, detail={"outcome": outcome}))


def _move(
    writing: Writing, check_in: CheckIn, moved_to: datetime | None, person: PersonId, now: datetime
) -> None:
    if moved_to is None or moved_to <= now:
        raise NoNewTime(check_in.id)
    member = _member(writing, current_team(writing), check_in)
    if member is not None:
        _wake(writing, store.add_check_in(writing, member, moved_to, check_in.note, person, now), now)


def _member(writing: Writing, team: Team, check_in: CheckIn) -> CalledMember | None:
    """Return whom to call; where the case has lost the number since, it is as unknown as any other."""
    if not check_in.number:
        return None
    members = store.members_of(writing, team.id, check_in.case)
    known = next((one for one in members if one.number == check_in.number), None)
    if known is not None:
        return known
    about = members[0] if members else None
    return CalledMember(
        "",
        check_in.case,
        about.municipality if about else None,
        about.own_therapist if about else None,
        check_in.who,
        "network",
        about.language if about else team.language,
        check_in.number,
        Consent.NOT_ASKED,
    )


def _load_planned(writing: Writing, check_in_id: str) -> CheckIn:
    check_in = store.load_check_in(writing, writing.team, check_in_id)
    if check_in is None:
        raise UnknownCheckIn(check_in_id)
    if check_in.state != store.PLANNED:
        raise NoLongerPlanned(check_in_id)
    return check_in


def _wake(writing: Writing, check_in: CheckIn, now: datetime) -> None:
    payload = {"check_in": check_in.id}
    outbox.put(writing, [NewJob(_key(check_in), CHECK_IN, writing.team, None, check_in.at, payload)], now)


def _key(check_in: CheckIn) -> str:
    return f"{CHECK_IN}:{check_in.id}:{check_in.version}"
