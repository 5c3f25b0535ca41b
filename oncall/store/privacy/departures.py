"""What a team keeps of who has left it, staff or with an account alone: until when, and how it goes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select

from oncall.rota.model import PersonId
from oncall.store.accounts.credentials import (
    Account,
    account_of,
    accounts_of,
    change_account,
    delete_account,
    erase_account,
)
from oncall.store.journal.entries import Note, append_notes
from oncall.store.keys import DataKey
from oncall.store.session import Reading, Writing
from oncall.store.tables.contacts import NoteDraftRow
from oncall.store.tables.rota import ConfirmationRow
from oncall.store.tables.sign_in import InvitationRow
from oncall.store.tables.team import PhoneCheckRow, StaffRow
from oncall.store.team.leaving import WAYS_IN, change_staff_row, drop_rows
from oncall.store.team.teams import open_team_key, staff_place

STAFF_HELD = "staff_hold_placed"
STAFF_RELEASED = "staff_hold_lifted"
STAFF_ERASED = "staff_erased"

# What says who somebody was, beside what lets them do something.
_TRACES: Sequence[tuple[Any, Any]] = (
    *WAYS_IN,
    (PhoneCheckRow, PhoneCheckRow.person),
    (ConfirmationRow, ConfirmationRow.person),
    (NoteDraftRow, NoteDraftRow.author),
    (InvitationRow, InvitationRow.staff_key),
)

_LEFT = select(StaffRow.key, StaffRow.name, StaffRow.left_on, StaffRow.held_since).where(
    StaffRow.team_id == bindparam("team"), ~StaffRow.present, StaffRow.erased_at.is_(None)
)
_ERASED = select(StaffRow.key).where(StaffRow.team_id == bindparam("team"), StaffRow.erased_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Former:
    """Somebody who has left the team, and of whom it still knows who they were."""

    key: PersonId  # by which the journal names them
    name: str = field(repr=False)  # or, of somebody who never had duty, their e-mail
    left_on: date | None  # None: left before days were kept
    held: bool
    account: Account | None = None  # of somebody who never had duty; None: was of the staff


# ---------------------------------------------------------------------------------- what is kept


def former_staff(reading: Reading, team_id: int) -> tuple[Former, ...]:
    """Return who has left the team and is not erased, who left first before the others.

    Somebody who never had duty has left when their account was closed.
    """
    key = open_team_key(reading, team_id)
    found = [
        Former(
            PersonId(row.key),
            key.open_text(row.name, staff_place(team_id, row.key, "name")),
            row.left_on,
            row.held_since is not None,
        )
        for row in reading.conn.execute(_LEFT, {"team": team_id})
    ]
    found += [
        Former(PersonId(one.key), one.email, one.closed_on, one.held, one)
        for one in accounts_of(reading, team_id)
        if one.staff_key is None and not one.active
    ]
    return tuple(sorted(found, key=lambda one: (one.left_on or date.min, one.name)))


def count_erased(reading: Reading, team_id: int) -> int:
    """Return of how many people the team knows no more than that they were of it."""
    return len(reading.conn.execute(_ERASED, {"team": team_id}).all())


# ------------------------------------------------------------------------------- holding, erasing


def hold_person(writing: Writing, one: Former, at: datetime, actor: str, reason: str) -> None:
    """Who the person was is kept until the hold is lifted; the journal says why."""
    _hold(writing, one, at)
    append_notes(writing, [Note(at, STAFF_HELD, actor, {"person": one.key, "reason": reason})])


def release_person(writing: Writing, one: Former, at: datetime, actor: str, reason: str) -> None:
    """Who the person was may be erased again; the journal says why."""
    _hold(writing, one, None)
    append_notes(writing, [Note(at, STAFF_RELEASED, actor, {"person": one.key, "reason": reason})])


def _hold(writing: Writing, one: Former, since: datetime | None) -> None:
    if one.account is None:
        change_staff_row(writing, one.key, held_since=since)
    else:
        change_account(writing, one.account.id, held_since=since)


def erase_closed(writing: Writing, account: Account, at: datetime, actor: str | None) -> None:
    """Nobody can tell whose the closed account was; the journal names them by its number."""
    erase_account(writing, account.id, at)
    append_notes(writing, [Note(at, STAFF_ERASED, actor, {"person": account.key})])


def erase_person(writing: Writing, person: PersonId, name: str, at: datetime, actor: str | None) -> None:
    """Nobody can tell from the team's rows who the person was: they are called `name` from now on.

    The key by which the rota, the contacts and the journal name them stays: those have to be true. In one
    transaction: 1. the account, 2. name, number and roles, 3. what else was theirs, 4. the journal.
    """
    account = account_of(writing, writing.team, person)
    if account is not None:
        delete_account(writing, account.id)
    key = open_team_key(writing, writing.team)
    change_staff_row(
        writing,
        person,
        name=_seal(writing, key, person, "name", name),
        phone=_seal(writing, key, person, "phone", ""),
        roles=[],
        on_call=False,
        erased_at=at,
    )
    drop_rows(writing, person, _TRACES)
    append_notes(writing, [Note(at, STAFF_ERASED, actor, {"person": person})])


def _seal(writing: Writing, key: DataKey, person: PersonId, column: str, text: str) -> bytes:
    return key.seal_text(text, staff_place(writing.team, person, column))
