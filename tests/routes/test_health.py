"""Whether the service is alive, ready and well can be seen from outside."""

import json

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
