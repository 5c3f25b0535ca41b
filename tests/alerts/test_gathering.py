"""How waves follow each other while the caller waits in the queue."""

from dataclasses import replace

from oncall.alerts.decide import due
from oncall.alerts.steps import Comfort, LeaveQueue, WaitInQueue, for_caller, for_waiting
from oncall.alerts.team import Wave
from oncall.alerts.waves import AGAIN_AFTER, ORDER_PATIENCE
from oncall.contacts.contact import CallerPlace, Via
from oncall.contacts.model import Kind
from oncall.rota.model import Tier
from tests.scenes.call import (
    ALWAYS,
    KARI,
    LIV,
    NILS,
    OLA,
    STAFF,
    Line,
    build_team,
    person,
    ring_in_vain,
)


def gathering(line: Line | None = None) -> Line:
    """Return a call whose first phone declined after 4 seconds, and whose orders were taken."""
    line = line or Line()
    line.wait(4)
    line.tell(line.fact(Kind.LEG_ENDED, line.dialled, status="busy"))
    line.end_dial(status="busy")
    line.place()
    return line


def test_the_first_person_is_rung_again_at_once() -> None:
    line = gathering()

    assert line.ringing() == {KARI}


def test_who_declined_is_not_rung_again_at_once() -> None:
    line = Line()
    line.tell(line.fact(Kind.LEG_DECLINED, line.dialled))

    line.end_dial(status="completed")

    assert line.rung_now() == [OLA]


def test_backup_is_rung_at_its_second_while_duty_rings_on() -> None:
    line = gathering()
    line.wait(20.9)
    before = line.ringing()

    line.wait(0.1)

    assert (before, line.ringing()) == ({KARI}, {KARI, OLA})


def test_wave_follows_wave_until_everyone_rings() -> None:
    line = gathering()
    rung = []

    for seconds in (25 - 4, 45 - 25, 75 - 45):
        line.wait(seconds)
        line.place()
        rung.append(line.ringing())

    assert rung == [{KARI, OLA}, {KARI, OLA, LIV}, {KARI, OLA, LIV, NILS}]


def test_a_phone_rings_until_the_deadline() -> None:
    line = gathering()

    assert line.leg_of(KARI).timeout == 150 - 4


def test_nobody_is_rung_twice_at_once() -> None:
    line = gathering()

    line.wait(100)

    live = [leg.target for leg in line.contact.legs if leg.live]
    assert len(live) == len(set(live))


def test_a_shared_phone_is_not_rung_for_its_second_person_too() -> None:
    sharing = person(OLA, "+4790000001")
    line = gathering(Line(build_team(staff=(STAFF[0], sharing, *STAFF[2:]))))

    line.wait(22)

    assert line.ringing() == {KARI}


def test_the_next_wave_starts_at_once_when_nobody_rings() -> None:
    line = gathering()

    line.end(line.leg_of(KARI))

    assert line.rung_now() == [OLA]
    assert line.contact.elapsed(line.now) == 25


def test_later_waves_come_earlier_once_the_clock_was_put_forward() -> None:
    line = gathering()
    line.end(line.leg_of(KARI))
    line.place()

    line.wait(20)

    assert line.ringing() == {OLA, LIV}


def test_an_empty_tier_falls_through_to_the_next_at_once() -> None:
    line = gathering(Line(build_team(on_duty={Tier.DUTY: KARI, Tier.LEADER: LIV})))

    line.wait(21)
    line.place()
    line.end(line.leg_of(KARI))

    assert line.rung_now() == [LIV]


def test_busy_people_are_passed_over_and_named() -> None:
    line = gathering()
    line.busy = frozenset({OLA})

    line.wait(21)

    started = line.decided(Kind.WAVE_STARTED)[-1].detail
    assert (started["ring"], started["busy"]) == ([], [OLA])


def test_in_the_last_wave_busy_people_are_rung_after_free_ones() -> None:
    line = gathering()
    line.busy = frozenset({OLA})
    line.wait(70)

    line.wait(1)

    assert line.rung_now() == [NILS, OLA]


