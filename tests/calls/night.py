"""A night at a small team: Kari has duty, Ola is backup, Liv leads, Nils is at home too."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select

from oncall.alerts.team import Ladder, LastResort, Municipality, Person, Role, Team, Wave
from oncall.contacts.case import Case, Consent, Member, MemberNumber, Phase
from oncall.contacts.fold import Contact
from oncall.drill.stage import Stage
from oncall.rota.model import Absence, Layer, PersonId, Rota, Tier
from oncall.simulator.phones import Phone, PhoneCall
from oncall.simulator.policies import Script
from oncall.store.tables import ContactRow

OSLO = ZoneInfo("Europe/Oslo")
LINE = "+4733900001"
STATIC = "+4733900090"
LAST_RESORT = "+4733900099"
KARI, OLA, LIV, NILS = (f"+479000000{n}" for n in (1, 2, 3, 4))
MOTHER, FATHER, STRANGER = "+4790000101", "+4790000102", "+4790000777"
START = datetime(2026, 3, 14, 1, 40, tzinfo=UTC)  # a Saturday, 02:40 in Oslo

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


def person(key: str, phone: str, *roles: Role, language: str = "nb") -> Person:
    """A staff member who is on call."""
    return Person(PersonId(key), key.title(), phone, language, frozenset(roles or {Role.THERAPIST}), True)


def layer(tier: Tier, *participants: str) -> Rota:
    """A tier that the participants share, a week each, since January."""
    begins = datetime(2026, 1, 5, 7, tzinfo=UTC)
    turns = tuple(PersonId(key) for key in participants)
    return Rota(tier, OSLO, (Layer(f"{tier}-1", turns, date(2026, 1, 5), time(8), 7, begins),))


PEOPLE = (
    person("kari", KARI),
    person("ola", OLA),
    person("liv", LIV, Role.LEADER),
    person("nils", NILS),
)

TEAM = Team(
    id=0,
    slug="vest",
    name="MST-CAN Vest",
    zone=OSLO,
    language="nb",
    voice_line=LINE,
    text_line=LINE,
    static_number=STATIC,
    on_call=True,
    daytime=None,
    people={each.id: each for each in PEOPLE},
    rotas={
        Tier.DUTY: layer(Tier.DUTY, "kari"),
        Tier.BACKUP: layer(Tier.BACKUP, "ola"),
        Tier.LEADER: layer(Tier.LEADER, "liv"),
    },
    ladders=(LADDER,),
    municipalities=(
        Municipality("Larvik", LastResort(LAST_RESORT, time(0), time(0), date(2026, 1, 10))),
        Municipality("Horten"),
    ),
)


def family(label: str, municipality: str, number: str, may_call: Consent = Consent.YES) -> Case:
    """A family of one parent."""
    phone = MemberNumber(number, may_call=may_call)
    return Case(label, municipality, PersonId("nils"), Phase.ACTIVE, (Member("Mor", "parent", "nb", (phone,)),))


FAMILIES = (family("V-014", "Larvik", MOTHER), family("V-015", "Horten", FATHER, Consent.NO))


def away(team: Team, key: str) -> Team:
    """The team, with one person absent through the night."""
    gone = Absence(f"away-{key}", PersonId(key), datetime(2026, 3, 13, tzinfo=UTC), datetime(2026, 3, 16, tzinfo=UTC))
    rotas = {tier: replace(rota, absences=(*rota.absences, gone)) for tier, rota in team.rotas.items()}
    return replace(team, rotas=rotas)


class Night(Stage):
    """The stage with this team on it, and short words for what tests do and ask."""

    def __init__(self, database_url: str, team: Team = TEAM, families: Iterable[Case] = FAMILIES) -> None:
        """Everybody's phone rings untouched until a test says otherwise."""
        super().__init__(database_url, START)
        self.team_id = self.add_team(team, tuple(families))
        self.kari, self.ola = self.phone(KARI), self.phone(OLA)
        self.liv, self.nils = self.phone(LIV), self.phone(NILS)
        self.mother, self.father = self.phone(MOTHER), self.phone(FATHER)
        self.stranger = self.phone(STRANGER, name="Stranger")
        self.barnevernvakt = self.phone(LAST_RESORT, name="Barnevernvakten")
        self.static = self.phone(STATIC, name="Static")

    def call(self, phone: Phone, script: Script | None = None, *, withheld: bool = False) -> PhoneCall:
        """Somebody calls the line."""
        return phone.call(LINE, script, withheld=withheld)

    def after(self, at: datetime) -> float:
        """Seconds from the start of the night."""
        return (at - START).total_seconds()

    def rang_at(self, phone: Phone) -> list[float]:
        """When a phone began to ring, in seconds from the start of the night."""
        return [self.after(rang.start) for rang in phone.rang]

    def contacts(self) -> list[Contact]:
        """Every contact of the team, oldest first."""
        with self.service.db.reading() as reading:
            ids = reading.conn.scalars(select(ContactRow.id).order_by(ContactRow.started_at)).all()
        return [self.contact(self.team_id, each) for each in ids]

    def only_contact(self) -> Contact:
        """The one contact of the night."""
        (contact,) = self.contacts()
        return contact
