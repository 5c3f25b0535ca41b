"""While a claim is held the ladder stands still, and a claim that nobody makes good is withdrawn."""

from datetime import timedelta

from oncall.alerts.decide import due
from oncall.alerts.steps import (
    Comfort,
    HangUp,
    JoinCaller,
    LeaveQueue,
    Screen,
    TellCallerGone,
    TellTaken,
    for_leg,
    for_waiting,
)
from oncall.contacts.model import Kind, State
from tests.cast import KARI, LIV, NILS, OLA
from tests.scenes.call import Line, everyone_rings, granted, refused, released


def test_while_the_claim_is_held_no_wave_starts_and_the_caller_stays() -> None:
    line = Line()
    line.end_dial(status="busy")
    line.place()
    line.wait(23)
    line.press_1(line.leg_of(KARI))

    line.wait(14)

    assert len(line.contact.legs) == 2
    assert for_waiting(line.contact, line.now) == Comfort(first=False)


def test_the_wait_never_ends_while_the_claim_is_held() -> None:
    line = Line()
    line.end_dial(status="busy")
    line.place()
    line.wait(149)
    line.press_1(line.leg_of(KARI))
    line.wait(10)
    held = for_waiting(line.contact, line.now)

    line.wait(5)

    assert [held, for_waiting(line.contact, line.now)] == [Comfort(first=False), LeaveQueue()]


def test_a_claim_without_a_bridge_is_withdrawn_after_15_seconds() -> None:
    line = everyone_rings()
    line.press_1(line.leg_of(OLA))
    at = due(line.contact, line.now)
    line.wait(14.9)
    before = line.contact.claim

    line.wait(0.1)

    assert at == line.now
    assert before == line.leg_of(OLA) or before is not None
    assert line.decided(Kind.CLAIM_WITHDRAWN)[0].detail["why"] == "no bridge"


def test_a_winner_given_up_is_let_go_and_hears_that_the_caller_is_gone() -> None:
    line = everyone_rings()
    winner = line.leg_of(OLA)
    line.press_1(winner)

    line.wait(15)

    assert released(line)[OLA] == "tell"
    assert for_leg(line.contact, line.leg(winner.id)) == TellCallerGone()


def test_a_lost_phone_locks_nobody_out() -> None:
    line = everyone_rings()
    line.press_1(line.leg_of(OLA))

    line.end(line.leg_of(OLA))

    assert line.contact.round == 2
    assert set(line.rung_now()) == {KARI, OLA, LIV, NILS}


def test_in_the_next_round_another_may_take_the_call() -> None:
    line = everyone_rings()
    line.press_1(line.leg_of(OLA))
    line.end(line.leg_of(OLA))
    line.place()

    line.press_1(line.leg_of(LIV))
    line.bridge(line.leg_of(LIV))

    assert granted(line) == [(OLA, 1), (LIV, 2)]
    assert line.contact.answered_by == LIV


def test_who_has_ended_before_the_1_was_heard_of_gets_no_claim() -> None:
    line = everyone_rings()
    line.end(line.leg_of(OLA))

    line.tell(line.fact(Kind.ONE_PRESSED, line.leg("2")))

    assert refused(line) == ["leg lost"]


def test_a_bridged_claim_is_never_withdrawn() -> None:
    line = everyone_rings()
    line.press_1(line.leg_of(OLA))
    line.bridge(line.leg_of(OLA))

    line.wait(3600)

    assert not line.decided(Kind.CLAIM_WITHDRAWN)
    assert line.contact.state is State.CONNECTED


def test_during_a_conversation_a_late_1_is_refused() -> None:
    line = everyone_rings()
    line.press_1(line.leg_of(OLA))
    line.bridge(line.leg_of(OLA))

    line.press_1(line.leg_of(LIV))

    assert granted(line) == [(OLA, 1)]
    assert refused(line) == ["taken"]


def test_after_the_conversation_a_late_1_is_refused() -> None:
    line = everyone_rings()
    line.press_1(line.leg_of(OLA))
    line.bridge(line.leg_of(OLA))
    line.end(line.leg_of(OLA), status="completed")

    line.press_1(line.leg_of(LIV))

    assert granted(line) == [(OLA, 1)]
    assert refused(line) == ["taken"]


