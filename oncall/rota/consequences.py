"""What does an edit of the rota change, for whom, and what does it break?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from oncall.rota.duty import cut_gaps, shifts
from oncall.rota.hours import CallOut, Rotas, count_hours
from oncall.rota.limits import USUAL, Limits, WorkingTimeRule
from oncall.rota.model import PersonId, Shift, Tier
from oncall.rota.working_time import Breach, check_working_time, look_back

AHEAD = timedelta(days=56)  # how far an edit is looked at, unless it reaches further itself


@dataclass(frozen=True, slots=True)
class DutyChange:
    """`[start, end)` of a tier that somebody else has after the edit."""

    tier: Tier
    start: datetime  # UTC
    end: datetime  # UTC
    before: PersonId | None  # None: nobody had it
    after: PersonId | None  # None: nobody has it any more


@dataclass(frozen=True, slots=True)
class HoursChange:
    """How many hours of duty and backup a person has before and after the edit."""

    person: PersonId
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Consequences:
    """Everything that somebody should know before an edit is saved."""

    changes: tuple[DutyChange, ...]
    gaps: tuple[
        DutyChange, ...
    ]  # those of the changes after which nobody is there, or nobody answers in a gap
    doubles: tuple[Shift, ...]  # new: duty and backup are one person
    breaches: tuple[Breach, ...]  # new
    hours: tuple[HoursChange, ...]
    short_notice: tuple[DutyChange, ...]  # those that begin sooner than rotas are to be published
    told: tuple[PersonId, ...]  # whose duty changes


def preview_consequences(
    before: Rotas,
    after: Rotas,
    now: datetime,
    end: datetime,
    limits: Limits = USUAL,
    call_outs: Sequence[CallOut] = (),
    leaders: Iterable[PersonId] = (),
) -> Consequences:
    """Return what differs between two versions of a team's rotas from now until `end`."""
    changed = tuple(find_changes(before, after, now, end))
    who_leads = frozenset(leaders)
    known, breaches = (
        check_working_time(rotas, now, end, call_outs, limits, who_leads, counted_from=look_back(now, limits))
        for rotas in (before, after)
    )
    standing = {(one.rule, one.person, one.start): one for one in known}
    doubled = set(find_doubles(before, now, end))
    hours_before = {of.person: of.planned for of in count_hours(before, now, end)}
    hours_after = {of.person: of.planned for of in count_hours(after, now, end)}
    people = sorted({person for one in changed for person in (one.before, one.after) if person is not None})
    return Consequences(
        changes=changed,
        gaps=(
            *(one for one in changed if one.after is None),
            *find_lost_fallbacks(before, after, now, end),
        ),
        doubles=tuple(one for one in find_doubles(after, now, end) if one not in doubled),
        breaches=tuple(
            one for one in breaches if _is_worse(one, standing.get((one.rule, one.person, one.start)))
        ),
        hours=tuple(
            HoursChange(person, hours_before.get(person, 0.0), hours_after.get(person, 0.0))
            for person in sorted({*hours_before, *hours_after})
            if hours_before.get(person, 0.0) != hours_after.get(person, 0.0)
        ),
        short_notice=tuple(one for one in changed if one.start < now + timedelta(days=limits.published_days)),
        told=tuple(people),
    )


def _is_worse(breach: Breach, before: Breach | None) -> bool:
    """Tell whether an edit breaks a rule that was kept, or one that was broken further."""
    if before is None:
        return True
    by = breach.measured - before.measured
    return by < 0 if breach.rule in (WorkingTimeRule.DAILY_REST, WorkingTimeRule.WEEKLY_REST) else by > 0


def find_changes(before: Rotas, after: Rotas, start: datetime, end: datetime) -> Iterator[DutyChange]:
    """Yield what somebody else has after the edit, tier by tier in order of time; neighbours differ."""
    for tier in Tier:
        was = shifts(before[tier], start, end) if tier in before else (Shift(start, end, None),)
        is_now = shifts(after[tier], start, end) if tier in after else (Shift(start, end, None),)
        last: DutyChange | None = None
        for begins, ends, old, new in _overlay(was, is_now):
            if old == new:
                continue
            if last and (last.end, last.before, last.after) == (begins, old, new):
                last = DutyChange(tier, last.start, ends, old, new)
                continue
            if last:
                yield last
            last = DutyChange(tier, begins, ends, old, new)
        if last:
            yield last


def find_lost_fallbacks(before: Rotas, after: Rotas, start: datetime, end: datetime) -> Iterator[DutyChange]:
    """Yield where nobody has a tier as before, and whoever was named to answer does so no more."""
    for tier, rota in before.items():
        if not rota.fallbacks:
            continue
        for one in cut_gaps(rota, start, end):
            if one.person is not None:
                for still in cut_gaps(after[tier], one.start, one.end):
                    if still.person is None:
                        yield DutyChange(tier, still.start, still.end, one.person, None)


def find_doubles(rotas: Rotas, start: datetime, end: datetime) -> tuple[Shift, ...]:
    """Return when duty and backup are the same person, so that there is no backup."""
    if Tier.DUTY not in rotas or Tier.BACKUP not in rotas:
        return ()
    return doubles(shifts(rotas[Tier.DUTY], start, end), shifts(rotas[Tier.BACKUP], start, end))


def doubles(duty: Sequence[Shift], backup: Sequence[Shift]) -> tuple[Shift, ...]:
    """Return where two tilings of one window have the same person."""
    return tuple(
        Shift(begins, ends, first)
        for begins, ends, first, second in _overlay(duty, backup)
        if first and first == second
    )


def _overlay(
    one: Sequence[Shift], other: Sequence[Shift]
) -> Iterator[tuple[datetime, datetime, PersonId | None, PersonId | None]]:
    """Yield both tilings of one window, cut wherever either changes."""
    left = right = 0
    while left < len(one) and right < len(other):
        begins = max(one[left].start, other[right].start)
        ends = min(one[left].end, other[right].end)
        yield begins, ends, one[left].person, other[right].person
        left, right = left + (one[left].end == ends), right + (other[right].end == ends)
