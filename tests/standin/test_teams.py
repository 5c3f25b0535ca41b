"""The four demo teams: complete, covered at every hour, and fictional."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from oncall.alerts.team import Role
from oncall.rota.duty import gaps, on_duty
from oncall.rota.model import Tier
from oncall.teamfile import TeamDraft, parse_team_file
from standin.teams import FOLDER

FILES = ("baerum", "vestfold", "sor-vest", "rogaland")
NEW_YEAR = datetime(2025, 12, 31, 23, tzinfo=UTC)  # 2026 has begun in Norway
YEARS_LATER = datetime(2029, 1, 1, tzinfo=UTC)


def read(name: str) -> TeamDraft:
    (draft,) = parse_team_file((FOLDER / f"{name}.toml").read_text(encoding="utf-8"), name)
    return draft


def numbers_in(value: object) -> Iterator[str]:
    """Yield every text in a TOML document that looks like a number of ours."""
    if isinstance(value, dict):
        for child in value.values():
            yield from numbers_in(child)
    elif isinstance(value, list):
        for child in value:
            yield from numbers_in(child)
    elif isinstance(value, str) and value.startswith("+"):
        yield value


@pytest.mark.parametrize("name", FILES)
def test_a_demo_team_is_named_as_its_file_and_has_staff_of_every_kind(name: str) -> None:
    draft = read(name)

    roles = {role for person in draft.team.people.values() for role in person.roles}
    assert draft.team.slug == name
    assert roles >= {Role.LEADER, Role.DEPUTY, Role.THERAPIST}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("tier", Tier)
def test_a_demo_team_s_rota_has_no_gap(name: str, tier: Tier) -> None:
    rota = read(name).team.rotas[tier]

    assert gaps(rota, NEW_YEAR, YEARS_LATER) == ()


@pytest.mark.parametrize("name", FILES)
def test_nobody_in_a_demo_team_is_duty_and_backup_at_once(name: str) -> None:
    rotas = read(name).team.rotas
    hours = [NEW_YEAR + timedelta(hours=2 * n) for n in range(365 * 12)]

    both = [at for at in hours if on_duty(rotas[Tier.DUTY], at) == on_duty(rotas[Tier.BACKUP], at)]

    assert both == []


@pytest.mark.parametrize("name", FILES)
def test_only_people_who_are_on_call_are_in_a_demo_team_s_rota(name: str) -> None:
    team = read(name).team

    named = {person for rota in team.rotas.values() for layer in rota.layers for person in layer.participants}

    assert all(team.people[person].on_call for person in named)


@pytest.mark.parametrize("name", FILES)
def test_a_demo_team_has_five_to_eight_families_each_with_somebody_to_call(name: str) -> None:
    cases = read(name).cases

    assert 5 <= len(cases) <= 8
    assert all(any(member.phones for member in case.members) for case in cases)


def test_rogaland_is_being_set_up_and_sor_vest_speaks_nynorsk() -> None:
    teams = {name: read(name).team for name in FILES}

    assert [name for name in FILES if not teams[name].on_call] == ["rogaland"]
    assert {name: team.language for name, team in teams.items()} == {
        "baerum": "nb",
        "vestfold": "nb",
        "sor-vest": "nn",
        "rogaland": "nb",
    }


def test_demo_numbers_are_fictional_and_no_two_teams_share_one() -> None:
    numbers = {name: set(numbers_in(tomllib.loads((FOLDER / f"{name}.toml").read_text()))) for name in FILES}

    everything = [number for of_team in numbers.values() for number in of_team]
    assert len(everything) == len(set(everything))
    assert all(number.startswith(("+47339000", "+47339001", "+479000")) for number in everything)
