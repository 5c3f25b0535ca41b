"""An operator at a terminal, with a real database behind the commands."""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from oncall.cli import main
from oncall.settings import Settings, load_settings
from oncall.store.keys import KeyRing
from oncall.store.session import Database, open_database
from standin.drill.cast import read_cast
from standin.drill.nights.night import Night
from standin.teams import FOLDER

ENVIRONMENT = {
    "PUBLIC_URL": "https://line.example",
    "SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "ONCALL_KEYS": base64.urlsafe_b64encode(b"k" * 32).decode(),
    "ONCALL_INDEX_KEY": base64.urlsafe_b64encode(b"i" * 32).decode(),
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 31 + "1",
    "TWILIO_AUTH_TOKEN": "0123456789abcdef0123456789abcdef",
}


@dataclass(frozen=True)
class GivenPlace:
    """A database that the test has already."""

    url: str

    def lose(self) -> None:
        """Not played here."""

    def bring_back(self) -> None:
        """Not played here."""

    def remove(self) -> None:
        """Not played here."""


@dataclass(frozen=True)
class Operator:
    """Types commands, with the settings of the environment."""

    monkeypatch: pytest.MonkeyPatch
    database_url: str

    def types(self, *words: str, keys: str | None = None) -> Result:
        """Return what came of a command; what is typed while it runs is in `keys`."""
        return CliRunner().invoke(main, words, prog_name="oncall", input=keys)

    def loads_a_team(self) -> Path:
        """The demo team of Vestfold is loaded; return its file."""
        path = FOLDER / "vestfold.toml"
        assert self.types("load", str(path)).exit_code == 0
        return path

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The database itself, beside the commands."""
        settings = load_settings()
        db = open_database(settings.database_url, KeyRing(settings.oncall_keys, settings.oncall_index_key))
        try:
            yield db
        finally:
            db.close()

    @contextmanager
    def a_night(self) -> Iterator[Night]:
        """A night at the demo team, played into this database; the operator has its keys."""
        night = Night(GivenPlace(self.database_url), read_cast())
        self.has_settings_of(night.settings)
        try:
            yield night
        finally:
            night.close()

    def has_settings_of(self, settings: Settings) -> None:
        """The environment holds the keys that another has made."""
        keys = [base64.urlsafe_b64encode(key).decode() for key in settings.oncall_keys]
        self.monkeypatch.setenv("ONCALL_KEYS", ",".join(keys))
        index_key = base64.urlsafe_b64encode(settings.oncall_index_key).decode()
        self.monkeypatch.setenv("ONCALL_INDEX_KEY", index_key)


@pytest.fixture
def settings_of_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment holds safe settings, and none of this machine's own."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def operator(settings_of_a_test: None, monkeypatch: pytest.MonkeyPatch, database_url: str) -> Operator:
    """An operator of a migrated, empty database, on the engine whose turn it is."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    return Operator(monkeypatch, database_url)


@pytest.fixture
def newcomer(settings_of_a_test: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Operator:
    """An operator whose database is not there yet."""
    url = f"sqlite:///{tmp_path}/var/oncall.sqlite3"
    monkeypatch.setenv("DATABASE_URL", url)
    return Operator(monkeypatch, url)


def lines(text: str) -> Sequence[str]:
    """The lines that are not blank."""
    return [line for line in text.splitlines() if line.strip()]


@pytest.fixture
def refuses(operator: Operator) -> "Refusal":
    """Asserts that a command ends with 2 and one line on standard error."""
    return Refusal(operator)


@dataclass(frozen=True)
class Refusal:
    """A command that is refused, in one line."""

    operator: Operator

    def __call__(self, *words: str, keys: str | None = None) -> str:
        """Return the line."""
        done = self.operator.types(*words, keys=keys)
        assert done.exit_code == 2, done.output
        assert done.stdout == ""
        assert isinstance(done.exception, SystemExit), "a traceback is no answer"
        (line,) = lines(done.stderr)
        assert line.startswith("oncall: ")
        return line
