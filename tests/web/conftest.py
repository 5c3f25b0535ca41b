"""What tests of the pages may ask for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oncall.store.session import migrate
from tests.web.evening import Evening


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    """An evening at the team Vestfold; on SQLite, since tests of the store have tried both engines."""
    url = f"sqlite:///{tmp_path / 'pages.sqlite3'}"
    migrate(url)
    evening = Evening(url)
    yield evening
    evening.close()


@pytest.fixture
def bare_evening(tmp_path: Path) -> Iterator[Evening]:
    """The same evening, before anybody can sign in."""
    url = f"sqlite:///{tmp_path / 'bare.sqlite3'}"
    migrate(url)
    evening = Evening(url, accounts=False)
    yield evening
    evening.close()


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, Any]:
    """A Norwegian's browser, to which the test server's own certificate is good enough."""
    return {"ignore_https_errors": True, "locale": "nb-NO", "timezone_id": "Europe/Oslo"}
