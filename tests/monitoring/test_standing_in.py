"""Who does what is due when the clock process is silent, busy, or on a machine with a wrong time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event, Thread

import pytest

from oncall.clock import read_elapsed, utc_now
from oncall.jobs.worker import Worker
from oncall.scheduler import DEAD_AFTER, STUCK_AFTER, Heart, StandbyTicker, Ticker
from oncall.service import Service
from oncall.store.jobs.heartbeats import beat, newest_beats
from oncall.store.jobs.outbox import NewJob, put
from oncall.store.session import Reading
from oncall.usecases import timekeeping
from oncall.usecases.health import ClockState, LineHealth, examine
from tests.scenes.machines import START, Machine, World, open_world

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def world(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A database with a clock of its own."""
    with open_world(sqlite_url, monkeypatch, own_clock=True) as world:
        yield world


@pytest.fixture
def machine_alone(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A database without a clock, beside all processes on one machine."""
    with open_world(sqlite_url, monkeypatch, own_clock=False) as world:
        yield world


@pytest.fixture(autouse=True)
def done(monkeypatch: pytest.MonkeyPatch) -> list[Worker]:
    """Whose workers have looked for something to do, in their order; they find nothing."""
    looked: list[Worker] = []

    def do_next(worker: Worker) -> bool:
        looked.append(worker)
        return False

    monkeypatch.setattr(Worker, "do_next", do_next)
    for what in ("_look_around", "_tidy"):
        monkeypatch.setattr(Ticker, what, lambda *_: None)
    return looked


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seconds that the operator was told of."""
    heard: list[int] = []
    monkeypatch.setattr(timekeeping, "alert_operator", lambda _key, seconds: heard.append(seconds))
    return heard


class Clock:
    """A clock process, driven by hand."""

    def __init__(self, service: Service) -> None:
        self.ticker = Ticker(service, "clock")
        self.ticker.begin()
        self.heart = Heart(self.ticker)
        self.heart.pulse()

    def live(self, world: World, seconds: int, *others: StandbyTicker) -> None:
        """Beat every three seconds and tick every second, while others look every second."""
        for second in range(seconds):
            world.wait(1)
            if second % 3 == 0:
                self.heart.pulse()
            self.ticker.tick()
            for other in others:
                other.watch()


# --------------------------------------------------------------------------------------- beats


def test_a_beat_in_the_future_is_silence(world: World) -> None:
    web = world.service(world.machine())
    beat(web.db, "lost", "clock", START + HOUR)

    assert StandbyTicker(web).watch()
    world.wait(1)
    assert web.watch.clock_state() is ClockState.SILENT
    with web.db.reading() as reading:
        assert examine(reading, web.clock()).line is LineHealth.STANDBY


def test_one_that_goes_on_beating_in_the_future_is_silent_too(world: World, done: list[Worker]) -> None:
    web = world.service(world.machine())
    stand_in = StandbyTicker(web)

    for _ in range(5):
        beat(web.db, "lost", "clock", START + world.passed + 5 * MINUTE)
        stand_in.watch()
        world.wait(3)

    assert done == [web.worker] * 5
    assert web.watch.clock_state() is ClockState.SILENT


def test_a_beat_that_stays_the_same_is_silence_after_ten_seconds(world: World) -> None:
    machine = world.machine()
    clock, web = Clock(world.service(machine)), StandbyTicker(world.service(machine))
    clock.live(world, 6, web)

    looks = []
    for _ in range(14):
        world.wait(1)
        looks.append(web.watch())

    assert DEAD_AFTER == 10 * SECOND
    assert looks.index(True) in range(7, 11)
    assert all(looks[looks.index(True) :])


def test_a_clock_on_a_machine_set_back_by_an_hour_beats_and_does_what_is_due(
    machine_alone: World, done: list[Worker], told: list[int]
) -> None:
    machine = machine_alone.machine()
    service, web = machine_alone.service(machine), machine_alone.service(machine)
    clock, stand_in = Clock(service), StandbyTicker(web)
    clock.live(machine_alone, 5, stand_in)

    machine.off = -HOUR
    done.clear()
    clock.live(machine_alone, 30, stand_in)

    assert done == [service.worker] * 30
    assert service.clock() - START > 33 * SECOND
    assert told == [-3600]


def test_a_web_process_stands_in_on_a_machine_set_back_by_an_hour(
    machine_alone: World, done: list[Worker]
) -> None:
    machine = machine_alone.machine()
    web = machine_alone.service(machine)
    clock, stand_in = Clock(machine_alone.service(machine)), StandbyTicker(web)
    clock.live(machine_alone, 5, stand_in)

    machine.off = -HOUR
    done.clear()
    for _ in range(15):
        machine_alone.wait(1)
        stand_in.watch()

    assert done
    assert set(done) == {web.worker}


def test_a_long_job_does_not_silence_the_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end = Event(), Event()

    def hang(_worker: Worker) -> bool:
        begun.set()
        may_end.wait(20)
        return False

    monkeypatch.setattr(Worker, "do_next", hang)
    service = world.service(world.machine())
    clock = Clock(service)
    at_work = Thread(target=clock.ticker.tick)
    at_work.start()
    begun.wait(20)

    world.wait(20)
    clock.heart.pulse()
    with service.db.reading() as reading:
        beaten = newest_beats(reading)[0].at
    world.wait(STUCK_AFTER.total_seconds())
    clock.heart.pulse()
    with service.db.reading() as reading:
        last = newest_beats(reading)[0].at
    may_end.set()
    at_work.join(20)

    assert beaten == START + 20 * SECOND
    assert last == beaten, "one whose ticks all hang for longer than any job takes is no clock"


def test_each_minute_and_each_hour_pass_by_elapsed_time(
    machine_alone: World, done: list[Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[timedelta] = []
    tidied: list[timedelta] = []
    monkeypatch.setattr(Ticker, "_look_around", lambda *_: looked.append(machine_alone.passed))
    monkeypatch.setattr(Ticker, "_tidy", lambda *_: tidied.append(machine_alone.passed))
    machine = machine_alone.machine()
    ticker = Ticker(machine_alone.service(machine), "clock")

    for minute in range(61):
        machine.off = -minute * HOUR / 10
        ticker.tick()
        machine_alone.wait(60)

    assert looked == [minute * MINUTE for minute in range(61)]
    assert tidied == [0 * MINUTE, 60 * MINUTE]


# -------------------------------------------------------------------------------------- wrong time


@pytest.mark.parametrize("off", [5 * MINUTE, -HOUR])
def test_a_clock_with_a_wrong_time_leaves_the_work_to_a_web_process(
    world: World, done: list[Worker], told: list[int], off: timedelta
) -> None:
    wrong, right = world.machine(), world.machine()
    service, web = world.service(wrong), world.service(right)
    clock, stand_in = Clock(service), StandbyTicker(web)
    clock.live(world, 5, stand_in)
    assert set(done) == {service.worker}

    wrong.off = off
    clock.live(world, 4, stand_in)
    done.clear()
    clock.live(world, 60, stand_in)

    assert set(done) == {web.worker}
    assert len(done) == 60
    assert told == [off.total_seconds()]
    assert service.clock() - web.clock() == timedelta(0), "it knows the time all the same"
    web.watch.look(web.db)
    assert web.watch.clock_state() is ClockState.WRONG
    assert web.watch.worst_skew() == off


def test_a_clock_whose_machine_is_right_again_goes_on(world: World, done: list[Worker]) -> None:
    wrong = world.machine()
    service, web = world.service(wrong), world.service(world.machine())
    clock, stand_in = Clock(service), StandbyTicker(web)
    wrong.off = HOUR
    clock.live(world, 20, stand_in)

    wrong.off = timedelta(0)
    clock.live(world, 4, stand_in)
    done.clear()
    clock.live(world, 20, stand_in)

    assert set(done) == {service.worker}
    assert web.watch.clock_state() is ClockState.OK


def test_a_clock_that_starts_with_a_wrong_time_does_nothing(world: World, done: list[Worker]) -> None:
    wrong = world.machine()
    wrong.off = 5 * MINUTE
    service, web = world.service(wrong), world.service(world.machine())

    Clock(service).live(world, 20, StandbyTicker(web))

    assert set(done) == {web.worker}
    assert service.clock() == START + 20 * SECOND


@pytest.mark.parametrize("whose", ["ours", "the database's"])
def test_where_no_clock_is_right_somebody_does_the_work_within_fifteen_seconds(
    world: World, done: list[Worker], whose: str
) -> None:
    machine = world.machine()
    service, web = world.service(machine), world.service(machine)
    clock, stand_in = Clock(service), StandbyTicker(web)
    clock.live(world, 5, stand_in)

    machine.off, world.database_off = (-HOUR, timedelta(0)) if whose == "ours" else (timedelta(0), -HOUR)
    clock.live(world, 14, stand_in)
    done.clear()
    clock.live(world, 60, stand_in)

    assert len(done) >= 60
    assert START + 76 * SECOND < service.clock() <= START + 79 * SECOND, "due dates come as they were planned"


@pytest.mark.parametrize(("off", "tells"), [(1.5, []), (3, [3])])
def test_a_small_difference_is_told_and_changes_nothing(
    world: World, done: list[Worker], told: list[int], off: float, tells: list[int]
) -> None:
    wrong = world.machine()
    service = world.service(wrong)
    clock, stand_in = Clock(service), StandbyTicker(world.service(world.machine()))

    wrong.off = timedelta(seconds=off)
    clock.live(world, 30, stand_in)

    assert set(done) == {service.worker}
    assert told == tells


def test_a_slow_answer_of_the_database_is_no_wrong_time(
    world: World, told: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = world.machine()
    service = world.service(machine)

    def answer_slowly(reading: Reading) -> datetime | None:
        found = world.database_time(reading)
        world.wait(20)
        return found

    monkeypatch.setattr(timekeeping, "database_time", answer_slowly)
    service.time.measure(service.db)

    assert told == []
    assert service.time.wrong_since is None
    assert abs(service.clock() - machine.wall()) < SECOND


def test_what_a_beating_clock_does_not_see_a_web_process_does(world: World) -> None:
    machine = world.machine()
    web = world.service(machine)
    stand_in = StandbyTicker(web)
    with web.db.transaction() as transaction:
        put(transaction, [NewJob("due", "nothing", None, None, START)], START)

    seen = []
    for _ in range(15):
        beat(web.db, "blind", "clock", START + world.passed)
        seen.append(stand_in.watch())
        world.wait(1)

    assert seen.index(True) == 10


# ------------------------------------------------------------------------------- a real database


@pytest.mark.parametrize("databases", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_the_time_is_that_of_the_database(database_url: str, told: list[int]) -> None:
    world = World(database_url, own_clock=True)
    machine = Machine(world)
    machine.wall = lambda: utc_now() + 5 * MINUTE  # type: ignore[method-assign]
    machine.elapsed = read_elapsed  # type: ignore[method-assign]

    service = world.service(machine)
    ticker = Ticker(service, "clock")
    ticker.beat()

    with service.db.reading() as reading:
        (seen,) = newest_beats(reading)
    service.db.close()
    assert abs(service.clock() - utc_now()) < SECOND
    assert abs(seen.at - utc_now()) < 5 * SECOND
    assert abs(seen.skew - 5 * MINUTE) < SECOND
    assert not seen.knows_time
    assert told == [300]
    assert not ticker.may_decide()
