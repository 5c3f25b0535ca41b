"""How does an agreed call stand, whose time has come: is it still to be marked, and until when?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from oncall.contacts.model import Entry, Kind
from oncall.contacts.statuses import CALL_ENDED, TEXT_LOST
from oncall.contacts.waiting import NOTICE, REPORTED, Delivery

MARK_WITHIN = timedelta(minutes=15)  # from the agreed time; then it is a missed check-in, which is an alert
MARK_AFTER_TALK = timedelta(minutes=15)  # from the end of a call about it that was put through
MARK_AFTER_CALL = timedelta(minutes=5)  # ... and of one that was not
LONGEST_CALL = timedelta(minutes=60)  # of whose end we have heard nothing
_OVER = CALL_ENDED | TEXT_LOST


class Mark(StrEnum):
    """How an agreed call went, as a human says."""

    DONE = "done"
    NO_ANSWER = "no_answer"  # nobody answered: somebody must follow up
    MOVED = "moved"  # to another time


@dataclass(frozen=True, slots=True)
class CheckIn:
    """An agreed call ("Friday 21:00, mother") of a case."""

    id: str
    case: str  # the case's label
    at: datetime
    who: str  # whom to call, as the case names them; empty once the case is erased
    number: str  # E.164; empty once the case is erased
    note: str  # what it is about
    planned_by: str
    state: str  # planned, due, one of Mark, or cancelled
    version: int  # rises with every change
    contact: str | None  # the contact that it has become; None before its time


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreed call whose time has come, as the entries of its contact tell it."""

    check_in: str
    due_at: datetime
    mark_by: datetime  # later while somebody is calling the family, and just after
    marked: Mark | None = None  # None: nobody has said yet how it went
    unreached: bool = False  # nobody could be reminded: it is everybody's from now on


def fold_agreed(entries: Iterable[Entry]) -> Agreed | None:
    """Return how an agreed call stands; None for a contact that is none."""
    told = sorted(entries, key=lambda entry: entry.seq)
    first = told[0] if told else None
    if first is None or first.kind is not Kind.CALL_PLANNED or "check_in" not in first.detail:
        return None
    marks = [Mark(str(entry.detail["how"])) for entry in told if entry.kind is Kind.CHECK_IN_MARKED]
    reminders = [entry for entry in told if _is_reminder(entry)]
    lost = [entry for entry in reminders if _is_lost(entry, told)]
    orders = [entry for entry in told if entry.kind is Kind.CALL_BACK_ORDERED]
    return Agreed(
        check_in=str(first.detail["check_in"]),
        due_at=first.at,
        mark_by=max([first.at + MARK_WITHIN, *(_patience(order, told) for order in orders)]),
        marked=marks[-1] if marks else None,
        unreached=len(lost) == len(reminders),
    )


def _is_reminder(entry: Entry) -> bool:
    detail = entry.detail
    return entry.kind is Kind.PAGED and detail.get("step") == NOTICE and detail.get("sentence") == "check_in"


def _is_lost(reminder: Entry, entries: Iterable[Entry]) -> bool:
    states = {
        REPORTED.get(str(entry.detail.get("status")))
        for entry in entries
        if entry.kind is Kind.MESSAGE_REPORTED and entry.detail.get("about") == str(reminder.seq)
    }
    return Delivery.UNDELIVERED in states and Delivery.DELIVERED not in states


def _patience(order: Entry, entries: Iterable[Entry]) -> datetime:
    """Return until when a call that somebody has ordered speaks for itself."""
    about = [entry for entry in entries if entry.detail.get("about") == str(order.seq)]
    talks = [entry.at for entry in about if entry.kind is Kind.BACK_ENDED and entry.detail.get("bridged")]
    over = [
        entry.at
        for entry in about
        if entry.kind is Kind.BACK_ENDED
        or (entry.kind is Kind.MESSAGE_REPORTED and entry.detail.get("status") in _OVER)
    ]
    if talks:
        return min(talks) + MARK_AFTER_TALK
    return min(over) + MARK_AFTER_CALL if over else order.at + LONGEST_CALL
