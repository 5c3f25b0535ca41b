"""Give tests of the pages an evening to look at, and tests of the webhooks a night to knock at."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.scenes.evening import Evening
from tests.scenes.knocking import Knocker
from tests.scenes.night import Night


@pytest.fixture
def evening(sqlite_url: str) -> Iterator[Evening]:
    """An evening at the team Vestfold; on SQLite, since tests of the store have tried both engines."""
    evening = Evening(sqlite_url)
    yield evening
    evening.close()


@pytest.fixture
def bare_evening(sqlite_url: str) -> Iterator[Evening]:
    """The same evening, before anybody can sign in."""
    evening = Evening(sqlite_url, accounts=False)
    yield evening
    evening.close()


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """A Norwegian's browser, to which the test server's own certificate is good enough."""
    return {"ignore_https_errors": True, "locale": "nb-NO", "timezone_id": "Europe/Oslo"}


@pytest.fixture
def night(database_url: str) -> Iterator[Night]:
    """The stage at night, on which nothing has happened yet, on the engine whose turn it is."""
    night = Night(database_url)
    yield night
    night.close()


@pytest.fixture
def knock(night: Night) -> Knocker:
    """Sends the web process requests of its own."""
    return Knocker(night)
