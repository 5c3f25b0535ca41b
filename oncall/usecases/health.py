"""Tell from the heartbeats of the processes whether the line works without a human's help."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from oncall.store.jobs.heartbeats import newest_beat
from oncall.store.session import Database, Reading

BEATS_WITHIN = timedelta(seconds=15)  # a clock that works has shown it in this time
CLOCK_MAY_BE_SILENT_FOR = timedelta(seconds=30)  # before the service says that it is not ready


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


def examine(reading: Reading, now: datetime) -> Health:
    """Return whether the line works by itself, as the processes' heartbeats show."""
    clock, web = newest_beat(reading, "clock"), newest_beat(reading, "web")
    if clock and now - clock <= BEATS_WITHIN:
        return Health(LineHealth.OK, clock)
    if web and now - web <= BEATS_WITHIN:
        return Health(LineHealth.STANDBY, web)
    return Health(LineHealth.SILENT, max((beat for beat in (clock, web) if beat), default=None))


def is_clock_beating(db: Database, now: datetime) -> bool:
    """Return whether a clock process has shown lately that it works."""
    with db.reading() as reading:
        beat = newest_beat(reading, "clock")
    return beat is not None and now - beat < CLOCK_MAY_BE_SILENT_FOR
