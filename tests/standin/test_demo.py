import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from oncall.settings import load_settings
from standin.demo.again import keep
from standin.demo.cast import SignIn, read_demo_cast
from standin.demo.run import (
    TEAM_FILES,
    CannotRun,
    Demo,
    _alone_in,
    _environment,
    _keep_secrets,
    _write_command,
    forget,
    main,
    run,
)


def make_demo(folder: Path) -> Demo:
    return Demo(folder, web_port=5628, simulator_port=5629)


def test_the_secrets_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "demo.env"

    made = _keep_secrets(path)

    assert _keep_secrets(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_processes_start_with_settings_that_are_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    environment = _environment(make_demo(tmp_path), _keep_secrets(tmp_path / "demo.env"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    settings = load_settings()

    assert settings.public_url == "http://127.0.0.1:5628"
    assert settings.twilio_api_url == "http://127.0.0.1:5629"
    assert settings.database_url == f"sqlite:///{tmp_path}/demo.sqlite3"


def test_nothing_of_a_real_account_reaches_the_demonstration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENTRY_DSN", "https://key@errors.example.no/1")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN_FILE", "/run/secrets/token")
    monkeypatch.setenv("LAST_RESORT_NUMBER", "+4733900099")

    environment = _environment(make_demo(tmp_path), _keep_secrets(tmp_path / "demo.env"))

    assert {"SENTRY_DSN", "TWILIO_AUTH_TOKEN_FILE", "LAST_RESORT_NUMBER"}.isdisjoint(environment)


def test_a_port_in_use_is_named_before_anything_is_written(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(CannotRun, match=f"Port {port} is in use"):
            run(Demo(tmp_path / "var", web_port=port, simulator_port=5629))

    assert not (tmp_path / "var").exists()


def test_secrets_that_were_cut_off_and_a_folder_that_is_none_are_one_line_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "demo.env").write_text("SECRET_KEY=half")
    (tmp_path / "file").touch()

    for folder, said in ((tmp_path, "is not whole: `make fresh`"), (tmp_path / "file", "cannot be used")):
        assert main([str(folder)]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert said in line


def test_a_port_that_browsers_do_not_open_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "5061")

    assert main([str(tmp_path / "var")]) == 1

    assert "PORT=5061 is a port that browsers do not open" in capsys.readouterr().err
    monkeypatch.setenv("PORT", "5095")
    monkeypatch.setenv("SIMULATOR_PORT", "5095")
    assert main([str(tmp_path / "var")]) == 1
    assert "are both 5095" in capsys.readouterr().err


@pytest.mark.slow
def test_a_visitors_command_has_the_settings_of_the_demonstration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    demo = make_demo(tmp_path)
    _write_command(demo, _environment(demo, _keep_secrets(tmp_path / "demo.env")))

    said = subprocess.run([demo.command, "now"], capture_output=True, text=True, env={}, check=False)

    assert said.stderr == f"oncall: there is no database file {demo.database}: run `oncall release`\n"
    assert stat.S_IMODE(demo.command.stat().st_mode) == 0o700, "it holds the secrets"


def test_a_process_that_is_killed_comes_back_until_it_is_told_to_stop(tmp_path: Path) -> None:
    note = tmp_path / "pids"
    command = ["sh", "-c", f"echo $$ >> {note}; exec sleep 60"]
    keeper = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"from standin.demo.again import keep; raise SystemExit(keep({command!r}, 0))",
        ],
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        (first,) = _lines(note, 1)

        os.kill(int(first), signal.SIGKILL)

        _, second = _lines(note, 2)
        assert second != first
    finally:
        os.killpg(keeper.pid, signal.SIGTERM)  # as the processes' manager does
    said, _ = keeper.communicate(timeout=10)
    assert keeper.returncode == 128 + signal.SIGTERM
    assert said.decode() == "It has ended (killed by SIGKILL), and is started again.\n"


def test_a_process_that_cannot_start_is_not_started_again_and_again() -> None:
    assert keep([sys.executable, "-c", "raise SystemExit(3)"]) == 3


def _lines(path: Path, wanted: int) -> list[str]:
    for _ in range(1000):
        found = path.read_text().split() if path.exists() else []
        if len(found) == wanted:
            return found
        time.sleep(0.01)
    raise AssertionError(f"{path} never had {wanted} lines")


def test_nothing_is_forgotten_while_another_demonstration_runs(tmp_path: Path) -> None:
    (tmp_path / "demo.sqlite3").touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(CannotRun, match="is in use"):
            run(Demo(tmp_path, web_port=port, simulator_port=5629), fresh=True)

    assert (tmp_path / "demo.sqlite3").exists()


def test_two_demonstrations_never_share_their_data(tmp_path: Path) -> None:
    kept = tmp_path / "demo.sqlite3"
    kept.touch()

    with _alone_in(tmp_path), pytest.raises(CannotRun, match="runs already"):
        run(make_demo(tmp_path), fresh=True)

    assert list(tmp_path.iterdir()) == [kept]


def test_starting_over_forgets_the_demonstration_and_nothing_that_may_be_real(tmp_path: Path) -> None:
    demo = make_demo(tmp_path)
    _environment(demo, _keep_secrets(demo.secrets))
    for name in ("demo.sqlite3", "demo.sqlite3-wal", "demo.loaded", "oncall.sqlite3", "backup.zip"):
        (tmp_path / name).touch()

    forget(demo)

    assert {path.name for path in tmp_path.iterdir()} == {"oncall.sqlite3", "backup.zip"}


def test_a_visitor_may_sign_in_as_leader_of_each_team_and_as_a_therapist_of_the_first(tmp_path: Path) -> None:
    team = """
        [[team]]
        slug = "{slug}"
        name = "MST-CAN {slug}"
        voice_line = "+4733900001"
        text_line = "+4733900001"
        [[team.staff]]
        key = "kari"
        name = "Kari Nordmann"
        phone = "+4790000001"
        roles = ["therapist"]
        [[team.staff]]
        key = "ola"
        name = "Ola Nordmann"
        phone = "+4790000002"
        roles = ["leader", "therapist"]
    """
    for slug in ("a", "b"):
        (tmp_path / f"{slug}.toml").write_text(team.format(slug=slug))

    sign_ins = read_demo_cast((tmp_path / "a.toml", tmp_path / "b.toml")).sign_ins

    assert sign_ins == (
        SignIn("a", "MST-CAN a", "ola", "Ola Nordmann", "leader", "+4790000002"),
        SignIn("a", "MST-CAN a", "kari", "Kari Nordmann", "therapist", "+4790000001"),
        SignIn("b", "MST-CAN b", "ola", "Ola Nordmann", "leader", "+4790000002"),
    )
    assert sign_ins[0].email == "ola@a.example"


def test_every_demo_team_has_a_line_and_phones_of_staff_and_families() -> None:
    cast = read_demo_cast(TEAM_FILES)

    numbers = [phone["number"] for phone in cast.phones]
    assert len(numbers) == len(set(numbers))
    assert {line.split("@")[0] for line in cast.lines}.isdisjoint(numbers)
    for line in cast.lines:
        team, static_number = line.split("@")[1].split("=")
        assert static_number in numbers, "who is rung while the service fails"
        assert {phone["role"] for phone in cast.phones if phone["team"] == team} >= {"staff"}
    assert any(phone["role"] == "family" for phone in cast.phones)
    assert "+4733900119" in numbers, "a ladder of Vestfold rings it"
