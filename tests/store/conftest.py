"""A migrated database, opened with keys, on each engine."""

from collections.abc import Iterator

import pytest

from oncall.store.session import Database, open_database
from tests.scenes.stored import a_case, a_keyring, store_team


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = open_database(database_url, a_keyring())
    yield database
    database.close()


@pytest.fixture
def team_id(db: Database) -> int:
    return store_team(db, cases=[a_case()])
