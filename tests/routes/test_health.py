"""Whether the service is alive, ready and well can be seen from outside."""

import json
from datetime import timedelta
from threading import Event, Thread

import pytest

from oncall.monitoring import skew_measured
from oncall.store.jobs.heartbeats import Beat, beat
from oncall.store.session import Reading
from oncall.usecases import health
from tests.scenes.knocking import Knocker
from tests.scenes.night import Night


def test_alive_needs_no_database(night: Night, knock: Knocker) -> None:
    night.lose_database()

    assert knock.send("GET", "/healthz").status == 200


def test_ready_while_database_and_clock_work(night: Night, knock: Knocker) -> None:
    night.run_for(2)

    answer = knock.send("GET", "/readyz")

    assert (answer.status, json.loads(answer.body)["status"]) == (200, "ok")


def test_not_ready_without_a_database(night: Night, knock: Knocker) -> None:
    night.lose_database()

    answer = knock.send("GET", "/readyz")

    assert (answer.status, json.loads(answer.body)["database"]) == (503, "down")


def test_not_ready_with_a_clock_that_has_been_silent_for_half_a_minute(night: Night, knock: Knocker) -> None:
    night.run_for(2)
    night.clock_runs = night.stand_in_runs = False
    night.run_for(40)

    answer = knock.send("GET", "/readyz")

    assert (answer.status, json.loads(answer.body)["clock"]) == (503, "silent")


def test_metrics_name_nobody(night: Night, knock: Knocker) -> None:
    call = night.call(night.mother)
    night.play(20, call)

    answer = knock.send("GET", "/metrics")

    assert answer.status == 200
    assert b"+47" not in answer.body
    assert b"V-014" not in answer.body


def test_not_ready_while_the_database_hangs(
    night: Night, knock: Knocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    night.run_for(2)
    knock.send("GET", "/readyz")
    night.clock_runs = night.stand_in_runs = False
    begun, may_end = Event(), Event()

    def hang(_reading: Reading) -> tuple[Beat, ...]:
        begun.set()
        may_end.wait(20)
        return ()

    monkeypatch.setattr(health, "newest_beats", hang)
    at_it = Thread(target=night.service.watch.look, args=(night.service.db,))
    at_it.start()
    begun.wait(20)
    night.run_for(11)

    answer = knock.send("GET", "/readyz")
    may_end.set()
    at_it.join(20)

    assert (answer.status, json.loads(answer.body)["database"]) == (503, "down")


def test_not_ready_with_a_clock_process_whose_machine_is_an_hour_off(night: Night, knock: Knocker) -> None:
    night.run_for(2)
    night.clock_runs = night.stand_in_runs = False
    night.run_for(40)
    beat(night.service.db, "elsewhere", "clock", night.carrier.now(), timedelta(hours=1))

    answer = knock.send("GET", "/readyz")

    said = json.loads(answer.body)
    assert (answer.status, said["clock"], said["skew_seconds"]) == (503, "wrong time", 3600.0)


def test_not_ready_with_a_clock_that_claims_to_beat_in_the_future(night: Night, knock: Knocker) -> None:
    night.run_for(2)
    night.clock_runs = night.stand_in_runs = False
    night.run_for(40)
    beat(night.service.db, "lost", "clock", night.carrier.now() + timedelta(hours=1))

    answer = knock.send("GET", "/readyz")

    assert (answer.status, json.loads(answer.body)["clock"]) == (503, "silent")


def test_a_small_difference_between_the_clocks_is_shown(night: Night, knock: Knocker) -> None:
    night.run_for(2)
    beat(night.service.db, "elsewhere", "clock", night.carrier.now(), timedelta(seconds=-3))
    skew_measured(-3)

    answer = knock.send("GET", "/readyz")

    assert (answer.status, json.loads(answer.body)["skew_seconds"]) == (200, -3.0)
    assert b"oncall_clock_skew_seconds -3.0" in knock.send("GET", "/metrics").body
    skew_measured(0)
