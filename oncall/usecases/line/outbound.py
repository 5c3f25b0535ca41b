"""How does a call of ours to a family begin: from a case, or because it was agreed on?"""

from dataclasses import replace
from datetime import datetime

from oncall.alerts.safe_contact import Verdict, Way, Wish, may_reach
from oncall.alerts.team import Team, describe_caller
from oncall.contacts.model import Detail, Entry, Kind
from oncall.rota.model import PersonId
from oncall.store.contacts import contacts
from oncall.store.contacts import entries as contact_entries
from oncall.store.contacts.contacts import OURS, StoredContact
from oncall.store.families.callers import rules_for, who_calls
from oncall.store.families.check_ins import CalledMember, find_member
from oncall.store.session import Writing
from oncall.store.team.teams import current_team
from oncall.usecases.line.context import CallContext
from oncall.usecases.line.escalation import advance
from oncall.usecases.line.follow_ups import NotAllowed


class UnknownNumber(Exception):
    """The team has no case with such a number."""


def call_member(
    context: CallContext,
    team_id: int,
    case: str,
    number_id: str,
    person: PersonId,
    now: datetime,
    *,
    once: str,
    warned: bool = False,
    reason: str = "",
) -> str:
    """The person's phone is about to ring, and then the family's, from the team's number; return the contact.

    `once` names the order: given again, it is the same contact, and nobody is rung twice. Raises
    NotAllowed where safe contact stands against it, and UnknownNumber.
    """
    with context.db.writing(team_id) as writing:
        sid = f"{OURS}{team_id}:{person}:{once}"
        same = contacts.find_open_or_same(writing, team_id, "voice", sid).same
        if same is not None:
            return same
        member = find_member(writing, team_id, case, number_id)
        if member is None:
            raise UnknownNumber(number_id)
        wish = Wish(Way.CALL, by_machine=False, warned=warned, reason=reason)
        team = current_team(writing)
        verdict = may_reach(rules_for(writing, team, member.number), wish, None, now)
        if verdict is not Verdict.YES:
            raise NotAllowed(verdict, wish)
        stored = begin_call(writing, team, member, sid, {}, person, now)
        detail: Detail = {"warned": warned, "reason": reason}
        ordered = Entry(0, now, Kind.CALL_BACK_ORDERED, actor=person, detail=detail)
        advance(context, writing, stored, (ordered,), now)
        return stored.id


def begin_call(
    writing: Writing,
    team: Team,
    member: CalledMember,
    sid: str,
    said: Detail,
    actor: str,
    now: datetime,
) -> StoredContact:
    """Return the contact of a call of ours, stored under `sid`: nobody is rung by it yet."""
    caller = replace(
        who_calls(writing, team, member.number, now),
        known="known",
        case=member.case,
        cases=(member.case,),
        municipality=member.municipality,
        own_therapist=member.own_therapist,
        language=member.language,
    )
    detail: Detail = {**describe_caller(caller, team), **said}
    first = Entry(0, now, Kind.CALL_PLANNED, actor=actor, detail=detail, event_key="incoming")
    new = contacts.NewContact("voice", sid, caller, now)
    return contact_entries.begin(writing, new, (first,))
