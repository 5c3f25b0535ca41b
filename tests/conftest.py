"""What every test may ask for: a database on each engine, a browser, and how hard properties are tried."""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import settings

from tests.browser import BROWSER_FLAGS, find_browser
from tests.engines import ENGINES, Databases, Postgres

settings.register_profile("ci", max_examples=200, deadline=None, print_blob=True)
settings.register_profile("soak", max_examples=20_000, deadline=None, print_blob=True)
settings.register_profile("quick", max_examples=20, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


# Where a test provokes an error, the place of it is enough: to draw each frame outlasts the test.
structlog.configure(
    processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
)

NOT_QUICK = ("browser", "http", "postgres", "slow")
ON_EVERY_ENGINE = (  # what the engines themselves can get wrong
    "tests/store/",
    "tests/http/",
    "tests/usecases/families/",
    "tests/usecases/privacy/",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run choose its database engines: by default a quarter of the stories are played on PostgreSQL."""
    choose = parser.getgroup("which tests").addoption
    choose("--every-engine", action="store_true", help="play each story on each database engine")
    choose("--quick", action="store_true", help="on SQLite alone, without browser, http and slow")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The engines share the stories out among them, always in the same way.

    Stories in real time come first: beside one worker that waits in them, another has enough to compute.
    """
    items.sort(key=lambda item: item.get_closest_marker("http") is None)
    if config.getoption("--every-engine"):
        return
    if config.getoption("--quick"):
        spared = [item for item in items if any(map(item.get_closest_marker, NOT_QUICK))]
    else:
        spared = [item for item in items if _is_the_other_engines(item)]
    if spared:
        config.hook.pytest_deselected(items=spared)
        left_out = set(spared)
        items[:] = [item for item in items if item not in left_out]


def _is_the_other_engines(item: pytest.Item) -> bool:
    callspec = getattr(item, "callspec", None)
    engine = callspec.params.get("databases") if callspec else None
    if engine is None or item.nodeid.startswith(ON_EVERY_ENGINE):
        return False
    story = item.nodeid.replace(engine, "")
    return bool(engine != ("sqlite" if zlib.crc32(story.encode()) % 4 else "postgresql"))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """One real PostgreSQL for the whole run, shared by its workers."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # each worker's own folder lies in that of the run
    server = Postgres(folder / "postgres", durable=False)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _databases_by_engine() -> dict[str, Databases]:
    return {}


@pytest.fixture(
    params=[
        pytest.param(name, marks=pytest.mark.postgres if name == "postgresql" else ()) for name in ENGINES
    ]
)
def databases(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    _databases_by_engine: dict[str, Databases],
) -> Databases:
    """Hands out databases, on one engine or on each: `--every-engine`."""
    engine: str = request.param
    if engine not in _databases_by_engine:
        server = request.getfixturevalue("postgres") if engine == "postgresql" else None
        folder = tmp_path_factory.mktemp(engine)
        _databases_by_engine[engine] = Databases(engine, folder, server)
    return _databases_by_engine[engine]


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A migrated database without a row, the test's own, on one engine or on each: `--every-engine`."""
    with databases.migrated() as url:
        yield url


@pytest.fixture(scope="session")
def databases_on_disk(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Hands out databases on SQLite alone, where it is not the engine that is tried."""
    return Databases("sqlite", tmp_path_factory.mktemp("on_disk"), None)


@pytest.fixture
def sqlite_url(databases_on_disk: Databases) -> Iterator[str]:
    """A migrated database without a row, the test's own, on SQLite."""
    with databases_on_disk.migrated() as url:
        yield url


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """A database without a table, the test's own, on one engine or on each: `--every-engine`."""
    with databases.empty() as url:
        yield url


@pytest.fixture(scope="session")
def browser_path() -> Path:
    """The browser that is there; without one the test fails and says how to get it."""
    path = find_browser()
    assert path is not None, "no browser is installed: `make browser` gets one"
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_path: Path) -> dict[str, Any]:
    """How pytest-playwright starts the browser for `page`."""
    return {"executable_path": str(browser_path), "args": list(BROWSER_FLAGS), "headless": True}


@pytest.fixture(scope="session")
def base_url() -> str | None:
    """No address that pages' paths are joined to; tests of pages name the server they have started."""
    # Stands here also because the one of pytest-base-url is deprecated by pytest, which is an error to us.
    return None
