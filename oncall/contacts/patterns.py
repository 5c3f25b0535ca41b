"""Which contacts form a pattern: the same number again and again, or a night with many?"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from oncall.rota.clock_hours import NIGHT

REPEATS = 3  # contacts of one number within the time looked at
CLUSTER = 3  # contacts of one night


@dataclass(frozen=True, slots=True)
class Sighting:
    """A contact as far as patterns go."""

    id: str
    at: datetime
    number: str | None  # None: withheld; those never match each other
    reached: bool  # a human answered


@dataclass(frozen=True, slots=True)
class Repeat:
    """One number that was in contact again and again."""

    contacts: tuple[str, ...]  # the oldest first
    first: datetime
    last: datetime
    reached: int  # how many of them a human answered


@dataclass(frozen=True, slots=True)
class Cluster:
    """A night with several contacts."""

    night_of: date  # the day on whose evening it began
    contacts: tuple[str, ...]  # the oldest first


def find_repeats(sightings: Iterable[Sighting]) -> tuple[Repeat, ...]:
    """Return the numbers with at least three contacts, the most frequent first."""
    by_number: dict[str, list[Sighting]] = defaultdict(list)
    for sighting in sorted(sightings, key=lambda one: (one.at, one.id)):
        if sighting.number is not None:
            by_number[sighting.number].append(sighting)
    found = [_repeat(each) for each in by_number.values() if len(each) >= REPEATS]
    return tuple(sorted(found, key=lambda repeat: (-len(repeat.contacts), repeat.first)))


def find_clusters(sightings: Iterable[Sighting], zone: ZoneInfo) -> tuple[Cluster, ...]:
    """Return the nights with at least three contacts, in order of time."""
    by_night: dict[date, list[str]] = defaultdict(list)
    for sighting in sorted(sightings, key=lambda one: (one.at, one.id)):
        local = sighting.at.astimezone(zone)
        if local.time() >= NIGHT.opens:
            by_night[local.date()].append(sighting.id)
        elif local.time() < NIGHT.closes:
            by_night[local.date() - timedelta(days=1)].append(sighting.id)
    return tuple(Cluster(night, tuple(ids)) for night, ids in sorted(by_night.items()) if len(ids) >= CLUSTER)


def _repeat(of_one: Sequence[Sighting]) -> Repeat:
    return Repeat(
        tuple(one.id for one in of_one),
        of_one[0].at,
        of_one[-1].at,
        sum(one.reached for one in of_one),
    )
