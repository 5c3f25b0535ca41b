import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console, RenderableType

from oncall.contacts.model import State
from standin.drill.cast import Cast, NoCast, read_cast
from standin.drill.nights.night import Night
from standin.drill.play import ScenarioResult, play_all
from standin.drill.scenario import Scenario
from standin.drill.scenarios import SCENARIOS
from standin.drill.show.transcript import show_list, show_night, show_summary
from standin.drill.stage.databases import open_databases


def _disappoints(night: Night) -> None:
    """Nobody calls, and a call is expected."""
    night.run_until(2)
    night.expect_talk(night.parent, night.duty, within=10)
    night.expect_state(State.ENDED)


@pytest.fixture(scope="module")
def outcomes() -> Iterator[tuple[ScenarioResult, ...]]:
    scenarios = [scenario for scenario in SCENARIOS if scenario.name in ("voicemail", "database-gone")]
    with open_databases() as databases:
        yield tuple(play_all([*scenarios, Scenario(_disappoints)], databases, read_cast()))


def _read(shown: RenderableType, width: int = 100) -> str:
    paper = io.StringIO()
    Console(file=paper, width=width, highlight=False).print(shown)
    return paper.getvalue()


def test_a_night_reads_as_a_story(outcomes: tuple[ScenarioResult, ...]) -> None:
    told = _read(show_night(outcomes[0], 1, 3))

    for words in (
        "1/3 voicemail OK",
        "Monica calls the line",
        "Kari sleeps on: the voicemail picks up",
        "Monica hears «Er noen i fare for livet, legg på og ring 112.»",
        "Eva presses 1",
        "✓ Monica is never connected with Kari",
        "✓ all 9 rules of every night",
    ):
        assert words in " ".join(told.split()), words


def test_whoever_speaks_with_each_other_stands_in_one_line(outcomes: tuple[ScenarioResult, ...]) -> None:
    told = _read(show_night(outcomes[0], 1, 3))

    (line,) = [line for line in told.splitlines() if "speaks with Eva" in line and "✓" not in line]
    assert "Eva speaks with Monica" in line


def test_what_is_done_to_the_world_is_told(outcomes: tuple[ScenarioResult, ...]) -> None:
    told = _read(show_night(outcomes[1], 2, 3))

    assert "⚡ the database is gone" in told
    assert "Nothing of this call is in the journal" in told


def test_a_failure_says_what_was_expected_and_what_came(outcomes: tuple[ScenarioResult, ...]) -> None:
    told = _read(show_night(outcomes[2], 3, 3))

    assert "FAILED" in told
    assert "✗ Monica speaks with Kari within 10 s — they never did" in told
    assert "✗ The journal calls the contact ended — it says nothing" in told


def test_the_summary_counts_what_went_as_it_must(outcomes: tuple[ScenarioResult, ...]) -> None:
    told = _read(show_summary(outcomes, 12.3))

    assert "2 of 3 nights went as they must  (12 s)" in told
    assert told.count("OK") == 2
    assert told.count("FAILED") == 1


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_no_line_is_wider_than_the_terminal(outcomes: tuple[ScenarioResult, ...], width: int) -> None:
    for outcome in outcomes:
        told = _read(show_night(outcome, 1, 3), width)

        assert max(len(line) for line in told.splitlines()) <= width


def test_the_list_names_every_scenario() -> None:
    told = _read(show_list(SCENARIOS))

    assert all(scenario.name in told for scenario in SCENARIOS)


def test_a_team_file_without_the_people_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "team.toml"
    path.write_text("[[team]]\nslug = 'x'\n")

    with pytest.raises(NoCast, match=r"team\.toml"):
        read_cast(path)


def test_the_cast_is_the_rotas_own(outcomes: tuple[ScenarioResult, ...]) -> None:
    cast: Cast = read_cast()

    assert len({cast.duty.id, cast.backup.id, cast.leader.id}) == 3
    assert cast.parent.case != cast.other_parent.case
