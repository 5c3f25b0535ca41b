"""Which rules on working time does a rota, with the contacts actually taken, break?"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from oncall.rota.days import is_red
from oncall.rota.duty import ShiftsByTier, on_duty, resolve, shifts
from oncall.rota.hours import DAY, HOUR, CallOut, Rotas, hours_by_day, merge_call_outs, nights_of
from oncall.rota.limits import USUAL, Limits, WorkingTimeRule
from oncall.rota.model import PersonId, Shift, Tier
from oncall.rota.wallclock import instant_of, opening

WEEK = timedelta(days=7)
INSTANT = timedelta.resolution
Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is broken: a warning with its reason, never a refusal."""

    rule: WorkingTimeRule
    person: PersonId
    start: datetime  # UTC; of what breaks it
    end: datetime  # UTC; for DAILY_REST, when the person may begin at the earliest
    measured: float  # in the rule's own unit: hours, nights, weekends or days
    limit: float


def check_working_time(
    rotas: Rotas,
    start: datetime,
    end: datetime,
    call_outs: Sequence[CallOut] = (),
    limits: Limits = USUAL,
    leaders: Iterable[PersonId] = (),
    resolved: ShiftsByTier | None = None,
    counted_from: datetime | None = None,
) -> tuple[Breach, ...]:
    """Return the breaches of `[start, end)` in order of time; `resolved` are shifts known already.

    Nights running, weekends and red days are counted on from `counted_from`; None: from `start` alone.
    Home duty counts as rest until a call-out breaks it, so rest is measured by the call-outs alone.
    """
    zone = next((rota.zone for rota in rotas.values()), ZoneInfo("UTC"))
    held: ShiftsByTier = {**dict.fromkeys(Tier, ()), **resolve(rotas, start, end, resolved)}
    found: list[Breach] = []
    duty = held[Tier.DUTY]
    if counted_from is not None and Tier.DUTY in rotas:
        duty = (*shifts(rotas[Tier.DUTY], counted_from, start), *duty)
    called = merge_call_outs(call_outs)
    found += _nights(list(nights_of(duty, zone)), zone, limits)
    found += _weekends(duty, zone, limits)
    found += _red_days(duty, zone)
    found += _week_hours((*held[Tier.DUTY], *held[Tier.BACKUP]), called, (start, end), zone, limits)
    found += _daily_rest(_begun(rotas, held[Tier.DUTY], start), called, zone, limits)
    found += _weekly_rest(called, zone, limits)
    found += _leader_as_backup(held[Tier.BACKUP], frozenset(leaders), limits)
    found += _newcomers(held[Tier.DUTY], held[Tier.BACKUP], limits)
    inside = (breach for breach in found if breach.start < end and breach.end > start)
    return tuple(sorted(inside, key=lambda breach: (breach.start, breach.rule, breach.person)))


def look_back(start: datetime, limits: Limits = USUAL) -> datetime:
    """Return from when duty is to be counted, so that no run of nights or weekends is cut at `start`."""
    return start - limits.weekend_weeks * WEEK


def earliest_start(person: PersonId, call_outs: Iterable[CallOut], limits: Limits = USUAL) -> datetime | None:
    """Return when a person may begin again after their last call-out; None if they had none."""
    ends = [call.end for call in call_outs if call.person == person]
    return max(ends) + limits.daily_rest * HOUR if ends else None


def _nights(nights: Sequence[tuple[date, PersonId]], zone: ZoneInfo, limits: Limits) -> Iterator[Breach]:
    begins = 0
    for at, (day, person) in enumerate(nights):
        following = nights[at + 1] if at + 1 < len(nights) else None
        if following == (day + DAY, person):
            continue
        running = at - begins + 1
        if running > limits.nights:
            first = instant_of(nights[begins][0], time(23), zone)
            last = instant_of(day + DAY, time(6), zone)
            yield Breach(WorkingTimeRule.NIGHTS, person, first, last, running, limits.nights)
        begins = at + 1


