"""What tests of the protections may ask for."""

import pytest

from tests.engines import Databases


@pytest.fixture(scope="session")
def databases_on_disk(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Hands out databases on SQLite alone, where it is the rules that are tried and not the engine."""
    return Databases("sqlite", tmp_path_factory.mktemp("security"), None)
