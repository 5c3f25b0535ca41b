"""Give tests of contacts an evening on which calls have come in."""

from collections.abc import Iterator

import pytest

from tests.scenes.evening import Evening


@pytest.fixture
def evening(sqlite_url: str) -> Iterator[Evening]:
    """An evening at the team Vestfold; on SQLite, since tests of the store have tried both engines."""
    evening = Evening(sqlite_url)
    yield evening
    evening.close()
