"""Who takes part in a drill: the people of a demo team, by the part that they play in the night."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from oncall.alerts.team import LastResort, Person, Role, Team
from oncall.contacts.case import Case, Consent, Phase
from oncall.rota.duty import on_duty
from oncall.rota.model import Tier
from oncall.teamfile import TeamFileError, parse_team_file
from standin.teams import FOLDER

TEAM_FILE = FOLDER / "vestfold.toml"
NIGHT = datetime(2026, 2, 28, 1, 40, tzinfo=UTC)  # a Saturday, 02:40 in Norway
STRANGER = "+4790009999"  # a number that no family of a demo team has


class NoCast(Exception):
    """The team file does not give the people whom the drill needs; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Family:
    """A family member who calls, with the number of the phone in their hand."""

    name: str
    number: str
    case: str | None = None  # the case's label; None: no family of the team's


@dataclass(frozen=True, slots=True)
class Cast:
    """The team of the drill, and who of it and of its families is who in the night of `NIGHT`."""

    team: Team
    cases: tuple[Case, ...]
    duty: Person
    backup: Person
    leader: Person
    colleagues: tuple[Person, ...]  # everybody else who may be rung
    parent: Family  # of a municipality with an agreed last resort; may be called back
    other_parent: Family  # of another family, without such an agreement; may be called back
    past_parent: Family  # of a closed case
    stranger: Family

    @property
    def services(self) -> tuple[tuple[str, LastResort], ...]:
        """The staffed services that have agreed to take calls, each with its municipality."""
        places = self.team.municipalities
        return tuple((place.name, place.last_resort) for place in places if place.last_resort)


def read_cast(path: Path = TEAM_FILE) -> Cast:
    """Return the cast that the first team of a team file gives; raise NoCast where it gives none."""
    try:
        draft = parse_team_file(path.read_text(encoding="utf-8"), path.name)[0]
    except OSError:
        raise NoCast(f"the drill's team file {path} cannot be read") from None
    except TeamFileError as error:
        raise NoCast(str(error)) from None
    team = draft.team
    duty, backup, leader = (_holder(team, tier) for tier in Tier)
    agreed = {place.name for place in team.municipalities if place.last_resort}
    parent = _first(draft.cases, "a parent who may be called back", agreed, Phase.ACTIVE)
    others = {place.name for place in team.municipalities} - agreed
    return Cast(
        team=team,
        cases=draft.cases,
        duty=duty,
        backup=backup,
        leader=leader,
        colleagues=tuple(_colleagues(team, {duty.id, backup.id, leader.id})),
        parent=parent,
        other_parent=_first(draft.cases, "a parent without a last resort", others, Phase.ACTIVE),
        past_parent=_first(draft.cases, "a parent of a closed case", others | agreed, Phase.CLOSED),
        stranger=Family("A stranger", STRANGER),
    )


def _holder(team: Team, tier: Tier) -> Person:
    key = on_duty(team.rotas[tier], NIGHT)
    if key is None:
        raise NoCast(f"{team.name} has no {tier} in the night of the drill, {NIGHT:%Y-%m-%d}")
    return team.people[key]


def _colleagues(team: Team, cast_already: set[str]) -> Iterator[Person]:
    for person in team.people.values():
        if person.on_call and person.roles - {Role.ADMINISTRATOR} and person.id not in cast_already:
            yield person


def _first(cases: tuple[Case, ...], what: str, municipalities: set[str], phase: Phase) -> Family:
    for case in cases:
        if case.phase is not phase or case.municipality not in municipalities:
            continue
        for member in case.members:
            for phone in member.phones:
                if member.relation == "parent" and phone.may_call is Consent.YES:
                    return Family(member.name, phone.number, case.label)
    raise NoCast(f"the drill's team file has no {what}")
