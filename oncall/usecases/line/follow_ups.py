"""What a staff member does with a contact that waits, on its page or by phone."""

from collections.abc import Sequence
from datetime import datetime

from oncall.alerts.ladder import Situation
from oncall.alerts.paging import give_notice, hand_over, leaders_of
from oncall.alerts.safe_contact import Verdict, Way, Wish, may_reach, names_us
from oncall.alerts.wording.staff import COMPROMISED
from oncall.contacts.model import Detail, Entry, Kind
from oncall.contacts.waiting import Waiting
from oncall.rota.model import PersonId
from oncall.store.contacts.contacts import StoredContact
from oncall.store.families.callers import mark_compromised as mark
from oncall.store.families.callers import rules_for, trust
from oncall.store.team.teams import current_team
from oncall.usecases.line.context import CallContext
from oncall.usecases.line.escalation import advance
from oncall.usecases.line.locking import Act, LockedContact, lock_contact
from oncall.usecases.line.texts.from_staff import SAME_WORDS, taking
from oncall.usecases.rota.editing.swap_rules import SAME_TAP


class NotAllowed(Exception):
    """Safe contact stands against it; `verdict` says what the human must do first."""

    def __init__(self, verdict: Verdict, wish: Wish) -> None:
        """Keep what is needed first, and the wish, whose objections the page shows."""
        super().__init__(verdict.value)
        self.verdict, self.wish = verdict, wish


class NotYours(Exception):
    """Somebody else owns the contact."""


class NothingToSend(Exception):
    """There is no text, or no number to send it to."""


class NobodyThere(Exception):
    """The team has no such colleague to ask."""


def acknowledge(
    context: CallContext, team_id: int, contact_id: str, person: PersonId, now: datetime
) -> Waiting:
    """The person owns the contact, also where it was handed on to them; all others' pages fall silent."""

    def act(here: LockedContact) -> Sequence[Entry]:
        return _owning(here.contact.waiting, person, now)

    return _do(context, team_id, contact_id, now, act)


def hand_on(
    context: CallContext, team_id: int, contact_id: str, person: PersonId, to: PersonId, now: datetime
) -> Waiting:
    """A colleague is asked to take over; the owner stays until they do. Raises NotYours, NobodyThere."""

    def act(here: LockedContact) -> Sequence[Entry]:
        if here.contact.waiting.owner != person or not here.contact.waiting.open:
            raise NotYours(contact_id)
        if to == person or to not in current_team(here.writing).people:
            raise NobodyThere(to)
        handed = Entry(0, now, Kind.HANDED_ON, actor=person, detail={"to": to})
        return (handed, *hand_over(to, now))

    return _do(context, team_id, contact_id, now, act)


def close(
    context: CallContext, team_id: int, contact_id: str, person: PersonId, outcome: str, now: datetime
) -> Waiting:
    """The contact needs nobody any more; whoever closes one that nobody owned, owns it so."""

    def act(here: LockedContact) -> Sequence[Entry]:
        if not here.contact.waiting.open:
            return ()
        closed = Entry(0, now, Kind.CLOSED, actor=person, detail={"outcome": outcome})
        return (closed,) if here.contact.waiting.owner else (taking(person, "page", now), closed)

    return _do(context, team_id, contact_id, now, act)


def reply(
    context: CallContext,
    team_id: int,
    contact_id: str,
    person: PersonId,
    body: str,
    now: datetime,
    *,
    warned: bool = False,
    reason: str = "",
) -> Waiting:
    """The words are on their way to the family, from the team's number; the person owns the contact.

    Raises NotAllowed where safe contact stands against it, and NothingToSend.
    """

    def act(here: LockedContact) -> Sequence[Entry]:
        if not body.strip() or here.stored.number is None:
            raise NothingToSend(contact_id)
        named = names_us(body, current_team(here.writing).name, [here.stored.case])
        _check(here, Wish(Way.TEXT, False, warned, reason, named), now)
        detail: Detail = {"body": body.strip(), "by": "page", "warned": warned, "reason": reason}
        return (
            *_owning(here.contact.waiting, person, now),
            Entry(0, now, Kind.TEXT_RELAYED, actor=person, detail=detail),
        )

    return _do(context, team_id, contact_id, now, act)


