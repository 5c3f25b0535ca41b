"""Random rotas in several zones, around the days on which their clocks change."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from oncall.rota.model import (
    Absence,
    Layer,
    Override,
    PersonId,
    Rota,
    Tier,
    Weekday,
    WeeklyWindow,
)

PEOPLE = tuple(PersonId(name) for name in ("kari", "ola", "liv", "nils"))

# Where and when the clock changes: at two or three in the night, at midnight, by half an hour, from
# eleven in the evening into the next day, and (St. John's in 2010) from a minute past midnight back
# into the day before.
CLOCK_CHANGES = {
    "Europe/Oslo": (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, 0, tzinfo=UTC)),
    "America/Nuuk": (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, 0, tzinfo=UTC)),
    "America/Santiago": (datetime(2026, 4, 5, 3, 0, tzinfo=UTC), datetime(2026, 9, 6, 4, 0, tzinfo=UTC)),
    "Asia/Beirut": (datetime(2026, 3, 28, 22, 0, tzinfo=UTC), datetime(2026, 10, 24, 21, 0, tzinfo=UTC)),
    "Australia/Lord_Howe": (
        datetime(2026, 4, 4, 15, 0, tzinfo=UTC),
        datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    ),
    "America/St_Johns": (datetime(2010, 3, 14, 3, 31, tzinfo=UTC), datetime(2010, 11, 7, 2, 31, tzinfo=UTC)),
}


@dataclass(frozen=True)
class Scene:
    """A rota, and the clock change around which everything in it is laid out."""

    rota: Rota
    change: datetime


def instants(change: datetime) -> st.SearchStrategy[datetime]:
    """Return instants in the weeks around a clock change, many of them in the very night."""
    near = st.integers(-36 * 60, 36 * 60).map(lambda minutes: change + timedelta(minutes=minutes))
    far = st.integers(-20 * 1440, 20 * 1440).map(lambda minutes: change + timedelta(minutes=minutes))
    return st.one_of(near, far)


clock_times = st.one_of(
    st.sampled_from([time(0), time(0, 30), time(2, 30), time(8), time(20), time(23, 30)]),
    st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59])),
)

windows = st.builds(
    WeeklyWindow,
    days=st.frozensets(st.sampled_from(Weekday), min_size=1),
    start=clock_times,
    until=clock_times,
)


def layers(change: datetime, number: int) -> st.SearchStrategy[Layer]:
    """Return layers that begin, and some that are retired, in the weeks around a clock change."""

    def build(participants: list[PersonId], days: int, clock: time, turn: int, since: datetime,
              until: datetime | None, only: list[WeeklyWindow], lengths: list[int]) -> Layer:  # fmt: skip
        return Layer(
            id=f"made-{number}",
            participants=tuple(participants),
            first_handover=change.date() + timedelta(days=days),
            handover_time=clock,
            turn_days=turn,
            effective_from=since if until is None else min(since, until),
            retired_at=None if until is None else max(since, until),
            only=tuple(only),
            lengths=tuple(lengths[: len(participants)]),
        )

    return st.builds(
        build,
        st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4),
        st.integers(-30, 5),
        clock_times,
        st.integers(1, 9),
        instants(change),
        st.one_of(st.none(), st.none(), instants(change)),
        st.one_of(st.just([]), st.lists(windows, max_size=2)),
        st.one_of(st.just([]), st.lists(st.integers(1, 9), min_size=4, max_size=4)),
    )


@st.composite
def intervals(draw: st.DrawFn, change: datetime) -> tuple[datetime, datetime]:
    """Return a start and a later end."""
    start, end = sorted((draw(instants(change)), draw(instants(change))))
    return start, max(end, start + timedelta(minutes=1))


@st.composite
def overrides(draw: st.DrawFn, change: datetime, number: int) -> Override:
    """Return an override."""
    return Override(f"swap-{number}", draw(st.sampled_from(PEOPLE)), *draw(intervals(change)))


@st.composite
def absences(draw: st.DrawFn, change: datetime, number: int) -> Absence:
    """Return an absence."""
    return Absence(f"away-{number}", draw(st.sampled_from(PEOPLE)), *draw(intervals(change)))


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Return a random rota in a random zone, around one of that zone's clock changes."""
    name = draw(st.sampled_from(sorted(CLOCK_CHANGES)))
    change = draw(st.sampled_from(CLOCK_CHANGES[name]))
    rota = Rota(
        tier=Tier.DUTY,
        zone=ZoneInfo(name),
        layers=tuple(draw(layers(change, n)) for n in range(draw(st.integers(0, 3)))),
        overrides=tuple(draw(overrides(change, n)) for n in range(draw(st.integers(0, 3)))),
        absences=tuple(draw(absences(change, n)) for n in range(draw(st.integers(0, 3)))),
        fallbacks=tuple(draw(overrides(change, n)) for n in range(draw(st.integers(0, 2)))),
    )
    return Scene(rota, change)


def on_duty_by_hand(rota: Rota, at: datetime) -> PersonId | None:
    """Return who is on duty, worked out the long way: every rule looked at in turn, nothing indexed."""
    absent = {absence.person for absence in rota.absences if absence.start <= at < absence.end}
    for override in reversed(rota.overrides):
        if override.start <= at < override.end and override.person not in absent:
            return override.person
    for layer in reversed(rota.layers):
        if layer.effective_from <= at and (layer.retired_at is None or at < layer.retired_at):
            person = _turn_by_hand(layer, rota.zone, at)
            if person and person not in absent and _admitted_by_hand(layer, rota.zone, at):
                return person
    return None


def _turn_by_hand(layer: Layer, zone: ZoneInfo, at: datetime) -> PersonId | None:
    holder = None
    day = layer.first_handover
    for turn in range(1000):
        if _wall(day, layer.handover_time, zone) > at:
            return holder
        place = turn % len(layer.participants)
        holder = layer.participants[place]
        day += timedelta(days=layer.lengths[place] if layer.lengths else layer.turn_days)
    raise AssertionError("a thousand turns were not enough")


def _admitted_by_hand(layer: Layer, zone: ZoneInfo, at: datetime) -> bool:
    if not layer.only:
        return True
    for offset in range(-3, 4):
        day = at.date() + timedelta(days=offset)
        for window in layer.only:
            later = timedelta(days=0 if window.until > window.start else 1)
            opens, closes = _wall(day, window.start, zone), _wall(day + later, window.until, zone)
            if list(Weekday)[day.weekday()] in window.days and opens <= at < closes:
                return True
    return False


def _wall(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
