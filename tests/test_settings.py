import base64
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from oncall.settings import DEFAULT_DATABASE, Settings, UnsafeSettings, load_settings

OLD_KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
NEW_KEY = base64.urlsafe_b64encode(bytes(range(100, 132))).decode()
INDEX_KEY = base64.urlsafe_b64encode(b"\xff\xfe" * 16).decode()  # holds - and _

COMPLETE = {
    "PUBLIC_URL": "https://line.example.no",
    "SECRET_KEY": "a-long-secret-for-signing-cookies-0001",
    "ONCALL_KEYS": NEW_KEY,
    "ONCALL_INDEX_KEY": INDEX_KEY,
    "TWILIO_ACCOUNT_SID": "AC" + "0123456789abcdef" * 2,
    "TWILIO_AUTH_TOKEN": "fedcba9876543210fedcba9876543210",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment with exactly what is required; the test changes what it is about."""
    for field in Settings.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)
        monkeypatch.delenv(f"{field.upper()}_FILE", raising=False)
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def complaint() -> str:
    with pytest.raises(UnsafeSettings) as caught:
        load_settings()
    return str(caught.value)


def test_the_required_variables_are_enough(environment: pytest.MonkeyPatch) -> None:
    settings = load_settings()

    assert settings.public_url == "https://line.example.no"
    assert settings.database_url == DEFAULT_DATABASE
    assert settings.twilio_api_url == "https://api.twilio.com"
    assert settings.port == 5000
    assert settings.sentry_dsn is None


def test_all_that_is_missing_is_named_in_one_line(environment: pytest.MonkeyPatch) -> None:
    for name in COMPLETE:
        environment.delenv(name)

    line = complaint()

    assert "\n" not in line
    assert all(f"{name} is missing" in line for name in COMPLETE)


def test_an_empty_value_counts_as_missing(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SECRET_KEY", "")

    assert complaint() == "SECRET_KEY is missing"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "http://line.example.no"),
        ("PUBLIC_URL", "http://localhost.example.no"),
        ("PUBLIC_URL", "https://line.example.no/some/path"),
        ("PUBLIC_URL", "https://someone:word@line.example.no"),
        ("PUBLIC_URL", "line.example.no"),
        ("PUBLIC_URL", "https://line.example.no:port"),
        ("PUBLIC_URL", "https://[::1"),
        ("PORT", "0"),
        ("PORT", "http"),
        ("DATABASE_URL", "mysql://db/oncall"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("SECRET_KEY", "changeme"),
        ("ONCALL_KEYS", "not-a-key"),
        ("ONCALL_KEYS", f"{NEW_KEY},{OLD_KEY[:-8]}"),
        ("ONCALL_KEYS", ","),
        ("ONCALL_KEYS", "nøkkel"),
        ("ONCALL_INDEX_KEY", base64.b64encode(b"\xff\xfe" * 16).decode()),  # not the URL-safe alphabet
        ("ONCALL_INDEX_KEY", base64.urlsafe_b64encode(bytes(16)).decode()),
        ("TWILIO_ACCOUNT_SID", "AC123"),
        ("TWILIO_AUTH_TOKEN", "short"),
        ("TWILIO_AUTH_TOKEN", "0123456789abcdef0123456789abcdef,short"),
        ("TWILIO_API_URL", "http://api.example.no"),
        ("LAST_RESORT_NUMBER", "90000001"),
        ("SENTRY_DSN", "sentry"),
        ("WATCHDOG_URL", "http://watchdog.example.no/1"),
    ],
)
def test_an_unsafe_value_stops_the_start_by_its_name_alone(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)

    line = complaint()

    assert line.startswith(f"{name} ")
    assert "\n" not in line
    assert len(value) < 3 or value not in line


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.1", "[::1]"])
def test_plain_http_is_accepted_on_this_machine_itself(environment: pytest.MonkeyPatch, host: str) -> None:
    environment.setenv("PUBLIC_URL", f"http://{host}:5000/")

    assert load_settings().public_url == f"http://{host}:5000"


@pytest.mark.parametrize("scheme", ["postgres://", "postgresql://", "postgresql+psycopg://"])
def test_every_spelling_of_postgresql_becomes_the_one_of_our_driver(
    environment: pytest.MonkeyPatch, scheme: str
) -> None:
    environment.setenv("DATABASE_URL", f"{scheme}oncall:word@db:5432/oncall")

    assert load_settings().database_url == "postgresql+psycopg://oncall:word@db:5432/oncall"


def test_keys_are_given_newest_first(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("ONCALL_KEYS", f"{NEW_KEY}, {OLD_KEY}")

    settings = load_settings()

    assert settings.oncall_keys == (bytes(range(100, 132)), bytes(range(32)))
    assert settings.oncall_index_key == b"\xff\xfe" * 16


def test_several_tokens_hold_while_one_is_replaced(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TWILIO_AUTH_TOKEN", "new-token-0123456789,old-token-0123456789")

    assert load_settings().twilio_auth_token == ("new-token-0123456789", "old-token-0123456789")


def test_a_secret_may_stand_in_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(f"{NEW_KEY}\n{OLD_KEY}\n")
    environment.delenv("ONCALL_KEYS")
    environment.setenv("ONCALL_KEYS_FILE", str(keys))

    assert len(load_settings().oncall_keys) == 2


def test_a_variable_and_its_file_together_are_refused(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.setenv("SECRET_KEY_FILE", str(tmp_path / "secret"))

    assert complaint() == "SECRET_KEY and SECRET_KEY_FILE are both set"


@pytest.mark.parametrize(("content", "reason"), [(None, "cannot be read"), (b"", "empty"), (b"\xff", "read")])
def test_a_file_that_gives_nothing_is_named(
    environment: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None, reason: str
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    environment.delenv("SECRET_KEY")
    environment.setenv("SECRET_KEY_FILE", str(path))

    line = complaint()

    assert line.startswith("SECRET_KEY_FILE")
    assert reason in line


def test_no_secret_shows_in_the_text_of_the_settings(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DATABASE_URL", "postgresql://oncall:database-word@db/oncall")
    environment.setenv("SENTRY_DSN", "https://sentry-key@errors.example.no/1")
    environment.setenv("WATCHDOG_URL", "https://watchdog.example.no/watchdog-id")
    settings = load_settings()

    text = f"{settings} {settings!r}"

    for secret in (
        COMPLETE["SECRET_KEY"],
        COMPLETE["TWILIO_AUTH_TOKEN"],
        "database-word",
        "sentry-key",
        "watchdog-id",
        repr(settings.oncall_keys[0]),
        repr(settings.oncall_index_key),
    ):
        assert secret not in text


def test_settings_never_change(environment: pytest.MonkeyPatch) -> None:
    settings = load_settings()

    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=3))
def test_whatever_an_address_holds_it_is_accepted_or_refused_in_one_line(value: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name in [
            name for name in os.environ if name.removesuffix("_FILE").lower() in Settings.model_fields
        ]:
            patch.delenv(name)
        for name, good in COMPLETE.items():
            patch.setenv(name, good)
        patch.setenv("PUBLIC_URL", "http://" + value)

        lines = []
        try:
            load_settings()
        except UnsafeSettings as error:
            lines = str(error).splitlines()

    assert len(lines) <= 1
