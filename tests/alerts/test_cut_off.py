"""After a talk the caller may press 1 if cut off: whom that rings, and who counts as having answered."""

from oncall.alerts.steps import (
    OfferReconnect,
    RingLeg,
    TellAlerted,
    for_caller,
)
from oncall.contacts.contact import FollowUp
from oncall.contacts.model import Kind, State
from tests.cast import KARI, LIV, NILS, OLA
from tests.scenes.call import WITH_AGREEMENT, Line, build_team, handed_over, in_vain, talked


def test_after_a_talk_the_caller_may_press_1_if_cut_off() -> None:
    line = talked()

    assert for_caller(line.contact) == OfferReconnect()
    assert line.contact.state is State.ENDED


def test_after_a_talk_from_the_queue_the_caller_may_press_1_too() -> None:
    line = Line()
    line.end_dial(status="busy")
    line.place()
    line.press_1(line.leg_of(KARI))
    line.bridge(line.leg_of(KARI))

    line.ask(line.fact(Kind.QUEUE_LEFT, stay=line.contact.place_seq, bridged=True))

    assert for_caller(line.contact) == OfferReconnect()


def test_a_caller_taken_from_the_queue_who_was_gone_by_then_was_not_answered() -> None:
    line = Line()
    line.end_dial(status="busy")
    line.place()
    line.press_1(line.leg_of(KARI))
    line.bridge(line.leg_of(KARI))
    line.wait(1)

    line.ask(
        line.fact(Kind.QUEUE_LEFT, stay=line.contact.place_seq, bridged=False), line.fact(Kind.CALLER_GONE)
    )

    assert line.contact.answered_by is None
    assert line.contact.follow_up is FollowUp.WAITING


def test_a_talk_that_only_its_end_tells_of_counts() -> None:
    line = Line()
    line.end_dial(status="busy")
    line.place()
    line.press_1(line.leg_of(KARI))
    line.wait(10)

    line.ask(line.fact(Kind.QUEUE_LEFT, stay=line.contact.place_seq, bridged=True))

    assert line.contact.answered_by == KARI
    assert for_caller(line.contact) == OfferReconnect()


def test_a_talk_that_two_may_have_had_is_credited_to_neither() -> None:
    line = Line(build_team(on_duty={}))
    line.place()
    line.press_1(line.leg_of(OLA))
    line.wait(15)
    line.place()
    line.press_1(line.leg_of(LIV))
    line.wait(1)

    line.ask(line.fact(Kind.QUEUE_LEFT, stay=line.contact.place_seq, bridged=True))

    assert line.contact.conversation is None


def test_a_caller_who_was_cut_off_gets_the_same_person_first() -> None:
    line = talked(Line(busy=frozenset({KARI})))
    assert line.contact.answered_by == OLA
    line.busy = frozenset()
    line.wait(4)

    line.resume()

    assert for_caller(line.contact) == RingLeg(line.dialled)
    assert line.dialled.target == OLA


def test_the_first_who_answered_stays_the_one_who_did() -> None:
    line = talked()
    line.resume()
    line.end_dial(status="busy")
    line.place()
    line.wait(30)
    line.place()
    line.press_1(line.leg_of(OLA))

    line.bridge(line.leg_of(OLA))

    assert line.contact.state is State.CONNECTED
    assert (line.contact.answered_by, line.contact.seconds_to_human) == (KARI, 8)


def test_a_caller_who_was_cut_off_has_the_whole_ladder_again() -> None:
    line = talked(Line(busy=frozenset({KARI})))
    line.wait(4)

    line.resume()

    assert line.contact.elapsed(line.now) == 0
    assert line.dialled.timeout == 20  # until the second wave, though it is backup's phone


def test_the_same_person_is_rung_first_though_busy() -> None:
    line = talked()
    line.busy = frozenset({KARI})

    line.resume()

    assert line.dialled.target == KARI


def test_where_the_same_person_cannot_be_rung_any_more_duty_is() -> None:
    line = talked(Line(busy=frozenset({KARI})))
    line.busy = frozenset()
    line.team = build_team(away=[OLA])

    line.resume()

    assert line.dialled.target == KARI


def test_a_caller_who_was_cut_off_and_then_reaches_nobody_leaves_a_follow_up() -> None:
    line = talked()
    line.wait(4)
    line.resume()

    line.hang_up()

    assert line.contact.state is State.WAITING
    assert line.contact.answered_by == KARI


def test_every_wait_that_ended_without_a_human_opens_the_follow_up() -> None:
    line = handed_over()
    line.wait(3)
    line.resume()

    line.hang_up()

    assert len(line.decided(Kind.FOLLOW_UP_OPENED)) == 2


def test_whoever_speaks_with_a_caller_missed_before_acknowledges_the_follow_up() -> None:
    line = handed_over()
    line.wait(3)
    line.resume()

    talked(line)

    assert line.contact.acknowledged_by == KARI
    assert line.contact.state is State.ACKNOWLEDGED


def test_a_caller_cut_off_from_the_last_resort_rings_the_team_again() -> None:
    line = handed_over()
    line.wait(3)

    line.resume()

    assert line.dialled.target == KARI
    assert line.contact.state is State.RINGING


def test_the_last_resorts_first_answer_does_not_count_for_its_second_call() -> None:
    line = handed_over()
    line.wait(3)
    line.resume()
    line.wait(20)
    in_vain(line)
    line.wait(5)
    line.ask()

    line.ask(line.fact(Kind.LAST_RESORT_ENDED, bridged=False))

    assert for_caller(line.contact) == TellAlerted(promise=True)


def test_who_declined_the_last_resort_once_is_rung_for_when_cut_off_later() -> None:
    line = in_vain(Line(WITH_AGREEMENT))
    line.press_1(line.leg_of(NILS))
    line.ask(line.fact(Kind.CALLER_DECLINED))
    line.bridge(line.leg_of(NILS))
    line.wait(30)
    line.ask(line.fact(Kind.QUEUE_LEFT, stay=line.contact.place_seq, bridged=True))
    line.wait(3)

    line.resume()

    assert line.dialled.target == NILS
