"""Which instant does a time on the wall clock mean?

A time that the clock change skips is read with the offset from before the change (02:30 on the
night when 02:00 becomes 03:00 is 03:30), a time that it repeats is the first of the two. That is
the rule of iCalendar (RFC 5545, 3.3.5), so calendar programs show a feed as we resolve it.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from oncall.rota.clock_hours import Hours
from oncall.rota.model import Weekday, WeeklyWindow

_WEEKDAYS = tuple(Weekday)
_DAY = timedelta(days=1)


def utc(instant: datetime) -> datetime:
    """Return the same instant in UTC; raise ValueError for one without a zone."""
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} has no time zone")
    return instant.astimezone(UTC)


@lru_cache(maxsize=4096)
def instant_of(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, at which the zone's wall clock shows a time on a day."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def next_at(clock: time, after: datetime, zone: ZoneInfo) -> datetime:
    """Return when, in UTC, the zone's wall clock next shows a time: today, or tomorrow if it is past."""
    local = after.astimezone(zone)
    day = local.date() if local.time() < clock else local.date() + _DAY
    return instant_of(day, clock, zone)


def weekday(day: date) -> Weekday:
    """Return a date's weekday."""
    return _WEEKDAYS[day.weekday()]


def opening(window: WeeklyWindow, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """Return `[start, end)` of the window that opens on a day, None if it does not open."""
    if weekday(day) not in window.days:
        return None
    last_day = day + _DAY if Hours(window.start, window.until).end_next_day else day
    return instant_of(day, window.start, zone), instant_of(last_day, window.until, zone)


def is_open(window: WeeklyWindow, at: datetime, zone: ZoneInfo) -> bool:
    """Tell whether a weekly window is open at an instant."""
    moment = utc(at)
    today = moment.astimezone(zone).date()
    # Yesterday's window may run past midnight. Tomorrow's may have begun where the clock, just
    # past midnight, is put back into the day before.
    for day in (today, today - _DAY, today + _DAY):
        hours = opening(window, day, zone)
        if hours and hours[0] <= moment < hours[1]:
            return True
    return False
