"""A small team, a family, and a stage to play their night on."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.calls.night import Night


@pytest.fixture
def night(database_url: str) -> Iterator[Night]:
    """A night at the team Vest; the test runs once on each engine."""
    night = Night(database_url)
    yield night
    night.close()


@pytest.fixture(autouse=True)
def reports() -> Iterator[list[MutableMapping[str, Any]]]:
    """What the operator is told in the test; without it every exception is drawn on the terminal."""
    with capture_logs() as captured:
        yield captured


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where a night is played once for each of its webhooks, the engines take turns from one to the next."""
    spared = [item for item in items if _is_the_other_engines(item)]
    if spared:
        config.hook.pytest_deselected(items=spared)
        items[:] = [item for item in items if item not in spared]


def _is_the_other_engines(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    if callspec is None or "nth" not in callspec.params:
        return False
    return bool(
        callspec.params.get("databases") == ("postgresql" if callspec.params["nth"] % 2 else "sqlite")
    )