def _weekends(held: Sequence[Shift], zone: ZoneInfo, limits: Limits) -> Iterator[Breach]:
    saturdays: defaultdict[PersonId, set[date]] = defaultdict(set)
    for shift in held:
        if shift.person is not None:
            for day, _ in hours_by_day(shift, zone):
                if day.isoweekday() >= 6:
                    saturdays[shift.person].add(day - timedelta(days=day.isoweekday() - 6))
    for person, all_of_them in saturdays.items():
        for saturday in sorted(all_of_them):
            since = saturday - limits.weekend_weeks * WEEK
            count = sum(since < other <= saturday for other in all_of_them)
            if count > limits.weekends:
                begins, ends = (
                    instant_of(saturday, time(0), zone),
                    instant_of(saturday + 2 * DAY, time(0), zone),
                )
                yield Breach(WorkingTimeRule.WEEKENDS, person, begins, ends, count, limits.weekends)


def _red_days(held: Sequence[Shift], zone: ZoneInfo) -> Iterator[Breach]:
    """Yield who has duty on a Sunday or holiday and again on the next; days side by side are one."""
    if not held:
        return
    worked: defaultdict[date, set[PersonId]] = defaultdict(set)
    for shift in held:
        if shift.person is not None:
            for day, _ in hours_by_day(shift, zone):
                if is_red(day):
                    worked[day].add(shift.person)
    groups: list[tuple[date, date, set[PersonId]]] = []
    day = held[0].start.astimezone(zone).date()
    last = held[-1].end.astimezone(zone).date()
    while day <= last:
        if is_red(day):
            who = worked.get(day, set())
            if groups and groups[-1][1] == day - DAY:
                groups[-1] = (groups[-1][0], day, groups[-1][2] | who)
            else:
                groups.append((day, day, set(who)))
        day += DAY
    for (_, _, before), (first, final, again) in pairwise(groups):
        for person in sorted(before & again):
            begins, ends = instant_of(first, time(0), zone), instant_of(final + DAY, time(0), zone)
            yield Breach(WorkingTimeRule.RED_DAYS, person, begins, ends, 2, 1)


def _week_hours(
    held: Iterable[Shift], call_outs: Iterable[CallOut], window: Interval, zone: ZoneInfo, limits: Limits
) -> Iterator[Breach]:
    worked: defaultdict[tuple[date, PersonId], float] = defaultdict(float)
    for shift in held:
        if shift.person is not None:
            for day, hours in hours_by_day(shift, zone):
                worked[_monday(day), shift.person] += hours / limits.conversion
    for call in call_outs:
        if window[0] <= call.start < window[1]:
            worked[_monday(call.start.astimezone(zone).date()), call.person] += (call.end - call.start) / HOUR
    ordinary = _hours_a_week(limits)
    for (monday, person), hours in worked.items():
        if hours + ordinary > limits.week_hours:
            begins, ends = _week(monday, zone)
            yield Breach(
                WorkingTimeRule.WEEK_HOURS, person, begins, ends, hours + ordinary, limits.week_hours
            )


def _begun(rotas: Rotas, held: Sequence[Shift], start: datetime) -> Sequence[Shift]:
    """Return the shifts that really begin in a window, and not only where it cuts them."""
    if held and held[0].start == start and held[0].person == on_duty(rotas[Tier.DUTY], start - INSTANT):
        return held[1:]
    return held


def _daily_rest(
    begun: Sequence[Shift], call_outs: Sequence[CallOut], zone: ZoneInfo, limits: Limits
) -> Iterator[Breach]:
    """Yield who is to begin again too soon after a call-out: with a shift, or with other work.

    A start is measured from the end of the last call-out that began before it.
    """
    needed = limits.daily_rest * HOUR
    for person, calls in _by_person(call_outs).items():
        starts = [shift.start for shift in begun if shift.person == person]
        for call, following in zip(calls, [*calls[1:], None], strict=True):
            rested = call.end + needed
            until = rested if following is None else min(rested, following.start + INSTANT)
            upcoming = [start for start in starts if call.start < start < until]
            upcoming += _ordinary_starts(call.start + INSTANT, until, zone, limits)
            if upcoming:
                free = max(timedelta(0), min(upcoming) - call.end) / HOUR
                yield Breach(WorkingTimeRule.DAILY_REST, person, call.start, rested, free, limits.daily_rest)


