"""A small team, a family, and a stage to play their night on."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.scenes.night import Night


@pytest.fixture
def night(database_url: str) -> Iterator[Night]:
    """A night at the team Vest, on the engine whose turn it is."""
    night = Night(database_url)
    yield night
    night.close()


@pytest.fixture(autouse=True)
def reports() -> Iterator[list[MutableMapping[str, Any]]]:
    """What the operator is told in the test; without it every exception is drawn on the terminal."""
    with capture_logs() as captured:
        yield captured
