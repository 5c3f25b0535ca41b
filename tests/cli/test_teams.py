from pathlib import Path

import pytest

from standin.teams import FOLDER
from tests.cli.conftest import Operator, lines


def test_loading_says_what_is_new(operator: Operator) -> None:
    done = operator.types("load", str(FOLDER / "vestfold.toml"), str(FOLDER / "rogaland.toml"))

    assert done.exit_code == 0
    assert lines(done.stdout) == [
        "vestfold: created, with 5 people and 8 families",
        "rogaland: created, with 5 people and 5 families",
    ]


def test_loading_again_changes_nothing(operator: Operator) -> None:
    path = operator.loads_a_team()

    done = operator.types("load", str(path))

    assert done.stdout == "vestfold: unchanged\n"


def test_loading_names_what_has_changed(operator: Operator, tmp_path: Path) -> None:
    text = operator.loads_a_team().read_text()
    changed = tmp_path / "vestfold.toml"
    changed.write_text(text.replace("Monica, mor", "Monika, mor").replace("Kari Nordmann", "Kari Norman"))

    done = operator.types("load", str(changed))

    assert done.stdout == "vestfold: settings, staff or rota changed; families changed: V-014\n"


def test_a_faulty_file_is_refused_with_its_lines_and_the_others_are_loaded(
    operator: Operator, tmp_path: Path
) -> None:
    faulty = tmp_path / "faulty.toml"
    faulty.write_text((FOLDER / "baerum.toml").read_text().replace('roles = ["leader"]', 'roles = ["boss"]'))
    line = faulty.read_text()[: faulty.read_text().index('"boss"')].count("\n") + 1

    done = operator.types("load", str(faulty), str(FOLDER / "vestfold.toml"))

    assert done.exit_code == 2
    assert done.stderr.startswith(f"{faulty}:{line}: roles")
    assert lines(done.stderr)[-1] == f"{faulty}: nothing was loaded"
    assert done.stdout == "vestfold: created, with 5 people and 8 families\n"
    assert "baerum" not in operator.types("now").stdout


def test_an_empty_leader_tier_is_warned_of(operator: Operator, tmp_path: Path) -> None:
    text = (FOLDER / "vestfold.toml").read_text()
    layers = [part for part in text.split("\n[[team.layer]]\n") if 'tier = "leader"' not in part]
    path = tmp_path / "vestfold.toml"
    path.write_text("\n[[team.layer]]\n".join(layers) + "\n" + text[text.index("[[team.case]]") :])

    done = operator.types("load", str(path))

    assert done.exit_code == 0, done.stderr
    assert "warning: nobody is leader" in done.stdout


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("no.toml", None, "cannot be read (No such file or directory)"),
        ("bytes.toml", b"\xff\xfe\x00", "is not a text in UTF-8; nothing was loaded"),
        ("empty.toml", b"", ":1: team: is missing"),
        ("half.toml", b"[[team]]\nslug = ", ":2: not valid TOML"),
    ],
)
def test_what_is_no_team_file_is_said_so(
    operator: Operator, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    done = operator.types("load", str(path))

    assert done.exit_code == 2
    assert done.stdout == ""
    assert said in done.stderr


def test_now_names_each_tier_until_when_and_who_comes_next(operator: Operator) -> None:
    operator.loads_a_team()

    done = operator.types("now", "--team", "vestfold", "--at", "2026-05-17T12:00")

    assert lines(done.stdout) == [
        "MST-CAN Vestfold (vestfold) · Sun 17 May 2026 12:00 Europe/Oslo",
        "  duty    Nils Brekkhus (nils)  until Mon 18 May 08:00, then Kari Nordmann (kari)",
        "  backup  Ola Stensrud (ola)    until Mon 18 May 08:00, then Liv Hagane (liv)",
        "  leader  Eva Nordlie (eva)     until Mon 3 Aug 00:00, then Liv Hagane (liv)",
    ]


def test_now_takes_a_time_without_a_zone_by_the_teams_clocks(operator: Operator) -> None:
    operator.loads_a_team()

    local = operator.types("now", "--at", "2026-05-18T07:59")
    in_utc = operator.types("now", "--at", "2026-05-18T05:59+00:00")

    assert local.stdout == in_utc.stdout
    assert "duty    Nils" in local.stdout


def test_a_covered_rota_is_said_to_be_so(operator: Operator) -> None:
    operator.loads_a_team()

    done = operator.types("rota", "check", "--days", "7")

    assert done.exit_code == 0
    assert done.stdout == "vestfold: nothing is missing in the next 7 days\n"


def test_a_gap_in_the_rota_is_found(operator: Operator, tmp_path: Path) -> None:
    text = (FOLDER / "vestfold.toml").read_text()
    without = tmp_path / "vestfold.toml"
    without.write_text(text.replace('tier = "duty"\nparticipants', 'tier = "backup"\nparticipants'))
    operator.types("load", str(without))

    done = operator.types("rota", "check")

    assert done.exit_code == 1
    assert "nobody is duty" in done.stdout


def test_without_a_team_the_way_to_load_one_is_told(operator: Operator) -> None:
    done = operator.types("now")

    assert done.exit_code == 2
    assert done.stderr == "oncall: there is no team yet: load one with `oncall load FILE`\n"
