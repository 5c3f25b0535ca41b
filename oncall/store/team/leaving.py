"""Close every way in of staff who leave a team."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, update

from oncall.rota.model import PersonId
from oncall.store.accounts.credentials import (
    ACCOUNT_CLOSED,
    account_of,
    close_account,
)
from oncall.store.accounts.invitations import drop_invitations
from oncall.store.journal.entries import Note, append_notes
from oncall.store.session import Writing
from oncall.store.tables.contacts import PageCodeRow
from oncall.store.tables.families import NumberIndexRow
from oncall.store.tables.rota import FeedRow
from oncall.store.tables.sign_in import OpenedCaseRow
from oncall.store.tables.team import StaffRow

# What says who somebody was, or lets them do something. What stays names them by their key alone: the rota,
# the contacts they took, and the journal.
WAYS_IN: Sequence[tuple[Any, Any]] = (
    (FeedRow, FeedRow.person),
    (PageCodeRow, PageCodeRow.person),
    (OpenedCaseRow, OpenedCaseRow.person),
    (NumberIndexRow, NumberIndexRow.staff_key),
)

_CHANGE = update(StaffRow).where(StaffRow.team_id == bindparam("team"), StaffRow.key == bindparam("person"))


def part_with(
    writing: Writing, people: Iterable[PersonId], on: date, at: datetime, actor: str | None
) -> None:
    """These people have left on that day: no page, feed, code or link opens to them; their account is closed.

    Their number is nobody's. An account in another team is another account, and stays.
    """
    for person in people:
        change_staff_row(writing, person, present=False, left_on=on)
        drop_rows(writing, person, WAYS_IN)
        drop_invitations(writing, writing.team, person)
        account = account_of(writing, writing.team, person)
        if account is not None:
            close_account(writing, account.id, on)
            detail = {"account": account.id, "left": True}
            append_notes(writing, [Note(at, ACCOUNT_CLOSED, actor, detail)])


def change_staff_row(writing: Writing, person: PersonId, **columns: Any) -> None:
    writing.conn.execute(_CHANGE.values(**columns), {"team": writing.team, "person": person})


def drop_rows(writing: Writing, person: PersonId, parts: Sequence[tuple[Any, Any]]) -> None:
    for table, column in parts:
        writing.conn.execute(delete(table).where(table.team_id == writing.team, column == person))
