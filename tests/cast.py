"""The people, numbers and lines of every story: a small team, its families, and strangers."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from oncall.alerts.team import Ladder, Person, Role, Wave
from oncall.contacts.case import Case, Consent, Member, MemberNumber, Phase
from oncall.rota.clock_hours import Hours
from oncall.rota.model import Layer, PersonId, Rota, Tier

OSLO = ZoneInfo("Europe/Oslo")

# The staff by their keys: Kari and Ola take turns, Liv leads, Nils may step in, Mia has no duty.
KARI, OLA, LIV, NILS, MIA = (PersonId(key) for key in ("kari", "ola", "liv", "nils", "mia"))
KARIS_PHONE, OLAS_PHONE, LIVS_PHONE, NILS_PHONE, MIAS_PHONE = (f"+479000000{n}" for n in (1, 2, 3, 4, 5))
KARIS_MAIL, OLAS_MAIL, LIVS_MAIL, NILS_MAIL = (f"{key}@vestfold.example" for key in (KARI, OLA, LIV, NILS))
PASSWORD = "en lang nok setning"
TOTP = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the key of Kari's code generator

# The families and the others by their numbers.
MOTHER, FATHER, DAUGHTER, AUNT, GRANDMOTHER, UNCLE, FIFTH = (f"+479000010{n}" for n in range(1, 8))
STRANGER = "+4790000777"

LINE = "+4733900001"
TEXT_LINE = "+4790900001"
STATIC = "+4733900090"
LAST_RESORT = "+4733900099"

LADDER = Ladder(
    daytime_only=False,
    waves=(
        Wave(0, ("duty",)),
        Wave(25, ("backup",)),
        Wave(45, ("leader",)),
        Wave(75, ("everyone",)),
        Wave(150, ("last_resort",)),
    ),
)


def person(
    key: str, phone: str, *roles: Role, name: str = "", language: str = "nb", on_call: bool = True
) -> Person:
    """Return a staff member: of the first name alone and a therapist, where nothing else is said."""
    named = name or key.title()
    return Person(PersonId(key), named, phone, language, frozenset(roles or {Role.THERAPIST}), on_call)


STAFF = (
    person(KARI, KARIS_PHONE),
    person(OLA, OLAS_PHONE),
    person(LIV, LIVS_PHONE, Role.LEADER),
    person(NILS, NILS_PHONE),
)
NAMED_STAFF = (
    person(KARI, KARIS_PHONE, name="Kari Nordmann"),
    person(OLA, OLAS_PHONE, name="Ola Hansen"),
    person(LIV, LIVS_PHONE, Role.LEADER, name="Liv Berg"),
    person(NILS, NILS_PHONE, name="Nils Aas"),
)


def by_key(people: Iterable[Person]) -> dict[PersonId, Person]:
    """Return people as a team holds them."""
    return {each.id: each for each in people}


def turns(tier: Tier, *keys: str) -> Rota:
    """Return a tier that these share, a week each since January, changing on Mondays at eight."""
    people = tuple(PersonId(key) for key in keys)
    since = datetime(2026, 1, 5, tzinfo=UTC)
    return Rota(tier, OSLO, (Layer(f"{tier}-1", people, date(2026, 1, 5), time(8), 7, since),))


def family(
    label: str,
    number: str,
    *,
    municipality: str = "Larvik",
    relation: str = "parent",
    may_text: Consent = Consent.YES,
    may_call: Consent = Consent.YES,
    own_therapist: str = NILS,
    phase: Phase = Phase.ACTIVE,
    hours: Hours | None = None,
    may_name_team: bool = False,
) -> Case:
    """Return a family of one, who may be called and texted."""
    phone = MemberNumber(
        number, may_call=may_call, may_text=may_text, hours=hours, may_name_team=may_name_team
    )
    member = Member("Mor", relation, "nb", (phone,))
    return Case(label, municipality, PersonId(own_therapist), phase, (member,))
