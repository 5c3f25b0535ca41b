"""Whose phone the caller hears first, and what becomes of a press of 1 there."""

from dataclasses import replace

import pytest

from oncall.alerts.call_view import CallView, Decision
from oncall.alerts.decide import EndlessDecision
from oncall.alerts.steps import (
    BridgeLeg,
    OfferLastResort,
    RingLeg,
    Screen,
    TellAlerted,
    WaitInQueue,
    for_caller,
    for_leg,
)
from oncall.alerts.team import Caller, Wave
from oncall.contacts.contact import CallerPlace
from oncall.contacts.model import Kind, State
from oncall.rota.model import Tier
from tests.cast import KARI, KARIS_PHONE, LADDER, LIV, MIA, MOTHER, NILS, OLA
from tests.scenes.call import (
    BY_DAY,
    KNOWN_CALLER,
    LARVIK,
    NOON,
    ON_DUTY,
    WHOLE_STAFF,
    Line,
    build_team,
    ring_in_vain,
)


def test_the_caller_hears_the_phone_of_whoever_is_on_duty() -> None:
    line = Line()

    step = for_caller(line.contact)

    assert step == RingLeg(line.dialled)
    assert (line.dialled.target, line.dialled.timeout) == (
        KARI,
        20,
    )  # with the carrier's 5 s: the second wave


def test_only_one_phone_is_rung_at_first() -> None:
    line = Line()

    assert line.rung_now() == [KARI]


def test_the_first_entry_keeps_the_ladder_and_no_number() -> None:
    line = Line()

    detail = line.entries[0].detail

    assert detail["waves"][0] == {"after": 0, "targets": ["duty"]}
    assert MOTHER not in str(detail)


def test_by_day_the_familys_own_therapist_is_rung_first() -> None:
    team = build_team(ladders=(BY_DAY, LADDER))

    line = Line(team, caller=replace(KNOWN_CALLER, own_therapist=NILS), now=NOON)

    assert line.dialled.target == NILS


def test_by_day_a_stranger_is_put_through_to_duty_at_once() -> None:
    team = build_team(ladders=(BY_DAY, LADDER))

    line = Line(team, caller=Caller("unknown"), now=NOON)

    assert line.dialled.target == KARI


def test_withheld_callers_ring_like_any_other() -> None:
    line = Line(caller=Caller("withheld"))

    assert line.dialled.target == KARI


def test_in_a_gap_the_next_tier_is_rung_at_once() -> None:
    line = Line(build_team(on_duty={Tier.LEADER: LIV}))

    started = [entry.detail["wave"] for entry in line.decided(Kind.WAVE_STARTED)]

    assert line.dialled.target == LIV
    assert started == [0, 1, 2]


def test_empty_tiers_put_the_ladders_clock_forward() -> None:
    line = Line(build_team(on_duty={Tier.LEADER: LIV}))

    assert line.contact.elapsed(line.now) == 45
    assert line.dialled.timeout == 75 - 45 - 5


def test_where_every_tier_is_empty_everyone_is_rung_together() -> None:
    line = Line(build_team(on_duty={}))

    assert for_caller(line.contact) == WaitInQueue()
    assert line.rung_now() == [KARI, OLA, LIV, NILS]


def test_where_everyone_is_one_person_that_phone_is_dialled() -> None:
    line = Line(build_team(on_duty={}, away=[KARI, OLA, LIV]))

    assert line.dialled.target == NILS


def test_a_second_family_is_put_through_to_backup() -> None:
    line = Line(busy=frozenset({KARI}))

    passed_over = line.decided(Kind.WAVE_STARTED)[0].detail["busy"]

    assert line.dialled.target == OLA
    assert passed_over == [KARI]


def test_when_all_are_busy_duty_is_rung_all_the_same() -> None:
    line = Line(busy=frozenset({KARI, OLA, LIV, NILS}))

    assert line.dialled.target == KARI


def test_a_therapist_who_calls_the_line_is_not_rung_by_it() -> None:
    line = Line(never=frozenset({KARIS_PHONE}))

    assert line.dialled.target == OLA


def test_where_nobody_can_be_rung_the_last_resort_is_offered_at_once() -> None:
    line = Line(build_team(on_duty={}, away=[KARI, OLA, LIV, NILS], municipalities=(LARVIK,)))

    assert for_caller(line.contact) == OfferLastResort("Larvik")


