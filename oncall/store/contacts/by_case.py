"""Which contacts a case has had, however many the team has."""

from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select

from oncall.store.contacts.contacts import CONTACT_COLUMNS, ContactLine, read_line
from oncall.store.session import Reading
from oncall.store.tables.contacts import ContactChildRow, ContactRow
from oncall.store.tables.families import CaseRow

_LATEST = (
    select(*CONTACT_COLUMNS)
    .join(CaseRow, CaseRow.id == ContactRow.case_id)
    # The case's team is the contact's; asked of the contact, its index would be that of all the team's.
    .where(ContactRow.case_id == bindparam("of_case"), CaseRow.team_id == bindparam("team"))
    .order_by(ContactRow.started_at.desc(), ContactRow.id.desc())
    .limit(bindparam("at_most"))
)
_BETWEEN = select(ContactRow.started_at).where(
    ContactRow.case_id == bindparam("of_case"),
    ContactRow.started_at >= bindparam("since"),
    ContactRow.started_at < bindparam("until"),
)
_NEWEST = select(  # case by case, each one step in the index
    CaseRow.id,
    select(func.max(ContactRow.started_at))
    .where(ContactRow.case_id == CaseRow.id)
    .scalar_subquery()
    .label("at"),
).where(CaseRow.id.in_(bindparam("cases", expanding=True)))
_OF_CHILD = (
    select(ContactRow.id, ContactRow.started_at)
    .join(ContactChildRow, ContactChildRow.contact_id == ContactRow.id)
    .where(ContactChildRow.team_id == bindparam("team"), ContactChildRow.child_id == bindparam("child"))
    .order_by(ContactRow.started_at.desc())
    .limit(bindparam("at_most"))
)


def latest_of_case(reading: Reading, team_id: int, case_id: str, limit: int) -> tuple[ContactLine, ...]:
    """Return the newest contacts of the team's case, the newest first."""
    rows = reading.conn.execute(_LATEST, {"team": team_id, "of_case": case_id, "at_most": limit})
    return tuple(read_line(reading, row) for row in rows)


def count_between(reading: Reading, case_id: str, bounds: Sequence[datetime]) -> tuple[int, ...]:
    """Return how many contacts of the case began between each two neighbours of `bounds`."""
    asked = {"of_case": case_id, "since": bounds[0], "until": bounds[-1]}
    began = Counter(bisect(bounds, at) - 1 for at in reading.conn.scalars(_BETWEEN, asked))
    return tuple(began[nth] for nth in range(len(bounds) - 1))


def newest_of_cases(reading: Reading, cases: Sequence[str]) -> dict[str, datetime]:
    """Return when the newest contact of each of these cases began; who has had none is not there."""
    rows = reading.conn.execute(_NEWEST, {"cases": list(cases)})
    return {row.id: row.at for row in rows if row.at is not None}


def latest_of_child(
    reading: Reading, team_id: int, child_id: str, limit: int
) -> tuple[tuple[str, datetime], ...]:
    """Return the newest contacts that concern the child, by id and beginning."""
    rows = reading.conn.execute(_OF_CHILD, {"team": team_id, "child": child_id, "at_most": limit})
    return tuple((row.id, row.started_at) for row in rows)
