"""All processes go by one time, whatever is done to clocks and machines."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from oncall.scheduler import Heart, StandbyTicker, Ticker
from oncall.service import Service
from oncall.store.jobs.heartbeats import newest_beats
from oncall.usecases.health import LineHealth, examine
from tests.scenes.heartbeats import newest_beat
from tests.scenes.machines import START, Machine, World, open_world

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture(params=["own clock", "no clock"])
def world(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[World]:
    """A database with a clock of its own, and one whose clock is the machine's."""
    with open_world(sqlite_url, monkeypatch, own_clock=request.param == "own clock") as world:
        yield world


class Process:
    """A clock process, or a web process that does nothing unless it must."""

    def __init__(self, world: World, machine: Machine, kind: str = "clock") -> None:
        self.world, self.service = world, world.service(machine)
        self.ticker = Ticker(self.service, kind)
        self.heart = Heart(self.ticker)

    def live(self, seconds: int, *others: "Process") -> None:
        for _ in range(seconds // 3):
            for process in (self, *others):
                if process.ticker.kind == "clock":
                    process.ticker.begin()
                process.heart.pulse()
            self.world.wait(3)


def _set_clocks(world: World, machine: Machine, by: timedelta) -> None:
    """The clock that all compare with is set."""
    if world.own_clock:
        world.database_off = by
    else:
        machine.off = by


def _apart(one: Service, other: Service) -> timedelta:
    return abs(one.clock() - other.clock())


@pytest.mark.parametrize("by", [-HOUR, -10 * SECOND, 10 * SECOND, 5 * MINUTE, HOUR])
@pytest.mark.parametrize("kind", ["clock", "web"])
def test_a_process_that_starts_goes_by_the_time_of_those_that_live(
    world: World, by: timedelta, kind: str
) -> None:
    machine = world.machine()
    old = Process(world, machine, kind)
    old.live(6)
    _set_clocks(world, machine, by)
    old.live(6)
    before = old.service.clock()

    new = Process(world, machine)
    old.live(30, new)

    assert _apart(old.service, new.service) < SECOND
    assert timedelta(seconds=28) < old.service.clock() - before < timedelta(seconds=34), "nobody leaps"


def test_when_nobody_lives_a_process_starts_with_the_time_as_it_is(world: World) -> None:
    machine = world.machine()
    Process(world, machine).live(6)
    _set_clocks(world, machine, -HOUR)
    Process(world, machine).live(6)

    world.wait(20)
    new = Process(world, machine)

    assert new.service.clock() == START + world.passed - HOUR


def test_a_machine_that_stood_still_goes_by_the_time_of_the_others_at_once(world: World) -> None:
    still = world.machine()
    halted, other = Process(world, still), Process(world, world.machine())
    other.live(6, halted)

    still.halted = 10 * MINUTE
    world.wait(600)
    still.off = 10 * MINUTE  # its clock was set right
    other.live(6, halted)

    assert _apart(halted.service, other.service) < SECOND
    assert halted.ticker.may_decide()


def test_one_that_started_alone_does_not_take_the_others_back(world: World) -> None:
    machine = world.machine()
    old = Process(world, machine)
    old.live(6)
    _set_clocks(world, machine, -HOUR)
    world.wait(20)
    new = Process(world, machine)  # the beats that it finds are from the future
    before = old.service.clock()

    old.live(6, new)

    assert old.service.clock() > before
    assert _apart(old.service, new.service) < SECOND


def test_a_forked_process_takes_the_time_of_its_own_start(world: World) -> None:
    machine = world.machine()
    machine.off = -5 * MINUTE  # wrong when the parent started, and then set right
    if world.own_clock:
        world.database_off = -5 * MINUTE
    service = world.service(machine)
    world.wait(3600)
    machine.off = world.database_off = timedelta(0)

    service.time.start_over()
    before = Ticker(service, "web").may_decide()
    service.time.measure(service.db)

    assert not before, "it decides nothing until it knows the time"
    assert service.clock() == START + world.passed


def test_a_web_process_whose_time_differs_says_so_and_shows_no_work(world: World) -> None:
    machine = world.machine()
    web = Process(world, machine, "web")
    web.live(6)
    with web.service.db.reading() as reading:
        quiet = newest_beats(reading)

    _set_clocks(world, machine, -HOUR)
    web.live(6)

    with web.service.db.reading() as reading:
        (beat,) = newest_beats(reading)
        assert newest_beat(reading, "web") is None
        assert examine(reading, web.service.clock()).line is LineHealth.SILENT
    assert quiet == ()
    assert beat.lag is not None
    assert abs(beat.lag + HOUR) < MINUTE
    assert StandbyTicker(web.service).watch(), "nor does another take it for a clock"


def test_now_says_that_the_line_works_after_the_clock_was_set(world: World) -> None:
    machine = world.machine()
    clock, web = Process(world, machine), StandbyTicker(world.service(machine))
    clock.live(6)

    _set_clocks(world, machine, -HOUR)
    for _ in range(6):
        clock.live(3)
        web.watch()

    with clock.service.db.reading() as reading:
        health = examine(reading, clock.service.clock())
    # Beside a database with a clock of its own, every machine now seems to be an hour off.
    assert health.line is (LineHealth.STANDBY if world.own_clock else LineHealth.OK)
    assert health.skew is not None
    assert abs(abs(health.skew) - HOUR) < MINUTE
