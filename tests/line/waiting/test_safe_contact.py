"""A family may be reached at some hours only, and some texts may name the team: whole stories."""

from collections.abc import Iterator

import pytest

from oncall.usecases.line import follow_ups
from standin.simulator.phones.policies import Answer, Decline
from tests.cast import GRANDMOTHER, KARI, UNCLE, family
from tests.scenes.waiting_night import PRESSES_1, WaitingNight

HOURS = 3600


@pytest.fixture
def named(database_url: str) -> Iterator[WaitingNight]:
    """A night on which the family has agreed to texts that name the team."""
    night = WaitingNight(database_url, families=(family("V-018", GRANDMOTHER, may_name_team=True),))
    yield night
    night.close()


def test_outside_the_hours_the_machine_is_silent_and_a_code_sends_nothing(night: WaitingNight) -> None:
    uncle = night.phone(UNCLE)
    night.write(uncle, "hei")  # at 02:40

    night.write(night.kari, f"{night.code_of(night.kari)} Hei")

    assert night.read(uncle) == []
    assert night.read(night.kari)[-1] == night.sentence("text_not_safe", label="V-019")


@pytest.mark.slow
def test_within_the_hours_the_machine_answers(night: WaitingNight) -> None:
    uncle = night.phone(UNCLE)
    night.run_for(6 * HOURS)

    night.write(uncle, "hei")

    assert len(night.read(uncle)) == 1


def test_nobody_promises_a_call_back_outside_the_hours(night: WaitingNight) -> None:
    for phone in (night.kari, night.ola, night.liv, night.nils, night.barnevernvakt):
        phone.policy = Decline(after=3)

    night.call(night.phone(UNCLE))
    night.run_for(240)

    assert "Ring gjerne igjen om litt" in night.phone(UNCLE).said_to[-1]


def test_a_call_back_outside_the_hours_needs_a_reason(night: WaitingNight) -> None:
    uncle = night.phone(UNCLE)
    uncle.policy = Answer(after=3).hang_up(at=40)
    night.miss(uncle)
    night.kari.policy = PRESSES_1
    order = (night.service.context, night.team_id, night.id_of(), KARI)

    with pytest.raises(follow_ups.NotAllowed, match="reason first"):
        follow_ups.call_back(*order, night.now, warned=True)
    follow_ups.call_back(*order, night.now, reason="barnet er alene")
    night.run_for(60)

    assert len(uncle.rang) == 1


@pytest.mark.slow
def test_an_answer_that_waits_for_the_carrier_is_not_sent_when_the_hours_are_over(
    night: WaitingNight,
) -> None:
    uncle = night.phone(UNCLE)
    night.run_for(17 * HOURS + 20 * 60 - 6)
    night.write(uncle, "hei")
    got = night.read(uncle)
    night.dispatches = night.clock_runs = False
    follow_ups.reply(night.service.context, night.team_id, night.id_of(), KARI, "Hei", night.now)

    night.run_for(4)  # past 20:00
    night.dispatches = night.clock_runs = True
    night.run_for(20)

    assert night.read(uncle) == got
    assert night.waits().texts[-1].trouble == "safe contact"


def test_the_machine_names_the_team_only_to_who_agreed(named: WaitingNight) -> None:
    named.write(named.phone(GRANDMOTHER), "hei")

    (answer,) = named.read(named.phone(GRANDMOTHER))
    assert answer.startswith("MST-CAN Vest: Vi har fått")


def test_a_human_who_names_the_case_is_warned_first(night: WaitingNight) -> None:
    night.write(night.mother, "hei")
    order = (night.service.context, night.team_id, night.id_of(), KARI, "Det gjelder V-014", night.now)

    with pytest.raises(follow_ups.NotAllowed, match="warn first"):
        follow_ups.reply(*order)
    follow_ups.reply(*order, warned=True)
    night.run_for(10)

    assert night.read(night.mother)[-1] == "Det gjelder V-014"
