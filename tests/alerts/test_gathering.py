"""How waves follow each other while the caller waits in the queue."""

from dataclasses import replace

from oncall.alerts.decide import due
from oncall.alerts.steps import Comfort, LeaveQueue, WaitInQueue, for_caller, for_waiting
from oncall.alerts.team import Wave
from oncall.alerts.waves import AGAIN_AFTER, ORDER_PATIENCE
from oncall.contacts.model import Kind
from oncall.rota.model import Tier
from tests.cast import KARI, KARIS_PHONE, LADDER, LIV, NILS, OLA, person
from tests.scenes.call import WHOLE_STAFF, Line, build_team


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
    sharing = person(OLA, KARIS_PHONE)
    line = gathering(Line(build_team(staff=(WHOLE_STAFF[0], sharing, *WHOLE_STAFF[2:]))))

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
    ladder = replace(LADDER, waves=(Wave(0, ("duty",)), Wave(25, ("backup",)), Wave(45, ("leader",))))
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
