"""The carrier refuses our own calls, or does not answer us; the caller never depends on them."""

import pytest

from oncall.contacts.model import Kind, State
from standin.simulator import faults
from standin.simulator.faults import RestFault
from standin.simulator.phones.policies import Answer, Off, Ring, Voicemail, in_turn
from tests.cast import KARIS_PHONE, LIVS_PHONE, NILS_PHONE, OLAS_PHONE
from tests.scenes.night import ACCEPTS, Night

pytestmark = pytest.mark.slow

CALLS, LIVE_CALLS, TEXTS = r"/Calls\.json", r"/Calls/CA", r"/Messages\.json"

TROUBLE = {
    "too many": faults.too_many_requests(),
    "server error": faults.rest_error(),
    "no answer": faults.time_out(),
    "account suspended": faults.rest_error(401, 20003),
    "country not allowed": faults.rest_error(400, 21215),
}
any_trouble = pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE)


@any_trouble
def test_the_backup_is_reached_by_one_screened_dial_after_another(night: Night, trouble: RestFault) -> None:
    night.carrier.faults.on_rest(CALLS, trouble, method="POST")
    night.ola.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(90, call)

    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE]
    assert night.spoke(night.mother)[0][1] < 75


@any_trouble
def test_even_the_last_of_the_ladder_is_reached(night: Night, trouble: RestFault) -> None:
    night.carrier.faults.on_rest(CALLS, trouble, method="POST")
    night.nils.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(150, call)

    assert [number for number, _ in night.spoke(night.mother)] == [NILS_PHONE]


@any_trouble
def test_voicemails_are_kept_out_one_by_one(night: Night, trouble: RestFault) -> None:
    night.carrier.faults.on_rest(CALLS, trouble, method="POST")
    for phone in (night.kari, night.ola):
        phone.policy = Voicemail(after=5)
    night.liv.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(120, call)

    assert [number for number, _ in night.spoke(night.mother)] == [LIVS_PHONE]


@any_trouble
def test_with_nobody_answering_the_caller_comes_to_the_last_resort_in_time(
    night: Night, trouble: RestFault
) -> None:
    night.carrier.faults.on_rest(CALLS, trouble, method="POST")
    night.barnevernvakt.policy = Answer(after=5)

    call = night.call(night.mother)
    night.play(260, call)

    assert night.heard(night.mother, "last_resort")
    assert night.heard(night.mother, "last_resort")[0] < 180
    assert night.only_contact().state is State.HANDED_OVER


@any_trouble
def test_the_caller_still_hears_112_first(night: Night, trouble: RestFault) -> None:
    night.carrier.faults.on_rest(CALLS, trouble, method="POST")

    call = night.call(night.mother)
    night.play(60, call)

    said = [heard.text for heard in night.mother.heard if heard.kind == "say"]
    assert "112" in said[0]
    assert len(night.heard(night.mother, "danger")) == 1, "said once, and not before each phone"


def test_refused_once_the_order_is_given_again(night: Night) -> None:
    night.carrier.faults.on_rest(CALLS, faults.too_many_requests(), method="POST", nth=1)
    night.kari.policy = in_turn(Ring(), ACCEPTS)

    call = night.call(night.mother)
    night.play(60, call)

    assert [number for number, _ in night.spoke(night.mother)] == [KARIS_PHONE]
    assert Kind.DIALLED_ONE_BY_ONE not in night.kinds()


def test_taken_without_an_answer_the_phone_rings_once_and_can_accept(night: Night) -> None:
    night.carrier.faults.on_rest(CALLS, faults.accept_and_time_out(), method="POST")
    night.ola.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(90, call)

    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE]
    assert len(night.ola.rang) == 1
    assert len(night.kari.rang) == 2, "once in the first Dial and once from the queue"


def test_one_number_that_the_carrier_will_not_call_hinders_nobody(night: Night) -> None:
    night.carrier.faults.on_rest(CALLS, faults.rest_error(400, 21211), method="POST", nth=2)
    night.liv.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(90, call)

    assert [number for number, _ in night.spoke(night.mother)] == [LIVS_PHONE]
    assert Kind.DIALLED_ONE_BY_ONE not in night.kinds()
    assert night.rang_at(night.kari)[1] < 28


def test_every_number_that_the_carrier_will_not_call_ends_in_a_follow_up(night: Night) -> None:
    night.carrier.faults.on_rest(CALLS, faults.rest_error(400, 21211), method="POST")

    night.call(night.mother)
    night.play(300)

    assert night.only_contact().state is State.WAITING
    assert night.heard(night.mother, "alerted_promise")


def test_a_leg_that_was_refused_in_name_only_presses_1_while_another_phone_is_dialled(night: Night) -> None:
    night.carrier.faults.on_rest(CALLS, faults.accept_and_time_out(), method="POST")
    night.carrier.faults.on_webhook(r"/legs/\d/status", faults.drop())
    call = night.call(night.mother)
    night.run_for(40)
    assert Kind.DIALLED_ONE_BY_ONE in night.kinds(), "nothing was heard of our calls"
    night.ola.answer()
    night.run_for(2)
    night.ola.press("1")
    night.run_for(40)

    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE]
    assert night.only_contact().answered_by == "ola"
    night.play(0, call)


def test_when_nobody_can_be_let_go_the_others_ring_on_and_hear_that_it_is_taken(night: Night) -> None:
    night.carrier.faults.on_rest(LIVE_CALLS, faults.rest_error())
    call = night.call(night.mother)
    night.run_for(40)
    night.ola.answer()
    night.run_for(2)
    night.ola.press("1")
    night.run_for(5)
    night.kari.answer()
    night.run_for(5)

    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE]
    assert night.heard(night.kari, "taken")
    night.carrier.faults.clear()
    night.play(0, call)


def test_the_whole_rest_interface_is_away_and_the_call_is_taken_all_the_same(night: Night) -> None:
    night.carrier.faults.on_rest(r".", faults.time_out())
    night.liv.policy = ACCEPTS

    call = night.call(night.mother)
    night.run_for(120)
    call.hang_up()
    night.run_for(60)
    night.carrier.faults.clear()
    night.settle()

    assert [number for number, _ in night.spoke(night.mother)] == [LIVS_PHONE]
    assert night.only_contact().answered_by == "liv"


def test_a_text_that_cannot_be_sent_hinders_nothing(night: Night) -> None:
    night.carrier.faults.on_rest(TEXTS, faults.rest_error(400, 21610), method="POST")
    night.kari.policy = ACCEPTS

    call = night.call(night.mother)
    night.run_for(60)
    call.hang_up()
    night.settle(jobs=False)

    assert night.only_contact().answered_by == "kari"


def test_a_text_that_fails_in_passing_is_sent_again(night: Night) -> None:
    night.carrier.faults.on_rest(TEXTS, faults.too_many_requests(), method="POST", nth=(1, 2))
    night.kari.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(60, call)

    assert len(night.kari.texts) == 1


def test_a_text_whose_order_had_no_answer_is_not_sent_again_and_again(night: Night) -> None:
    night.carrier.faults.on_rest(TEXTS, faults.accept_and_time_out(), method="POST")
    night.kari.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(60, call)

    assert len(night.kari.texts) == 1


def test_our_calls_fail_after_the_order_was_taken(night: Night) -> None:
    for phone in (night.kari, night.ola):
        phone.policy = Off("failed")
    night.liv.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(60, call)

    assert [number for number, _ in night.spoke(night.mother)] == [LIVS_PHONE]
