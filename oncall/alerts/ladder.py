"""Whom a wave of the ladder means, at this moment."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from oncall.alerts.team import Ladder, LastResort, Municipality, Person, Role, Team
from oncall.contacts.contact import Contact, WaveSpec
from oncall.rota.clock_hours import Hours
from oncall.rota.duty import answers
from oncall.rota.model import PersonId, Tier
from oncall.rota.wallclock import is_open

LAST_RESORT = "last_resort"
OWN_THERAPIST = "own_therapist"
EVERYONE = "everyone"
AFTER_THE_LAST_WAVE = 75  # seconds that the last wave rings where the ladder names no deadline


@dataclass(frozen=True, slots=True)
class Situation:
    """What is looked up anew for every decision about a contact."""

    team: Team
    busy: frozenset[PersonId] = frozenset()  # an open leg or a claim in another contact
    never: frozenset[str] = frozenset()  # numbers never rung: the caller's, and all that lead back here


@dataclass(frozen=True, slots=True)
class Target:
    """One phone that may be rung."""

    key: str  # a staff key, or number:<id>
    person: PersonId | None  # None: a fixed number of the team
    number: str  # E.164
    busy: bool


def choose_ladder(team: Team, at: datetime) -> Ladder:
    """Return the ladder in force: the daytime one in the team's daytime hours, if it has one."""
    by_day = next((ladder for ladder in team.ladders if ladder.daytime_only), None)
    if by_day and team.daytime and is_open(team.daytime, at, team.zone):
        return by_day
    return next(ladder for ladder in team.ladders if not ladder.daytime_only)


def deadline_of(ladder: Ladder) -> int:
    """Return the second after which no further human of the team is tried."""
    last = ladder.waves[-1]
    return last.after if LAST_RESORT in last.targets else last.after + AFTER_THE_LAST_WAVE


def human_waves(contact: Contact) -> tuple[tuple[int, WaveSpec], ...]:
    """Return the waves that ring people, each with its number."""
    return tuple(
        (number, wave) for number, wave in enumerate(contact.waves) if tuple(wave.targets) != (LAST_RESORT,)
    )


def find_targets(wave: WaveSpec, contact: Contact, situation: Situation, at: datetime) -> tuple[Target, ...]:
    """Return the phones that the wave means at `at`: free people first, each number once."""
    found = _once_each(target for name in wave.targets for target in _look_up(name, contact, situation, at))
    ringable = [target for target in found if target.number not in situation.never]
    return tuple(sorted(ringable, key=lambda target: target.busy))


def find_municipality(contact: Contact, situation: Situation, at: datetime) -> Municipality | None:
    """Return whose last resort may take the call at `at`, or None where no agreement holds.

    The case's own municipality; for a caller without a case the first of the team's with an
    agreement in force, since any staffed service is better than none. A number that leads back here, or is
    the caller's own, is no service to be put through to.
    """
    team = situation.team
    mine = [place for place in team.municipalities if contact.municipality in (None, place.name)]
    for place in mine:
        resort = place.last_resort
        if resort and resort.number not in situation.never and _in_force(resort, at, team):
            return place
    return None


def _in_force(agreement: LastResort, at: datetime, team: Team) -> bool:
    local = at.astimezone(team.zone)
    if local.date() < agreement.agreed:
        return False
    return Hours(agreement.opens, agreement.closes).hold(local.time())


def _look_up(name: str, contact: Contact, situation: Situation, at: datetime) -> Iterator[Target]:
    team = situation.team
    engaged = {team.number_of(person) for person in situation.busy}  # two people may share a phone
    if name.startswith("number:"):
        number = team.number_of(name)
        if number:
            yield Target(name, None, number, number in engaged)
        return
    for person in _people(name, contact, team, at):
        if person.on_call:
            yield Target(person.id, person.id, person.phone, person.phone in engaged)


def _people(name: str, contact: Contact, team: Team, at: datetime) -> Sequence[Person]:
    if name in (Tier.DUTY, Tier.BACKUP, Tier.LEADER):
        rota = team.rotas.get(Tier(name))
        on = answers(rota, at) if rota else None
        return [team.people[on]] if on and on in team.people else []
    if name == EVERYONE:
        meant = [person for person in team.people.values() if person.roles - {Role.ADMINISTRATOR}]
    elif name == OWN_THERAPIST:
        meant = [person for person in team.people.values() if person.id == contact.own_therapist]
    else:
        return []
    return [person for person in meant if not _away(person.id, team, at)]


def _away(person: PersonId, team: Team, at: datetime) -> bool:
    return any(a.person == person for rota in team.rotas.values() for a in rota.absence_spans.at(at))


def _once_each(targets: Iterable[Target]) -> list[Target]:
    by_number: dict[str, Target] = {}
    for target in targets:
        by_number.setdefault(target.number, target)
    return list(by_number.values())
