"""Whatever people, the carrier and our own processes do: nobody is forgotten, and no other rule is broken."""

from collections.abc import Iterator

import pytest

from standin.drill.cast import read_cast
from standin.drill.many import Theatre
from standin.drill.stage.databases import open_databases

pytestmark = pytest.mark.slow

PARTS = 20  # that the workers of a test run share
NIGHTS, SOAKED = 300, 10_000


@pytest.fixture(scope="module")
def theatre() -> Iterator[Theatre]:
    with open_databases() as databases:
        yield Theatre(databases, read_cast())


@pytest.mark.parametrize("part", range(PARTS))
def test_nobody_is_forgotten_in_three_hundred_nights(theatre: Theatre, part: int) -> None:
    play_part(theatre, "7", part, NIGHTS)


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("part", range(PARTS))
def test_nobody_is_forgotten_in_ten_thousand_nights(theatre: Theatre, part: int) -> None:
    play_part(theatre, "8", part, SOAKED)


def play_part(theatre: Theatre, seed: str, part: int, of: int) -> None:
    """Nothing is found in this part's nights; and something has happened in them."""
    played = [theatre.play(f"{seed}:{night}") for night in range(part + 1, of + 1, PARTS)]

    assert not [f"{night.seed}: {finding}" for night in played for finding in night.findings]
    assert sum(len(night.endings) for night in played) > len(played)


def test_the_same_seed_plays_the_same_night(theatre: Theatre) -> None:
    once, again = theatre.tell("7:3"), theatre.tell("7:3")

    assert once == again
