"""A call that is going on, and a contact that waits for a human, as the start page shows them."""

from dataclasses import dataclass
from datetime import datetime

from oncall.alerts.ladder import human_waves
from oncall.contacts.contact import Contact
from oncall.contacts.model import State
from oncall.contacts.waiting import NOTICE
from oncall.store.contacts.contacts import StoredContact
from oncall.usecases.people import Names


@dataclass(frozen=True, slots=True)
class LiveCall:
    """A call that is going on."""

    id: str
    case: str | None  # the case's label
    known: str  # known, unknown or withheld
    colleague: str | None  # the name of a member of the team who calls from their own phone
    sender: str | None  # the name of one who has no number
    started_at: datetime
    state: State
    ringing: tuple[str, ...]  # names of those whose phones ring
    step: int  # of the ladder, counted from 1
    steps: int
    holder: str | None  # who has pressed 1, or is in conversation
    since: datetime | None  # when they did
    service: str | None  # the municipality whose emergency service is offered or rung


@dataclass(frozen=True, slots=True)
class Alerted:
    """Somebody was told that a contact waits, for the last time."""

    name: str
    at: datetime
    failed: bool  # it surely did not reach them


@dataclass(frozen=True, slots=True)
class WaitingContact:
    """A contact that has not been dealt with by a human."""

    id: str
    case: str | None
    known: str
    colleague: str | None
    sender: str | None
    channel: str
    ours: bool  # we call the family
    started_at: datetime
    state: State
    may_call: bool  # the family has agreed to calls at this time of day
    promised: bool  # whether a call back was promised
    acknowledged_by: str | None
    offered_to: str | None  # the colleague who is asked to take it over
    alerted: tuple[Alerted, ...]  # in order of time; nobody, once somebody has taken it


def summarise_live(line: StoredContact, call: Contact, names: Names, colleague: str | None) -> LiveCall:
    """Return a call that is going on as the page shows it."""
    ringing = [leg for leg in call.legs if leg.live and not call.over]
    holder = (call.conversation if call.talking else call.claim) if not call.over else None
    steps = len(human_waves(call))
    reached = max((leg.wave for leg in ringing), default=_last_wave(call))
    return LiveCall(
        id=line.id,
        case=line.case,
        known=line.known,
        colleague=colleague,
        sender=line.sender,
        started_at=line.started_at,
        state=call.state,
        ringing=tuple(
            dict.fromkeys(names.get(leg.person, leg.person) if leg.person else leg.target for leg in ringing)
        ),
        step=min(reached + 1, steps),
        steps=steps,
        holder=names.get(holder.person, holder.person) if holder and holder.person else None,
        since=holder.taken_at if holder else None,
        service=call.offered,
    )


def _last_wave(call: Contact) -> int:
    return max((start.wave for start in call.waves_started if start.round >= call.first_round), default=0)


def summarise_waiting(
    line: StoredContact, call: Contact | None, names: Names, colleague: str | None, *, may_call: bool
) -> WaitingContact:
    """Return a contact that waits as the page shows it."""
    taken = call.acknowledged_by if call else None
    offered = line.waiting.offered_to if taken else None
    return WaitingContact(
        id=line.id,
        case=line.case,
        known=line.known,
        colleague=colleague,
        sender=line.sender,
        channel=line.channel,
        ours=line.ours,
        started_at=line.started_at,
        state=State(line.projection.state),
        may_call=may_call,
        promised=bool(call and call.promised),
        acknowledged_by=names.get(taken, taken) if taken else None,
        offered_to=names.get(offered, offered) if offered else None,
        alerted=_alerted(line, names) if call and not taken else (),
    )


def _alerted(line: StoredContact, names: Names) -> tuple[Alerted, ...]:
    latest = {page.person: page for page in line.waiting.pages if page.step != NOTICE}
    found = (Alerted(names.get(person, person), page.at, page.failed) for person, page in latest.items())
    return tuple(sorted(found, key=lambda one: (one.at, one.name)))
