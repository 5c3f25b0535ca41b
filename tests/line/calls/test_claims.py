"""Several people press 1, and one of them gets the caller."""

from dataclasses import replace

import pytest

from oncall.contacts.model import Kind
from standin.simulator import faults
from standin.simulator.phones.policies import Answer, Script
from tests.cast import KARIS_PHONE, OLAS_PHONE
from tests.scenes.night import TEAM, Night

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("apart", [0.0, 0.02, 0.05, 0.1, 0.3, 1.0, 1.4, 2.0])
def test_two_press_1_in_the_same_second_and_one_hears_that_it_is_taken(night: Night, apart: float) -> None:
    night.run_for(0)
    call = night.call(night.mother)
    night.run_for(40)
    night.kari.answer()
    night.ola.answer()
    night.run_for(4)
    night.kari.press("1")
    night.run_for(apart)
    night.ola.press("1")
    night.run_for(30)

    assert [number for number, _ in night.spoke(night.mother)] == [KARIS_PHONE]
    assert night.spoke(night.mother)[0][1] < 44 + 3
    assert night.heard(night.ola, "taken")[0] < 44 + apart + 3
    assert not night.ola.bridges
    assert not night.ola.open_calls
    night.play(0, call)
    assert night.kinds().count(Kind.CLAIM_GRANTED) == 1
    assert night.only_contact().answered_by == "kari"


def test_whoever_is_still_listening_hears_at_once_that_it_is_taken(night: Night) -> None:
    call = night.call(night.mother)
    night.run_for(40)
    night.kari.answer()
    night.ola.answer()
    night.run_for(2)
    night.kari.press("1")
    night.run_for(2)

    assert night.heard(night.ola, "taken")
    night.play(10, call)


def test_phones_that_still_ring_fall_silent_once_it_is_taken(night: Night) -> None:
    call = night.call(night.mother)
    night.run_for(90)
    night.ola.answer()
    night.run_for(2)
    night.ola.press("1")
    night.run_for(2)

    assert [phone.name for phone in night.staff if any(rang.end is None for rang in phone.rang)] == []
    night.play(10, call)
    assert night.liv.said_to == night.nils.said_to == ()


def test_whoever_picks_up_after_it_was_taken_hears_so(night: Night) -> None:
    night.carrier.faults.on_rest(r"/Calls/CA", faults.rest_error())
    call = night.call(night.mother)
    night.run_for(40)
    night.kari.answer()
    night.run_for(2)
    night.kari.press("1")
    night.run_for(3)
    night.ola.answer()
    night.run_for(5)

    assert night.heard(night.ola, "taken")
    assert not night.heard(night.ola, "screen")
    assert [number for number, _ in night.spoke(night.mother)] == [KARIS_PHONE]
    night.carrier.faults.clear()
    night.play(10, call)


def test_a_claim_in_the_moment_in_which_the_last_resort_is_offered_wins(night: Night) -> None:
    call = night.call(night.mother)
    night.run_for(150)
    night.ola.answer()
    night.run_for(6)
    assert night.heard(night.mother, "last_resort")
    night.ola.press("1")
    night.run_for(30)

    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE]
    assert not night.barnevernvakt.rang
    night.play(0, call)


def test_a_claim_while_the_last_resort_rings_comes_too_late(night: Night) -> None:
    night.barnevernvakt.policy = Answer(after=10)
    call = night.call(night.mother)
    night.run_for(151)
    night.ola.answer()
    night.run_for(7)
    night.carrier.faults.on_webhook("/answer", faults.delay_request(13), nth=1)
    night.ola.press("1")
    night.run_for(20)

    assert night.heard(night.ola, "caller_gone")
    assert not night.ola.bridges
    night.play(20, call)
    assert night.mother.bridges


def test_pressing_1_again_and_again_changes_nothing(night: Night) -> None:
    night.kari.policy = Answer(after=4).press("111", at=4).press("1", at=6).press("2", at=8)

    call = night.call(night.mother, Script().press("1", at=3).press("9", at=20))
    night.play(60, call)

    assert [number for number, _ in night.spoke(night.mother)] == [KARIS_PHONE]
    assert night.kinds().count(Kind.CLAIM_GRANTED) == 1


def test_two_people_who_share_a_phone_are_rung_as_one(database_url: str) -> None:
    people = {
        key: replace(each, phone=KARIS_PHONE if key == "nils" else each.phone)
        for key, each in TEAM.people.items()
    }
    night = Night(database_url, replace(TEAM, people=people))

    call = night.call(night.mother)
    night.play(140, call)

    assert len(night.kari.rang) == 2, "once in the first Dial, once from the queue"
    night.close()
