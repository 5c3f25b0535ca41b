"""Somebody presses 1, and their phone loses its signal."""

import pytest

from oncall.contacts.model import Kind, State
from standin.simulator.phones.policies import Answer, in_turn
from tests.cast import KARIS_PHONE, LIVS_PHONE, OLAS_PHONE
from tests.scenes.night import ACCEPTS, Night

LOST_BEFORE_THE_BRIDGE = (
    Answer(after=4).press("1", at=4).lose_signal(at=4.05)
)  # the press is still on its way


def test_lost_before_the_first_bridge_the_ladder_goes_on_and_she_can_be_rung_again(night: Night) -> None:
    night.kari.policy = in_turn(LOST_BEFORE_THE_BRIDGE, ACCEPTS)

    call = night.call(night.mother)
    night.play(60, call)

    assert [number for number, _ in night.spoke(night.mother)] == [KARIS_PHONE]
    assert night.spoke(night.mother)[0][1] < 25, "she is rung again at once"
    assert night.heard(night.mother, "danger")
    assert Kind.CLAIM_WITHDRAWN in night.kinds()
    assert night.only_contact().answered_by == "kari"


def test_lost_before_the_first_bridge_and_the_backup_takes_it(night: Night) -> None:
    night.kari.policy = in_turn(LOST_BEFORE_THE_BRIDGE, Answer(after=1))
    night.ola.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(60, call)

    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE]
    assert night.spoke(night.mother)[0][1] < 40


def test_lost_while_she_is_being_put_through_from_the_queue(night: Night) -> None:
    night.ola.policy = in_turn(Answer(after=4).press("1", at=4).lose_signal(at=5), ACCEPTS)

    call = night.call(night.mother)
    night.play(90, call)

    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE]
    assert Kind.CLAIM_WITHDRAWN in night.kinds()


def test_lost_in_the_queue_and_somebody_else_takes_it(night: Night) -> None:
    night.ola.policy = in_turn(Answer(after=4).press("1", at=4).lose_signal(at=5), Answer(after=2))
    night.liv.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(90, call)

    assert [number for number, _ in night.spoke(night.mother)] == [LIVS_PHONE]
    assert night.spoke(night.mother)[0][1] < 60
    assert night.only_contact().answered_by == "liv"


def test_a_lost_claim_is_texted_to_whoever_pressed_1_but_never_counts_as_an_answer(night: Night) -> None:
    night.kari.policy = LOST_BEFORE_THE_BRIDGE

    call = night.call(night.mother)
    night.play(20, call)

    contact = night.only_contact()
    assert (contact.state, contact.answered_by, contact.seconds_to_human) == (State.WAITING, None, None)


def test_lost_in_mid_talk_the_caller_presses_1_and_gets_the_same_person(night: Night) -> None:
    night.kari.policy = in_turn(ACCEPTS.lose_signal(at=20), ACCEPTS)
    night.ola.policy = ACCEPTS

    call = night.call(night.mother)
    night.run_for(26)
    call.press("1")
    night.play(60, call)

    assert night.heard(night.mother, "cut_off")
    assert [number for number, _ in night.spoke(night.mother)] == [KARIS_PHONE, KARIS_PHONE]
    assert not night.ola.rang


@pytest.mark.slow
def test_everybodys_signal_is_lost_and_still_nobody_is_locked_out(night: Night) -> None:
    for phone in night.staff:
        phone.policy = LOST_BEFORE_THE_BRIDGE

    night.call(night.mother)
    night.play(300)

    assert not night.mother.bridges
    assert night.heard(night.mother, "last_resort")
    assert night.only_contact().follow_up
