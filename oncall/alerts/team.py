"""What the ladder needs to know about a team: its people, lines, waves and agreements."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from oncall.contacts.model import Detail
from oncall.rota.model import PersonId, Rota, Tier, WeeklyWindow


class Role(StrEnum):
    """What a staff member may be in a team; one person can have several roles."""

    LEADER = "leader"
    DEPUTY = "deputy"
    THERAPIST = "therapist"
    FAMILY_WORKER = "family_worker"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Person:
    """A staff member who can be rung."""

    id: PersonId
    name: str
    phone: str  # E.164
    language: str  # nb, nn or en
    roles: frozenset[Role]
    on_call: bool  # False: never rung, whatever the rota says

    @property
    def is_leader(self) -> bool:
        """Tell whether the person is a leader of the team; a deputy is not."""
        return Role.LEADER in self.roles

    @property
    def leads(self) -> bool:
        """Tell whether the person leads the team, as a leader or as a deputy."""
        return self.is_leader or Role.DEPUTY in self.roles


@dataclass(frozen=True, slots=True)
class LastResort:
    """A staffed service that has agreed to take a municipality's calls when the team cannot."""

    number: str  # E.164
    opens: time  # wall-clock, in the team's zone
    closes: time  # equal to `opens`: round the clock
    agreed: date  # the day of the agreement


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality that the team serves."""

    name: str
    last_resort: LastResort | None = None  # None: no agreement on record


@dataclass(frozen=True, slots=True)
class Wave:
    """Whom to ring from which second of the call on.

    A target is `own_therapist`, `duty`, `backup`, `leader`, `everyone`, `last_resort`, or
    `number:<id>`, a fixed number of the team (`Team.fixed_numbers`).
    """

    after: int  # seconds since the caller began to wait
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """A team's escalation policy, for all hours or for daytime only."""

    daytime_only: bool
    waves: tuple[Wave, ...]  # ascending in `after`, the first at 0


@dataclass(frozen=True, slots=True)
class PageStep:
    """Whom to alert, and how, some minutes after a contact began to wait for a human."""

    after_minutes: float
    targets: tuple[str, ...]
    by: tuple[str, ...]  # "text", "call"


@dataclass(frozen=True, slots=True)
class Team:
    """A team as its calls need it: one consistent version of everything its leader has set."""

    id: int
    slug: str
    name: str
    zone: ZoneInfo
    language: str  # nb, nn or en
    voice_line: str  # E.164; also the caller id of every leg
    text_line: str  # E.164; may equal `voice_line`
    static_number: str | None  # rung when the service itself fails
    on_call: bool  # False: being set up
    daytime: WeeklyWindow | None  # None: the team has no daytime ladder
    people: Mapping[PersonId, Person] = field(default_factory=dict)
    rotas: Mapping[Tier, Rota] = field(default_factory=dict)
    ladders: tuple[Ladder, ...] = ()
    page_ladder: tuple[PageStep, ...] = ()
    municipalities: tuple[Municipality, ...] = ()
    fixed_numbers: Mapping[str, str] = field(default_factory=dict)  # target id -> E.164
    danger_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by language, beside ours
    voicemail: bool = False  # whoever reached nobody may leave a message, after a key
    reasons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # offered where a page asks why
    version: int = 0  # rises with every change of anything above

    @property
    def leaders(self) -> tuple[Person, ...]:
        """Return the leaders, in the order of `people`; deputies are not among them."""
        return tuple(person for person in self.people.values() if person.is_leader)

    @property
    def leading(self) -> tuple[Person, ...]:
        """Return everybody who leads the team: first the leaders, then the deputies."""
        deputies = (one for one in self.people.values() if one.leads and not one.is_leader)
        return (*self.leaders, *deputies)

    def number_of(self, target: str) -> str | None:
        """Return the number of a staff key or of a fixed number's target; None where it is gone."""
        if target.startswith("number:"):
            return self.fixed_numbers.get(target.removeprefix("number:"))
        person = self.people.get(PersonId(target))
        return person.phone if person else None

    def last_resort_of(self, municipality: str | None) -> str | None:
        """Return the number of the service agreed for a municipality; None where there is none."""
        agreed = (place.last_resort for place in self.municipalities if place.name == municipality)
        return next((resort.number for resort in agreed if resort), None)


@dataclass(frozen=True, slots=True)
class Caller:
    """What the line may know of who is calling; a match is a suggestion, never a proof."""

    known: str  # "known", "unknown" or "withheld"
    case: str | None = None  # the case's label, where exactly one case has the number
    cases: tuple[str, ...] = ()  # every case that has the number
    municipality: str | None = None
    own_therapist: PersonId | None = None
    language: str | None = None  # None: the team's own
    may_call: bool = False  # safe contact: a call back is allowed
    may_text: bool = False  # safe contact: the machine may answer by text
    child: bool = False  # a child of the family may be the one who calls or writes
    number: str | None = None  # E.164; never stored in an entry
    sender: str | None = None  # the name of one who writes without a number: "Telenor", "whatsapp:+47..."

    @property
    def address(self) -> str | None:
        """What makes two contacts come from the same sender; None: withheld, the same as no other."""
        return self.number or (self.sender.casefold() if self.sender else None)


def describe_caller(caller: Caller, team: Team) -> Detail:
    """Return what the first entry of a contact says of whom it is with; never a number."""
    return {
        "caller": caller.known,
        "case": caller.case,
        "cases": list(caller.cases),
        "municipality": caller.municipality,
        "own_therapist": caller.own_therapist,
        "language": caller.language or team.language,
        "may_call": caller.may_call,
    }


Busy = frozenset[PersonId]
"""People with an open leg or a claim in another contact."""