def test_where_there_is_nobody_at_all_the_caller_is_told() -> None:
    line = Line(build_team(staff=[], on_duty={}))

    assert for_caller(line.contact) == TellAlerted(promise=True)
    assert line.contact.state is State.WAITING


def test_the_administrator_is_never_rung() -> None:
    line = Line(build_team(staff=WHOLE_STAFF[4:], on_duty={}))

    assert MIA not in {leg.person for leg in line.contact.legs}


def test_whoever_picks_up_is_asked_to_press_1() -> None:
    line = Line()

    line.tell(line.fact(Kind.LEG_ANSWERED, line.dialled))

    assert for_leg(line.contact, line.dialled) == Screen()
    assert line.contact.state is State.RINGING


def test_a_pressed_1_on_the_dialled_phone_bridges() -> None:
    line = Line()

    line.press_1(line.dialled)

    assert for_leg(line.contact, line.dialled) == BridgeLeg()
    assert line.contact.state is State.ACCEPTED


def test_a_call_is_connected_only_when_the_carrier_says_so() -> None:
    line = Line()
    line.press_1(line.dialled)
    unconfirmed = line.contact.state

    line.bridge(line.dialled)

    assert [unconfirmed, line.contact.state] == [State.ACCEPTED, State.CONNECTED]


def test_a_bridge_without_a_pressed_1_is_no_answer() -> None:
    line = Line()

    line.end_dial(line.fact(Kind.LEG_BRIDGED, line.dialled), status="completed")

    assert line.contact.answered_by is None
    assert line.contact.place is CallerPlace.CUT_OFF
    assert line.decided(Kind.FOLLOW_UP_OPENED)


def test_seconds_to_a_human_are_counted_to_the_pressed_1() -> None:
    line = Line()
    line.wait(11)

    line.press_1(line.dialled)
    line.wait(60)
    line.end_dial(line.fact(Kind.LEG_BRIDGED, line.dialled), status="completed")

    assert (line.contact.answered_by, line.contact.seconds_to_human) == (KARI, 11)


def test_a_voicemail_that_picks_up_does_not_hold_the_call() -> None:
    line = Line()
    line.tell(line.fact(Kind.LEG_ANSWERED, line.dialled))

    line.end_dial(status="completed")

    assert for_caller(line.contact) == WaitInQueue()
    assert line.contact.state is State.GATHERING


def test_a_press_of_1_lost_before_the_bridge_begins_the_next_round() -> None:
    line = Line()
    line.press_1(line.dialled)

    line.end_dial(status="completed")

    assert line.contact.round == 2
    assert for_caller(line.contact) == WaitInQueue()
    assert line.rung_now() == [KARI]


def test_the_claim_of_a_dialled_phone_stands_until_its_dial_is_over() -> None:
    line = Line()
    line.press_1(line.dialled)

    line.tell(line.fact(Kind.LEG_ENDED, line.dialled, status="completed"))
    line.wait(60)

    assert not line.decided(Kind.CLAIM_WITHDRAWN)


def test_a_press_of_1_after_the_dial_is_over_is_refused() -> None:
    line = Line()
    ring_in_vain(line)
    late = line.leg("1")

    line.press_1(late)

    assert line.decided(Kind.CLAIM_REFUSED)[0].detail["why"] == "caller_gone"
    assert line.contact.claim is None


def test_a_rule_without_an_end_does_not_hold_the_line_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    def always_queue(question: CallView) -> Decision:
        return (question.entry(Kind.QUEUED),)

    line = Line()
    monkeypatch.setattr("oncall.alerts.decide._RULES", (always_queue,))

    with pytest.raises(EndlessDecision, match="c1"):
        line.tell()


def test_no_phone_is_rung_for_longer_than_the_carrier_takes() -> None:
    ladder = replace(LADDER, waves=(Wave(0, ("duty",)), Wave(900, ("backup",))))

    line = Line(build_team(ladders=(ladder,)))

    assert line.dialled.timeout == 600


def test_a_ladder_that_begins_with_several_rings_the_first_of_them() -> None:
    ladder = replace(LADDER, waves=(Wave(0, ("backup", "duty")), Wave(30, ("everyone",))))

    line = Line(build_team(ladders=(ladder,), on_duty=ON_DUTY))

    assert line.dialled.target == OLA
