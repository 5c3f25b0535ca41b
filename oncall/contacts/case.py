"""What a family's case is: its members, their numbers, and how each may be reached."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from oncall.rota.clock_hours import Hours
from oncall.rota.model import PersonId

OLDEST = 120  # years of age; an earlier year of birth is a slip of the finger


class Consent(StrEnum):
    """Safe contact: whether a number may be called, texted or left a voicemail."""

    YES = "yes"
    NO = "no"
    NOT_ASKED = "not asked"


def strictest(answers: Iterable[Consent]) -> Consent:
    """Return the answer that holds where several were given for one number; without any, nobody was asked."""
    given = set(answers)
    for consent in (Consent.NO, Consent.NOT_ASKED):
        if consent in given:
            return consent
    return Consent.YES if given else Consent.NOT_ASKED


class Relation(StrEnum):
    """What a member is to the family."""

    PARENT = "parent"
    CHILD = "child"
    NETWORK = "network"


class Phase(StrEnum):
    """Where a case is in its treatment. A closed case still rings."""

    PLANNED = "planned"
    ACTIVE = "active"
    CLOSED = "closed"


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
    id: str = field(default="", compare=False)  # "" while not yet stored


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the family or of its network."""

    name: str
    relation: str  # parent, child, network
    language: str  # as the person's own; prompts exist in nb, nn and en
    phones: tuple[MemberNumber, ...] = ()
    birth_year: int | None = None
    id: str = field(default="", compare=False)  # "" while not yet stored; contacts are linked to it

    def age_in(self, day: date) -> int | None:
        """Return the age that is reached in the day's year, which is all that a year of birth can tell."""
        return None if self.birth_year is None else max(0, day.year - self.birth_year)


@dataclass(frozen=True, slots=True)
class Case:
    """A family in treatment, named by a label that says nothing about it."""

    label: str
    municipality: str | None
    own_therapist: PersonId | None
    phase: Phase
    members: tuple[Member, ...] = ()
    started_on: date | None = None  # of the treatment
    closed_on: date | None = None  # of the last time that it was closed
    id: str = field(default="", compare=False)  # "" while not yet stored; stands in addresses
    erased: bool = field(default=False, compare=False)  # nothing of it can be read any more

    @property
    def children(self) -> tuple[Member, ...]:
        """The children of the family, to whom contacts are linked."""
        return tuple(member for member in self.members if member.relation == Relation.CHILD)

    def member(self, member_id: str) -> Member | None:
        """Return the member with this id, or None."""
        return next((member for member in self.members if member.id == member_id), None)

    def week_on(self, day: date) -> int | None:
        """Return the week of treatment, from 1; None where it is not active or has not begun."""
        if self.phase is not Phase.ACTIVE or self.started_on is None or day < self.started_on:
            return None
        return (day - self.started_on).days // 7 + 1


@dataclass(frozen=True, slots=True)
class NumberOwner:
    """One of those who have a number: a member of a case."""

    case_id: str
    label: str
    phase: Phase
    member_id: str
    relation: str


class LabelTaken(Exception):
    """Another case of the team has this label."""
