"""How a call ends: the last resort, the promise, the follow-up, and a caller who was cut off."""

from dataclasses import replace

from oncall.alerts.steps import (
    HangUp,
    LeaveQueue,
    OfferLastResort,
    OfferReconnect,
    RingLastResort,
    RingLeg,
    TellAlerted,
    TellCallerGone,
    for_caller,
    for_leg,
    for_waiting,
)
from oncall.alerts.team import Caller, Ladder, Wave
from oncall.contacts.contact import CallerPlace, FollowUp
from oncall.contacts.model import Kind, State
from tests.scenes.call import KARI, LARVIK, LIV, MOTHER, NIGHT, NILS, OLA, Line, build_team, ring_in_vain

WITH_AGREEMENT = build_team(municipalities=(LARVIK,))


def in_vain(line: Line | None = None) -> Line:
    """Return a call for which every phone rang until the deadline."""
    line = line or Line()
    ring_in_vain(line)
    line.place()
    line.wait(20)
    line.place()
    line.wait(30)
    line.place()
    line.wait(76)
    line.ask()
    return line


def talked(line: Line | None = None) -> Line:
    """Return a call whose conversation, on the first phone, has just ended."""
    line = line or Line()
    line.wait(8)
    line.press_1(line.dialled)
    line.wait(60)
    line.end_dial(line.fact(Kind.LEG_BRIDGED, line.dialled), status="completed")
    return line


def handed_over() -> Line:
    """Return a call that the last resort has taken and ended."""
    line = in_vain(Line(WITH_AGREEMENT))
    line.wait(6)
    line.ask()
    line.wait(120)
    line.ask(line.fact(Kind.LAST_RESORT_ENDED, bridged=True))
    return line


def test_after_the_deadline_the_caller_hears_who_the_last_resort_is() -> None:
    line = in_vain(Line(WITH_AGREEMENT))

    assert for_caller(line.contact) == OfferLastResort("Larvik")
    assert line.contact.state is State.LAST_RESORT


def test_phones_ring_on_while_the_last_resort_is_offered() -> None:
    line = in_vain(Line(WITH_AGREEMENT))

    line.press_1(line.leg_of(NILS))
    line.ask()

    assert line.contact.place is CallerPlace.QUEUED
    assert line.contact.joining == line.leg_of(NILS)


def test_a_claim_lost_during_the_offer_leads_back_to_it() -> None:
    line = in_vain(Line(WITH_AGREEMENT))
    line.press_1(line.leg_of(NILS))
    line.ask()

    line.end(line.leg_of(NILS))
    waiting = for_waiting(line.contact, line.now)
    line.ask()

    assert waiting == LeaveQueue()
    assert for_caller(line.contact) == OfferLastResort("Larvik")


def test_a_talk_on_a_fixed_number_waits_for_somebody_with_a_name() -> None:
    ladder = Ladder(daytime_only=False, waves=(Wave(0, ("number:office",)),))
    line = talked(Line(build_team(ladders=(ladder,), fixed_numbers={"office": "+4733900080"})))

    assert line.contact.seconds_to_human is not None
    assert line.contact.answered_by is None
    assert line.contact.follow_up is FollowUp.WAITING
    assert line.contact.state is State.HANDED_OVER


def test_who_does_not_decline_is_put_through() -> None:
    line = in_vain(Line(WITH_AGREEMENT))

    line.ask()

    assert for_caller(line.contact) == RingLastResort()


def test_everybodys_phone_is_let_go_when_the_last_resort_is_rung() -> None:
    line = in_vain(Line(WITH_AGREEMENT))

    line.ask()

    assert line.ringing() == set()
    assert for_leg(line.contact, line.leg_of(NILS)) == TellCallerGone()


