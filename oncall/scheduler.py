"""The clock: once a second it does what is due, and shows that it lives."""

import os
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR
from apscheduler.schedulers.blocking import BlockingScheduler

from oncall.jobs.retention_jobs import plan_erasures
from oncall.monitoring import ping, report
from oncall.service import Service
from oncall.store.jobs import outbox
from oncall.store.jobs.heartbeats import beat, delete_dead_processes, newest_beat
from oncall.usecases.families.brief_watch import plan_brief_watch
from oncall.usecases.line.lost_calls import plan_reconciliation
from oncall.usecases.privacy.chains import plan_checks
from oncall.usecases.rota.gaps import plan_watch

BEAT_EVERY = timedelta(seconds=3)
DEAD_AFTER = timedelta(seconds=10)  # a clock silent for so long is replaced by a web process
EACH_MINUTE = timedelta(minutes=1)
TIDY_EVERY = timedelta(hours=1)
KEEP_DONE_JOBS = timedelta(days=7)
JOBS_A_TICK = 200  # so that a flood of jobs does not keep a tick from ending
TICKS_AT_ONCE = 4  # what waits for a slow carrier holds up neither the other jobs nor the heartbeat


@dataclass
class Ticker:
    """Does what is due, once a tick."""

    service: Service
    kind: str  # "clock", or "web" where a web process stands in
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}")
    _beaten: datetime | None = None
    _looked: datetime | None = None
    _tidied: datetime | None = None
    _room: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(TICKS_AT_ONCE))
    _looking: threading.Lock = field(default_factory=threading.Lock)

    def tick(self) -> None:
        """Everything due has been tried once; nothing is done while `TICKS_AT_ONCE` earlier ticks go on."""
        if not self._room.acquire(blocking=False):
            return
        try:
            self._do_due()
        finally:
            self._room.release()

    def beat(self) -> None:
        """It is known that this clock lives, unless that was shown just now."""
        now = self.service.clock()
        if self._beaten is None or now - self._beaten >= BEAT_EVERY:
            beat(self.service.db, self.name, self.kind, now)
            self._beaten = now

    def _do_due(self) -> None:
        """A failure is reported, and never ends the clock."""
        now = self.service.clock()
        try:
            self.beat()
            for _ in range(JOBS_A_TICK):
                if not self.service.worker.do_next():
                    break
            if self._looking.acquire(blocking=False):
                try:
                    self._do_now_and_then(now)
                finally:
                    self._looking.release()
        except Exception as error:  # noqa: BLE001 - the clock's one error boundary
            report(error, "tick")

    def _do_now_and_then(self, now: datetime) -> None:
        if self._looked is None or now - self._looked >= EACH_MINUTE:
            self._look_around(now)
            self._looked = now
        if self._tidied is None or now - self._tidied >= TIDY_EVERY:
            self._tidy(now)
            self._tidied = now

    def _look_around(self, now: datetime) -> None:
        self.service.db.forget_unused()
        plan_reconciliation(self.service.db, now)
        if self.service.settings.watchdog_url:  # reached only while clock and database work
            ping(self.service.settings.watchdog_url)

    def _tidy(self, now: datetime) -> None:
        with self.service.db.transaction() as transaction:
            outbox.forget_done(transaction, now - KEEP_DONE_JOBS)
            delete_dead_processes(transaction, now - KEEP_DONE_JOBS)
        plan_watch(self.service.db, now)
        plan_erasures(self.service.db, now)
        plan_brief_watch(self.service.db, now)
        plan_checks(self.service.db, now)


def run_clock(service: Service) -> None:
    """Tick once a second until the process is told to stop."""
    scheduler = BlockingScheduler(timezone="UTC")
    ticker = Ticker(service, "clock")
    # A tick reports what goes wrong in it; what goes wrong beside it would only be a line of the log.
    scheduler.add_listener(lambda event: report(event.exception, "clock"), EVENT_JOB_ERROR)
    # One more than go on at once, which sees that there is no room: to leave it out by itself, the scheduler
    # would warn of every second that a slow carrier takes.
    most = TICKS_AT_ONCE + 1
    scheduler.add_job(
        ticker.tick, "interval", seconds=1, coalesce=True, max_instances=most, misfire_grace_time=None
    )
    scheduler.start()


def clock_is_dead(service: Service) -> bool:
    """Whether no clock process has shown itself for so long that somebody must stand in."""
    with service.db.reading() as reading:
        newest = newest_beat(reading, "clock")
    return newest is None or service.clock() - newest > DEAD_AFTER


class StandbyTicker(threading.Thread):
    """In a web process: watches the clock, ticks in its stead while it is dead, and looks at the lines."""

    def __init__(self, service: Service, wait: Callable[[float], bool] | None = None) -> None:
        """Prepare the thread; `wait` sleeps so many seconds, and returns True to stop."""
        super().__init__(name="stand-in clock", daemon=True)
        self._service = service
        self._ticker = Ticker(service, "web")
        self._forgot: datetime | None = None  # when what nobody needs any more was last dropped
        self._stopped = threading.Event()
        self._wait = wait or self._stopped.wait

    def run(self) -> None:
        """Look every five seconds; while the clock is dead, look and tick every second."""
        while not self._wait(1.0 if self.watch() else 5.0):
            pass

    def watch(self) -> bool:
        """Tick if the clock is dead; return whether it is.

        What this process remembers is kept true meanwhile: calls go by the lines as they are now, and each
        minute what nobody needs any more is dropped.
        """
        now = self._service.clock()
        if self._forgot is None or now - self._forgot >= EACH_MINUTE:
            self._service.db.forget_unused()
            self._forgot = now
        try:
            self._service.context.lines.keep_up()
            dead = clock_is_dead(self._service)
        except Exception as error:  # noqa: BLE001 - the database may be back at the next look
            report(error, "stand-in clock")
            return False
        if dead:
            self._ticker.tick()
        return dead

    def stop(self) -> None:
        """End the thread after its present tick."""
        self._stopped.set()
