"""Who gets the caller, who is let go, and what a lost phone does."""

from oncall.alerts.steps import (
    JoinCaller,
    TellCallerGone,
    TellTaken,
    for_leg,
)
from oncall.contacts.model import Kind
from tests.cast import KARI, LIV, NILS, OLA
from tests.scenes.call import Line, build_team, everyone_rings, granted, refused, released


def test_the_first_to_press_1_takes_the_caller_from_the_queue() -> None:
    line = everyone_rings()

    line.press_1(line.leg_of(OLA))

    assert for_leg(line.contact, line.leg_of(OLA)) == JoinCaller(5)
    assert granted(line) == [(OLA, 1)]


def test_of_two_in_the_same_second_one_is_told_that_the_call_is_taken() -> None:
    line = everyone_rings()

    line.press_1(line.leg_of(OLA))
    line.press_1(line.leg_of(LIV))

    assert for_leg(line.contact, line.leg_of(LIV)) == TellTaken()
    assert granted(line) == [(OLA, 1)]
    assert refused(line) == ["taken"]


def test_losers_are_told_if_they_have_picked_up_and_no_longer_rung_if_not() -> None:
    line = everyone_rings()
    line.tell(line.fact(Kind.LEG_ANSWERED, line.leg_of(LIV)))

    line.press_1(line.leg_of(OLA))

    assert released(line) == {KARI: "end", LIV: "tell", NILS: "end"}


def test_a_loser_who_picks_up_hears_that_the_call_is_taken() -> None:
    line = everyone_rings()
    line.press_1(line.leg_of(OLA))

    line.tell(line.fact(Kind.LEG_ANSWERED, line.leg_of(LIV)))

    assert for_leg(line.contact, line.leg_of(LIV)) == TellTaken()


def test_who_has_declined_is_told_nothing_more() -> None:
    line = everyone_rings()
    line.tell(line.fact(Kind.LEG_DECLINED, line.leg_of(LIV)))

    line.press_1(line.leg_of(OLA))

    assert released(line) == {KARI: "end", NILS: "end"}


def test_who_is_refused_hears_it_once() -> None:
    line = Line(build_team(on_duty={}))
    line.place(line.leg_of(OLA))
    line.press_1(line.leg_of(OLA))
    loser = line.leg_of(LIV)

    line.tell(line.fact(Kind.LEG_ANSWERED, loser, sid="CA9"), line.fact(Kind.ONE_PRESSED, loser))

    assert [entry.kind for entry in line.news] == [Kind.CLAIM_REFUSED]
    assert for_leg(line.contact, line.leg_of(LIV)) == TellTaken()


def test_whoever_is_joined_with_a_caller_who_hangs_up_in_that_moment_hears_so() -> None:
    line = everyone_rings()
    line.press_1(line.leg_of(OLA))
    line.bridge(line.leg_of(OLA))
    line.wait(1)
    line.hang_up()

    line.end(line.leg_of(OLA), "completed")

    assert for_leg(line.contact, line.leg_of(OLA)) == TellCallerGone()


def test_an_order_not_yet_taken_is_released_again_once_the_carrier_names_it() -> None:
    line = Line(build_team(on_duty={}))
    line.place(line.leg_of(OLA))
    line.press_1(line.leg_of(OLA))
    unnamed = [entry.detail["sids"] for entry in line.decided(Kind.LEG_RELEASED)]

    line.place(line.leg_of(KARI))

    assert unnamed == [[], [], []]
    assert [entry.detail["sids"] for entry in line.news] == [["CA1"]]


def test_what_was_released_stays_so_though_the_claim_was_lost_meanwhile() -> None:
    line = Line(build_team(on_duty={}))
    line.place(line.leg_of(OLA))
    line.press_1(line.leg_of(OLA))
    line.end(line.leg_of(OLA))

    line.place(line.leg("1"))

    assert [(entry.kind, entry.leg) for entry in line.news] == [(Kind.LEG_RELEASED, "1")]
    assert for_leg(line.contact, line.leg("1")) == TellTaken()


def test_a_released_leg_cannot_win_the_next_round() -> None:
    line = everyone_rings()
    line.press_1(line.leg_of(OLA))
    loser = line.leg_of(LIV)
    line.end(line.leg_of(OLA))

    line.press_1(loser)

    assert granted(line) == [(OLA, 1)]
    assert refused(line) == ["released"]
