"""What the pages of agreed calls show, and the note of who has read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from oncall.alerts.team import Team
from oncall.contacts.check_in import CheckIn, Mark
from oncall.store.contacts.notes import label_cases
from oncall.store.families.check_ins import (
    CANCELLED,
    DUE,
    PLANNED,
    CalledMember,
    list_check_ins,
    load_check_in,
    members_of,
)
from oncall.store.session import Database
from oncall.usecases.people import Names, name_people, short_names
from oncall.usecases.privacy.access_log import CHECK_INS_READ, note_read

LOOK_BACK, LOOK_AHEAD = timedelta(days=7), timedelta(days=366)
_TO_FOLLOW_UP = (DUE, Mark.NO_ANSWER)
_OVER = (Mark.DONE, Mark.MOVED, CANCELLED)


@dataclass(frozen=True, slots=True)
class CheckInsPage:
    """The agreed calls of a team, and what is needed to agree on another."""

    due: tuple[CheckIn, ...]  # to be called now, or to be followed up; the earliest first
    coming: tuple[CheckIn, ...]  # the earliest first
    past: tuple[CheckIn, ...]  # of the last week, the newest first
    names: Names  # of those who have agreed on them
    cases: Mapping[str, str]  # labels by id of the cases that are not closed
    members: tuple[CalledMember, ...]  # whom the chosen case lets call; none where no case is chosen


def open_check_ins(db: Database, team: Team, case_id: str, reader: str, now: datetime) -> CheckInsPage:
    """Return the agreed calls with the numbers of the chosen case ("": none); note who has read them."""
    with db.reading() as reading:
        listed = list_check_ins(reading, team.id, now - LOOK_BACK, now + LOOK_AHEAD)
        chosen = label_cases(reading, team.id).get(case_id) if case_id else None
        everybody = name_people(reading, team, (one.planned_by for one in listed))
        page = CheckInsPage(
            due=tuple(one for one in listed if one.state in _TO_FOLLOW_UP),
            coming=tuple(one for one in listed if one.state == PLANNED),
            past=tuple(one for one in reversed(listed) if one.state in _OVER),
            names={**everybody, **short_names(team.people.values())},
            cases=label_cases(reading, team.id, closed=False),
            members=members_of(reading, team.id, chosen) if chosen else (),
        )
    seen = {one.case for one in listed} | ({chosen} if chosen else set())
    if seen:
        note_read(db, team.id, CHECK_INS_READ, reader, now, cases=sorted(seen))
    return page


def open_check_in(db: Database, team_id: int, check_in_id: str, reader: str, now: datetime) -> CheckIn | None:
    """Return an agreed call, and note who has read it; None if the team has no such call."""
    with db.reading() as reading:
        found = load_check_in(reading, team_id, check_in_id)
    if found is not None:
        note_read(db, team_id, CHECK_INS_READ, reader, now, cases=[found.case])
    return found