def call_back(
    context: CallContext,
    team_id: int,
    contact_id: str,
    person: PersonId,
    now: datetime,
    *,
    warned: bool = False,
    reason: str = "",
) -> Waiting:
    """The person's phone is about to ring, and then the family's, from the team's number.

    Raises NotAllowed where safe contact stands against it, and NothingToSend for a withheld number.
    """

    def act(here: LockedContact) -> Sequence[Entry]:
        if here.stored.number is None:
            raise NothingToSend(contact_id)
        _check(here, Wish(Way.CALL, False, warned, reason), now)
        detail: Detail = {"warned": warned, "reason": reason}
        ordered = Entry(0, now, Kind.CALL_BACK_ORDERED, actor=person, detail=detail)
        return (*_owning(here.contact.waiting, person, now), ordered)

    return _do(context, team_id, contact_id, now, act)


def consult(
    context: CallContext, team_id: int, contact_id: str, person: PersonId, colleague: PersonId, now: datetime
) -> Waiting:
    """The person's phone is about to ring, and then the colleague's: a masked call. Raises NobodyThere."""

    def act(here: LockedContact) -> Sequence[Entry]:
        if colleague == person or colleague not in current_team(here.writing).people:
            raise NobodyThere(colleague)
        return (Entry(0, now, Kind.CONSULT_ORDERED, actor=person, detail={"with": colleague}),)

    return _do(context, team_id, contact_id, now, act)


def mark_compromised(
    context: CallContext, team_id: int, contact_id: str, person: PersonId, now: datetime
) -> Waiting:
    """Nothing goes out to the contact's number any more, and the leader is told. Raises NothingToSend."""

    def act(here: LockedContact) -> Sequence[Entry]:
        if here.stored.number is None:
            raise NothingToSend(contact_id)
        mark(here.writing, here.stored.number, contact_id, now)
        leaders = leaders_of(here.contact, Situation(current_team(here.writing)), now)
        marked = Entry(0, now, Kind.COMPROMISED, actor=person)
        return (marked, *(give_notice(leader, COMPROMISED, now) for leader in leaders))

    return _do(context, team_id, contact_id, now, act)


def trust_again(
    context: CallContext, team_id: int, contact_id: str, person: PersonId, reason: str, now: datetime
) -> Waiting:
    """The contact's number is in the right hands again, because of the reason. Raises NothingToSend."""

    def act(here: LockedContact) -> Sequence[Entry]:
        if here.stored.number is None or not reason.strip():
            raise NothingToSend(contact_id)
        trust(here.writing, here.stored.number)
        return (Entry(0, now, Kind.TRUSTED, actor=person, detail={"reason": reason.strip()}),)

    return _do(context, team_id, contact_id, now, act)


def _owning(waiting: Waiting, person: PersonId, now: datetime) -> tuple[Entry, ...]:
    if not waiting.open or (waiting.owner == person and not waiting.unanswered):
        return ()
    return (taking(person, "page", now),)


def _check(here: LockedContact, wish: Wish, now: datetime) -> None:
    rules = rules_for(here.writing, current_team(here.writing), here.stored.number or "")
    verdict = may_reach(rules, wish, here.contact.waiting.last_heard_at, now)
    if verdict is not Verdict.YES:
        raise NotAllowed(verdict, wish)


def _do(context: CallContext, team_id: int, contact_id: str, now: datetime, act: Act) -> Waiting:
    with context.db.writing(team_id) as writing:
        here = lock_contact(writing, contact_id)
        told = act(here)
        if any(_was_told(here.stored, entry) for entry in told):
            return here.contact.waiting
        return advance(context, writing, here.stored, told, now)


def _was_told(stored: StoredContact, entry: Entry) -> bool:
    """Whether the same person has just done the very same: the second tap on a button does nothing."""
    if entry.kind not in _ONCE:
        return False
    detail = (entry.kind, entry.actor, entry.detail)
    within = SAME_WORDS if entry.kind is Kind.TEXT_RELAYED else SAME_TAP
    return any(
        (old.kind, old.actor, old.detail) == detail and entry.at - old.at <= within for old in stored.entries
    )


_ONCE = frozenset(
    {Kind.TEXT_RELAYED, Kind.CALL_BACK_ORDERED, Kind.CONSULT_ORDERED, Kind.HANDED_ON, Kind.COMPROMISED}
)
"""What reaches somebody each time that it is done."""
