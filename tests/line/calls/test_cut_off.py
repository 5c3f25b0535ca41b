"""The conversation has ended, and the caller may say that it was cut off."""

from oncall.contacts.contact import FollowUp
from oncall.contacts.model import Kind, State
from oncall.store.contacts.contacts import find_open_or_same
from standin.simulator.phones.policies import Ring, Script, in_turn
from tests.cast import KARIS_PHONE, OLAS_PHONE
from tests.scenes.night import ACCEPTS, Night

CUT_OFF_AFTER_20 = ACCEPTS.lose_signal(at=20)
PRESSES_1 = Script().press("1", after_hearing="brutt")


def test_who_presses_1_gets_the_same_person_first(night: Night) -> None:
    night.kari.policy = Ring()
    night.ola.policy = in_turn(ACCEPTS.hang_up(at=20), ACCEPTS)

    call = night.call(night.mother, PRESSES_1)
    night.play(140, call)

    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE, OLAS_PHONE]
    assert len(night.kari.rang) == 2, "duty was rung before, and not again"
    assert night.only_contact().state is State.ENDED


def test_who_presses_1_hears_ringing_at_once(night: Night) -> None:
    night.kari.policy = in_turn(CUT_OFF_AFTER_20, ACCEPTS)

    call = night.call(night.mother, PRESSES_1)
    night.play(60, call)

    (first_ended,) = [bridge.end for bridge in night.mother.bridges if bridge.end][:1]
    assert first_ended is not None
    assert night.rang_at(night.kari)[1] - night.after(first_ended) < 6


def test_while_the_caller_may_press_1_the_call_is_open(night: Night) -> None:
    night.kari.policy = CUT_OFF_AFTER_20
    night.call(night.mother)

    while not night.heard(night.mother, "cut_off"):
        night.run_for(1)

    with night.service.db.reading() as reading:
        assert len(find_open_or_same(reading, night.team_id, "voice", "").open) == 1
    night.settle()


def test_when_the_same_person_does_not_come_back_the_ladder_begins_anew(night: Night) -> None:
    night.kari.policy = in_turn(CUT_OFF_AFTER_20, Ring())
    night.ola.policy = ACCEPTS

    call = night.call(night.mother, PRESSES_1)
    night.play(120, call)

    assert [number for number, _ in night.spoke(night.mother)] == [KARIS_PHONE, OLAS_PHONE]


def test_who_does_not_press_1_has_ended_the_call(night: Night) -> None:
    night.kari.policy = CUT_OFF_AFTER_20

    call = night.call(night.mother)
    night.run_for(60)

    assert call.is_over
    assert len(night.kari.rang) == 1
    night.settle()
    assert night.only_contact().state is State.ENDED


def test_another_key_than_1_ends_the_call(night: Night) -> None:
    night.kari.policy = CUT_OFF_AFTER_20

    night.call(night.mother, Script().press("5", after_hearing="brutt"))
    night.play(60)

    assert len(night.kari.rang) == 1


def test_cut_off_twice_the_caller_may_press_1_twice(night: Night) -> None:
    night.kari.policy = in_turn(CUT_OFF_AFTER_20, CUT_OFF_AFTER_20, ACCEPTS)

    call = night.call(night.mother, PRESSES_1)
    night.play(140, call)

    assert [number for number, _ in night.spoke(night.mother)] == [KARIS_PHONE, KARIS_PHONE, KARIS_PHONE]
    assert night.kinds().count(Kind.RESUMED) == 2


def test_who_was_cut_off_and_reaches_nobody_any_more_is_followed_up(night: Night) -> None:
    night.kari.policy = in_turn(CUT_OFF_AFTER_20, Ring())

    night.call(night.mother, PRESSES_1)
    night.play(400)

    contact = night.only_contact()
    assert night.heard(night.mother, "alerted_promise")
    assert contact.follow_up
    assert contact.answered_by == "kari"


def test_who_was_cut_off_and_hangs_up_while_ringing_again_is_followed_up(night: Night) -> None:
    night.kari.policy = in_turn(CUT_OFF_AFTER_20, Ring())

    call = night.call(night.mother, PRESSES_1)
    night.play(45, call)

    contact = night.only_contact()
    assert (contact.follow_up, contact.answered_by) == (FollowUp.WAITING, "kari")


def test_who_is_cut_off_is_not_busy_for_the_next_family(night: Night) -> None:
    night.kari.policy = in_turn(CUT_OFF_AFTER_20, ACCEPTS)

    first = night.call(night.mother)
    night.run_for(40)
    second = night.call(night.father)
    night.play(40, first, second)

    assert [number for number, _ in night.spoke(night.father)] == [KARIS_PHONE]
