"""Run the clock: do once a second what is due, and show that it lives.

No duration here is measured on the machine's clock: it may be set by an hour at any time.
"""

import os
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR
from apscheduler.schedulers.background import BackgroundScheduler

from oncall.clock import pause
from oncall.jobs.retention_jobs import plan_erasures
from oncall.monitoring import ping, report
from oncall.service import Service
from oncall.store.jobs import outbox
from oncall.store.jobs.heartbeats import beat, delete_dead_processes
from oncall.usecases.families.brief_watch import plan_brief_watch
from oncall.usecases.line.lost_calls import plan_reconciliation
from oncall.usecases.privacy.chains import plan_checks
from oncall.usecases.rota.gaps import plan_watch

TICK_EVERY = 1.0  # seconds
BEAT_EVERY = timedelta(seconds=3)
LOOK_EVERY = 2.0  # seconds from one look of a web process at the clock to the next
DEAD_AFTER = timedelta(seconds=10)  # a clock silent for so long is replaced by a web process
STUCK_AFTER = timedelta(seconds=30)  # longer than any one job: a ticker that has begun nothing is no clock
LEFT_TO_OTHERS = timedelta(seconds=8)  # a process with a wrong time waits so long for one with the right time
LATE = timedelta(seconds=10)  # a job overdue by this has been seen by no clock, or by one whose time is wrong
EACH_MINUTE = timedelta(minutes=1)
TIDY_EVERY = timedelta(hours=1)
KEEP_DONE_JOBS = timedelta(days=7)
JOBS_A_TICK = 200  # so that a flood of jobs does not keep a tick from ending
TICKS_AT_ONCE = 4  # what waits for a slow carrier does not hold up the other jobs


@dataclass
class Ticker:
    """Does what is due, once a tick."""

    service: Service
    kind: str  # "clock", or "web" where a web process stands in
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}")
    # Each of these is elapsed time; None: not yet.
    _beaten: timedelta | None = None
    _at_work: timedelta | None = None
    _looked: timedelta | None = None
    _tidied: timedelta | None = None
    _room: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(TICKS_AT_ONCE))
    _looking: threading.Lock = field(default_factory=threading.Lock)

    def tick(self) -> None:
        """Try once everything that is due; do nothing while `TICKS_AT_ONCE` earlier ticks go on."""
        if not self._room.acquire(blocking=False):
            return
        try:
            self._at_work = self.service.time.elapsed()
            self._do_due()
        finally:
            self._room.release()

    def begin(self) -> None:
        """Show that this process lives before its first tick."""
        self._at_work = self.service.time.elapsed()

    def beat(self) -> None:
        """Compare the clocks, and show that this process lives."""
        self._beaten = self.service.time.elapsed()
        self._beat(self.service.time.measure(self.service.db), idle=False)

    def show_time(self) -> None:
        """Compare the clocks; where this process's time differs, let the others know."""
        at = self.service.time.measure(self.service.db)
        if self.service.time.differs:
            self._beat(at, idle=True)

    def beat_in_time(self) -> None:
        """Beat, unless that was done just now."""
        if self._beaten is None or self.service.time.elapsed() - self._beaten >= BEAT_EVERY:
            self.beat()

    def is_at_work(self) -> bool:
        """Return whether it has begun something lately: one whose ticks all hang does not beat."""
        return self._at_work is not None and self.service.time.elapsed() - self._at_work < STUCK_AFTER

    def may_decide(self) -> bool:
        """Return whether this process knows the time well enough to do what is due.

        With a wrong clock in its machine it knows the time from the database alone. Then the work is left to
        a process whose clock is right; where there is none, late decisions are better than none.
        """
        time, watch = self.service.time, self.service.watch
        if not time.measured or time.wrong_since is None:
            return time.measured
        watch.look(self.service.db, unless_within=timedelta(seconds=1))
        return min(time.wrong_for(), watch.silent_for("clock", "web")) >= LEFT_TO_OTHERS

    def _beat(self, at: datetime, *, idle: bool) -> None:
        time = self.service.time
        beat(
            self.service.db,
            self.name,
            self.kind,
            at,
            None if time.alone else time.skew,
            time.lag,
            idle=idle,
        )

    def _do_due(self) -> None:
        """Report a failure, which never ends the clock."""
        try:
            if not self.may_decide():
                return
            for _ in range(JOBS_A_TICK):
                if not self.service.worker.do_next():
                    break
                self._at_work = self.service.time.elapsed()
            if self._looking.acquire(blocking=False):
                try:
                    self._do_now_and_then()
                finally:
                    self._looking.release()
        except Exception as error:  # noqa: BLE001 - the clock's one error boundary
            report(error, "tick")

    def _do_now_and_then(self) -> None:
        elapsed, now = self.service.time.elapsed(), self.service.clock()
        if self._looked is None or elapsed - self._looked >= EACH_MINUTE:
            self._look_around(now)
            self._looked = elapsed
        if self._tidied is None or elapsed - self._tidied >= TIDY_EVERY:
            self._tidy(now)
            self._tidied = elapsed

    def _look_around(self, now: datetime) -> None:
        self.service.db.forget_unused()
        plan_reconciliation(self.service.db, now)
        if self.service.settings.watchdog_url:  # reached only while clock and database work
            ping(self.service.settings.watchdog_url)

    def _tidy(self, now: datetime) -> None:
        with self.service.db.transaction() as transaction:
            outbox.forget_done(transaction, now - KEEP_DONE_JOBS)
            delete_dead_processes(transaction, now - KEEP_DONE_JOBS, now + TIDY_EVERY)
        plan_watch(self.service.db, now)
        plan_erasures(self.service.db, now)
        plan_brief_watch(self.service.db, now)
        plan_checks(self.service.db, now)


