"""Start, resume, lock and end the sessions of those who are signed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from oncall.store.accounts.credentials import Account, load_account
from oncall.store.accounts.sign_in import (
    SignedIn,
    end_session,
    end_sessions,
    find_session,
    forget_before,
    see_session,
    sessions_of,
    start_session,
)
from oncall.store.session import Database
from oncall.usecases.accounts.sign_in import KEPT, Asker, By, note_of

SHIFT = timedelta(hours=12)  # a night's duty; nobody stays signed in for longer
IDLE = timedelta(minutes=15)  # after which a phone's own unlock is asked for
ENDS_AFTER = timedelta(minutes=30)  # idle, where there is no unlock
SEEN_EVERY = timedelta(minutes=1)  # how exactly the last activity is known

SIGNED_IN, SIGNED_OUT = "signed_in", "signed_out"


class Presence(StrEnum):
    """Whether whoever signed in is taken to be still there."""

    HERE = "here"
    LOCKED = "locked"  # the device's own unlock is asked for
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Resumed:
    """A session that goes on, and whose it is."""

    session: SignedIn
    account: Account
    presence: Presence  # here or locked


def start(db: Database, account: Account, asker: Asker, how: By, now: datetime) -> str:
    """Return the id of a new session of the account."""
    with db.transaction() as transaction:
        forget_before(transaction, now - KEPT)
        session_id = start_session(transaction, account.id, asker.device, now, by_passkey=how is By.PASSKEY)
        note_of(transaction, account, SIGNED_IN, now, account.key, {"by": how.value, "device": asker.device})
    return session_id


def presence_of(session: SignedIn, now: datetime) -> Presence:
    """Say whether whoever signed in is still taken to be there."""
    idle = now - session.seen_at
    if now - session.started_at >= SHIFT or (not session.by_passkey and idle >= ENDS_AFTER):
        return Presence.GONE
    locked = session.by_passkey and idle >= IDLE
    return Presence.LOCKED if locked else Presence.HERE


def is_proved(session: SignedIn, now: datetime) -> bool:
    """Whether it was shown lately who is there: only then the way in may be changed."""
    return now - session.proved_at < IDLE


def resume(db: Database, session_id: str, uniquifier: str, now: datetime, *, awake: bool) -> Resumed | None:
    """Return the session with its account; None where it has ended, or the account's ways in were reset.

    `uniquifier` is that of the account when the session began. `awake`: a human asks for this page, and
    no page that updates by itself.
    """
    with db.reading() as reading:
        session = find_session(reading, session_id)
        account = load_account(reading, session.account) if session else None
    if session is None or account is None or not account.is_unchanged(uniquifier):
        return None
    presence = presence_of(session, now)
    if presence is Presence.GONE:
        with db.transaction() as transaction:
            end_session(transaction, account.id, session_id)
        return None
    if awake and presence is Presence.HERE and now - session.seen_at >= SEEN_EVERY:
        with db.transaction() as transaction:
            see_session(transaction, session_id, now)
    return Resumed(session, account, presence)


def list_sessions(db: Database, account_id: int) -> tuple[SignedIn, ...]:
    """Return the account's sessions, the one last seen first."""
    with db.reading() as reading:
        return sessions_of(reading, account_id)


def unlock(db: Database, session: SignedIn, now: datetime) -> None:
    """Note that the session's owner has just shown that they are there."""
    with db.transaction() as transaction:
        see_session(transaction, session.id, now, proved=True)


def sign_out(db: Database, account: Account, session_id: str | None, now: datetime) -> None:
    """End the session; None: all of the account's."""
    with db.transaction() as transaction:
        if session_id is None:
            end_sessions(transaction, account.id)
        else:
            end_session(transaction, account.id, session_id)
        detail = {"everywhere": session_id is None}
        note_of(transaction, account, SIGNED_OUT, now, account.key, detail)
