"""Describe which contacts a list or a file shall hold, and where a page of the list ends."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

COUNTED = 1000  # beyond it nobody needs the exact number


@dataclass(frozen=True, slots=True)
class Filters:
    """Which contacts to list; None or empty: no matter."""

    since: datetime | None = None
    until: datetime | None = None  # not included
    channel: str | None = None
    states: tuple[str, ...] = ()
    case: str | None = None  # label
    municipality: str | None = None  # of the case
    known: str | None = None
    answered_by: str | None = None
    answered: bool | None = None
    is_open: bool | None = None
    follow_up: bool | None = None  # True: those with an open one; False is not asked for
    outcome: str | None = None
    incident: bool | None = None  # True: those with one; False is not asked for
    unreviewed: bool | None = None  # True: those not signed off; False is not asked for
    next_due: bool | None = None  # True: those with an agreement that is not kept yet
    child: str | None = None  # a member's id
    ours: bool | None = None  # False: those alone that others began; True is not asked for


EVERY_CONTACT = Filters()


class Cursor(NamedTuple):
    """Where a page of the log ends."""

    started_at: datetime
    id: str
    attention: int = 0  # only where what needs attention comes first
