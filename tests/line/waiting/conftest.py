"""A small team, families, and a night on which they write."""

from collections.abc import Iterator
from datetime import time

import pytest

from oncall.contacts.case import Consent, Phase
from oncall.rota.clock_hours import Hours
from tests.cast import AUNT, DAUGHTER, FATHER, GRANDMOTHER, MOTHER, UNCLE, family
from tests.engines import Databases
from tests.scenes.waiting_night import WaitingNight

FAMILIES = (
    family("V-014", MOTHER),
    family("V-015", FATHER, may_text=Consent.NO, may_call=Consent.NO),
    family("V-016", DAUGHTER, relation="child"),
    family("V-017", AUNT, may_text=Consent.NOT_ASKED, may_call=Consent.NOT_ASKED),
    family("V-018", GRANDMOTHER, phase=Phase.CLOSED),
    family("V-019", UNCLE, hours=Hours(time(8), time(20))),
)


@pytest.fixture
def night(database_url: str) -> Iterator[WaitingNight]:
    """A night at the team Vest, on the engine whose turn it is."""
    night = WaitingNight(database_url, families=FAMILIES)
    yield night
    night.close()


@pytest.fixture(scope="session")
def on_disk(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Hands out databases on SQLite alone: a random night tries the rules, not the engine."""
    return Databases("sqlite", tmp_path_factory.mktemp("waiting"), None)
