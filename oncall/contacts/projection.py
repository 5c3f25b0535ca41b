"""Sum up a contact in the few values that are kept beside its entries for searching."""

from dataclasses import dataclass
from datetime import date, datetime

from oncall.contacts.contact import CallerPlace, Contact
from oncall.contacts.model import State
from oncall.rota.model import PersonId

WAITING_STATES = (State.WAITING, State.HANDED_OVER, State.ACKNOWLEDGED)


@dataclass(frozen=True, slots=True)
class Projection:
    """What a contact's entries come to, kept in columns for searching."""

    state: str
    is_open: bool  # something is still to be done by the machine or by a human
    follow_up: bool  # a human is still to be found for it
    ended_at: datetime | None = None
    answered_by: PersonId | None = None
    seconds_to_human: float | None = None
    engaged: frozenset[PersonId] = frozenset()  # whom it keeps busy
    escalated: bool = False  # more than the first step of a ladder was needed
    noted: bool = False  # a note is written
    outcome: str | None = None
    incident: str | None = None  # how severe
    next_due: date | None = None  # the day of what was agreed; None: nothing was, or it is done
    attention: int = 1  # of a leader: 2 who reached nobody, 1 all others, 0 what is signed off

    @property
    def reviewed(self) -> bool:
        """Whether a leader has signed off all that there is."""
        return self.attention == 0


def project(contact: Contact) -> Projection:
    """Return what is kept in columns, to be searched: nothing that the entries do not say."""
    waits = contact.joined is None and contact.state in WAITING_STATES
    record = contact.record
    return Projection(
        state=contact.state,
        is_open=waits or not contact.over or _may_come_back(contact) or contact.state is State.DUE,
        follow_up=waits,
        ended_at=contact.caller_gone_at,
        answered_by=contact.answered_by,
        seconds_to_human=contact.seconds_to_human,
        engaged=contact.engaged,
        escalated=contact.escalated,
        noted=record.note is not None,
        outcome=record.outcome,
        incident=record.incident.severity if record.incident else None,
        next_due=record.agreement.due if record.agreement and not record.agreement.done_at else None,
        attention=contact.attention,
    )


def _may_come_back(contact: Contact) -> bool:
    return contact.place is CallerPlace.CUT_OFF and contact.caller_gone_at is None
