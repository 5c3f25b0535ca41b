"""Tell the present, and how much time has passed: nothing else reads a clock of the machine."""

import select
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

Clock = Callable[[], datetime]  # returns the present as an aware UTC datetime
Elapsed = Callable[[], timedelta]  # returns the time since one fixed instant; nobody can set it

# Where there is one, the clock that also counts the time that the machine was asleep.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

# A difference larger than this is no slip: the machine started with a wrong date. It is followed at once.
WRONG_DATE = timedelta(hours=12)
# A smaller one is followed gradually, so that an alert due in five minutes is twelve seconds late at most.
FORWARD, BACK = 1 / 10, 1 / 25
SAME = timedelta(milliseconds=50)  # two clocks that differ by less agree


def utc_now() -> datetime:
    """Return the present by the machine's clock, aware and in UTC."""
    return datetime.now(UTC)


def read_elapsed() -> timedelta:
    """Return the time since the machine started, which no change of its clock alters."""
    return timedelta(microseconds=time.clock_gettime_ns(_STEADY) // 1000)


def pause(seconds: float) -> None:
    """Wait.

    Python waits for locks and events by the machine's clock where the C library leaves it no other: set back
    by an hour, such a wait lasts an hour longer. The system's own time-outs never do.
    """
    select.select([], [], [], seconds)


class SteadyClock:
    """Return the present, carried on by elapsed time: a clock that is set does not show at once.

    It is safe to share between threads, and never goes back unless the date was wrong.
    """

    def __init__(self, wall: Clock = utc_now, elapsed: Elapsed = read_elapsed) -> None:
        """Start with the present by the clock `wall`."""
        self._elapsed = elapsed
        self._lock = Lock()
        self._at, self._since = wall(), elapsed()
        self._behind = timedelta(0)  # what is still to be made up for

    def __call__(self) -> datetime:
        """Return the present."""
        with self._lock:
            return self._read(self._elapsed())

    def set(self, at: datetime) -> None:
        """Show `at` from now on."""
        with self._lock:
            self._at, self._since, self._behind = at, self._elapsed(), timedelta(0)

    def follow(self, reference: datetime, accuracy: timedelta = timedelta(0)) -> None:
        """Agree gradually with `reference`, the present by a better clock; with another date at once."""
        with self._lock:
            since = self._elapsed()
            at = self._read(since)
            difference = reference - at
            if abs(difference) > WRONG_DATE:
                at, difference = reference, timedelta(0)
            elif abs(difference) <= accuracy + SAME:
                difference = timedelta(0)
            self._at, self._since, self._behind = at, since, difference

    def _read(self, since: timedelta) -> datetime:
        passed = since - self._since
        made_up = min(max(self._behind, -passed * BACK), passed * FORWARD)
        return self._at + passed + made_up
