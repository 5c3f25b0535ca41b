"""Keep the time of a process by the database's, whatever its machine's clock shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from oncall.clock import Clock, Elapsed, SteadyClock, read_elapsed, utc_now
from oncall.monitoring import alert_operator, skew_measured
from oncall.store.jobs.heartbeats import A_MOMENT, WRONG_FROM, Beat, database_time, newest_beats
from oncall.store.session import Database, Reading

TOLD_FROM = timedelta(seconds=2)  # a difference that the operator hears of
OVER = timedelta(seconds=1)  # ... and one that ends it, so that a clock at the limit is told of once
AGREED = timedelta(seconds=1)  # processes whose times differ by less agree
NONE = timedelta(0)
# A beat as old as this is of a process that lives. A process that starts may wait for it longer: its time is
# then the only one known. Later, one from before the database's clock was set must not count.
LIVES, LIVED = timedelta(seconds=5), timedelta(seconds=15)


@dataclass(eq=False)
class Timekeeper:
    """Tells the present, and knows how far the clock of this machine is from it.

    The present is the database's, so that all processes agree on what is due; between two measurements
    elapsed time carries it on. SQLite has no clock of its own: there it is the machine's. Where that clock
    is set itself, the processes follow gradually and together: one that starts, or whose machine was
    halted, goes on from the time of those that live.
    """

    now: Clock
    elapsed: Elapsed
    wall: Clock
    steady: SteadyClock | None  # None: the time is made up, as in a drill, and everybody's
    skew: timedelta = NONE  # by which the machine's clock was ahead when last compared
    lag: timedelta | None = None  # by which the present was behind the reference; None: not known well enough
    wrong_since: timedelta | None = None  # elapsed time; None while the machine's clock is near enough
    measured: bool = False
    alone: bool = False  # the database has no clock of its own: in nobody's comparison can ours be wrong
    _told: bool = field(default=False, repr=False)

    @property
    def differs(self) -> bool:
        """Whether other processes must hear of this one's time even when it does nothing else."""
        return abs(self.skew) > TOLD_FROM or abs(self.lag or NONE) > AGREED

    def reference(self, reading: Reading) -> datetime:
        """Return the present by the clock that all processes share."""
        if self.steady is None:
            return self.now()
        return database_time(reading) or self.wall()

    def measure(self, db: Database) -> datetime:
        """Compare the clocks, tell the operator what is wrong, and return the time that all share."""
        if self.steady is None:
            self.measured = True
            return self.now()
        reference, skew, accuracy = self._compare(self.steady, db)
        self._judge(skew, accuracy)
        return reference

    def agree(self, db: Database) -> None:
        """Go by the time of the other processes, and tell nobody of a difference."""
        if self.steady is not None:
            self._compare(self.steady, db)

    def start_over(self) -> None:
        """Take the time as at the start: this process was forked from one that measured it long ago."""
        self.measured = self.steady is None
        self.lag = self.wrong_since = None

    def wrong_for(self) -> timedelta:
        """Return for how long the machine's clock has been known to be wrong."""
        return NONE if self.wrong_since is None else self.elapsed() - self.wrong_since

    def _compare(self, steady: SteadyClock, db: Database) -> tuple[datetime, timedelta, timedelta]:
        """Keep the time; return the one that all share, our machine's skew, and what both may be off by."""
        with db.reading() as reading:
            beats = newest_beats(reading)
            began = self.elapsed()
            theirs = database_time(reading)
            ours, accuracy = self.wall(), (self.elapsed() - began) / 2
            reference = ours if theirs is None else theirs + accuracy
            self._go_by_the_others(steady, reference, accuracy, beats)
        self.alone = theirs is None
        return reference, ours - (self.now() if theirs is None else reference), accuracy

    def _go_by_the_others(
        self, steady: SteadyClock, reference: datetime, accuracy: timedelta, beats: Sequence[Beat]
    ) -> None:
        """Go by the latest time of those that live, so that none goes back, and follow the reference."""
        since = reference - (LIVES if self.measured else LIVED)
        lags = [
            each.lag for each in beats if each.lag is not None and since <= each.at <= reference + A_MOMENT
        ]
        latest = reference - min(lags, default=NONE)
        if not self.measured or (lags and latest - self.now() > AGREED + accuracy):
            steady.set(latest)
        steady.follow(reference, accuracy)
        self.measured = True
        self.lag = reference - self.now() if accuracy < AGREED else None

    def _judge(self, skew: timedelta, accuracy: timedelta) -> None:
        self.skew = skew
        skew_measured(skew.total_seconds())
        at_least = abs(skew) - accuracy
        if at_least > TOLD_FROM and not self._told:
            self._told = True
            alert_operator("clocks_disagree", seconds=round(skew.total_seconds()))
        elif at_least < OVER:
            self._told = False
        if self.alone or at_least <= WRONG_FROM:
            self.wrong_since = None
        elif self.wrong_since is None:
            self.wrong_since = self.elapsed()


def keep_time(wall: Clock = utc_now, elapsed: Elapsed = read_elapsed) -> Timekeeper:
    """Return the timekeeper of a process."""
    steady = SteadyClock(wall, elapsed)
    return Timekeeper(steady, elapsed, wall, steady)


def make_up_time(now: Clock) -> Timekeeper:
    """Return the timekeeper of a world in which it is as late as `now` says, as in a drill."""
    began = now()
    return Timekeeper(now, lambda: now() - began, now, None, measured=True)


def read_present(db: Database) -> datetime:
    """Return the present that the processes go by, for a command on any machine."""
    time = keep_time()
    time.agree(db)
    return time.now()
