"""What the page draws of a ladder is what a call does."""

from dataclasses import replace
from pathlib import Path

import pytest

from oncall.alerts.rehearsal import find_moment, rehearse
from oncall.alerts.team import Ladder, Team, Wave
from oncall.contacts.model import Kind
from oncall.store.schema import migrate
from standin.simulator.phones.policies import Ring
from tests.scenes.night import START, TEAM, Night, away

pytestmark = pytest.mark.slow

OF_TWO = Ladder(False, (Wave(0, ("backup",)), Wave(40, ("duty", "leader"))))


@pytest.mark.parametrize(
    "team",
    [TEAM, away(TEAM, "kari"), replace(TEAM, ladders=(OF_TWO,), municipalities=())],
    ids=["as it is", "nobody on duty", "another ladder"],
)
def test_phones_ring_at_the_seconds_of_the_rehearsal(tmp_path: Path, team: Team) -> None:
    url = f"sqlite:///{tmp_path / 'night.sqlite3'}"
    migrate(url)
    night = Night(url, team)
    for phone in (night.kari, night.ola, night.liv, night.nils):
        phone.policy = Ring()
    call = night.call(night.stranger)
    night.run_for(240)
    call.hang_up()
    entries = night.entries(night.only_contact())
    night.close()

    rung = [
        (entry.detail["target"], round((entry.at - entries[0].at).total_seconds()))
        for entry in entries
        if entry.kind is Kind.LEG_RUNG
    ]
    drawn = [(ringing.target, ringing.start) for ringing in rehearse(team, START).rings]
    assert [target for target, _ in rung] == [target for target, _ in drawn]
    assert all(abs(at - then) <= 1 for (_, at), (_, then) in zip(rung, drawn, strict=True))


def test_a_ladder_that_never_holds_has_no_moment() -> None:
    assert find_moment(TEAM, daytime=False, now=START) == START
    assert find_moment(TEAM, daytime=True, now=START) is None
