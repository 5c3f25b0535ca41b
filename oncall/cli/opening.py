"""How a command gets at the service's data, and what is said where it cannot."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager

from oncall.alerts.team import Team
from oncall.cli.command import CannotGoOn
from oncall.settings import Settings, UnsafeSettings, load_settings
from oncall.store.keys import KeyRing
from oncall.store.refusals import REFUSALS, NoDatabase, explain, require_file
from oncall.store.session import Database, Reading, open_database
from oncall.store.team.teams import all_team_ids, find_team, read_team

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
    expect_file(settings)
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
    except REFUSALS as refusal:
        raise CannotGoOn(explain(db, refusal)) from None


def expect_file(settings: Settings) -> None:
    """Raise CannotGoOn where the database is a file that has not been made yet."""
    try:
        require_file(settings.database_url)
    except NoDatabase as error:
        raise CannotGoOn(str(error)) from None


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