def test_when_all_are_busy_they_are_rung_wave_by_wave() -> None:
    line = gathering()
    line.busy = frozenset({KARI, OLA, LIV, NILS})

    line.wait(21)

    assert line.rung_now() == [OLA]


def test_a_failed_leg_is_never_rung_again_but_a_new_one_is() -> None:
    line = gathering()
    failed = line.leg_of(KARI)
    line.end(failed)

    line.place()
    line.wait(50)

    assert line.leg_of(KARI).id != failed.id


def test_a_failed_leg_does_not_block_the_next_wave() -> None:
    line = gathering()

    line.tell(line.fact(Kind.LEG_ANSWERED, line.leg_of(KARI)))  # and no word of it ever again
    line.wait(21)

    assert line.rung_now() == [OLA]


def end_all(line: Line) -> None:
    """Every phone that rings stops ringing."""
    line.place()
    while live := [leg for leg in line.contact.legs if leg.live]:
        line.end(live[0])
        line.place()


def test_everybody_is_rung_once_more_when_nobody_rings_any_longer() -> None:
    line = gathering()
    end_all(line)
    line.wait(19.9)
    before = line.ringing()

    line.wait(0.1)

    assert (before, line.ringing()) == (set(), {KARI, OLA, LIV, NILS})


def test_the_whole_ladder_is_rung_again_where_its_last_tier_is_empty() -> None:
    ladder = replace(ALWAYS, waves=(Wave(0, ("duty",)), Wave(25, ("backup",)), Wave(45, ("leader",))))
    line = gathering(Line(build_team(ladders=(ladder,), on_duty={Tier.DUTY: KARI, Tier.BACKUP: OLA})))
    end_all(line)

    line.wait(20)

    assert line.ringing() == {KARI, OLA}


def test_ringing_everybody_again_is_due_when_nobody_rings() -> None:
    line = gathering()

    end_all(line)

    assert due(line.contact, line.now) == line.now + AGAIN_AFTER


def test_giving_up_on_orders_unheard_of_is_due() -> None:
    line = Line()

    line.end_dial(status="busy")

    assert due(line.contact, line.now) == line.now + ORDER_PATIENCE


def test_who_declined_is_asked_again_with_everyone() -> None:
    line = gathering()
    line.place()
    line.tell(line.fact(Kind.LEG_DECLINED, line.leg_of(KARI)))
    line.place()

    line.wait(75)

    assert KARI in line.ringing()


def test_no_wave_starts_at_the_deadline() -> None:
    line = gathering()
    end_all(line)
    rung = len(line.contact.legs)

    line.now = line.contact.instant(150)
    line.wait(0)

    assert len(line.contact.legs) == rung


def test_the_first_words_are_those_about_112() -> None:
    line = gathering()

    first = for_waiting(line.contact, line.now)
    line.wait(12)

    assert [first, for_waiting(line.contact, line.now)] == [Comfort(first=True), Comfort(first=False)]


def test_a_slow_carrier_does_not_swallow_the_first_words() -> None:
    line = gathering()
    line.wait(8)

    line.tell(line.fact(Kind.QUEUE_JOINED, queue="QU1"))

    assert for_waiting(line.contact, line.now) == Comfort(first=True)


def test_the_caller_leaves_the_queue_at_the_deadline() -> None:
    line = gathering()
    line.wait(145.9)
    before = for_waiting(line.contact, line.now)

    line.wait(0.1)

    assert (before, for_waiting(line.contact, line.now)) == (Comfort(first=False), LeaveQueue())


def test_a_caller_thrown_out_of_the_queue_too_early_goes_back() -> None:
    line = gathering()

    line.ask()

    assert for_caller(line.contact) == WaitInQueue()
    assert line.ringing() == {KARI}


def test_while_phones_ring_the_next_wave_is_due() -> None:
    line = gathering()

    assert due(line.contact, line.now) == line.contact.instant(25)


def test_while_the_dial_is_in_flight_the_carrier_holds_the_call() -> None:
    line = Line()

    assert due(line.contact, line.now) is None


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
