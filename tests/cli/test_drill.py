import os
import subprocess
import sys
from pathlib import Path

import pytest

from standin.drill.scenario import Scenario
from tests.cli.conftest import Operator

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


def test_the_drill_needs_no_setting_and_is_plain_in_a_pipe() -> None:
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}

    done = subprocess.run(
        [sys.executable, "-m", "oncall", "drill", "--scenario", "parent-answered"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "1 of 1 nights went as they must" in done.stdout
    assert "\x1b" not in done.stdout


def test_scenarios_can_be_listed_and_chosen(newcomer: Operator) -> None:
    listed = newcomer.types("drill", "--list")
    played = newcomer.types("drill", "--scenario", "withheld-number", "--scenario", "closed-case")

    assert "two-families " in listed.stdout
    assert played.exit_code == 0
    assert "2 of 2 nights went as they must" in played.stdout


def test_a_night_that_fails_ends_the_drill_with_1(
    newcomer: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("standin.drill.programme.SCENARIOS", (Scenario(_disappoints),))

    done = newcomer.types("drill")

    assert done.exit_code == 1
    assert "0 of 1 nights went as they must" in done.stdout


def test_random_nights_are_measured_and_repeatable(newcomer: Operator) -> None:
    once = newcomer.types("drill", "--random", "3", "--seed", "7", "--processes", "1")
    again = newcomer.types("drill", "--random", "3", "--seed", "7", "--processes", "1")

    assert once.exit_code == 0
    assert "3 nights, and nothing was found" in once.stdout
    assert "calls: to a human on the line" in once.stdout
    assert once.stdout_bytes == again.stdout_bytes


def test_a_night_of_a_seed_is_told_moment_by_moment(newcomer: Operator) -> None:
    told = newcomer.types("drill", "--seed", "7:3")

    assert told.exit_code == 0
    assert "from here on nothing breaks any more" in told.stdout
    assert "Whoever reached nobody is alerted for" in told.stdout


def test_a_finding_names_the_seed_of_its_night(newcomer: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standin.drill.many.GUARANTEE", {"Nothing ever happens": lambda _: ["it did"]})

    done = newcomer.types("drill", "--random", "1", "--seed", "7")

    assert done.exit_code == 1
    assert "oncall drill --seed 7:1" in done.stdout
    assert "Nothing ever happens: it did" in done.stdout


@pytest.mark.parametrize("seed", ["x", "7:", "7:1:2", "-1"])
def test_a_seed_that_is_none_is_refused(newcomer: Operator, seed: str) -> None:
    assert newcomer.types("drill", "--random", "1", "--seed", seed).exit_code == 2


def test_an_unknown_scenario_is_refused(newcomer: Operator) -> None:
    done = newcomer.types("drill", "--scenario", "no-such-night")

    assert done.exit_code == 2
    assert done.stderr == "oncall: there is no scenario 'no-such-night': `oncall drill --list` names them\n"


def test_a_server_that_does_not_answer_is_one_line(newcomer: Operator) -> None:
    done = newcomer.types("drill", "--database", "postgresql://nobody@127.0.0.1:1/none")

    assert done.exit_code == 2
    assert done.stderr.startswith("oncall: ")
    assert len(done.stderr.splitlines()) == 1


def _disappoints(night: object) -> None:
    """Nothing happens, and so nothing is proved."""
