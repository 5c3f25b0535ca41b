"""What a rule about a call is asked, and how it puts its answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from oncall.alerts.ladder import Situation
from oncall.contacts.contact import Contact, Leg
from oncall.contacts.model import Detail, Entry, Kind

Decision = tuple[Entry, ...]
"""Decisions not yet numbered; empty where a rule has nothing to decide."""


@dataclass(frozen=True, slots=True)
class CallView:
    """A contact as it stands, and what is looked up anew for every decision about it."""

    contact: Contact
    situation: Situation
    now: datetime
    asked: bool  # whether the carrier waits for what the caller shall hear next

    def entry(self, kind: Kind, leg: Leg | None = None, **detail: Unpack[Detail]) -> Entry:
        """Return a decision taken now, about a leg where one is given."""
        return Entry(0, self.now, kind, leg.id if leg else None, leg.person if leg else None, detail)
