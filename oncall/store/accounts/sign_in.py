"""Which browsers are signed in, how often somebody has tried, and what has been used up."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from oncall.store.session import Reading, Transaction
from oncall.store.tables.sign_in import AttemptRow, SessionRow, SpentRow


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser in which somebody is signed in."""

    id: str
    account: int
    device: str  # "Firefox, Windows"
    by_passkey: bool
    started_at: datetime
    seen_at: datetime
    proved_at: datetime  # when it was last shown who is there


# ---------------------------------------------------------------------------------------- sessions


def start_session(
    transaction: Transaction, account: int, device: str, at: datetime, *, by_passkey: bool
) -> str:
    """Return the id of a new session."""
    session_id = uuid.uuid4().hex
    transaction.conn.execute(
        insert(SessionRow),
        {
            "id": session_id,
            "account_id": account,
            "device": device,
            "by_passkey": by_passkey,
            "started_at": at,
            "seen_at": at,
            "proved_at": at,
        },
    )
    return session_id


def find_session(reading: Reading, session_id: str) -> SignedIn | None:
    """Return the session; None where it has ended."""
    found = _read(reading, SessionRow.id == session_id)
    return found[0] if found else None


def sessions_of(reading: Reading, account: int) -> tuple[SignedIn, ...]:
    """Return the account's sessions, the one last seen first."""
    return _read(reading, SessionRow.account_id == account)


def see_session(transaction: Transaction, session_id: str, at: datetime, *, proved: bool = False) -> None:
    """Somebody has done something in the session; `proved`: and has shown who they are."""
    values = {"seen_at": at, "proved_at": at} if proved else {"seen_at": at}
    transaction.conn.execute(update(SessionRow).where(SessionRow.id == session_id).values(**values))


def end_session(transaction: Transaction, account: int, session_id: str) -> bool:
    """The account's session has ended; False where it has no such."""
    done = transaction.conn.execute(
        delete(SessionRow).where(SessionRow.id == session_id, SessionRow.account_id == account)
    )
    return done.rowcount == 1


def end_sessions(transaction: Transaction, account: int, but: str | None = None) -> int:
    """All sessions of the account have ended, but that one; return how many."""
    which = [SessionRow.account_id == account] + ([SessionRow.id != but] if but else [])
    return transaction.conn.execute(delete(SessionRow).where(*which)).rowcount


def forget_before(transaction: Transaction, at: datetime) -> None:
    """Nothing is kept of sessions, attempts and challenges that ended before."""
    transaction.conn.execute(delete(SessionRow).where(SessionRow.started_at < at))
    transaction.conn.execute(delete(AttemptRow).where(AttemptRow.at < at))
    transaction.conn.execute(delete(SpentRow).where(SpentRow.at < at))


def _read(reading: Reading, *which: object) -> tuple[SignedIn, ...]:
    rows = reading.conn.execute(
        select(
            SessionRow.id,
            SessionRow.account_id,
            SessionRow.device,
            SessionRow.by_passkey,
            SessionRow.started_at,
            SessionRow.seen_at,
            SessionRow.proved_at,
        )
        .where(*which)  # type: ignore[arg-type]
        .order_by(SessionRow.seen_at.desc(), SessionRow.started_at.desc(), SessionRow.id)
    )
    return tuple(SignedIn(*row) for row in rows)


# ---------------------------------------------------------------------------------------- attempts


def note_attempts(transaction: Transaction, digests: Sequence[str], at: datetime) -> None:
    """An attempt is counted for each of these."""
    transaction.conn.execute(insert(AttemptRow), [{"digest": digest, "at": at} for digest in digests])


def count_attempts(reading: Reading, digest: str, since: datetime) -> int:
    """Return how many attempts are counted since then."""
    counted = select(func.count()).where(AttemptRow.digest == digest, AttemptRow.at > since)
    return reading.conn.scalar(counted) or 0


def forgive_attempts(transaction: Transaction, digests: Sequence[str], at: datetime) -> None:
    """The attempt of this instant is not counted any more: it succeeded."""
    transaction.conn.execute(delete(AttemptRow).where(AttemptRow.digest.in_(digests), AttemptRow.at == at))


def spend_challenge(transaction: Transaction, digest: str, at: datetime) -> bool:
    """The challenge is used up; False if it was already."""
    try:
        with transaction.conn.begin_nested():
            transaction.conn.execute(insert(SpentRow), {"digest": digest, "at": at})
    except IntegrityError:
        return False
    return True
