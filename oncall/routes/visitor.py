"""Who is looking at a page, and of which team."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import abort, current_app, g
from flask_security import current_user

from oncall.alerts.team import Person, Team
from oncall.rota.model import PersonId
from oncall.routes.roles import Standing, may_open
from oncall.store.session import Database
from oncall.store.teams import read_team


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in."""

    team: Team
    person: Person | None  # None: somebody of the team who never takes duty
    account: int
    email: str

    @property
    def name(self) -> str:
        """What the page calls them."""
        return self.person.name if self.person else self.email

    @property
    def key(self) -> str:
        """How the journal names them."""
        return str(self.person.id) if self.person else f"account:{self.account}"

    @property
    def standings(self) -> frozenset[Standing]:
        """As what they look at the pages."""
        if self.person is None:
            return frozenset({Standing.ADMINISTRATOR})
        return frozenset(Standing(role) for role in self.person.roles)


def find_visitor() -> Visitor:
    """Return who is signed in; stop with 403 for an account whose person has left, or without a team."""
    if current_user.team_id is None:
        abort(403, "no team")
    with database().reading() as reading:
        team = read_team(reading, current_user.team_id)
    key = current_user.staff_key
    person = team.people.get(PersonId(key)) if key else None
    if key and person is None:
        abort(403, "left the team")
    return Visitor(team, person, current_user.id, current_user.email)


def visitor() -> Visitor:
    """Return who is looking at this page; only where a session is required."""
    return cast("Visitor", g.visitor)


def may(endpoint: str) -> bool:
    """Whether the visitor may open it: what they may not is not offered to them either."""
    return may_open(endpoint, visitor().standings)


def database() -> Database:
    """Return the service's database."""
    return cast("Database", current_app.extensions["oncall.desk"].db)


def now() -> datetime:
    """Return the present by the service's clock."""
    return cast("datetime", current_app.extensions["oncall.clock"]())
