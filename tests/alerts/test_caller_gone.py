"""A caller hangs up: who is let go, who hears so, and when it leaves a follow-up."""

import pytest

from oncall.alerts.decide import due
from oncall.alerts.steps import (
    TellCallerGone,
    for_leg,
)
from oncall.contacts.model import Kind, State
from tests.cast import KARI, LIV, NILS, OLA
from tests.scenes.call import Line, everyone_rings, refused, released


@pytest.mark.parametrize("answered", [False, True])
def test_a_caller_who_hangs_up_while_phones_ring_releases_them_all(answered: bool) -> None:
    line = everyone_rings()
    if answered:
        line.tell(line.fact(Kind.LEG_ANSWERED, line.leg_of(OLA)))

    line.hang_up()

    assert released(line) == {KARI: "end", OLA: "tell" if answered else "end", LIV: "end", NILS: "end"}


def test_a_caller_who_hangs_up_in_the_dial_leaves_its_leg_to_the_carrier() -> None:
    line = Line()

    line.hang_up()

    assert not line.decided(Kind.LEG_RELEASED)


def test_a_caller_who_hangs_up_before_anybody_answers_leaves_a_follow_up() -> None:
    line = Line()

    line.hang_up()

    assert line.decided(Kind.FOLLOW_UP_OPENED)[0].detail["why"] == "hung_up"
    assert line.contact.state is State.WAITING


def test_who_presses_1_just_after_the_caller_went_hears_so() -> None:
    line = everyone_rings()
    line.hang_up()

    line.press_1(line.leg_of(OLA))

    assert for_leg(line.contact, line.leg_of(OLA)) == TellCallerGone()
    assert refused(line) == ["caller_gone"]


def test_who_presses_1_on_the_dialled_phone_just_after_the_caller_went_hears_so() -> None:
    line = Line()
    line.hang_up()

    line.press_1(line.dialled)

    assert for_leg(line.contact, line.dialled) == TellCallerGone()
    assert refused(line) == ["caller_gone"]


def test_who_presses_1_when_the_caller_has_been_told_is_too_late() -> None:
    line = everyone_rings()
    line.now = line.contact.instant(150)
    line.ask()

    line.press_1(line.leg_of(OLA))

    assert refused(line) == ["caller_gone"]


def test_a_winner_whose_caller_goes_hears_so() -> None:
    line = everyone_rings()
    line.press_1(line.leg_of(OLA))

    line.hang_up()

    assert for_leg(line.contact, line.leg_of(OLA)) == TellCallerGone()
    assert line.decided(Kind.FOLLOW_UP_OPENED)


def test_no_claim_is_withdrawn_and_nobody_rung_once_the_caller_is_gone() -> None:
    line = everyone_rings()
    line.press_1(line.leg_of(OLA))
    line.hang_up()
    legs = len(line.contact.legs)

    line.wait(600)

    assert not line.decided(Kind.CLAIM_WITHDRAWN)
    assert len(line.contact.legs) == legs


def test_a_caller_who_hangs_up_after_the_talk_leaves_no_follow_up() -> None:
    line = everyone_rings()
    line.press_1(line.leg_of(OLA))
    line.bridge(line.leg_of(OLA))

    line.hang_up()
    line.wait(60)

    assert not line.decided(Kind.FOLLOW_UP_OPENED)
    assert line.contact.state is State.ENDED


def test_a_hang_up_told_before_the_dials_bridge_opens_no_follow_up() -> None:
    line = Line()
    line.press_1(line.dialled)
    line.wait(300)
    line.hang_up()
    line.wait(2)

    line.end_dial(line.fact(Kind.LEG_BRIDGED, line.dialled), line.fact(Kind.CALLER_GONE), status="completed")

    assert not line.decided(Kind.FOLLOW_UP_OPENED)
    assert line.contact.state is State.ENDED


def test_a_dial_that_ends_unbridged_after_the_hang_up_opens_a_follow_up_at_once() -> None:
    line = Line()
    line.press_1(line.dialled)
    line.hang_up()

    line.end_dial(line.fact(Kind.CALLER_GONE), status="canceled")

    assert line.decided(Kind.FOLLOW_UP_OPENED)


def test_word_of_the_dials_bridge_is_not_waited_for_without_end() -> None:
    line = Line()
    line.press_1(line.dialled)

    line.hang_up()
    at = due(line.contact, line.now)
    line.wait(10)

    assert at == line.now
    assert line.decided(Kind.FOLLOW_UP_OPENED)


def test_an_ended_call_leaves_no_queue() -> None:
    line = everyone_rings()
    line.tell(line.fact(Kind.QUEUE_JOINED, queue="QU1"))

    line.hang_up()

    assert line.contact.queue_closed
    assert len(line.decided(Kind.QUEUE_CLOSED)) == 1


def test_a_queue_named_only_after_the_hang_up_is_closed_too() -> None:
    line = everyone_rings()
    line.hang_up()

    line.tell(line.fact(Kind.QUEUE_JOINED, queue="QU1"))

    assert line.decided(Kind.QUEUE_CLOSED)
