"""A process of ours dies in the middle of a night, or a part of it is stuck."""

import pytest

from oncall.contacts.model import State
from oncall.jobs.worker import Worker
from oncall.scheduler import TICKS_AT_ONCE, Ticker
from standin.simulator import faults
from tests.cast import LIVS_PHONE, OLAS_PHONE, STATIC
from tests.scenes import eventful_night
from tests.scenes.eventful_night import EACH, LENGTH, NAMES
from tests.scenes.night import ACCEPTS, Night

pytestmark = pytest.mark.slow

REFUSED = 11205  # the carrier could not reach us
each_webhook = pytest.mark.parametrize(("nth", "kind"), EACH, ids=NAMES)


@each_webhook
def test_the_web_process_is_restarted_between_any_two_webhooks(night: Night, nth: int, kind: str) -> None:
    night.after_request(nth, night.restart_web)

    call = eventful_night.begin(night)
    night.play(LENGTH, call)

    eventful_night.assert_as_ever(night)
    contact = night.only_contact()
    assert (contact.state, contact.answered_by) == (State.ENDED, "ola")


@each_webhook
def test_the_web_process_dies_as_it_answers(night: Night, nth: int, kind: str) -> None:
    night.carrier.faults.on_webhook(r"^https://line\.example/", faults.reset(after=True), nth=nth)
    night.after_request(nth, night.restart_web)

    call = eventful_night.begin(night)
    night.run_for(LENGTH)
    call.hang_up()
    night.settle(excused=eventful_night.NO_SUCH_QUEUE if kind == "dialled" else 0)

    assert eventful_night.spoke_with_a_human(night), kind
    assert night.only_contact().answered_by or night.only_contact().follow_up


def test_a_caller_who_is_led_away_while_the_winner_waits_for_them_was_answered_by_nobody(
    night: Night,
) -> None:
    night.after_request(eventful_night.WEBHOOKS.index("answer") + 1, night.stop_web)
    call = eventful_night.begin(night)
    night.run_for(80)
    night.restart_web()
    call.hang_up()
    night.settle(excused=REFUSED)

    contact = night.only_contact()
    assert [number for number, _ in night.spoke(night.mother)] == [STATIC]
    assert (contact.answered_by, bool(contact.follow_up)) == (None, True)


def test_a_restart_in_the_middle_of_a_talk_is_not_noticed_by_anybody(night: Night) -> None:
    call = eventful_night.begin(night)
    night.run_for(45)
    assert night.mother.bridges
    night.restart_web()
    night.run_for(10)

    assert night.mother.bridges[0].end is None
    night.play(60, call)


def test_with_stuck_threads_the_clock_does_all_within_a_second(night: Night) -> None:
    night.dispatches = False

    call = eventful_night.begin(night)
    night.play(LENGTH, call)

    eventful_night.assert_as_ever(night)
    assert night.rang_at(night.ola)[0] < 29
    assert night.ola.texts


def test_with_a_dead_clock_a_web_process_stands_in(night: Night) -> None:
    night.clock_runs = False

    call = eventful_night.begin(night)
    night.play(LENGTH, call)

    eventful_night.assert_as_ever(night)
    assert night.rang_at(night.ola)[0] < 30


def test_the_clock_dies_in_mid_call_and_the_next_wave_is_ten_seconds_late_at_most(night: Night) -> None:
    night.liv.policy = night.nils.policy = ACCEPTS
    call = night.call(night.mother)
    night.run_for(40)
    night.clock_runs = False
    night.play(40, call)

    assert [number for number, _ in night.spoke(night.mother)] == [LIVS_PHONE]
    assert night.rang_at(night.liv)[0] < 46 + 10


def test_with_a_dead_clock_and_stuck_threads_the_stand_in_does_all(night: Night) -> None:
    night.clock_runs = night.dispatches = False

    call = eventful_night.begin(night)
    night.play(LENGTH, call)

    eventful_night.assert_as_ever(night)
    assert night.only_contact().answered_by == "ola"


def test_with_no_clock_at_all_the_callers_own_questions_keep_the_ladder_going(night: Night) -> None:
    night.clock_runs = night.stand_in_runs = False
    night.nils.policy = ACCEPTS

    call = night.call(night.mother)
    night.run_for(110)

    assert night.rang_at(night.liv)[0] < 46 + 11
    assert night.rang_at(night.nils)[0] < 76 + 11
    assert night.mother.bridges
    night.stand_in_runs = True
    night.play(0, call)


def test_with_no_clock_at_all_a_refused_call_is_tried_again_while_the_caller_waits(night: Night) -> None:
    night.clock_runs = night.stand_in_runs = False
    night.ola.policy = ACCEPTS
    night.carrier.faults.on_rest(r"/Calls\.json", faults.too_many_requests(), method="POST", nth=(1,))

    call = night.call(night.mother)
    night.run_for(80)

    again = night.only_contact().leg("2")
    assert again is not None
    assert again.known_to_carrier
    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE]
    night.stand_in_runs = True
    night.play(0, call)


def test_with_neither_clock_nor_threads_the_caller_is_not_kept_waiting_for_ever(night: Night) -> None:
    night.clock_runs = night.stand_in_runs = night.dispatches = False
    night.ola.policy = ACCEPTS

    call = night.call(night.mother)
    night.run_for(120)

    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE], (
        "one screened Dial after another"
    )
    night.clock_runs = night.dispatches = True
    night.play(0, call)


def test_while_orders_hang_at_the_carrier_the_next_ticks_do_the_other_jobs_a_few_at_once(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticker, under_way = Ticker(night.service, "clock"), []

    def hang(worker: Worker) -> bool:
        under_way.append(worker)
        ticker.tick()  # the next second's, which would wait for itself for ever
        return False

    monkeypatch.setattr(Worker, "do_next", hang)
    ticker.tick()

    assert len(under_way) == TICKS_AT_ONCE
