"""What the stand-in's tests may ask for: a stage in virtual time, or a house in scaled time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.standin.simulator.house import House, open_house
from tests.standin.simulator.stage import SimulatorStage, set_up


@pytest.fixture
def stage() -> SimulatorStage:
    return set_up()


@pytest.fixture
def house() -> Iterator[House]:
    yield from open_house()
