"""Requests of staff to have a shift taken, and confirmations of changed shifts."""

from dataclasses import dataclass
from datetime import datetime

from oncall.rota.model import PersonId, Tier

OPEN, ACCEPTED, DONE, DECLINED, WITHDRAWN = "open", "accepted", "done", "declined", "withdrawn"


@dataclass(frozen=True, slots=True)
class Span:
    """A tier for `[start, end)`."""

    tier: Tier
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class ShiftRequest:
    """A colleague is asked to take a shift; until somebody has, the asker holds it."""

    id: str
    tier: Tier
    start: datetime
    end: datetime
    asker: PersonId
    asked: PersonId | None  # None: every colleague
    taker: PersonId | None  # None: nobody yet
    state: str
    made_at: datetime
    in_return: Span | None = None  # what the asker takes of whoever is asked; None: nothing
    sick: PersonId | None = None  # who has fallen sick, and is not asked; None: nobody

    @property
    def is_pending(self) -> bool:
        """Return whether somebody may still take the shift, or the leader approve of who does."""
        return self.state in (OPEN, ACCEPTED)

    def is_put_to(self, person: PersonId | None) -> bool:
        """Return whether the person may answer."""
        return self.asked in (None, person) and person not in (None, self.asker, self.sick)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A changed shift of which its holder is to say that they know of it."""

    tier: Tier
    start: datetime
    person: PersonId
    asked_at: datetime
    confirmed_at: datetime | None  # None: not yet
