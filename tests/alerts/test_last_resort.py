"""Nobody has come by the deadline: the last resort is offered and rung, or the team is alerted."""

from dataclasses import replace

from oncall.alerts.steps import (
    HangUp,
    LeaveQueue,
    OfferLastResort,
    OfferReconnect,
    RingLastResort,
    TellAlerted,
    TellCallerGone,
    for_caller,
    for_leg,
    for_waiting,
)
from oncall.alerts.team import Caller, Ladder, Wave
from oncall.contacts.contact import CallerPlace, FollowUp
from oncall.contacts.model import Kind, State
from tests.cast import NILS
from tests.scenes.call import (
    KNOWN_CALLER,
    NIGHT,
    WITH_AGREEMENT,
    Line,
    build_team,
    handed_over,
    in_vain,
    ring_in_vain,
    talked,
)


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
    line = in_vain(Line(caller=replace(KNOWN_CALLER, may_call=False)))

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
