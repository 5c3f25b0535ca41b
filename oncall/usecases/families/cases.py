"""Read what the pages about families show: the list, the search, one family and its history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from oncall.alerts.team import Team
from oncall.contacts.brief import is_stale
from oncall.contacts.case import Case, NumberOwner, Phase
from oncall.rota.wallclock import instant_of
from oncall.store.contacts.by_case import count_between, latest_of_case, latest_of_child, newest_of_cases
from oncall.store.contacts.contacts import ContactLine
from oncall.store.families.cases import find_owners, load_case, load_cases, name_members
from oncall.store.families.history import Edit, read_case_entries, reviewed_at
from oncall.store.session import Database, Reading
from oncall.store.team.teams import load_staff
from oncall.usecases.families.numbers import NotANumber, read_phone_number
from oncall.usecases.people import Names, short_names
from oncall.usecases.privacy.access_log import CASE_READ, CASES_SEARCHED, note_read

WEEKS = 26  # of the plot of contacts over time
LATEST = 8  # contacts on a case's page
LATEST_OF_CHILD = 3
SHORTEST_FRAGMENT = 4  # digits of a number by which a case is found


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as the list shows it."""

    case: Case
    week: int | None  # of treatment
    reviewed_at: datetime | None  # of the brief; None: there is none
    stale: bool  # the brief is missing or too old, and the case is not closed
    newest: datetime | None  # contact
    therapist: str | None  # name of the own therapist; None: there is none


@dataclass(frozen=True, slots=True)
class Week:
    """How many contacts began in a week."""

    begins: date  # a Monday
    treatment: int | None  # week of treatment that ends in it; None: before or without one
    contacts: int


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case as its page shows it."""

    case: Case
    week: int | None
    reviewed_at: datetime | None
    stale: bool
    shared: Mapping[str, tuple[NumberOwner, ...]]  # by number: those of other cases who have it too
    weeks: tuple[Week, ...]  # the oldest first
    latest: tuple[ContactLine, ...]
    of_children: Mapping[str, tuple[tuple[str, datetime], ...]]  # the newest contacts that concern each
    names: Names
    damaged: tuple[int, ...]  # numbers of the case's entries that are not as they were written


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """What was changed in a case."""

    case: Case
    edits: tuple[Edit, ...]  # the newest first
    members: Mapping[str, str]  # names by id, of those too who are not in it any more
    names: Names
    damaged: tuple[int, ...]  # numbers of the case's entries that are not as they were written


def list_cases(db: Database, team: Team, now: datetime) -> tuple[CaseLine, ...]:
    """Return the team's cases: the active first, then the planned, then the closed, each by label."""
    with db.reading() as reading:
        return _lines(reading, team, load_cases(reading, team.id), now)


def search_cases(db: Database, team: Team, wanted: str, reader: str, now: datetime) -> tuple[CaseLine, ...]:
    """Return the cases with this label, number or name, or a part of it; that somebody searched is noted.

    A whole number is looked up by the index. Names are compared in memory: one team has a few families.
    """
    with db.reading() as reading:
        cases = load_cases(reading, team.id)
        found = {owner.case_id for owner in _who_has(reading, team, wanted)}
        hits = [case for case in cases if case.id in found or _mentions(case, wanted)]
        lines = _lines(reading, team, hits, now)
    note_read(db, team.id, CASES_SEARCHED, reader, now, found=[case.label for case in hits])
    return lines


def _who_has(reading: Reading, team: Team, wanted: str) -> Iterable[NumberOwner]:
    try:
        number = read_phone_number(wanted)
    except NotANumber:
        return ()
    return find_owners(reading, team.id, [number]).get(number, ())


def _mentions(case: Case, wanted: str) -> bool:
    word = " ".join(wanted.casefold().split())
    digits = "".join(character for character in word if character.isdigit())
    is_number = len(digits) >= SHORTEST_FRAGMENT and not any(map(str.isalpha, word))
    if is_number and any(digits in number for number in _numbers(case)):
        return True
    return word in case.label.casefold() or any(word in member.name.casefold() for member in case.members)


_ORDER = {Phase.ACTIVE: 0, Phase.PLANNED: 1, Phase.CLOSED: 2}


def _lines(reading: Reading, team: Team, cases: Iterable[Case], now: datetime) -> tuple[CaseLine, ...]:
    ordered = sorted(cases, key=lambda case: (_ORDER[case.phase], case.label))
    reviewed, today = reviewed_at(reading, team.id), now.astimezone(team.zone).date()
    newest = newest_of_cases(reading, [case.id for case in ordered])
    therapists = _name_therapists(reading, team, ordered)
    return tuple(
        CaseLine(
            case,
            case.week_on(today),
            reviewed.get(case.id),
            lacks_brief(case, reviewed.get(case.id), now),
            newest.get(case.id),
            case.own_therapist and therapists.get(case.own_therapist, case.own_therapist),
        )
        for case in ordered
    )


