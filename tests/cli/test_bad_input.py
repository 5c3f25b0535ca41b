from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oncall import monitoring
from tests.cli.conftest import Operator, Refusal, lines

pytestmark = pytest.mark.slow

WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)


def test_missing_settings_are_named_in_one_line(operator: Operator, refuses: Refusal) -> None:
    operator.monkeypatch.delenv("SECRET_KEY")
    operator.monkeypatch.setenv("PUBLIC_URL", "http://line.example")

    said = refuses("now")

    assert "SECRET_KEY is missing" in said
    assert "PUBLIC_URL must begin with https://" in said


def test_an_unknown_command_points_to_the_help(refuses: Refusal) -> None:
    said = refuses("xyzzy")

    assert said == "oncall: No such command 'xyzzy'. (see `oncall --help`)"


def test_oncall_alone_shows_what_it_can_do(operator: Operator) -> None:
    done = operator.types()

    assert done.exit_code == 2
    for command in ("release", "clock", "load", "now", "rota", "log", "journal", "doctor", "user", "drill"):
        assert f"  {command} " in done.output


@pytest.mark.parametrize(
    "command",
    [
        ("release",),
        ("clock",),
        ("load",),
        ("now",),
        ("rota", "check"),
        ("log",),
        ("journal", "verify"),
        ("doctor",),
        ("user", "add"),
        ("drill",),
    ],
)
def test_every_command_explains_itself(newcomer: Operator, command: tuple[str, ...]) -> None:
    done = newcomer.types(*command, "--help")

    assert done.exit_code == 0
    assert len(lines(done.stdout)) > 3


def test_a_database_that_is_not_there_is_not_made_by_looking(newcomer: Operator) -> None:
    done = newcomer.types("now")

    assert done.exit_code == 2
    assert done.stderr.endswith("run `oncall release`\n")
    assert newcomer.types("now").stderr == done.stderr


def test_a_database_without_tables_says_what_to_run(
    empty_database_url: str, newcomer: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_database_url)

    done = newcomer.types("now")

    assert done.exit_code == 2
    assert len(lines(done.stderr)) == 1
    assert "run `oncall release`" in done.stderr


def test_a_database_that_does_not_answer_is_one_line(
    newcomer: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:secret-word@127.0.0.1:1/none")

    for command in (("now",), ("release",), ("log", "--team", "vestfold")):
        done = newcomer.types(*command)

        assert done.exit_code == 2
        assert lines(done.stderr) == [
            "oncall: the database does not answer: check DATABASE_URL, and that it runs"
        ]


def test_keys_that_are_not_the_databases_are_named(operator: Operator, refuses: Refusal) -> None:
    operator.monkeypatch.setattr(monitoring, "start", lambda *_, **__: None)
    operator.loads_a_team()
    operator.monkeypatch.setenv("ONCALL_KEYS", "bm90IHRoZSBrZXkgdGhhdCBpdCB3YXMgd3JpdHRlbiE=")

    for command in ("now", "clock"):  # such a clock would beat, and could do nothing
        assert refuses(command).startswith("oncall: ONCALL_KEYS do not open what the database holds")


def test_an_unknown_team_is_answered_with_those_there_are(operator: Operator, refuses: Refusal) -> None:
    operator.loads_a_team()

    for command in (("now",), ("rota", "check"), ("log",), ("journal", "verify")):
        assert refuses(*command, "--team", "oslo") == "oncall: there is no team 'oslo'; there are: vestfold"


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(word=WORDS)
@pytest.mark.parametrize(
    "command",
    [
        ("now", "--at"),
        ("now", "--team"),
        ("rota", "check", "--days"),
        ("log", "--team"),
        ("log", "--team", "vestfold", "--since"),
        ("log", "--team", "vestfold", "--format"),
        ("journal", "verify", "--team"),
        ("drill", "--scenario"),
        ("drill", "--database"),
    ],
)
def test_whatever_is_typed_has_a_clear_answer(
    vestfold: Operator, command: tuple[str, ...], word: str
) -> None:
    done = vestfold.types(*command, word, *_harmless(command))

    assert isinstance(done.exception, SystemExit | None), done.exception
    assert done.exit_code in (0, 1, 2)
    if done.exit_code == 2:
        assert len(lines(done.stderr)) == 1
        assert done.stderr.startswith("oncall: ")


def _harmless(command: tuple[str, ...]) -> tuple[str, ...]:
    """What keeps a drill from being played for a whole minute."""
    return ("--list",) if command[0] == "drill" else ()


@pytest.fixture
def vestfold(newcomer: Operator) -> Any:
    assert newcomer.types("release").exit_code == 0
    newcomer.loads_a_team()
    return newcomer
