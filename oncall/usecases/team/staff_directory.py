"""Read who is or was in a team, whether their phones work, and what depends on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from oncall.alerts.team import Person, Team
from oncall.rota.model import PersonId
from oncall.store.accounts.credentials import accounts_of
from oncall.store.families.cases import load_cases
from oncall.store.rota.phone_tests import PhoneCheck, load_phone_checks
from oncall.store.session import Database
from oncall.store.team.teams import is_known, load_staff
from oncall.usecases.rota.own_shifts import OwnShift, coming_shifts


@dataclass(frozen=True, slots=True)
class StaffPage:
    """Everybody who is or was in a team."""

    present: tuple[Person, ...]  # by name
    left: tuple[Person, ...]  # by name, without those who were erased: nobody knows who they were
    phones: Mapping[PersonId, PhoneCheck]  # of those whose phones were tried
    can_sign_in: frozenset[str | None]  # staff keys
    next_shifts: Mapping[PersonId, OwnShift | None]  # of those who are present


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who is or was in a team."""

    person: Person
    phone: PhoneCheck | None  # None: never tried, or no longer in the team


@dataclass(frozen=True, slots=True)
class Duties:
    """What somebody else has to take over when a person leaves."""

    shifts: tuple[OwnShift, ...]
    cases: tuple[str, ...]  # labels of the cases whose own therapist the person is


def read_staff(db: Database, team: Team, now: datetime) -> StaffPage:
    """Return everybody who is in the team, and everybody who has left it."""
    with db.reading() as reading:
        everybody = load_staff(reading, team.id)
        phones = load_phone_checks(reading, team)
        accounts = accounts_of(reading, team.id)
    by_name = sorted(everybody, key=lambda one: one[0].name)
    present = tuple(person for person, is_present in by_name if is_present)
    return StaffPage(
        present,
        tuple(person for person, is_present in by_name if not is_present and is_known(person)),
        phones,
        frozenset(one.staff_key for one in accounts if one.active and one.protected),
        {one.id: next(iter(coming_shifts(team, one.id, now)), None) for one in present},
    )


def find_colleague(db: Database, team: Team, key: str) -> Colleague | None:
    """Return somebody who is or was in the team; None where nobody was, or who it was is erased."""
    with db.reading() as reading:
        everybody = load_staff(reading, team.id)
        found = next((person for person, _ in everybody if person.id == key and is_known(person)), None)
        return Colleague(found, load_phone_checks(reading, team).get(found.id)) if found else None


def read_everybody(db: Database, team_id: int) -> tuple[Person, ...]:
    """Return everybody who is or was in the team; those who were erased have another name."""
    with db.reading() as reading:
        return tuple(person for person, _ in load_staff(reading, team_id))


def read_duties(db: Database, team: Team, person: PersonId, now: datetime) -> Duties:
    """Return the shifts and the cases that somebody else must have when the person leaves."""
    with db.reading() as reading:
        cases = load_cases(reading, team.id)
    labels = (one.label for one in cases if one.own_therapist == person and one.phase != "closed")
    return Duties(coming_shifts(team, person, now), tuple(labels))
