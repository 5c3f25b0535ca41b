import socket
import stat
from pathlib import Path

import pytest

from oncall.demo import CannotRun, Demo, SignIn, _environment, _keep_secrets, _sign_ins, run
from oncall.settings import load_settings


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
    assert settings.database_url == f"sqlite:///{tmp_path}/oncall.sqlite3"


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


def test_a_visitor_may_sign_in_as_leader_of_each_team_and_as_a_therapist_of_the_first(tmp_path: Path) -> None:
    staff = """
        [[team.staff]]
        key = "kari"
        name = "Kari Nordmann"
        roles = ["therapist"]
        [[team.staff]]
        key = "ola"
        name = "Ola Nordmann"
        roles = ["leader", "therapist"]
    """
    for slug in ("a", "b"):
        (tmp_path / f"{slug}.toml").write_text(f'[[team]]\nslug = "{slug}"\n{staff}')

    sign_ins = _sign_ins((tmp_path / "a.toml", tmp_path / "b.toml"))

    assert sign_ins == (
        SignIn("a", "ola", "Ola Nordmann", "leader"),
        SignIn("a", "kari", "Kari Nordmann", "therapist"),
        SignIn("b", "ola", "Ola Nordmann", "leader"),
    )
    assert sign_ins[0].email == "ola@a.example"
