"""Rules for how long a team keeps closed cases and the names of former staff."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


class NotToBeErased(Exception):
    """Something stands against erasing; `why` is a code."""

    def __init__(self, why: str) -> None:
        """Take why: held, open, not_closed, not_exported, erased; of staff, what `Departed` names."""
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long cases of a municipality are kept after they were closed."""

    municipality: str | None  # None: of every other one; and calls and texts of no case
    months: int
    automatic: bool  # False: somebody of the team confirms each erasure


@dataclass(frozen=True, slots=True)
class StaffRetentionRule:
    """How long the name and number of staff are kept after they have left."""

    months: int
    automatic: bool  # False: somebody of the team confirms each erasure


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """A closed case, and what is to become of it."""

    id: str
    label: str
    municipality: str | None
    closed_on: date | None  # None: closed before that was noted down, and without a contact
    contacts: int
    open: bool  # one of its contacts still waits for somebody
    held: bool
    exported: bool  # with all that was said since
    due_on: date | None  # None: no rule
    automatic: bool

    def obstacle(self) -> str | None:
        """Return what stands against erasing it, as a code; None: nothing does."""
        found = {"held": self.held, "open": self.open, "not_exported": not self.exported}
        return next((why for why, stands in found.items() if stands), None)

    def is_due(self, today: date) -> bool:
        """Return whether its rule wants it erased."""
        return self.due_on is not None and self.due_on <= today


def rule_for(rules: Iterable[RetentionRule], municipality: str | None) -> RetentionRule | None:
    """Return the rule that holds for a municipality; None where there is none."""
    by_place = {rule.municipality: rule for rule in rules}
    return by_place.get(municipality, by_place.get(None))


def months_after(day: date, months: int) -> date:
    """Return the same day this many months later, or the last day of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
