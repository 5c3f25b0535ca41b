"""Tell who looks at a page, of which team, and what they may open."""

from dataclasses import dataclass
from typing import cast

from flask import abort, g

from oncall.alerts.team import Person, Team
from oncall.rota.model import PersonId
from oncall.routes.web.roles import Standing, may_open
from oncall.routes.web.service import database
from oncall.store.accounts.credentials import Account
from oncall.usecases.accounts.accounts import team_of


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody of a team who is signed in."""

    team: Team
    person: Person | None  # None: somebody of the team who never takes duty
    account: int
    email: str
    municipality: str | None = None  # a reviewer sees its cases alone; None: the whole team's

    @property
    def name(self) -> str:
        """What the page calls them."""
        return self.person.name if self.person else self.email

    @property
    def key(self) -> str:
        """How the journal names them."""
        return str(self.person.id) if self.person else f"account:{self.account}"


def find_visitor() -> None:
    """Find out who looks, and as what; stop with 403 for an account whose person has left.

    An operator is of no team: there is no visitor then, and no page about a team opens.
    """
    g.visitor, g.standings = None, frozenset({Standing.OPERATOR})
    account = cast("Account", g.account)
    team = team_of(database(), account)
    if team is None:
        return
    key = account.staff_key
    person = team.people.get(PersonId(key)) if key else None
    if key and person is None:
        abort(403, "left the team")
    roles = person.roles if person else {account.role or Standing.ADMINISTRATOR}
    g.standings = frozenset(Standing(role) for role in roles)
    g.visitor = Visitor(team, person, account.id, account.email, account.municipality)


def visitor() -> Visitor:
    """Return who is looking at this page; only where a session of somebody in a team is required."""
    return cast("Visitor", g.visitor)


def may(endpoint: str) -> bool:
    """Return whether the visitor may open it: what they may not is not offered to them either."""
    return may_open(endpoint, g.get("standings", frozenset()))
