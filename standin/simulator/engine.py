"""What happens next, and when: one heap of events under one clock."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

MICROSECONDS = 1_000_000
log = logging.getLogger(__name__)


@dataclass(order=True)
class Timer:
    """One thing to be done at one instant; `cancel()` makes it never happen."""

    due: int  # microseconds since the engine's start
    seq: int
    action: Callable[[], None] = field(compare=False)
    background: bool = field(compare=False, default=False)  # does not keep the engine from being idle
    cancelled: bool = field(compare=False, default=False)

    def cancel(self) -> None:
        self.cancelled = True


class NoSpeed(RuntimeError):
    """Virtual time has no speed."""


class NaiveStart(ValueError):
    """The engine's start must know its time zone."""


class VirtualClock:
    """Time that moves only when the engine moves it."""

    def __init__(self) -> None:
        self._elapsed = 0

    def elapsed(self) -> int:
        return self._elapsed

    def advance_to(self, elapsed: int) -> None:
        self._elapsed = max(self._elapsed, elapsed)


class PacedClock:
    """Time that follows the machine's own, `speed` times as fast; the speed can change at any moment."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._base = 0
        self._since = time.monotonic()

    def elapsed(self) -> int:
        return self._base + round((time.monotonic() - self._since) * self._speed * MICROSECONDS)

    def advance_to(self, elapsed: int) -> None:
        """Nothing: this clock moves by itself."""

    @property
    def speed(self) -> float:
        return self._speed

    def change_speed(self, speed: float) -> None:
        self._base, self._since = self.elapsed(), time.monotonic()
        self._speed = speed


class Engine:
    """Runs callbacks in the order of their time, and of their making where times are equal.

    With a virtual clock (`speed=None`) the caller moves time with `run_for`. With a paced clock a
    thread of the engine's own (`start()`) does, and whoever else touches what the callbacks touch
    holds `lock` while doing so.
    """

    def __init__(self, start: datetime, speed: float | None = None) -> None:
        if start.tzinfo is None:
            raise NaiveStart("the engine's start must be an aware datetime")
        self._start = start.astimezone(UTC)
        self._clock: VirtualClock | PacedClock = VirtualClock() if speed is None else PacedClock(speed)
        self._heap: list[Timer] = []
        self._seq = itertools.count()
        self._standing: int | None = None  # the time of the event that runs; None between events
        self._thread: threading.Thread | None = None
        self._stopping = False
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)

    @property
    def speed(self) -> float | None:
        return self._clock.speed if isinstance(self._clock, PacedClock) else None

    def change_speed(self, speed: float) -> None:
        """Let time pass `speed` times as fast as on the wall from now on."""
        if isinstance(self._clock, VirtualClock):
            raise NoSpeed("virtual time moves only when it is told to")
        with self._changed:
            self._clock.change_speed(speed)
            self._changed.notify_all()

    def now(self) -> datetime:
        return self._start + timedelta(microseconds=self.elapsed())

    def elapsed(self) -> int:
        """Microseconds since the engine's start; while an event runs, the clock stands still for it."""
        return self._clock.elapsed() if self._standing is None else self._standing

    def at(self, moment: datetime, action: Callable[[], None], *, background: bool = False) -> Timer:
        """Schedule `action` at `moment`, or at once if that has passed."""
        due = round((moment - self._start) / timedelta(microseconds=1))
        return self._push(due, action, background)

    def after(self, seconds: float, action: Callable[[], None], *, background: bool = False) -> Timer:
        return self._push(self.elapsed() + round(seconds * MICROSECONDS), action, background)

    def soon(self, action: Callable[[], None]) -> Timer:
        """Schedule `action` at this instant, after whatever is running now."""
        return self.after(0, action)

    def every(self, seconds: float, action: Callable[[], None]) -> Timer:
        """Repeat `action` in the background; cancelling the returned timer stops it."""
        repeating = Timer(0, -1, action, background=True)

        def again() -> None:
            if not repeating.cancelled:
                action()
                self.after(seconds, again, background=True)

        self.after(seconds, again, background=True)
        return repeating

    def run_for(self, seconds: float) -> None:
        """Run everything due within the next `seconds` of virtual time; the clock stands at its end."""
        with self.lock:
            end = self._clock.elapsed() + round(seconds * MICROSECONDS)
            while self._heap and self._heap[0].due <= end:
                self._run_next()
            self._clock.advance_to(end)

    def run_until(self, moment: datetime) -> None:
        self.run_for(max(0.0, (moment - self.now()).total_seconds()))

    def run_until_idle(self, limit: float = 3600) -> bool:
        """Run until only background work is left, at most `limit` seconds; true if that was reached."""
        with self.lock:
            end = self._clock.elapsed() + round(limit * MICROSECONDS)
            while self._busy():
                if self._heap[0].due > end:
                    self._clock.advance_to(end)
                    return False
                self._run_next()
            return True

    def start(self) -> None:
        """Let a thread of the engine's own run the events as the wall clock reaches them."""
        self._stopping = False
        self._thread = threading.Thread(target=self._follow_the_clock, name="carrier-engine", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None

    def forget_all(self) -> None:
        """Drop every scheduled event."""
        with self.lock:
            self._heap.clear()

    def _push(self, due: int, action: Callable[[], None], background: bool) -> Timer:
        with self._changed:
            timer = Timer(max(due, self.elapsed()), next(self._seq), action, background)
            heapq.heappush(self._heap, timer)
            self._changed.notify_all()
            return timer

    def _busy(self) -> bool:
        while self._heap and self._heap[0].cancelled:
            heapq.heappop(self._heap)
        return any(not timer.background and not timer.cancelled for timer in self._heap)

    def _run_next(self) -> None:
        timer = heapq.heappop(self._heap)
        if not timer.cancelled:
            self._clock.advance_to(timer.due)
            outer, self._standing = self._standing, self._clock.elapsed()
            try:
                timer.action()
            finally:
                self._standing = outer

    def _follow_the_clock(self) -> None:
        with self._changed:
            while not self._stopping:
                if not self._heap:
                    self._changed.wait()
                    continue
                ahead = self._heap[0].due - self._clock.elapsed()
                if ahead > 0:
                    self._changed.wait(ahead / MICROSECONDS / (self.speed or 1))
                    continue
                try:
                    self._run_next()
                except Exception:
                    # One broken event must not silence every phone of a demonstration.
                    log.exception("an event of the stand-in failed")
