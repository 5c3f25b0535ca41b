from __future__ import annotations

import pytest

from tests.simulator.stage import Stage, set_up


@pytest.fixture
def stage() -> Stage:
    return set_up()
