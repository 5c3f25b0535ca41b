"""Look up what the staff of the visitor's team are called where space is short."""

from typing import cast

from flask import g

from oncall.rota.model import PersonId
from oncall.routes.web.service import database
from oncall.routes.web.visitor import visitor
from oncall.usecases.people import Names, short_names
from oncall.usecases.team.staff_directory import read_everybody


def names_of_team() -> Names:
    """Return the short names of everybody who is in the team."""
    if "staff_names" not in g:
        g.staff_names = short_names(visitor().team.people.values())
    return cast("Names", g.staff_names)


def find_name(person: PersonId) -> str | None:
    """Return the short name of somebody who is or was in the team; None where nobody was.

    Those who have left are read once a request, and only where a page names one of them.
    """
    return names_of_team().get(person) or _names_of_everybody().get(person)


def _names_of_everybody() -> Names:
    if "everybodys_names" not in g:
        g.everybodys_names = short_names(read_everybody(database(), visitor().team.id))
    return cast("Names", g.everybodys_names)
