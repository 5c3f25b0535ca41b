"""The present is carried on by elapsed time, whatever is done to the machine's clock."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.clock import SteadyClock

START = datetime(2026, 3, 14, 2, 40, tzinfo=UTC)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


class Machine:
    def __init__(self) -> None:
        self.passed = self.off = timedelta(0)

    def wall(self) -> datetime:
        return START + self.passed + self.off

    def clock(self) -> SteadyClock:
        clock = SteadyClock(self.wall, lambda: self.passed)
        clock.set(self.wall())
        return clock


@pytest.mark.parametrize("off", [-HOUR, 5 * MINUTE, timedelta(days=-400)])
def test_a_clock_that_is_set_does_not_show(off: timedelta) -> None:
    machine = Machine()
    clock = machine.clock()

    machine.off = off
    machine.passed = 2 * MINUTE

    assert clock() == START + 2 * MINUTE


def test_a_clock_that_is_set_goes_on_from_there() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.off = -HOUR
    clock.follow(machine.wall())

    machine.passed = MINUTE
    clock.set(START - 5 * MINUTE)
    machine.passed = 2 * MINUTE

    assert clock() == START - 4 * MINUTE


@pytest.mark.parametrize(
    ("off", "after", "shows"),
    [
        (-HOUR, 5 * MINUTE, 5 * MINUTE - 12 * SECOND),  # an alert is twelve seconds late
        (-HOUR, 25 * HOUR, 24 * HOUR),
        (-HOUR, 50 * HOUR, 49 * HOUR),
        (HOUR, 10 * SECOND, 11 * SECOND),
        (HOUR, 11 * HOUR, 12 * HOUR),
        (40 * timedelta(milliseconds=1), MINUTE, MINUTE),
        (timedelta(days=-1), MINUTE, MINUTE - timedelta(days=1)),  # a wrong date is followed at once
    ],
)
def test_later_it_follows_gradually(off: timedelta, after: timedelta, shows: timedelta) -> None:
    machine = Machine()
    clock = machine.clock()
    machine.off = off

    clock.follow(machine.wall())
    machine.passed = after

    assert clock() == START + shows


@given(
    st.lists(
        st.tuples(
            st.timedeltas(timedelta(0), timedelta(minutes=10)),
            st.timedeltas(-timedelta(hours=1), timedelta(hours=1)),
        ),
        max_size=12,
    )
)
def test_it_never_goes_back_and_never_runs_more_than_a_tenth_too_fast(
    steps: list[tuple[timedelta, timedelta]],
) -> None:
    machine = Machine()
    clock = machine.clock()

    for passed, off in steps:
        before = clock()
        machine.passed += passed
        machine.off = off
        clock.follow(machine.wall())
        shown = clock() - before
        assert passed * 0.96 - SECOND / 1000 <= shown <= passed * 1.1 + SECOND / 1000