def test_a_winner_bridged_after_all_keeps_the_caller() -> None:
    line = everyone_rings()
    first = line.leg_of(OLA)
    line.press_1(first)
    line.wait(15)
    line.place()
    line.press_1(line.leg_of(LIV))

    line.bridge(first)

    assert line.contact.conversation == line.leg(first.id)
    assert OLA in line.contact.engaged, "no other family's call rings somebody who talks"
    assert for_leg(line.contact, line.leg_of(LIV)) == TellTaken()
    assert released(line)[LIV] == "tell"


def test_an_earlier_talk_told_late_does_not_send_a_winner_away() -> None:
    line = everyone_rings()
    first = line.leg_of(OLA)
    line.press_1(first)
    line.wait(15)
    line.place()
    line.press_1(line.leg_of(LIV))
    line.end(first, status="completed")

    line.bridge(first)

    assert for_leg(line.contact, line.leg_of(LIV)) == JoinCaller(5)
    assert for_waiting(line.contact, line.now) == Comfort(first=False)


def test_who_declines_is_let_be() -> None:
    line = everyone_rings()

    line.tell(line.fact(Kind.LEG_DECLINED, line.leg_of(OLA)))

    assert for_leg(line.contact, line.leg_of(OLA)) == HangUp()
    assert granted(line) == []


def test_who_has_declined_cannot_accept_any_more() -> None:
    line = everyone_rings()
    line.tell(line.fact(Kind.LEG_DECLINED, line.leg_of(OLA)))

    line.press_1(line.leg_of(OLA))

    assert refused(line) == ["declined"]


def test_a_winner_waits_longer_for_a_caller_who_is_just_being_dialled_to_another() -> None:
    line = Line()
    line.end_dial(status="busy")
    line.wait(6)
    line.ask()

    line.press_1(line.leg("2"))

    assert for_leg(line.contact, line.leg("2")) == JoinCaller(20)


def test_a_dialled_phone_is_released_when_another_has_the_call() -> None:
    line = Line()
    line.end_dial(status="busy")
    line.wait(6)
    line.ask()
    line.tell(line.fact(Kind.LEG_RINGING, line.dialled, sid="CAx"))

    line.press_1(line.leg("2"))

    assert [(entry.leg, entry.detail["sids"]) for entry in line.decided(Kind.LEG_RELEASED)] == [
        ("3", ["CAx"])
    ]


def test_an_order_taken_twice_has_ended_when_both_its_calls_have() -> None:
    line = everyone_rings()
    leg = line.leg_of(OLA)
    line.tell(line.fact(Kind.LEG_RINGING, leg, sid="CAtwin"))
    line.tell(line.fact(Kind.LEG_ENDED, leg, sid="CAtwin", status="busy"))
    after_one = line.leg(leg.id).ended_at

    line.end(leg)

    assert after_one is None
    assert line.leg(leg.id).ended_at == line.now


def test_a_winner_whose_twin_call_ends_keeps_the_caller() -> None:
    line = everyone_rings()
    line.press_1(line.leg_of(OLA))
    line.tell(line.fact(Kind.LEG_RINGING, line.leg_of(OLA), sid="CAtwin"))

    line.tell(line.fact(Kind.LEG_ENDED, line.leg_of(OLA), sid="CAtwin", status="busy"))

    assert line.contact.joining == line.leg_of(OLA)


def test_people_are_engaged_while_they_ring_or_talk_and_free_again_afterwards() -> None:
    line = everyone_rings()
    ringing = line.contact.engaged
    line.press_1(line.leg_of(OLA))
    line.bridge(line.leg_of(OLA))
    talking = line.contact.engaged

    line.hang_up()

    assert [ringing, talking, line.contact.engaged] == [{KARI, OLA, LIV, NILS}, {OLA}, frozenset()]


def test_a_screened_leg_is_asked_until_somebody_has_the_call() -> None:
    line = everyone_rings()

    line.tell(line.fact(Kind.LEG_ANSWERED, line.leg_of(OLA)))

    assert for_leg(line.contact, line.leg_of(OLA)) == Screen()


def test_the_caller_stays_while_a_conversation_is_under_way() -> None:
    line = everyone_rings()
    line.press_1(line.leg_of(OLA))
    line.bridge(line.leg_of(OLA))

    line.now += timedelta(seconds=15)

    assert for_waiting(line.contact, line.now) == Comfort(first=False)


def test_a_caller_who_waits_long_after_a_bridge_was_told_is_asked_anew() -> None:
    line = everyone_rings()
    line.press_1(line.leg_of(OLA))
    line.bridge(line.leg_of(OLA))

    line.now += timedelta(minutes=1)

    assert for_waiting(line.contact, line.now) == LeaveQueue()
