"""What staff are called where space is short."""

from collections import Counter
from collections.abc import Iterable, Mapping

from oncall.alerts.team import Person
from oncall.rota.model import PersonId

Names = Mapping[PersonId, str]


def short_names(people: Iterable[Person]) -> Names:
    """Return everybody's first name, or the whole name where two share the first."""
    everybody = tuple(people)
    firsts = Counter(_first(person) for person in everybody)
    return {person.id: _first(person) if firsts[_first(person)] == 1 else person.name for person in everybody}


def _first(person: Person) -> str:
    return person.name.split(" ", 1)[0]