def _name_therapists(reading: Reading, team: Team, cases: Iterable[Case]) -> Names:
    """Return the names of the own therapists: in full, but as on the rota for those who have left."""
    present = {person.id: person.name for person in team.people.values()}
    if all(case.own_therapist is None or case.own_therapist in present for case in cases):
        return present  # as a rule: nothing has to be read
    return {**_name_everybody(reading, team), **present}


def lacks_brief(case: Case, reviewed: datetime | None, now: datetime) -> bool:
    """Return whether the brief of a case in treatment is missing or older than seven days."""
    return case.phase is Phase.ACTIVE and (reviewed is None or is_stale(reviewed, now))


def open_case(db: Database, team: Team, case_id: str, reader: str, now: datetime) -> CasePage | None:
    """Return a case of the team, and note who has read it; None if the team has no such case."""
    with db.reading() as reading:
        case = load_case(reading, team.id, case_id)
        if case is None:
            return None
        told = read_case_entries(reading, team.id, case_id)
        reviewed = told.revisions[0].at if told.revisions else None
        page = CasePage(
            case=case,
            week=case.week_on(now.astimezone(team.zone).date()),
            reviewed_at=reviewed,
            stale=lacks_brief(case, reviewed, now),
            shared=other_owners(reading, team.id, case_id, _numbers(case)),
            weeks=_count_weeks(reading, team, case, now),
            latest=latest_of_case(reading, team.id, case_id, LATEST),
            of_children={
                child.id: latest_of_child(reading, team.id, child.id, LATEST_OF_CHILD)
                for child in case.children
            },
            names=_name_everybody(reading, team),
            damaged=told.damaged,
        )
    note_reading(db, team.id, CASE_READ, case, reader, now)
    return page


def other_owners(
    reading: Reading, team_id: int, case_id: str, numbers: Iterable[str]
) -> Mapping[str, tuple[NumberOwner, ...]]:
    """Return, for each of the numbers that another case has, who has it there."""
    owners = find_owners(reading, team_id, numbers)
    others = {number: tuple(each for each in of if each.case_id != case_id) for number, of in owners.items()}
    return {number: of for number, of in others.items() if of}


def _numbers(case: Case) -> Iterable[str]:
    return (phone.number for member in case.members for phone in member.phones)


def read_case(db: Database, team: Team, case_id: str) -> Case | None:
    """Return a case of the team for somebody who changes it; None if the team has no such case."""
    with db.reading() as reading:
        return load_case(reading, team.id, case_id)


def name_former_therapist(db: Database, team: Team, case: Case) -> str | None:
    """Return the name of the case's own therapist if they have left the team; None otherwise."""
    if case.own_therapist is None or case.own_therapist in team.people:
        return None
    with db.reading() as reading:
        return _name_everybody(reading, team).get(case.own_therapist, case.own_therapist)


def read_history(db: Database, team: Team, case_id: str, reader: str, now: datetime) -> CaseHistory | None:
    """Return what was changed in a case, and note who has read it; None if the team has no such case."""
    with db.reading() as reading:
        case = load_case(reading, team.id, case_id)
        if case is None:
            return None
        told = read_case_entries(reading, team.id, case_id)
        members = name_members(reading, team.id, case_id)
        history = CaseHistory(case, told.edits, members, _name_everybody(reading, team), told.damaged)
    note_reading(db, team.id, CASE_READ, case, reader, now)
    return history


def note_reading(
    db: Database, team_id: int, kind: str, case: Case, reader: str, now: datetime, contact: str | None = None
) -> None:
    """Record in the team's access log that somebody has read about the case."""
    about = {"contact": contact} if contact else {}
    note_read(db, team_id, kind, reader, now, case=case.label, case_id=case.id, **about)


def _count_weeks(reading: Reading, team: Team, case: Case, now: datetime) -> tuple[Week, ...]:
    today = now.astimezone(team.zone).date()
    monday = today - timedelta(days=today.weekday())
    days = [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -2, -1)]
    counts = count_between(reading, case.id, [instant_of(day, time(0), team.zone) for day in days])
    weeks = [
        Week(day, _treated(case, day + timedelta(days=6)), count)
        for day, count in zip(days, counts, strict=False)
    ]
    first = next((nth for nth, week in enumerate(weeks) if week.contacts or week.treatment), len(weeks))
    return tuple(weeks[first:])


def _treated(case: Case, day: date) -> int | None:
    ended = case.closed_on is not None and day > case.closed_on + timedelta(days=6)
    if case.started_on is None or day < case.started_on or ended:
        return None
    return (day - case.started_on).days // 7 + 1


def _name_everybody(reading: Reading, team: Team) -> Names:
    return short_names(person for person, _ in load_staff(reading, team.id))
