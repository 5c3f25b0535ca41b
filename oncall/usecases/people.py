"""What people are called where the journal has their keys, and where space is short."""

from collections import Counter
from collections.abc import Iterable, Mapping

from oncall.alerts.team import Person, Team
from oncall.rota.model import PersonId
from oncall.store.accounts.credentials import accounts_of
from oncall.store.session import Reading
from oncall.store.team.teams import load_staff

Names = Mapping[PersonId, str]


def short_names(people: Iterable[Person]) -> Names:
    """Return everybody's first name, or the whole name where two share the first."""
    everybody = tuple(people)
    firsts = Counter(_first(person) for person in everybody)
    return {person.id: _first(person) if firsts[_first(person)] == 1 else person.name for person in everybody}


def name_people(reading: Reading, team: Team, needed: Iterable[str | None]) -> Names:
    """Return the names of the team's people, and of those who have left if one of them is needed."""
    people = dict(team.people)
    if any(key is not None and key not in people for key in needed):
        people = {person.id: person for person, _ in load_staff(reading, team.id)}
    return short_names(people.values())


def name_colleague(team: Team, number: str | None) -> str | None:
    """Return the name of whoever of the team has this phone; None for any other number, or none."""
    who = next((one.id for one in team.people.values() if number is not None and one.phone == number), None)
    return None if who is None else short_names(team.people.values())[who]


def name_accounts(reading: Reading, team_id: int) -> dict[str, str]:
    """Return the e-mail of each account of the team whose owner never has duty, by the journal's key."""
    return {one.key: one.email for one in accounts_of(reading, team_id) if one.staff_key is None}


def _first(person: Person) -> str:
    return person.name.split(" ", 1)[0]
