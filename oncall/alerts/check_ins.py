"""Who is reminded of an agreed call, and from when on is it missed?"""

from datetime import datetime

from oncall.alerts.ladder import Situation, find_targets
from oncall.alerts.paging import give_notice, leaders_of
from oncall.alerts.wording.staff import CHECK_IN, CHECK_IN_NO_ANSWER
from oncall.contacts.check_in import Agreed
from oncall.contacts.contact import Contact, WaveSpec
from oncall.contacts.model import Entry, Kind
from oncall.contacts.waiting import Waiting
from oncall.rota.model import PersonId, Tier


def remind(contact: Contact, situation: Situation, now: datetime) -> tuple[Entry, ...]:
    """Return the text to whoever is on duty now; to backup or the leader where nobody is.

    Empty where nobody of them can be reached: the agreed call then waits for a human at once.
    """
    for tier in (Tier.DUTY, Tier.BACKUP, Tier.LEADER):
        found = find_targets(WaveSpec(0, (tier.value,)), contact, situation, now)
        if found:
            return (give_notice(PersonId(found[0].key), CHECK_IN, now),)
    return ()


def miss_check_in(agreed: Agreed | None, waiting: Waiting, now: datetime) -> tuple[Entry, ...]:
    """Return the follow-up of an agreed call that nobody has marked in time, or could be reminded of."""
    at = due_check_in(agreed, waiting)
    if at is None or now < at:
        return ()
    return (Entry(0, now, Kind.FOLLOW_UP_OPENED, detail={"why": "check_in"}),)


def due_check_in(agreed: Agreed | None, waiting: Waiting) -> datetime | None:
    """Return when an agreed call is missed; None where it is marked, or waits for a human already."""
    if agreed is None or agreed.marked or waiting.opened_at is not None:
        return None
    return agreed.due_at if agreed.unreached else agreed.mark_by


def notify_leaders(
    contact: Contact, situation: Situation, person: PersonId, now: datetime
) -> tuple[Entry, ...]:
    """Return the texts by which the leaders learn that a family did not answer an agreed call."""
    leaders = leaders_of(contact, situation, now)
    return tuple(give_notice(one, CHECK_IN_NO_ANSWER, now) for one in leaders if one != person)
