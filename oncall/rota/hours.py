"""How many hours does each person have, and how evenly are weekends and holidays shared?"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from oncall.rota.days import holidays_of
from oncall.rota.duty import shifts
from oncall.rota.limits import USUAL, Limits
from oncall.rota.model import PersonId, Rota, Shift, Tier
from oncall.rota.wallclock import instant_of

Rotas = Mapping[Tier, Rota]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SATURDAY = 6  # of ISO weekdays


@dataclass(frozen=True, slots=True)
class CallOut:
    """Work that broke somebody's rest: a contact that they took."""

    person: PersonId
    start: datetime  # UTC
    end: datetime  # UTC


def call_outs(
    taken: Iterable[tuple[PersonId, datetime, float | None, datetime]], since: datetime
) -> tuple[CallOut, ...]:
    """Return who worked, and when, in contacts that a human took, of those that went on after `since`.

    Of each: who took it, when it began, how many seconds it then waited for them, and when it ended.
    """
    calls = (
        CallOut(person, began + timedelta(seconds=waited or 0), ended)
        for person, began, waited, ended in taken
    )
    return tuple(call for call in calls if call.start < call.end and call.end > since)


def merge_call_outs(call_outs: Iterable[CallOut]) -> tuple[CallOut, ...]:
    """Return the call-outs in order of time, those of one person that overlap or touch as one.

    Whoever talks in one contact while another goes on works no twice as long, and rests from the later end.
    """
    merged: list[CallOut] = []
    latest: dict[PersonId, int] = {}
    for call in sorted(call_outs, key=lambda call: call.start):
        at = latest.get(call.person)
        if at is not None and call.start <= merged[at].end:
            merged[at] = replace(merged[at], end=max(merged[at].end, call.end))
        else:
            latest[call.person] = len(merged)
            merged.append(call)
    return tuple(merged)


@dataclass(frozen=True, slots=True)
class DutyHours:
    """One person's hours in a period."""

    person: PersonId
    duty: float  # planned home duty
    backup: float  # planned home duty as backup
    converted: float  # both, as hours of work
    called_out: float  # in contacts that they took
    weekend: float  # of duty and backup, on Saturdays and Sundays
    holiday: float  # of duty and backup, on holidays and the team's special days
    nights: int  # of duty

    @property
    def planned(self) -> float:
        """Hours of home duty in either tier."""
        return self.duty + self.backup


def count_hours(
    rotas: Rotas,
    start: datetime,
    end: datetime,
    call_outs: Sequence[CallOut] = (),
    special: Container[date] = (),
    limits: Limits = USUAL,
) -> tuple[DutyHours, ...]:
    """Return the hours of everybody who has any in `[start, end)`, by their key.

    Hours are those that pass: a night in which the clock is put back has one more.
    """
    sums: dict[PersonId, dict[str, float]] = {}

    def add(person: PersonId, what: str, hours: float) -> None:
        of = sums.setdefault(
            person, dict.fromkeys(("duty", "backup", "weekend", "holiday", "out", "nights"), 0)
        )
        of[what] += hours

    held = {tier: shifts(rota, start, end) for tier, rota in rotas.items() if tier is not Tier.LEADER}
    for tier, found in held.items():
        for shift in found:
            if shift.person is None:
                continue
            add(shift.person, tier.value, (shift.end - shift.start) / HOUR)
            for day, hours in hours_by_day(shift, rotas[tier].zone):
                if day.isoweekday() >= SATURDAY:
                    add(shift.person, "weekend", hours)
                if day in holidays_of(day.year) or day in special:
                    add(shift.person, "holiday", hours)
    if Tier.DUTY in held:
        for _, person in nights_of(held[Tier.DUTY], rotas[Tier.DUTY].zone):
            add(person, "nights", 1)
    for call in merge_call_outs(call_outs):
        begins, ends = max(call.start, start), min(call.end, end)
        if begins < ends:
            add(call.person, "out", (ends - begins) / HOUR)
    return tuple(
        DutyHours(
            person,
            of["duty"],
            of["backup"],
            (of["duty"] + of["backup"]) / limits.conversion,
            of["out"],
            of["weekend"],
            of["holiday"],
            int(of["nights"]),
        )
        for person, of in sorted(sums.items())
    )


def hours_by_day(shift: Shift, zone: ZoneInfo) -> Iterator[tuple[date, float]]:
    """Yield each local day of a shift, with how many of its hours lie on that day."""
    begins = shift.start
    while begins < shift.end:
        day = begins.astimezone(zone).date()
        midnight = instant_of(day + DAY, time(0), zone)
        if midnight <= begins:  # the clock is put back past midnight: the same day comes twice
            midnight = begins + HOUR
        ends = min(midnight, shift.end)
        yield day, (ends - begins) / HOUR
        begins = ends


def nights_of(held: Sequence[Shift], zone: ZoneInfo) -> Iterator[tuple[date, PersonId]]:
    """Yield the nights of shifts in order with who has them: whoever is on duty at three o'clock."""
    day = date.min
    for shift in held:
        if shift.person is None:
            continue
        day = max(day, shift.start.astimezone(zone).date() - DAY)
        while (deep := instant_of(day + DAY, time(3), zone)) < shift.end:
            if deep >= shift.start:
                yield day, shift.person
            day += DAY


def unfair(hours: Iterable[DutyHours], limits: Limits = USUAL) -> tuple[tuple[PersonId, float], ...]:
    """Return who has more or less weekend and holiday hours than the limit allows, and by which share.

    1.0 is twice the mean of those who have duty at all, -0.5 is half of it.
    """
    burdens = {of.person: of.weekend + of.holiday for of in hours if of.planned}
    mean = sum(burdens.values()) / len(burdens) if burdens else 0.0
    if not mean:
        return ()
    shares = ((person, burden / mean - 1) for person, burden in burdens.items())
    return tuple((person, share) for person, share in shares if abs(share) > limits.fairness)


def month_of(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the month in which a local day lies, as `[start, end)` in UTC."""
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return instant_of(first, time(0), zone).astimezone(UTC), instant_of(following, time(0), zone).astimezone(
        UTC
    )
