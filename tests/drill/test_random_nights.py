"""Whatever people, the carrier and our own processes do: nobody is forgotten, and no other rule is broken."""

from collections.abc import Iterable, Iterator

import pytest

from oncall.drill.cast import read_cast
from oncall.drill.databases import open_databases
from oncall.drill.many import Played, Theatre, play_nights

SEED = 7
IN_A_TEST = 15
PARTS = 4
IN_THE_SOAK = 10_000


@pytest.fixture(scope="module")
def theatre() -> Iterator[Theatre]:
    with open_databases() as databases:
        yield Theatre(databases, read_cast())


@pytest.mark.parametrize("part", range(PARTS))
def test_nobody_is_forgotten_in_many_nights(theatre: Theatre, part: int) -> None:
    played = [theatre.play(f"{SEED}:{part * IN_A_TEST + nth}") for nth in range(1, IN_A_TEST + 1)]

    assert not found_in(played)
    assert sum(len(night.endings) for night in played) > IN_A_TEST


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_nobody_is_forgotten_in_ten_thousand_nights() -> None:
    seeds = [f"soak:{night}" for night in range(1, IN_THE_SOAK + 1)]

    assert not found_in(play_nights(seeds, processes=2))


def found_in(nights: Iterable[Played]) -> list[str]:
    return [f"{night.seed}: {finding}" for night in nights for finding in night.findings]
