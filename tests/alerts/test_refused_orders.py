"""Orders that the carrier refuses, or never answers, are replaced by dials."""

from oncall.alerts.steps import LeaveQueue, WaitInQueue, for_caller, for_waiting
from oncall.contacts.contact import CallerPlace, Via
from oncall.contacts.model import Kind
from tests.cast import KARI, LIV, NILS, OLA
from tests.scenes.call import Line, build_team, ring_in_vain


def test_orders_that_the_carrier_refuses_are_replaced_by_dials() -> None:
    line = Line()
    ring_in_vain(line)

    for leg in line.contact.legs[1:]:
        line.tell(line.fact(Kind.LEG_REFUSED, leg, by="carrier"))

    assert for_waiting(line.contact, line.now) == LeaveQueue()


def test_phones_are_dialled_one_by_one_from_where_the_ladder_was_when_our_calls_fail() -> None:
    line = Line()
    line.end_dial(status="busy")
    line.wait(1)
    line.tell(line.fact(Kind.LEG_REFUSED, line.leg_of(KARI), by="carrier"))
    dialled = []

    line.ask()
    for _ in range(5):
        dialled.append(line.dialled.target)
        line.end_dial()

    assert dialled == [OLA, LIV, NILS, KARI, OLA]


def test_a_caller_whose_wait_fails_is_not_sent_back_to_the_queue() -> None:
    line = Line()
    line.end_dial(status="no-answer")
    stay = line.contact.place_seq

    line.tell(line.fact(Kind.QUEUE_LEFT, stay=stay, bridged=False, result="leave"))
    line.ask()

    assert line.dialled.via is Via.DIAL
    assert line.contact.place is CallerPlace.DIALLED


def test_how_an_earlier_stay_in_the_queue_ended_says_nothing_of_the_present_one() -> None:
    line = Line()
    line.end_dial(status="no-answer")
    stay = line.contact.place_seq - 1

    line.tell(line.fact(Kind.QUEUE_LEFT, stay=stay, bridged=False, result="leave"))
    line.ask()

    assert line.contact.place is CallerPlace.QUEUED


def test_busy_people_are_dialled_after_free_ones() -> None:
    line = Line()
    line.end_dial(status="busy")
    line.busy = frozenset({OLA})
    line.tell(line.fact(Kind.LEG_REFUSED, line.leg_of(KARI), by="carrier"))

    line.ask()

    assert line.dialled.target == LIV


def test_an_order_unheard_of_for_six_seconds_counts_as_refused() -> None:
    line = Line()
    line.end_dial(status="busy")
    line.wait(5.9)
    before = line.contact.one_by_one_since

    line.wait(0.1)

    assert before is None
    assert line.contact.one_by_one_since == line.now


def test_an_order_still_in_flight_is_waited_for_when_another_is_refused() -> None:
    line = Line(build_team(on_duty={}))
    first, second, *_ = line.contact.legs

    line.tell(line.fact(Kind.LEG_REFUSED, first, by="carrier"))
    line.tell(line.fact(Kind.LEG_PLACED, second, sid="CA2"))
    line.wait(10)

    assert line.contact.one_by_one_since is None


def test_a_refusal_starts_no_wave_of_calls_that_will_be_refused_as_well() -> None:
    line = Line()
    line.end_dial(status="busy")

    line.tell(line.fact(Kind.LEG_REFUSED, line.leg_of(KARI), by="carrier"))

    assert line.rung_now() == []


def test_a_bad_number_is_passed_over_and_calls_go_on() -> None:
    line = Line()
    line.end_dial(status="failed")

    line.tell(line.fact(Kind.LEG_REFUSED, line.leg_of(KARI), by="number"))

    assert line.contact.one_by_one_since is None
    assert line.rung_now() == [OLA]


def test_a_refusal_counts_in_its_own_round_alone() -> None:
    line = Line(build_team(on_duty={}))
    line.tell(line.fact(Kind.LEG_REFUSED, line.leg("1"), by="carrier"))
    line.place()
    line.press_1(line.leg_of(OLA))
    line.end(line.leg_of(OLA))
    line.place()

    for leg in line.contact.legs:
        line.end(leg)

    assert line.contact.round == 2
    assert line.contact.one_by_one_since is None


def test_a_refusal_is_void_once_the_phone_rings_all_the_same() -> None:
    line = Line()
    line.end_dial(status="busy")
    line.tell(line.fact(Kind.LEG_RINGING, line.leg_of(KARI), sid="CA2"))

    line.tell(line.fact(Kind.LEG_REFUSED, line.leg_of(KARI), by="carrier"))

    assert line.contact.one_by_one_since is None
    assert line.ringing() == {KARI}


def test_dials_that_all_fail_at_once_come_to_an_end() -> None:
    line = Line()
    line.end_dial(status="failed")
    line.tell(line.fact(Kind.LEG_REFUSED, line.leg_of(KARI), by="carrier"))
    line.ask()

    for _ in range(4 * 5):
        line.end_dial(status="failed")

    assert line.decided(Kind.TEAM_ALERTED)


def test_a_phone_ordered_although_unheard_of_can_still_take_the_call() -> None:
    line = Line()
    line.end_dial(status="busy")
    line.wait(6)
    line.ask()

    line.press_1(line.leg("2"))
    line.end_dial(status="canceled")

    assert for_caller(line.contact) == WaitInQueue()
    assert line.contact.joining == line.leg("2")