def _weekly_rest(call_outs: Sequence[CallOut], zone: ZoneInfo, limits: Limits) -> Iterator[Breach]:
    for person, calls in _by_person(call_outs).items():
        for monday in sorted({_monday(call.start.astimezone(zone).date()) for call in calls}):
            begins, ends = _week(monday, zone)
            busy = [(call.start, call.end) for call in calls if call.start < ends and call.end > begins]
            busy += [hours for day in range(7) if (hours := _ordinary(monday + day * DAY, zone, limits))]
            free = _longest_free(busy, begins, ends) / HOUR
            if free < limits.weekly_rest:
                yield Breach(WorkingTimeRule.WEEKLY_REST, person, begins, ends, free, limits.weekly_rest)


def _leader_as_backup(
    held: Sequence[Shift], leaders: frozenset[PersonId], limits: Limits
) -> Iterator[Breach]:
    for shift in held:
        days = (shift.end - shift.start) / DAY
        if shift.person is not None and shift.person in leaders and days > limits.leader_backup_days:
            yield Breach(
                WorkingTimeRule.LEADER_BACKUP,
                shift.person,
                shift.start,
                shift.end,
                days,
                limits.leader_backup_days,
            )


def _newcomers(duty: Sequence[Shift], backup: Sequence[Shift], limits: Limits) -> Iterator[Breach]:
    for shift in duty:
        if shift.person is None or shift.person not in limits.newcomers:
            continue
        accompanied = [
            (other.start, other.end)
            for other in backup
            if other.person not in (None, shift.person)
            and other.start < shift.end
            and other.end > shift.start
        ]
        alone = _longest_free(accompanied, shift.start, shift.end)
        if alone:
            yield Breach(WorkingTimeRule.NEWCOMER, shift.person, shift.start, shift.end, alone / HOUR, 0)


def _longest_free(busy: Iterable[Interval], start: datetime, end: datetime) -> timedelta:
    longest, free_from = timedelta(0), start
    for begins, ends in sorted(busy):
        longest = max(longest, min(begins, end) - free_from)
        free_from = max(free_from, min(ends, end))
    return max(longest, end - free_from)


def _by_person(call_outs: Iterable[CallOut]) -> dict[PersonId, list[CallOut]]:
    by_person: defaultdict[PersonId, list[CallOut]] = defaultdict(list)
    for call in call_outs:
        by_person[call.person].append(call)
    return by_person


def _ordinary(day: date, zone: ZoneInfo, limits: Limits) -> Interval | None:
    return opening(limits.ordinary, day, zone) if limits.ordinary and not is_red(day) else None


def _ordinary_starts(after: datetime, before: datetime, zone: ZoneInfo, limits: Limits) -> Iterator[datetime]:
    day = after.astimezone(zone).date()
    while day <= before.astimezone(zone).date():
        hours = _ordinary(day, zone, limits)
        if hours and after <= hours[0] < before:
            yield hours[0]
        day += DAY


def _hours_a_week(limits: Limits) -> float:
    if limits.ordinary is None:
        return 0.0
    start, until = (
        datetime.combine(date.min, at, UTC) for at in (limits.ordinary.start, limits.ordinary.until)
    )
    length = until - start if until > start else until - start + DAY
    return len(limits.ordinary.days) * (length / HOUR)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(monday: date, zone: ZoneInfo) -> Interval:
    return instant_of(monday, time(0), zone), instant_of(monday + WEEK, time(0), zone)
