"""Edits of a team's rota, and the checks that they share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from oncall.alerts.team import Team
from oncall.rota.model import Absence, Layer, Override, PersonId, Rota, Tier


class EditRefused(Exception):
    """The edit cannot be made; nothing has changed. `field` is that of the form, `why` a code."""

    def __init__(self, field: str, why: str) -> None:
        """Say which field of the form is at fault, and why."""
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


@dataclass(frozen=True, slots=True)
class ChangeShift:
    """One person has a tier for `[start, end)`; None: whoever the layers name."""

    tier: Tier
    start: datetime
    end: datetime
    person: PersonId | None


@dataclass(frozen=True, slots=True)
class SetLayers:
    """The tiers' layers are these from now on, or from their first handover; other tiers stay."""

    layers: Mapping[Tier, tuple[Layer, ...]]


@dataclass(frozen=True, slots=True)
class AddAbsence:
    """A person cannot serve for `[start, end)`."""

    person: PersonId
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class EndAbsence:
    """A person is back now, or will not be away after all."""

    absence: str


@dataclass(frozen=True, slots=True)
class Restore:
    """The rota ahead is again as a snapshot has it; the past stays."""

    snapshot: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NameFallback:
    """From now on, until somebody else is named, this person answers where nobody has the tier."""

    tier: Tier
    person: PersonId


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two people take each other's shift: both changes are made, or neither."""

    given: ChangeShift
    returned: ChangeShift


@dataclass(frozen=True, slots=True)
class TakeOff:
    """A person has no duty from now on, and is never rung; if they leave, they are of the team no more."""

    person: PersonId
    leaves: bool
    successor: PersonId | None  # who has their turns instead; None: the others, in their order


Edit = ChangeShift | Exchange | SetLayers | AddAbsence | EndAbsence | Restore | NameFallback | TakeOff


def fresh_id(team: Team, part: int = 0, origin: str = "page") -> str:
    """Return an identifier that nothing of the team has: its version rises with every edit."""
    return f"{origin}-{team.version + 1}-{part}"


def complete_rotas(team: Team) -> dict[Tier, Rota]:
    """Return the three rotas, empty ones for tiers that have none."""
    return {tier: team.rotas.get(tier) or Rota(tier, team.zone) for tier in Tier}


def check_person(team: Team, person: PersonId, field: str = "person") -> None:
    """Refuse anybody who is not in the team, or not on call."""
    if person not in team.people:
        raise EditRefused(field, "not_in_team")
    if not team.people[person].on_call:
        raise EditRefused(field, "not_on_call")


def check_interval(start: datetime, end: datetime, now: datetime) -> None:
    """Refuse an interval that is empty or begins in the past."""
    if end <= start:
        raise EditRefused("to", "end_before_start")
    if start < now:
        raise EditRefused("from", "past")


def overlaps(one: Override | Absence, start: datetime, end: datetime) -> bool:
    """Return whether the interval and `[start, end)` have an instant in common."""
    return one.start < end and one.end > start
