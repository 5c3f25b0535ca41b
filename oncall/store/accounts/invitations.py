"""Who has been invited to have an account, and which codes let the first leader in."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from oncall.store.session import Reading, Transaction
from oncall.store.tables.sign_in import InvitationRow, SetUpCodeRow


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link by which somebody gets an account, or into their own again."""

    id: str
    team_id: int | None  # None: for an operator
    staff_key: str | None  # None: for nobody who can be on duty
    role: str | None  # None: what the team says of this member of staff
    municipality: str | None
    account: int | None  # whose way in is set anew; None: nobody has taken it up yet
    made_by: str
    made_at: datetime
    until: datetime


def put_invitation(
    transaction: Transaction,
    *,
    team_id: int | None,
    staff_key: str | None,
    role: str | None,
    municipality: str | None,
    account: int | None,
    made_by: str,
    made_at: datetime,
    until: datetime,
) -> str:
    """Return the id of a new invitation, whose link is still to be made; others of the same are dead."""
    invitation_id = uuid.uuid4().hex
    if staff_key is not None:
        drop_invitations(transaction, team_id, staff_key)
    row = {
        "id": invitation_id,
        "team_id": team_id,
        "staff_key": staff_key,
        "role": role,
        "municipality": municipality,
        "account_id": account,
        "made_by": made_by,
        "made_at": made_at,
        "until": until,
    }
    transaction.conn.execute(insert(InvitationRow), row)
    return invitation_id


def give_link(transaction: Transaction, invitation_id: str, digest: str) -> None:
    """The invitation is taken up by the link of this digest, and by no earlier one."""
    _change(transaction, invitation_id, digest=digest)


def assign_invitation(transaction: Transaction, invitation_id: str, account: int) -> None:
    """The invitation is this account's."""
    _change(transaction, invitation_id, account_id=account)


def use_up(transaction: Transaction, invitation_id: str, at: datetime) -> bool:
    """The link opens nothing any more; False if it did not already."""
    done = transaction.conn.execute(
        update(InvitationRow)
        .where(InvitationRow.id == invitation_id, InvitationRow.used_at.is_(None))
        .values(used_at=at)
    )
    return done.rowcount == 1


def drop_invitations(transaction: Transaction, team_id: int | None, staff_key: str) -> None:
    """No link that this member of staff was given opens anything."""
    transaction.conn.execute(
        delete(InvitationRow).where(
            InvitationRow.team_id == team_id,
            InvitationRow.staff_key == staff_key,
            InvitationRow.used_at.is_(None),
        )
    )


def drop_invitation(transaction: Transaction, team_id: int, invitation_id: str) -> bool:
    """The team's invitation is withdrawn; False where it has no such."""
    done = transaction.conn.execute(
        delete(InvitationRow).where(
            InvitationRow.id == invitation_id,
            InvitationRow.team_id == team_id,
            InvitationRow.used_at.is_(None),
        )
    )
    return done.rowcount == 1


def find_invitation(reading: Reading, digest: str, now: datetime) -> Invitation | None:
    """Return what the link of this digest opens; None where it is used, withdrawn or too old."""
    found = _read(reading, InvitationRow.digest == digest, *_open(now))
    return found[0] if found else None


def load_invitation(reading: Reading, invitation_id: str, now: datetime) -> Invitation | None:
    """Return the invitation; None where it is used, withdrawn or too old."""
    found = _read(reading, InvitationRow.id == invitation_id, *_open(now))
    return found[0] if found else None


def lock_invitation(transaction: Transaction, invitation_id: str, now: datetime) -> Invitation | None:
    """Return the invitation, which nobody else takes up meanwhile; None where it is used or too old."""
    mine = select(InvitationRow.id).where(InvitationRow.id == invitation_id).with_for_update()
    transaction.conn.execute(mine)
    return load_invitation(transaction, invitation_id, now)


def open_invitations(reading: Reading, team_id: int, now: datetime) -> tuple[Invitation, ...]:
    """Return the team's invitations that nobody has used yet, the newest first."""
    return _read(reading, InvitationRow.team_id == team_id, *_open(now))


def _open(now: datetime) -> tuple[object, ...]:
    return InvitationRow.used_at.is_(None), InvitationRow.until > now


def _change(transaction: Transaction, invitation_id: str, **values: object) -> None:
    transaction.conn.execute(update(InvitationRow).where(InvitationRow.id == invitation_id).values(**values))


def _read(reading: Reading, *which: object) -> tuple[Invitation, ...]:
    rows = reading.conn.execute(
        select(
            InvitationRow.id,
            InvitationRow.team_id,
            InvitationRow.staff_key,
            InvitationRow.role,
            InvitationRow.municipality,
            InvitationRow.account_id,
            InvitationRow.made_by,
            InvitationRow.made_at,
            InvitationRow.until,
        )
        .where(*which)  # type: ignore[arg-type]
        .order_by(InvitationRow.made_at.desc(), InvitationRow.id)
    )
    return tuple(Invitation(*row) for row in rows)


# ---------------------------------------------------------------------------------------- first run


def put_set_up_code(transaction: Transaction, digest: str, until: datetime) -> None:
    """The code of this digest lets the first leader in until then."""
    transaction.conn.execute(insert(SetUpCodeRow), {"digest": digest, "until": until})


def is_set_up_code(reading: Reading, digest: str, now: datetime) -> bool:
    """Whether a code of this digest is good now."""
    good = select(SetUpCodeRow.digest).where(SetUpCodeRow.digest == digest, SetUpCodeRow.until > now)
    return reading.conn.scalar(good) is not None


def drop_set_up_codes(transaction: Transaction) -> None:
    """No code from the console is good any more."""
    transaction.conn.execute(delete(SetUpCodeRow))
