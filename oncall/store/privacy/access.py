"""Read what decides who may open a contact or a case, and keep to whom a case was opened for a reason."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, insert, select

from oncall.store.session import Reading, Transaction
from oncall.store.tables.contacts import ContactRow
from oncall.store.tables.families import CaseRow
from oncall.store.tables.journal import EntryRow
from oncall.store.tables.sign_in import OpenedCaseRow


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Whose case it is."""

    id: str
    label: str
    own_therapist: str | None
    municipality: str | None


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """Whose contact it is, and who has had to do with it."""

    case: CaseFacts | None  # None: of no case, or of several
    is_open: bool
    took_part: bool


_CASE = (CaseRow.id, CaseRow.label, CaseRow.own_therapist, CaseRow.municipality)


def case_facts(reading: Reading, team_id: int, case_id: str) -> CaseFacts | None:
    """Return whose case it is; None if the team has no such case."""
    row = reading.conn.execute(
        select(*_CASE).where(CaseRow.id == case_id, CaseRow.team_id == team_id)
    ).one_or_none()
    return CaseFacts(*row) if row else None


def contact_facts(reading: Reading, team_id: int, contact_id: str, person: str | None) -> ContactFacts | None:
    """Return whose contact it is, and whether the person had a part in it; None if the team has no such."""
    acted = exists().where(EntryRow.contact_id == ContactRow.id, EntryRow.actor == person)
    row = reading.conn.execute(
        select(
            *_CASE,
            CaseRow.id.is_not(None).label("has_case"),
            ContactRow.is_open,
            ContactRow.follow_up,
            ContactRow.answered_by,
            acted.label("acted"),
        )
        .select_from(ContactRow)
        .outerjoin(CaseRow, CaseRow.id == ContactRow.case_id)
        .where(ContactRow.id == contact_id, ContactRow.team_id == team_id)
    ).one_or_none()
    if row is None:
        return None
    case = CaseFacts(row.id, row.label, row.own_therapist, row.municipality) if row.has_case else None
    took_part = person is not None and (row.acted or row.answered_by == person)
    return ContactFacts(case, row.is_open or row.follow_up, took_part)


def grant(transaction: Transaction, team_id: int, person: str, case_id: str, until: datetime) -> None:
    """Open the case to the person until then."""
    transaction.conn.execute(
        delete(OpenedCaseRow).where(
            OpenedCaseRow.team_id == team_id, OpenedCaseRow.person == person, OpenedCaseRow.case_id == case_id
        )
    )
    transaction.conn.execute(
        insert(OpenedCaseRow), {"team_id": team_id, "person": person, "case_id": case_id, "until": until}
    )


def is_granted(reading: Reading, team_id: int, person: str, case_id: str, now: datetime) -> bool:
    """Return whether the case was opened to the person and still is."""
    found = select(OpenedCaseRow.until).where(
        OpenedCaseRow.team_id == team_id, OpenedCaseRow.person == person, OpenedCaseRow.case_id == case_id
    )
    until = reading.conn.scalar(found)
    return until is not None and until > now
