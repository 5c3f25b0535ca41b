"""A line of the service, and whoever sends it requests."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.calls.night import Night
from tests.routes.knocking import Knocker


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


@pytest.fixture(autouse=True)
def reports() -> Iterator[list[MutableMapping[str, Any]]]:
    """What the operator is told in the test; without it every exception is drawn on the terminal."""
    with capture_logs() as captured:
        yield captured
