"""Which contacts a team has had, a page of the log at a time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum

from oncall.alerts.team import Team
from oncall.contacts.model import State
from oncall.contacts.note import Outcome
from oncall.contacts.search import Cursor, Filters
from oncall.rota.wallclock import instant_of
from oncall.store.contacts.contacts import ContactLine
from oncall.store.contacts.log import cursor_of, list_contacts
from oncall.store.contacts.notes import label_cases
from oncall.store.journal.checks import load_checks
from oncall.store.session import Database
from oncall.usecases.people import Names, name_people

PAGE = 30  # contacts on a page of the log


class Which(StrEnum):
    """The outcomes that the log can be narrowed to."""

    ALL = "all"
    WAITING = "waiting"
    GOING_ON = "going_on"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"
    CLOSED = "closed"


_FILTERS = {
    Which.ALL: Filters(),
    Which.WAITING: Filters(follow_up=True),
    Which.GOING_ON: Filters(
        states=(State.RINGING, State.GATHERING, State.ACCEPTED, State.CONNECTED, State.LAST_RESORT),
        is_open=True,  # as each of them is: so that they are not looked for among all that ever was
    ),
    Which.ANSWERED: Filters(answered=True),
    Which.UNANSWERED: Filters(
        answered=False,
        states=(State.WAITING, State.HANDED_OVER, State.ACKNOWLEDGED, State.CLOSED),
        ours=False,
    ),
    Which.CLOSED: Filters(is_open=False),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader of the log has asked for."""

    which: Which = Which.ALL
    case: str | None = None  # the case's id, or its label
    municipality: str | None = None  # whose cases alone a reviewer reads
    first_day: date | None = None  # in the team's zone, as the next
    last_day: date | None = None  # included
    person: str | None = None  # the key of who answered
    channel: str | None = None  # voice or text
    outcome: Outcome | None = None
    unreviewed: bool = False  # those alone that no leader has signed off
    incident: bool = False  # those alone with an incident
    urgent_first: bool = False  # unanswered and not signed off, then not signed off, then the others
    before: Cursor | None = None  # the last contact of the page before
    after: Cursor | None = None  # the first contact of the page behind


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of the log, the newest contact first."""

    lines: tuple[ContactLine, ...]
    names: Names  # of everybody who is or was in the team
    newer: Cursor | None  # where the page before this one ends; None: this is the first
    older: Cursor | None  # where the next page begins; None: this is the last
    damaged: bool  # the journal did not verify when it was last looked through
    cases: Mapping[str, str]  # labels, by id, of those to which the reader can narrow the log


def read_log(db: Database, team: Team, wanted: Wanted) -> LogPage:
    """Return a page of the team's log."""
    with db.reading() as reading:
        cases = label_cases(reading, team.id, wanted.municipality)
        labelled = replace(wanted, case=cases.get(wanted.case, wanted.case)) if wanted.case else wanted
        found = list_contacts(
            reading,
            team.id,
            filters_of(team, labelled),
            wanted.before,
            PAGE + 1,
            after=wanted.after,
            urgent_first=wanted.urgent_first,
        )
        names = name_people(reading, team, (line.projection.answered_by for line in found))
        damaged = any(check.findings for check in load_checks(reading, team.id).values())
    further = len(found) > PAGE
    lines = found[-PAGE:] if wanted.after else found[:PAGE]
    if not lines:
        return LogPage((), names, None, None, damaged, cases)
    behind = wanted.before is not None or (wanted.after is not None and further)
    ahead = further if wanted.after is None else True
    return LogPage(
        lines,
        names,
        cursor_of(lines[0]) if behind else None,
        cursor_of(lines[-1]) if ahead else None,
        damaged,
        cases,
    )


def read_case_labels(db: Database, team_id: int, municipality: str | None) -> Mapping[str, str]:
    """Return the labels of the team's cases by their ids; of one municipality, or of all (None)."""
    with db.reading() as reading:
        return label_cases(reading, team_id, municipality)


def filters_of(team: Team, wanted: Wanted) -> Filters:
    """Return what the database is asked for; days are those of the team's own calendar, cases labels."""
    kind = _FILTERS[wanted.which]
    after_last = wanted.last_day + timedelta(days=1) if wanted.last_day else None
    return Filters(
        since=instant_of(wanted.first_day, time(0), team.zone) if wanted.first_day else None,
        until=instant_of(after_last, time(0), team.zone) if after_last else None,
        states=kind.states,
        case=wanted.case,
        municipality=wanted.municipality,
        answered=kind.answered,
        is_open=kind.is_open,
        follow_up=kind.follow_up,
        ours=kind.ours,
        answered_by=wanted.person,
        channel=wanted.channel,
        outcome=wanted.outcome,
        unreviewed=wanted.unreviewed or None,
        incident=wanted.incident or None,
    )
