"""What a family's case is: its members, their numbers, and how each may be reached."""

from dataclasses import dataclass
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
class MemberNumber:
    """One phone number of a family member, with what the machine may do to it."""

    number: str  # E.164
    may_call: Consent = Consent.NOT_ASKED
    may_text: Consent = Consent.NOT_ASKED
    may_voicemail: Consent = Consent.NOT_ASKED


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
