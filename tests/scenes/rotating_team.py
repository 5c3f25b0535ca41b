"""A team that takes turns a week at a time, as the tests of rostering know it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from oncall.alerts.team import Team
from oncall.rota.model import Tier
from oncall.store.session import Database
from oncall.store.team.teams import load_team
from tests.cast import KARI, LIV, NILS, NILS_PHONE, OLA, person, turns
from tests.scenes.stored import a_team

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday; Kari has the week
DAY = timedelta(days=1)


def a_rotating_team() -> Team:
    """Kari and Ola take turns, each the other's backup; Liv leads; Nils may step in."""
    nils = person(NILS, NILS_PHONE, name="Nils Aas", language="en")
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
