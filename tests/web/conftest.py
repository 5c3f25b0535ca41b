"""What tests of the pages may ask for."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.evening import Evening


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