def test_nobody_is_put_through_who_declines() -> None:
    line = in_vain(Line(WITH_AGREEMENT))

    line.ask(line.fact(Kind.CALLER_DECLINED))

    assert for_caller(line.contact) == TellAlerted(promise=True)
    assert not line.decided(Kind.LAST_RESORT_RUNG)


def test_without_an_agreement_the_team_is_alerted() -> None:
    line = in_vain()

    assert for_caller(line.contact) == TellAlerted(promise=True)
    assert line.decided(Kind.FOLLOW_UP_OPENED)[0].detail["why"] == "nobody"


def test_a_call_back_is_promised_only_where_it_is_safe() -> None:
    line = in_vain(Line(caller=replace(MOTHER, may_call=False)))

    assert for_caller(line.contact) == TellAlerted(promise=False)


def test_once_told_nothing_more_is_decided_about_the_caller() -> None:
    line = in_vain()

    line.ask()

    assert line.news == ()
    assert line.ringing() == set()


def test_once_told_the_queue_is_closed() -> None:
    line = Line()
    ring_in_vain(line)
    line.tell(line.fact(Kind.QUEUE_JOINED, queue="QU1"))
    line.wait(126)
    before = line.contact

    line.ask()

    assert (before.queue_closed, line.contact.queue_closed) == (False, True)
    assert line.contact.place is CallerPlace.TOLD


def test_a_call_handed_over_is_never_connected_and_its_follow_up_is_open() -> None:
    line = handed_over()

    assert for_caller(line.contact) == OfferReconnect()
    assert line.contact.state is State.HANDED_OVER
    assert line.contact.answered_by is None
    assert line.contact.follow_up is FollowUp.WAITING
    assert line.decided(Kind.FOLLOW_UP_OPENED)[0].detail["why"] == "handed_over"


def test_a_last_resort_that_does_not_answer_leaves_the_team_alerted() -> None:
    line = in_vain(Line(WITH_AGREEMENT))
    line.ask()

    line.ask(line.fact(Kind.LAST_RESORT_ENDED, bridged=False))

    assert for_caller(line.contact) == TellAlerted(promise=True)


def test_a_caller_who_hangs_up_on_the_last_resort_leaves_a_follow_up() -> None:
    line = in_vain(Line(WITH_AGREEMENT))
    line.ask()

    line.hang_up()

    assert line.contact.follow_up is FollowUp.WAITING


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


def dialled_one_by_one() -> Line:
    """Of our calls nothing was heard, and the caller hears one phone after another."""
    line = Line()
    line.end_dial(status="busy")
    line.wait(6)
    line.ask()
    return line


def test_trouble_with_our_calls_is_forgotten_when_the_caller_waits_anew() -> None:
    line = dialled_one_by_one()
    talked(line)
    line.wait(3)

    line.resume()

    assert line.contact.one_by_one_since is None


def test_the_last_phone_that_is_dialled_rings_until_the_deadline() -> None:
    line = dialled_one_by_one()

    line.now = line.contact.instant(142)
    line.end_dial()

    assert line.dialled.timeout == 8


def test_dialling_one_by_one_ends_at_the_deadline() -> None:
    line = dialled_one_by_one()

    line.now = line.contact.instant(150)
    line.end_dial()

    assert for_caller(line.contact) == TellAlerted(promise=True)


def test_a_caller_who_has_gone_hears_nothing_more() -> None:
    line = Line()
    line.hang_up()

    line.ask()

    assert for_caller(line.contact) == HangUp()
    assert line.news == ()


def test_an_unknown_caller_is_offered_the_teams_last_resort() -> None:
    line = in_vain(Line(WITH_AGREEMENT, caller=Caller("withheld")))

    assert for_caller(line.contact) == OfferLastResort("Larvik")


def test_in_a_time_without_agreement_no_last_resort_is_offered() -> None:
    by_day = NIGHT.replace(hour=9)

    line = in_vain(Line(WITH_AGREEMENT, now=by_day))

    assert for_caller(line.contact) == TellAlerted(promise=True)
