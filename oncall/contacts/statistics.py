"""How many contacts there were in a period, how soon a human was there, and who it was."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil
from typing import NamedTuple
from zoneinfo import ZoneInfo

from oncall.rota.model import PersonId

FEW = 20  # below it counts are told and no shares: two of three is no percentage
SMALLEST_GROUP = 5  # families; a report never tells of fewer
AIMS = (30.0, 60.0, 180.0)  # seconds from a call to a human: for half, for 90 %, for 99 % of all
TEXT_AIMS = (60.0, 180.0, 600.0)  # seconds from a text to a human's reply: the last is the aim for all
WEEKDAYS, HOURS = 7, 24


class Fact(NamedTuple):
    """What statistics know of one contact: nothing that somebody said, and nobody's number."""

    started_at: datetime
    channel: str  # "voice" or "text"
    seconds_to_human: float | None  # None: no human yet, or never
    answered_by: PersonId | None
    escalated: bool
    ended_at: datetime | None
    follow_up: bool  # still open
    ours: bool  # we called the family: it waited for nobody, and was in no crisis for all we know
    case: str | None  # the case's id; None: of no case
    municipality: str | None
    treated_since: date | None  # first day of the family's treatment


@dataclass(frozen=True, slots=True)
class Waits:
    """How long people waited for a human; the shares are only to be told of `FEW` and more."""

    answered: int
    median: float | None  # seconds; None: nobody was answered
    ninety: float | None  # seconds within which 90 % were
    within: tuple[int, ...]  # how many were within each of the aims

    @property
    def are_few(self) -> bool:
        """Whether there are too few for shares."""
        return self.answered < FEW


@dataclass(frozen=True, slots=True)
class MunicipalityShare:
    """A municipality's share of a report; counts are None where too few families stand behind them."""

    name: str | None  # None: contacts of no family; "": of families of no municipality
    contacts: int | None
    answered: int | None
    escalated: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What a period came to."""

    contacts: int  # that families and others began; what we began is in none of these but the next
    ours: int
    calls: int
    texts: int
    unanswered: int  # reached no human, or not yet
    escalated: int
    still_open: int
    waits_of_calls: Waits
    waits_of_texts: Waits
    answered_by: tuple[tuple[PersonId, int], ...]  # the most first
    by_hour: tuple[int, ...]  # of the wall clock, from midnight
    by_weekday: tuple[int, ...]  # from Monday
    by_week_of_treatment: tuple[tuple[int, int, int], ...]  # week, contacts, families in that week
    follow_up_seconds: Waits  # from the beginning to the end of what reached nobody at first
    groups: tuple[MunicipalityShare, ...]


def count(told: Sequence[Fact], zone: ZoneInfo) -> Figures:
    """Return the figures of these contacts, by the wall clock of `zone`."""
    facts = [fact for fact in told if not fact.ours]
    hours, weekdays = [0] * HOURS, [0] * WEEKDAYS
    for fact in facts:
        at = fact.started_at.astimezone(zone)
        hours[at.hour] += 1
        weekdays[at.weekday()] += 1
    people = Counter(fact.answered_by for fact in facts if fact.answered_by is not None)
    return Figures(
        contacts=len(facts),
        ours=len(told) - len(facts),
        calls=sum(fact.channel == "voice" for fact in facts),
        texts=sum(fact.channel == "text" for fact in facts),
        unanswered=sum(fact.seconds_to_human is None for fact in facts),
        escalated=sum(fact.escalated for fact in facts),
        still_open=sum(fact.follow_up for fact in facts),
        waits_of_calls=_waits(fact.seconds_to_human for fact in facts if fact.channel == "voice"),
        waits_of_texts=_waits((fact.seconds_to_human for fact in facts if fact.channel == "text"), TEXT_AIMS),
        answered_by=tuple(sorted(people.items(), key=lambda item: (-item[1], item[0]))),
        by_hour=tuple(hours),
        by_weekday=tuple(weekdays),
        by_week_of_treatment=_by_week(facts, zone),
        follow_up_seconds=_waits(
            (fact.ended_at - fact.started_at) / timedelta(seconds=1)
            for fact in facts
            if fact.ended_at is not None and _was_left(fact)
        ),
        groups=_by_municipality(facts),
    )


def report_municipality(told: Sequence[Fact], zone: ZoneInfo, municipality: str) -> Figures | None:
    """Return the figures of one municipality's families, as they may be given out.

    Neither who of the staff answered, nor other places, nor a week of treatment in which fewer than
    SMALLEST_GROUP families were. None where so few families stand behind all of it, or where, together with
    the team's own figures, it would betray such a group elsewhere.
    """
    groups = _by_municipality([fact for fact in told if not fact.ours])
    if any(group.name == municipality and group.contacts is None for group in groups):
        return None
    figures = count([fact for fact in told if fact.municipality == municipality], zone)
    weeks = tuple(week for week in figures.by_week_of_treatment if week[2] >= SMALLEST_GROUP)
    return replace(figures, answered_by=(), by_week_of_treatment=weeks, groups=())


def _was_left(fact: Fact) -> bool:
    return not fact.follow_up and (fact.escalated or fact.channel == "text")


def _waits(seconds: Iterable[float | None], aims: tuple[float, ...] = AIMS) -> Waits:
    known = sorted(second for second in seconds if second is not None)
    within = tuple(sum(second <= aim for second in known) for aim in aims)
    return Waits(len(known), _rank(known, 0.5), _rank(known, 0.9), within)


def _rank(ordered: Sequence[float], share: float) -> float | None:
    """Return the value that so large a share does not exceed: one that occurred, never a mean of two."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


def _by_week(facts: Sequence[Fact], zone: ZoneInfo) -> tuple[tuple[int, int, int], ...]:
    """Return whether crises become fewer: contacts by the week of treatment, and of how many families."""
    contacts: Counter[int] = Counter()
    families: dict[int, set[str]] = {}
    for fact in facts:
        if fact.case is None or fact.treated_since is None:
            continue
        days = (fact.started_at.astimezone(zone).date() - fact.treated_since).days
        if days >= 0:
            week = days // 7 + 1
            contacts[week] += 1
            families.setdefault(week, set()).add(fact.case)
    return tuple((week, contacts[week], len(families[week])) for week in sorted(contacts))


def _by_municipality(facts: Sequence[Fact]) -> tuple[MunicipalityShare, ...]:
    """Return each municipality's counts, but those that would tell of fewer than SMALLEST_GROUP families.

    Others are hidden with them, the smallest first, until the families that the sum less what is shown
    tells of are so many too, and of more than one place. Contacts of no family tell of nobody.
    """
    of_name: dict[str | None, list[Fact]] = {}
    for fact in facts:
        of_name.setdefault(None if fact.case is None else fact.municipality or "", []).append(fact)
    sizes = {name: len({fact.case for fact in of}) for name, of in of_name.items() if name is not None}
    hidden = {name for name, families in sizes.items() if families < SMALLEST_GROUP}
    for name in sorted(sizes.keys() - hidden, key=lambda name: (sizes[name], name)):
        if not hidden or (len(hidden) > 1 and sum(sizes[each] for each in hidden) >= SMALLEST_GROUP):
            break
        hidden.add(name)
    return tuple(
        MunicipalityShare(name, None, None, None)
        if name in hidden
        else MunicipalityShare(
            name,
            len(of_name[name]),
            sum(fact.seconds_to_human is not None for fact in of_name[name]),
            sum(fact.escalated for fact in of_name[name]),
        )
        for name in sorted(of_name, key=lambda name: (name is None, name or ""))
    )
