"""A team that takes turns a week at a time, as the tests of rostering know it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from oncall.alerts.team import Person, Role, Team
from oncall.rota.model import Layer, PersonId, Rota, Tier
from oncall.store.session import Database
from oncall.store.team.teams import load_team
from tests.scenes.stored import OSLO, a_team

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday; Kari has the week
DAY = timedelta(days=1)
KARI, OLA, LIV, NILS = (PersonId(key) for key in ("kari", "ola", "liv", "nils"))


def turns(tier: Tier, *people: PersonId) -> Rota:
    """A week each, changing on Mondays at eight."""
    layer = Layer(f"{tier}-1", people, date(2026, 1, 5), time(8), 7, datetime(2026, 1, 5, tzinfo=UTC))
    return Rota(tier, OSLO, (layer,))


def a_rotating_team() -> Team:
    """Kari and Ola take turns, each the other's backup; Liv leads; Nils may step in."""
    nils = Person(NILS, "Nils Aas", "+4790000004", "en", frozenset({Role.THERAPIST}), on_call=True)
    team = a_team()
    return replace(
        team,
        people={**team.people, NILS: nils},
        rotas={
            Tier.DUTY: turns(Tier.DUTY, KARI, OLA),
            Tier.BACKUP: turns(Tier.BACKUP, OLA, KARI),
            Tier.LEADER: turns(Tier.LEADER, LIV),
        },
    )


def load(db: Database, team_id: int) -> Team:
    """Return the team as it is stored."""
    with db.reading() as reading:
        return load_team(reading, team_id)
