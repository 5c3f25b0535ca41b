"""What a family's case is: its members, their numbers, and how each may be reached."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from oncall.rota.model import PersonId


class Consent(StrEnum):
    """Safe contact: whether a number may be called, texted or left a voicemail."""

    YES = "yes"
    NO = "no"
    NOT_ASKED = "not asked"


class Phase(StrEnum):
    """Where a case is in its treatment. A closed case still rings."""

    PLANNED = "planned"
    ACTIVE = "active"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Hours:
    """From one wall-clock time until another, past midnight where that is earlier; equal: round the clock."""

    opens: time
    closes: time

    def hold(self, clock: time) -> bool:
        """Whether that time on the wall clock lies within."""
        if self.opens == self.closes:
            return True
        if self.opens < self.closes:
            return self.opens <= clock < self.closes
        return clock >= self.opens or clock < self.closes

    def __str__(self) -> str:
        """As a team file has it: "08:00-20:00"."""
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"


@dataclass(frozen=True, slots=True)
class MemberNumber:
    """One phone number of a family member, and the member's safe-contact rules for it."""

    number: str  # E.164
    may_call: Consent = Consent.NOT_ASKED
    may_text: Consent = Consent.NOT_ASKED
    may_voicemail: Consent = Consent.NOT_ASKED
    hours: Hours | None = None  # at which it may be contacted, in the team's zone; None: at any
    code_word: str = ""  # by which the member shows that they can speak freely; "": none agreed
    seen_by: str = ""  # who else sees the phone, in the family's words; "": nobody named
    may_name_team: bool = False  # the member agreed to texts that name the team


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the family or of its network."""

    name: str
    relation: str  # parent, child, network
    language: str  # as the person's own; prompts exist in nb, nn and en
    phones: tuple[MemberNumber, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A family in treatment, named by a label that says nothing about it."""

    label: str
    municipality: str | None
    own_therapist: PersonId | None
    phase: Phase
    members: tuple[Member, ...] = ()
