"""What the tests over real HTTP may ask for: the service in processes of its own, and stories at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.http.town import Team, Town, open_town

TownOf = Callable[..., Town]
Story = Callable[[Town, Team], None]
AllAtOnce = Callable[[Town, tuple[Story, ...]], None]


@pytest.fixture
def town_of(database_url: str, tmp_path: Path) -> Iterator[TownOf]:
    """Opens the town of a test: a web and a clock process on SQLite, two of each on PostgreSQL."""
    pairs = database_url.startswith("postgresql")
    with ExitStack() as at_the_end:
        yield lambda **how: at_the_end.enter_context(open_town(database_url, tmp_path, pairs=pairs, **how))


@pytest.fixture
def all_at_once(subtests: pytest.Subtests) -> AllAtOnce:
    """Plays stories at the same time, each at a team of its own, and tells which of them went wrong."""

    def play(town: Town, stories: tuple[Story, ...]) -> None:
        with ThreadPoolExecutor(len(stories)) as streets:
            playing = [
                (story, streets.submit(story, town, team))
                for story, team in zip(stories, town.teams, strict=True)
            ]
            for story, played in playing:
                with subtests.test(story.__name__):
                    played.result()

    return play
