"""How do calendar programs read the rota?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from oncall.rota.duty import cut_gaps, shifts
from oncall.rota.hours import Rotas
from oncall.rota.model import PersonId, Shift, Tier

REFRESH = timedelta(hours=1)
BEHIND = timedelta(days=62)
AHEAD = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """A shift as it stands in a calendar."""

    tier: Tier
    shift: Shift
    title: str


def feed_window(now: datetime) -> tuple[datetime, datetime]:
    """Return what a feed shows: from the first of the month some two months ago, for half a year.

    It moves once a month only, so that a shift which it cuts keeps its beginning, and so its identity.
    """
    first = (now - BEHIND).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first, now + AHEAD


def feed_shifts(
    rotas: Rotas, now: datetime, person: PersonId | None = None
) -> tuple[tuple[Tier, Shift], ...]:
    """Return the shifts of a feed: those of one person, or of everybody; gaps are not in it."""
    start, end = feed_window(now)
    return tuple(
        (tier, shift)
        for tier in Tier
        if tier in rotas
        for shift in shifts(rotas[tier], start, end)
        if shift.person is not None and person in (None, shift.person)
    )


def feed_fallbacks(
    rotas: Rotas, now: datetime, person: PersonId | None = None
) -> tuple[tuple[Tier, Shift], ...]:
    """Return the parts of gaps that somebody, or one person, is named to answer in."""
    start, end = feed_window(now)
    return tuple(
        (tier, part)
        for tier in Tier
        if tier in rotas and rotas[tier].fallbacks
        for part in cut_gaps(rotas[tier], start, end)
        if part.person is not None and person in (None, part.person)
    )


def write_feed(name: str, entries: Iterable[FeedEvent], *, team: str, version: int, now: datetime) -> bytes:
    """Return the calendar (RFC 5545). A shift that was overridden is not in it, and so disappears.

    A shift is named by tier and beginning: its identifier stays while its person or end changes, and the
    team's version, which only rises, is its SEQUENCE.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//oncall//rota//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        event = Event()
        event.add("uid", f"{entry.tier}-{entry.shift.start:%Y%m%dT%H%M%SZ}@{team}.oncall")
        event.add("sequence", version)
        event.add("dtstamp", now)
        event.add("dtstart", entry.shift.start)
        event.add("dtend", entry.shift.end)
        event.add("summary", entry.title)
        event.add("transp", "TRANSPARENT")  # being on duty at home is not being busy
        calendar.add_component(event)
    return bytes(calendar.to_ical())