class Heart(threading.Thread):
    """Beats for a ticker on a thread of its own, and keeps the time of the process meanwhile.

    A long job so never silences a living clock. It does not beat for a ticker that does nothing: a web
    process beats only while it stands in.
    """

    def __init__(self, ticker: Ticker) -> None:
        """Prepare the thread."""
        super().__init__(name="heart", daemon=True)
        self._ticker = ticker
        self._fails = False  # told of once, until a beat succeeds

    def run(self) -> None:
        """Beat for as long as the process lives."""
        while True:
            self.pulse()
            pause(BEAT_EVERY.total_seconds())

    def pulse(self) -> None:
        """Beat once, or only compare the clocks while there is nothing to beat for."""
        try:
            if self._ticker.is_at_work():
                self._ticker.beat()
            else:
                self._ticker.show_time()
            self._fails = False
        except Exception as error:  # noqa: BLE001 - the database may be back at the next beat
            if not self._fails:
                report(error, "heartbeat")
            self._fails = True


def run_clock(service: Service) -> None:
    """Tick once a second until the process is told to stop.

    The scheduler runs the ticks and reports what goes wrong, but does not say when: its triggers compute the
    next run by the machine's clock, and one set back by an hour would stop them for that hour.
    """
    scheduler = BackgroundScheduler(timezone="UTC")
    ticker = Ticker(service, "clock")
    # A tick reports what goes wrong in it; what goes wrong beside it would only be a line of the log.
    scheduler.add_listener(lambda event: report(event.exception, "clock"), EVENT_JOB_ERROR)
    heart = Heart(ticker)
    scheduler.start()
    try:
        ticker.begin()
        heart.start()
        while True:
            # Due at once. Where the clock is set back this very moment, one run is late, and not the next.
            scheduler.add_job(ticker.tick, misfire_grace_time=None)
            pause(TICK_EVERY)
    finally:
        scheduler.shutdown()


class StandbyTicker(threading.Thread):
    """In a web process: watches the clock, ticks in its stead while it is dead, and looks at the lines."""

    def __init__(self, service: Service, wait: Callable[[float], bool] | None = None) -> None:
        """Prepare the thread; `wait` sleeps so many seconds, and returns True to stop."""
        super().__init__(name="stand-in clock", daemon=True)
        self._service = service
        self._ticker = Ticker(service, "web")
        self._forgot: timedelta | None = None  # elapsed time when what nobody needs any more was last dropped
        self._stopped = False
        self._wait = wait or self._pause

    def start(self) -> None:
        """Start this thread, and the one that keeps the time and beats while this one is busy."""
        Heart(self._ticker).start()
        super().start()

    def run(self) -> None:
        """Look every two seconds; while the clock is dead, look and tick every second."""
        while not self._wait(TICK_EVERY if self.watch() else LOOK_EVERY):
            pass

    def watch(self) -> bool:
        """Tick if the clock is dead or leaves work undone; return whether it does.

        What this process remembers is kept true meanwhile: calls go by the lines as they are now, and each
        minute what nobody needs any more is dropped.
        """
        elapsed = self._service.time.elapsed()
        if self._forgot is None or elapsed - self._forgot >= EACH_MINUTE:
            self._service.db.forget_unused()
            self._forgot = elapsed
        try:
            self._service.context.lines.keep_up()
            if not self._is_needed():
                return False
            self._ticker.beat_in_time()
        except Exception as error:  # noqa: BLE001 - the database may be back at the next look
            report(error, "stand-in clock")
            return False
        self._ticker.tick()
        return True

    def stop(self) -> None:
        """End the thread after its present tick."""
        self._stopped = True

    def _is_needed(self) -> bool:
        """Return whether no clock with the right time beats, or one that beats does not see what is due."""
        service = self._service
        service.watch.look(service.db)
        if service.watch.silent_for("clock") > DEAD_AFTER:
            return True
        with service.db.reading() as reading:
            return outbox.is_any_due(reading, service.clock() - LATE)

    def _pause(self, seconds: float) -> bool:
        pause(seconds)
        return self._stopped
