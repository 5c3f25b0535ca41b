"""Tell from the heartbeats of the processes whether the line works without a human's help."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock

from oncall.store.jobs.heartbeats import A_MOMENT, Beat, newest_beats
from oncall.store.session import Database, Reading
from oncall.usecases.timekeeping import NONE, TOLD_FROM, Timekeeper

BEATS_WITHIN = timedelta(seconds=15)  # a clock that works has shown it in this time
CLOCK_MAY_BE_SILENT_FOR = timedelta(seconds=30)  # before the service says that it is not ready
LOOKED_WITHIN = timedelta(seconds=10)  # a web process looks every two seconds, unless the database hangs


class LineHealth(StrEnum):
    """Whether what must happen by itself does happen."""

    OK = "ok"
    STANDBY = "stand_in"  # the clock is silent, and a web process does its work
    SILENT = "silent"  # nobody does


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the line works, and when that was last seen."""

    line: LineHealth
    seen_at: datetime | None  # None: never
    skew: timedelta | None = None  # by which the clock of some machine is wrong; None: all are right


def examine(reading: Reading, now: datetime) -> Health:
    """Return whether the line works by itself, as the processes' heartbeats show."""
    known = [
        beat for beat in newest_beats(reading) if beat.alive_at <= now + A_MOMENT
    ]  # later ones say nothing
    beats = [beat for beat in known if not beat.idle]
    clock = max((beat.alive_at for beat in beats if beat.kind == "clock" and beat.knows_time), default=None)
    web = max((beat.alive_at for beat in beats if beat.kind == "web"), default=None)
    skew = find_worst(beat.off_by for beat in known if now - beat.alive_at <= BEATS_WITHIN)
    if clock and now - clock <= BEATS_WITHIN:
        return Health(LineHealth.OK, clock, skew)
    if web and now - web <= BEATS_WITHIN:
        return Health(LineHealth.STANDBY, web, skew)
    return Health(LineHealth.SILENT, max((at for at in (clock, web) if at), default=None), skew)


def find_worst(skews: Iterable[timedelta]) -> timedelta | None:
    """Return the largest difference between clocks, either way; None where they agree."""
    worst = max(skews, key=abs, default=NONE)
    return worst if abs(worst) > TOLD_FROM else None


class ClockState(StrEnum):
    """What is known of the clock processes."""

    OK = "ok"
    WRONG = "wrong time"  # they live, but leave the work to others: their machine's clock is wrong
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class _Heard:
    beat: Beat
    at: timedelta | None  # elapsed time when it beat; None: when, nobody knows


@dataclass(eq=False)
class Watch:
    """Knows when each process last beat, as this process has seen it.

    A beat counts when it changes, by the time that has elapsed here. Of one never seen before, its own time
    is all that is known. One from the future is silence, by the clock that all processes share.
    """

    time: Timekeeper
    _heard: dict[str, _Heard] = field(default_factory=dict, repr=False)
    _looked: timedelta | None = None
    _looking: Lock = field(default_factory=Lock, repr=False)

    def look(self, db: Database, *, unless_within: timedelta = NONE) -> None:
        """Read the newest beats, unless that was done just now or is being done."""
        if not self._looking.acquire(blocking=False):
            return
        try:
            if self._looked is None or self.time.elapsed() - self._looked >= unless_within:
                with db.reading() as reading:
                    beats = newest_beats(reading)
                    reference = self.time.reference(reading)
                now = self.time.elapsed()
                self._heard = {beat.process: self._hear(beat, now, reference) for beat in beats}
                self._looked = now
        finally:
            self._looking.release()

    def is_fresh(self) -> bool:
        """Return whether the beats were read lately."""
        return self._looked is not None and self.time.elapsed() - self._looked < LOOKED_WITHIN

    def silent_for(self, *kinds: str, rightly: bool = True) -> timedelta:
        """Return since when none of these has beaten; timedelta.max where none ever did.

        `rightly` leaves out those whose machine shows a wrong time: they say so, and do nothing.
        """
        found = (
            heard.at
            for heard in self._heard.values()
            if heard.at is not None
            and heard.beat.kind in kinds
            and not heard.beat.idle
            and (heard.beat.knows_time or not rightly)
        )
        newest = max(found, default=None)
        return timedelta.max if newest is None else self.time.elapsed() - newest

    def clock_state(self) -> ClockState:
        """Return whether a clock process has shown lately that it works."""
        if self.silent_for("clock") < CLOCK_MAY_BE_SILENT_FOR:
            return ClockState.OK
        if self.silent_for("clock", rightly=False) < CLOCK_MAY_BE_SILENT_FOR:
            return ClockState.WRONG
        return ClockState.SILENT

    def worst_skew(self) -> timedelta | None:
        """Return by how much the clock of some machine is wrong, if it is."""
        live = (
            heard.beat.off_by
            for heard in self._heard.values()
            if heard.at is not None and self.time.elapsed() - heard.at < CLOCK_MAY_BE_SILENT_FOR
        )
        return find_worst((self.time.skew, *live))

    def _hear(self, beat: Beat, now: timedelta, reference: datetime) -> _Heard:
        known = self._heard.get(beat.process)
        if known is not None and known.beat.at == beat.at:
            return known
        age = max(reference - beat.at, NONE)
        if beat.at > reference + A_MOMENT:
            return _Heard(beat, None)
        if known is not None and self._looked is not None:  # it beat since then, whatever the clocks show
            age = min(age, now - self._looked)
        return _Heard(beat, now - age)
