"""How the engine keeps time."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from standin.simulator.engine import Engine, NaiveStart, NoSpeed
from tests.standin.simulator.stage import START


def test_events_happen_in_the_order_of_their_time_and_of_their_making() -> None:
    engine = Engine(START)
    happened: list[tuple[str, datetime]] = []
    for name, seconds in (("late", 2.0), ("first", 1.0), ("second", 1.0)):
        engine.after(seconds, lambda name=name: happened.append((name, engine.now())))  # type: ignore[misc]

    engine.run_for(5)

    assert [name for name, _ in happened] == ["first", "second", "late"]
    assert happened[-1][1] == START + timedelta(seconds=2)
    assert engine.now() == START + timedelta(seconds=5)


def test_a_cancelled_event_never_happens() -> None:
    engine = Engine(START)
    happened: list[str] = []
    engine.after(1, lambda: happened.append("never")).cancel()

    engine.run_for(5)

    assert happened == []


def test_what_repeats_in_the_background_does_not_keep_it_from_being_idle() -> None:
    engine = Engine(START)
    ticks: list[datetime] = []
    ticker = engine.every(1, lambda: ticks.append(engine.now()))
    engine.after(3.5, lambda: None)

    assert engine.run_until_idle(60)
    assert len(ticks) == 3
    ticker.cancel()
    engine.run_for(10)
    assert len(ticks) == 3


def test_waiting_for_idleness_ends_at_its_limit() -> None:
    engine = Engine(START)
    engine.after(100, lambda: None)

    assert not engine.run_until_idle(60)
    assert engine.now() == START + timedelta(seconds=60)


def test_paced_time_runs_as_many_times_as_fast_as_the_wall_and_can_change() -> None:
    engine = Engine(datetime.now(UTC), speed=1.0)
    done = threading.Event()
    engine.after(100, done.set)
    engine.start()

    engine.change_speed(1000)

    assert done.wait(5)
    engine.stop()


def test_a_broken_event_does_not_stop_paced_time() -> None:
    engine = Engine(datetime.now(UTC), speed=1.0)
    done = threading.Event()
    engine.after(0, lambda: 1 / 0)  # type: ignore[arg-type]
    engine.after(0, done.set)

    engine.start()

    assert done.wait(5)
    engine.stop()


def test_a_start_without_a_time_zone_and_a_speed_for_virtual_time_are_refused() -> None:
    with pytest.raises(NaiveStart):
        Engine(datetime(2026, 11, 21))  # noqa: DTZ001
    with pytest.raises(NoSpeed):
        Engine(START).change_speed(2)
