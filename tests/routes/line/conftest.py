"""Keep what the operator is told out of the terminal."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs


@pytest.fixture(autouse=True)
def reports() -> Iterator[list[MutableMapping[str, Any]]]:
    """What the operator is told in the test; without it every exception is drawn on the terminal."""
    with capture_logs() as captured:
        yield captured
