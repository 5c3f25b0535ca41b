"""What a rule sees of a night, whoever has played it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from oncall.alerts.team import Team
from oncall.contacts.case import Case
from oncall.contacts.fold import Contact
from oncall.service import Service
from standin.simulator import Carrier, Phone
from standin.simulator.events import ProtocolError


class Judged(Protocol):
    """A night that is over."""

    carrier: Carrier
    service: Service
    team: Team

    @property
    def cases(self) -> tuple[Case, ...]:
        """The team's families."""

    @property
    def staff(self) -> Sequence[Phone]:
        """The phones of everybody in the team."""

    @property
    def services(self) -> Sequence[Phone]:
        """The phones of the staffed services that have agreed to take calls."""

    def list_contacts(self) -> Sequence[Contact]:
        """Return the night's contacts as the journal tells them, oldest first."""

    def name(self, phone: Phone) -> str:
        """Return what a finding calls whoever holds the phone."""

    def second(self, at: datetime) -> float:
        """Return the second of the night."""

    def excuses(self, error: ProtocolError) -> bool:
        """Whether an error in the carrier's log comes of what the night has broken on purpose."""
