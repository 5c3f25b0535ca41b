"""What is known of an alert or of a call that a staff member ordered, when its phone is picked up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from oncall.alerts.paging import name_alert
from oncall.alerts.safe_contact import Verdict, Way, Wish, may_reach
from oncall.alerts.team import Person, Team
from oncall.alerts.wording.staff import Alert
from oncall.contacts.model import Entry, Kind
from oncall.contacts.waiting import Waiting
from oncall.rota.model import PersonId
from oncall.store.contacts import contacts
from oncall.store.contacts.contacts import StoredContact
from oncall.store.families.callers import rules_for
from oncall.store.session import Reading
from oncall.store.team.teams import read_team
from oncall.usecases.line.calls import UnknownContact
from oncall.usecases.line.context import CallContext

_ORDERS = frozenset({Kind.PAGED, Kind.CALL_BACK_ORDERED, Kind.CONSULT_ORDERED})


@dataclass(frozen=True, slots=True)
class Ordered:
    """An alert, a call back or a talk with a colleague, as its entry ordered it."""

    person: Person | None  # whose phone rings; None: they have left the team
    language: str
    caller_id: str  # the team's own line
    number: str | None  # the other side's; None for an alert
    to_family: bool
    allowed: bool  # whether the other side may be dialled just now
    alert: Alert  # the words of an alert
    waiting: Waiting
    target: PersonId  # who owns the contact by pressing 1: a person, or a fixed number of the team
    answered_on: str | None  # the carrier's name for the call on which 1 was pressed first

    @property
    def taken(self) -> bool:
        """Whether the target owns the contact and has nothing more to answer."""
        return self.waiting.owner == self.target and not self.waiting.unanswered

    @property
    def free(self) -> bool:
        """Whether the target may take it."""
        return self.waiting.may_be_taken_by(self.target)


def look_up(context: CallContext, team_id: int, contact_id: str, about: str, now: datetime) -> Ordered:
    """Return what the entry `about` ordered; raises UnknownContact where there is no such entry."""
    with context.db.reading() as reading:
        team = read_team(reading, team_id)
        stored = contacts.load_contact(reading, contact_id, team_id)
        ordered = (e for e in (stored.entries if stored else ()) if e.kind in _ORDERS)
        entry = next((e for e in ordered if str(e.seq) == about), None)
        if stored is None or entry is None:
            raise UnknownContact(contact_id)
        person = team.people.get(PersonId(entry.actor or ""))
        to_family = entry.kind is Kind.CALL_BACK_ORDERED
        waiting = stored.waiting
        if to_family:
            number, allowed = stored.number, _may_call(reading, team, stored, waiting, entry, now)
        else:
            colleague = team.people.get(PersonId(str(entry.detail.get("with", ""))))
            number, allowed = colleague.phone if colleague else None, colleague is not None
    language = person.language if person else team.language
    target, alert = PersonId(entry.actor or ""), name_alert(entry, waiting)
    answered_on = _answered_on(stored.entries, about)
    return Ordered(
        person, language, team.voice_line, number, to_family, allowed, alert, waiting, target, answered_on
    )


def _answered_on(entries: Iterable[Entry], about: str) -> str | None:
    pressed = [e for e in entries if e.kind is Kind.BACK_ANSWERED and e.detail.get("about") == about]
    return str(min(pressed, key=lambda e: e.seq).detail.get("sid")) if pressed else None


def _may_call(
    reading: Reading, team: Team, stored: StoredContact, waiting: Waiting, entry: Entry, now: datetime
) -> bool:
    """By the rules of now; who decided in time may be put through a little later."""
    if stored.number is None:
        return False
    reason, warned = str(entry.detail.get("reason", "")), bool(entry.detail.get("warned"))
    wish = Wish(Way.CALL, by_machine=False, warned=warned, reason=reason, wished_at=entry.at)
    rules = rules_for(reading, team, stored.number)
    return may_reach(rules, wish, waiting.last_heard_at, now) is Verdict.YES
