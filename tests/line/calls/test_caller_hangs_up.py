"""The caller hangs up, at every moment at which that can be done."""

import pytest

from oncall.contacts.model import Kind, State
from standin.simulator.phones.policies import Answer, Ring
from tests.scenes import eventful_night
from tests.scenes.night import ACCEPTS, Night

pytestmark = pytest.mark.slow


def test_while_the_first_phone_rings(night: Night) -> None:
    call = night.call(night.mother)
    night.play(12, call)

    (rang,) = night.kari.rang
    assert rang.end is not None
    assert night.after(rang.end) < 13
    assert not night.ola.rang, "nobody else is woken for a caller who has gone"
    contact = night.only_contact()
    assert contact.state is State.WAITING
    assert contact.follow_up


def test_before_the_first_phone_rings(night: Night) -> None:
    call = night.call(night.mother)
    night.play(0.5, call)

    assert night.only_contact().state is State.WAITING


def test_before_we_have_answered_the_carrier(night: Night) -> None:
    call = night.call(night.mother)
    night.play(0.05, call)

    assert night.only_contact().state is State.WAITING


def test_while_several_phones_ring_each_stops_within_seconds(night: Night) -> None:
    call = night.call(night.mother)
    night.play(100, call)

    ends = [night.after(rang.end) for phone in night.staff for rang in phone.rang if rang.end]
    assert max(ends) < 102
    assert night.only_contact().state is State.WAITING


def test_while_she_listens_to_the_first_screening(night: Night) -> None:
    night.kari.policy = Answer(after=4)

    call = night.call(night.mother)
    night.run_for(6)
    call.hang_up()
    night.run_for(1)

    assert not night.kari.open_calls
    night.settle()
    assert night.only_contact().state is State.WAITING


def test_while_a_phone_rung_by_us_is_being_screened(night: Night) -> None:
    night.ola.policy = Answer(after=4)

    call = night.call(night.mother)
    night.run_for(32)
    assert night.heard(night.ola, "screen")
    call.hang_up()
    night.settle()

    assert night.heard(night.ola, "caller_gone")
    assert night.heard(night.ola, "caller_gone")[0] < 34


def test_while_we_answer_where_to_wait_the_phones_stop_within_seconds(night: Night) -> None:
    call = eventful_night.begin(night)
    night.before_request(eventful_night.WEBHOOKS.index("dialled") + 1, call.hang_up)
    night.ola.policy = Ring()

    night.run_for(32)

    contact = night.only_contact()
    assert Kind.QUEUED in night.kinds(), "we have learnt of it after our answer"
    assert contact.state is State.WAITING
    assert not night.ola.open_calls
    night.settle()


@pytest.mark.parametrize("moment", [-0.3, -0.1, -0.05, 0.0, 0.05, 0.1, 0.15, 0.3])
def test_just_as_1_is_pressed_in_the_first_dial(night: Night, moment: float) -> None:
    night.kari.policy = Answer(after=4).press("1", at=4)

    call = night.call(night.mother)
    night.run_for(9.1 + moment)
    call.hang_up()
    night.run_for(5)

    assert not night.kari.open_calls, "nobody holds a dead phone to their ear"
    night.settle()
    contact = night.only_contact()
    talked = bool(night.mother.bridges)
    assert contact.state is (State.ENDED if talked else State.WAITING)


@pytest.mark.parametrize(
    "moment", [-0.3, -0.1, 0.0, 0.05, 0.1, 0.2, 0.5, 1.0, 1.3, 1.4, 1.45, 1.5, 1.6, 1.8, 2.5]
)
def test_just_as_1_is_pressed_by_somebody_whom_we_rang(night: Night, moment: float) -> None:
    night.ola.policy = Answer(after=4).press("1", at=4)

    call = night.call(night.mother)
    night.run_for(35.12 + moment)  # Ola's phone rings at 27.12, is answered at 31.12
    call.hang_up()
    night.run_for(5)

    told = night.heard(night.ola, "caller_gone")
    talked = bool(night.mother.bridges)
    assert talked or told, "the winner must hear that nobody is there"
    night.run_for(5)
    assert not night.ola.open_calls
    night.settle()
    assert night.only_contact().state is (State.ENDED if talked else State.WAITING)


def test_while_the_last_resort_is_offered(night: Night) -> None:
    call = night.call(night.mother)
    night.run_for(160)
    assert night.heard(night.mother, "last_resort")
    call.hang_up()
    night.settle()

    assert not night.barnevernvakt.rang
    assert night.only_contact().state is State.WAITING


def test_while_the_last_resort_rings(night: Night) -> None:
    call = night.call(night.mother)
    night.play(175, call)

    (rang,) = night.barnevernvakt.rang
    assert rang.outcome == "missed"
    assert night.only_contact().state is State.WAITING


def test_while_being_told_that_the_team_is_alerted(night: Night) -> None:
    call = night.call(night.father)
    night.run_for(157)
    assert night.heard(night.father, "alerted")
    call.hang_up()
    night.settle()

    assert night.only_contact().state is State.WAITING


def test_who_calls_again_is_answered_like_anybody(night: Night) -> None:
    first = night.call(night.mother)
    night.run_for(12)
    first.hang_up()
    night.kari.policy = ACCEPTS
    night.run_for(10)

    second = night.call(night.mother)
    night.play(60, second)

    assert [contact.state for contact in night.contacts()][-1] is State.ENDED
    assert Kind.FOLLOW_UP_OPENED in night.kinds(night.contacts()[0])
