"""Check what somebody signs in with, count failed attempts, and note both in the journal."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from oncall.alerts.wording import accounts as wording
from oncall.store.accounts.credentials import (
    Account,
    find_account,
    find_passkey,
    load_account,
    read_totp,
    spend_counter,
    spend_recovery,
    use_passkey,
)
from oncall.store.accounts.sign_in import (
    count_attempts,
    forgive_attempts,
    note_attempts,
    spend_challenge,
)
from oncall.store.journal.entries import Note, append_notes
from oncall.store.session import OPERATOR, Database, Transaction, team_chain
from oncall.usecases.accounts.accounts import is_password
from oncall.usecases.accounts.credentials import (
    TOTP_DIGITS,
    NotProved,
    RelyingParty,
    check_known,
    match_totp,
    name_credential,
    normalise_recovery_code,
)
from oncall.usecases.accounts.texts import queue_owner_text

CHALLENGE = timedelta(minutes=5)  # within which a passkey must answer
KEPT = timedelta(days=3)  # attempts and ended sessions: for as long as an invitation is open

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
# How many may fail, in which time: for one account from one address, for one account from anywhere, from
# one address (a whole municipality may share it), for the code of one account, and for the addresses that
# are written to one invitation: each answer tells whether somebody has that address here.
PAIR = ((5, MINUTE), (30, HOUR))
ACCOUNT = ((50, HOUR),)
ADDRESS = ((60, MINUTE),)
CODE = ((5, 15 * MINUTE), (30, 24 * HOUR))
LINK = ((10, KEPT),)

SIGN_IN_FAILED = "sign_in_failed"


class TooOften(Exception):
    """Somebody has failed too often, or somebody else for them: they have to wait."""


class By(StrEnum):
    """How somebody has shown who they are."""

    PASSKEY = "passkey"
    CODE = "code"
    RECOVERY = "recovery code"


@dataclass(frozen=True, slots=True)
class Asker:
    """Whence somebody tries to sign in."""

    address: str  # as the network has it
    device: str  # "Firefox, Windows"


# --------------------------------------------------------------------------------- showing who it is


def check_password(db: Database, email: str, password: str, asker: Asker, now: datetime) -> Account | None:
    """Return whose password this is, None where it is nobody's; raises TooOften.

    It takes as long for an account that is not there as for a wrong password.
    """
    name = email.strip().lower()
    limits = {f"{asker.address} {name}": PAIR, name: ACCOUNT, asker.address: ADDRESS}
    with _counted(db, limits, now) as counted:
        with db.reading() as reading:
            account = find_account(reading, name)
        if not is_password(password, account.password if account and account.active else None):
            _note_failure(db, account, "password", now)
            return None
        counted.succeeded = True
        return account


def check_recovery(
    db: Database, email: str, password: str, code: str, asker: Asker, now: datetime
) -> Account | None:
    """Return whose recovery code this is, used up, with their password if they have one; or TooOften.

    None where it is nobody's. This is for who has lost the phone that held the passkey.
    """
    name = email.strip().lower()
    limits = {f"{asker.address} {name}": PAIR, name: ACCOUNT, asker.address: ADDRESS}
    with _counted(db, limits, now) as counted:
        with db.reading() as reading:
            account = find_account(reading, name)
        known = is_password(password, account.password if account else None)
        fits = account is not None and account.active and (known or account.password is None)
        if account is None or not fits or not _spend_recovery(db, account, code, now):
            _note_failure(db, account, "recovery code", now)
            return None
        counted.succeeded = True
        return account


def find_unchanged(db: Database, account_id: int, uniquifier: str) -> Account | None:
    """Return the account whose first step was done; None where it is closed or was reset since."""
    with db.reading() as reading:
        account = load_account(reading, account_id)
    return account if account is not None and account.is_unchanged(uniquifier) else None


def check_throttle(db: Database, asker: Asker, now: datetime) -> None:
    """Something else is tried from an address, and counts towards what may fail there; raises TooOften."""
    with _counted(db, {asker.address: ADDRESS}, now):
        pass


def check_invited(db: Database, token: str, asker: Asker, now: datetime) -> None:
    """An address is written to the invitation of this link, which counts, taken or not; raises TooOften."""
    with _counted(db, {f"invitation {token}": LINK, asker.address: ADDRESS}, now):
        pass


def check_code(db: Database, account: Account, code: str, now: datetime) -> By:
    """Return what the code is, a generator's or a recovery code, now used up; raises NotProved, TooOften."""
    with _counted(db, {f"code {account.id}": CODE}, now) as counted:
        if len(digits := code.replace(" ", "")) == TOTP_DIGITS:
            how = By.CODE if _spend_totp(db, account, digits, now) else None
        else:
            how = By.RECOVERY if _spend_recovery(db, account, code, now) else None
        if how is None:
            _note_failure(db, account, "code", now)
            raise NotProved
        counted.succeeded = True
        return how


