"""How a command gets at the service's data, and what is said where it cannot."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from oncall.alerts.team import Team
from oncall.cli.command import CannotGoOn
from oncall.settings import Settings, UnsafeSettings, load_settings
from oncall.store.keys import KeyRing, UnreadableSecret
from oncall.store.schema import is_current
from oncall.store.session import Database, DatabaseBusy, Reading, open_database
from oncall.store.teams import all_team_ids, find_team, read_team

NOT_MIGRATED = "the database has no tables, or those of another version: run `oncall release`"
NO_ANSWER = "the database does not answer: check DATABASE_URL, and that it runs"
WRONG_KEYS = "ONCALL_KEYS do not open what the database holds: put the key it was written with among them"
CONNECTIONS = 2


def read_settings() -> Settings:
    """Return the settings; raise CannotGoOn with every variable that is missing or unsafe."""
    try:
        return load_settings()
    except UnsafeSettings as error:
        raise CannotGoOn(str(error)) from None


def read_keyring(settings: Settings) -> KeyRing:
    """Return the operator's keys."""
    return KeyRing(settings.oncall_keys, settings.oncall_index_key)


def who_am_i() -> str:
    """Return how the journal names whoever types: the operating system's user, or their number."""
    try:
        return f"os:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"os:{os.getuid()}"


@contextmanager
def open_data(settings: Settings | None = None) -> Iterator[Database]:
    """Yield the service's database; raise CannotGoOn where it cannot be read."""
    settings = settings or read_settings()
    _require_file(settings.database_url)
    db = open_database(settings.database_url, read_keyring(settings), CONNECTIONS)
    try:
        with explained(db):
            yield db
    finally:
        db.close()


@contextmanager
def open_team(slug: str) -> Iterator[tuple[Database, Team]]:
    """Yield the service's database and the team of this name; raise CannotGoOn where one is not to be had."""
    with open_data() as db:
        with db.reading() as reading:
            team = choose_team(reading, slug)
        yield db, team


@contextmanager
def explained(db: Database) -> Iterator[None]:
    """Turn what the database refuses into one line that says what to do."""
    try:
        yield
    except UnreadableSecret:
        raise CannotGoOn(WRONG_KEYS) from None
    except DatabaseBusy:
        raise CannotGoOn("the database is held by another process: try again") from None
    except DBAPIError:
        raise CannotGoOn(_diagnose(db)) from None


def _diagnose(db: Database) -> str:
    try:
        with db.reading() as reading:
            return NO_ANSWER if is_current(reading) else NOT_MIGRATED
    except SQLAlchemyError:
        return NO_ANSWER


def _require_file(url: str) -> None:
    """Opening a SQLite file that is not there would make an empty one."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        raise CannotGoOn(f"there is no database file {address.database}: run `oncall release`")


def choose_teams(reading: Reading, slug: str | None) -> tuple[Team, ...]:
    """Return the team of this name, or all teams by name; raise CannotGoOn where there is none."""
    if slug is not None:
        return (choose_team(reading, slug),)
    teams = tuple(read_team(reading, team_id) for team_id in all_team_ids(reading))
    if not teams:
        raise CannotGoOn("there is no team yet: load one with `oncall load FILE`")
    return tuple(sorted(teams, key=lambda team: team.slug))


def choose_team(reading: Reading, slug: str) -> Team:
    """Return the team of this name; raise CannotGoOn where there is none, naming those that are."""
    team_id = find_team(reading, slug)
    if team_id is not None:
        return read_team(reading, team_id)
    there_are = ", ".join(sorted(read_team(reading, each).slug for each in all_team_ids(reading)))
    raise CannotGoOn(f"there is no team '{slug}'; there are: {there_are or 'none yet'}")
