"""A small team, a family, and a stage to play their night on."""

from collections.abc import Iterator

import pytest

from tests.calls.night import Night


@pytest.fixture
def night(database_url: str) -> Iterator[Night]:
    """A night at the team Vest; the test runs once on each engine."""
    night = Night(database_url)
    yield night
    night.close()