@dataclass
class _Attempt:
    """Something that is being tried, and counts as failed until it has succeeded."""

    succeeded: bool = False


@contextmanager
def _counted(
    db: Database, limits: Mapping[str, Sequence[tuple[int, timedelta]]], now: datetime
) -> Iterator[_Attempt]:
    """Count an attempt against each limit, before it is made: many at once cannot slip through together."""
    digests = {db.keyring.secret_digest("attempt", name): limit for name, limit in limits.items()}
    with db.transaction() as transaction:
        note_attempts(transaction, list(digests), now)
    with db.reading() as reading:
        for digest, windows in digests.items():
            if any(count_attempts(reading, digest, now - window) > most for most, window in windows):
                raise TooOften
    attempt = _Attempt()
    yield attempt
    if attempt.succeeded:
        with db.transaction() as transaction:
            forgive_attempts(transaction, list(digests), now)


def _spend_totp(db: Database, account: Account, code: str, now: datetime) -> bool:
    with db.transaction() as transaction:
        kept = read_totp(transaction, account.id)
        counter = match_totp(kept[0], code, kept[1], now) if kept else None
        return counter is not None and spend_counter(transaction, account.id, counter)


def _spend_recovery(db: Database, account: Account, code: str, now: datetime) -> bool:
    with db.transaction() as transaction:
        digest = db.keyring.secret_digest("recovery", normalise_recovery_code(code))
        if not spend_recovery(transaction, account.id, digest):
            return False
        queue_owner_text(transaction, account, wording.RECOVERY, now.isoformat(), now)
        return True


def check_passkey(db: Database, place: RelyingParty, challenge: str, answer: str, now: datetime) -> Account:
    """Return whose passkey has signed the challenge, which is now used up; raises NotProved."""
    with db.transaction() as transaction:
        passkey = find_passkey(transaction, name_credential(answer))
        account = load_account(transaction, passkey.account) if passkey else None
        if passkey is None or account is None or not account.active:
            raise NotProved
        count = check_known(place, passkey, challenge, answer)
        if not spend_challenge(transaction, hashlib.sha256(challenge.encode()).hexdigest(), now):
            raise NotProved
        use_passkey(transaction, passkey, count, now)
    return account


# --------------------------------------------------------------------------------- what is written down


def note_of(
    transaction: Transaction,
    account: Account | None,
    kind: str,
    now: datetime,
    actor: str | None,
    detail: Mapping[str, object],
) -> None:
    """The journal says what has happened to an account, or to none that there is."""
    about = {"account": account.id if account else None, **detail}
    note_in(transaction, account.team_id if account else None, kind, now, actor, about)


def note_in(
    transaction: Transaction,
    team_id: int | None,
    kind: str,
    now: datetime,
    actor: str | None,
    detail: Mapping[str, object],
) -> None:
    """The team's chain has the note; the operator's, where there is no team."""
    if team_id is None:
        transaction.start_chain(OPERATOR, team_id=None)
    writing = transaction.lock(OPERATOR if team_id is None else team_chain(team_id))
    append_notes(writing, [Note(now, kind, actor, detail)])


def _note_failure(db: Database, account: Account | None, how: str, now: datetime) -> None:
    with db.transaction() as transaction:
        note_of(transaction, account, SIGN_IN_FAILED, now, None, {"by": how})
