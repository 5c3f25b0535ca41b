"""How the service does, for whoever runs it and may see no case."""

from dataclasses import dataclass
from datetime import datetime

from oncall.store.accounts.credentials import accounts_of
from oncall.store.jobs.outbox import count_overdue
from oncall.store.schema import revision_of
from oncall.store.session import Database
from oncall.store.team.teams import all_team_ids, read_team
from oncall.usecases.health import Health, examine


@dataclass(frozen=True, slots=True)
class TeamOverview:
    """A team, as whoever runs the service sees it."""

    name: str
    on_call: bool
    people: int
    unprotected: int  # of them who cannot sign in yet


@dataclass(frozen=True, slots=True)
class SystemPage:
    """The state of the service; nothing of it is about a family."""

    health: Health
    overdue: int  # jobs that should have been done
    revision: str | None
    teams: tuple[TeamOverview, ...]


def read_system(db: Database, now: datetime) -> SystemPage:
    """Return how the service does now."""
    with db.reading() as reading:
        teams = [read_team(reading, team_id) for team_id in all_team_ids(reading)]
        protected = {
            team.id: {each.staff_key for each in accounts_of(reading, team.id) if each.protected}
            for team in teams
        }
        return SystemPage(
            health=examine(reading, now),
            overdue=count_overdue(reading, now),
            revision=revision_of(reading),
            teams=tuple(
                TeamOverview(
                    team.name,
                    team.on_call,
                    len(team.people),
                    sum(person not in protected[team.id] for person in team.people),
                )
                for team in teams
            ),
        )
