"""Which accounts there are, and by what each shows who is there."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, cast

from sqlalchemy import delete, func, insert, or_, select, update

from oncall.store.accounts.sign_in import end_sessions
from oncall.store.session import Reading, Transaction
from oncall.store.tables.accounts import AccountRow, PasskeyRow
from oncall.store.tables.sign_in import InvitationRow, RecoveryRow

ACCOUNT_CLOSED = "account_closed"

_ACCOUNTS: Any = AccountRow.__table__
_PASSKEYS: Any = PasskeyRow.__table__


@dataclass(frozen=True, slots=True)
class Passkey:
    """A device that unlocks an account by its own unlock."""

    id: int
    account: int
    credential: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int
    transports: tuple[str, ...]
    name: str  # "Safari, iPhone": what the browser said it was
    used_at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """An account, and what it has been given to show who is there."""

    id: int
    team_id: int | None  # None: an operator
    staff_key: str | None  # None: nobody who can be on duty
    role: str | None  # None: what the team says of this member of staff
    municipality: str | None  # whose cases a reviewer may read
    email: str = field(repr=False)
    language: str | None  # None: what the team has set
    active: bool
    uniquifier: str = field(repr=False)  # what every session names; a new one ends them all
    handle: str = field(repr=False)  # what passkeys know the account by
    password: str | None = field(repr=False)  # hashed; None: there is none
    has_totp: bool
    passkeys: tuple[Passkey, ...]
    recovery_codes: int  # that are left
    closed_on: date | None  # None: is open
    held: bool  # not to be erased, even if it is closed

    @property
    def protected(self) -> bool:
        """Whether it has a second factor: a passkey is two by itself."""
        return bool(self.passkeys) or (self.has_totp and self.password is not None)

    @property
    def key(self) -> str:
        """How the journal names whoever has it."""
        return self.staff_key or f"account:{self.id}"

    def is_unchanged(self, uniquifier: str) -> bool:
        """Return whether what was begun with this uniquifier may go on: open, and no way in reset since."""
        return self.active and self.uniquifier == uniquifier


# ----------------------------------------------------------------------------------------- finding
# One that is erased is none: its row stays for its number, by which the journal names whoever had it.


def find_account(reading: Reading, email: str) -> Account | None:
    """Return the account of this address, written in any case; None where there is none."""
    return _one(reading, _ACCOUNTS.c.email == email.strip().lower())


def load_account(reading: Reading, account_id: int) -> Account | None:
    """Return the account, None where there is none."""
    return _one(reading, _ACCOUNTS.c.id == account_id)


def account_of(reading: Reading, team_id: int, staff_key: str) -> Account | None:
    """Return the account of a member of staff, None where they have none."""
    return _one(reading, _ACCOUNTS.c.team_id == team_id, _ACCOUNTS.c.staff_key == staff_key)


def accounts_of(reading: Reading, team_id: int) -> tuple[Account, ...]:
    """Return every account of a team."""
    return _read(reading, _ACCOUNTS.c.team_id == team_id)


def is_any_protected(reading: Reading) -> bool:
    """Whether anybody can sign in yet: before that, the console gives a code to the first."""
    some = select(_ACCOUNTS.c.id).where(
        _ACCOUNTS.c.active,
        or_(_ACCOUNTS.c.password.is_not(None), _ACCOUNTS.c.id.in_(select(_PASSKEYS.c.user_id))),
    )
    return reading.conn.scalar(some.limit(1)) is not None


def find_passkey(reading: Reading, credential: bytes) -> Passkey | None:
    """Return the passkey that calls itself so, None where it is none of ours."""
    found = _passkeys(reading, _PASSKEYS.c.credential_id == credential)
    return found[0] if found else None


def _one(reading: Reading, *which: Any) -> Account | None:
    found = _read(reading, *which)
    return found[0] if found else None


def _read(reading: Reading, *which: Any) -> tuple[Account, ...]:
    left = select(func.count()).where(RecoveryRow.account_id == _ACCOUNTS.c.id).scalar_subquery()
    query = select(_ACCOUNTS, left.label("recovery_codes"))
    query = query.where(_ACCOUNTS.c.erased_at.is_(None), *which).order_by(_ACCOUNTS.c.id)
    rows = reading.conn.execute(query).all()
    keys = _passkeys(reading, _PASSKEYS.c.user_id.in_([row.id for row in rows])) if rows else ()
    return tuple(
        Account(
            row.id,
            row.team_id,
            row.staff_key,
            row.role,
            row.municipality,
            row.email,
            row.language,
            row.active,
            row.fs_uniquifier,
            row.fs_webauthn_user_handle or "",
            row.password,
            row.totp_key is not None,
            tuple(key for key in keys if key.account == row.id),
            row.recovery_codes,
            row.closed_on,
            row.held_since is not None,
        )
        for row in rows
    )


def _passkeys(reading: Reading, *which: Any) -> tuple[Passkey, ...]:
    rows = reading.conn.execute(select(_PASSKEYS).where(*which).order_by(_PASSKEYS.c.id))
    return tuple(
        Passkey(
            row.id,
            row.user_id,
            row.credential_id,
            row.public_key,
            row.sign_count or 0,
            tuple(row.transports or ()),
            row.name,
            row.lastuse_datetime.replace(tzinfo=UTC),
        )
        for row in rows
    )


# ---------------------------------------------------------------------------------------- changing


def create_account(
    transaction: Transaction,
    email: str,
    password: str | None,
    team_id: int | None,
    staff_key: str | None,
    role: str | None = None,
    municipality: str | None = None,
) -> int:
    """Return the id of a new account; `password` is hashed already."""
    row = {
        "email": email,
        "password": password,
        "team_id": team_id,
        "staff_key": staff_key,
        "role": role,
        "municipality": municipality,
        "active": True,
        "fs_uniquifier": secrets.token_hex(32),
        "fs_webauthn_user_handle": secrets.token_hex(32),
        "data_key": transaction.keyring.new_key().wrapped,
    }
    made: Any = transaction.conn.execute(insert(_ACCOUNTS), row).inserted_primary_key
    return cast("int", made[0])


def change_account(transaction: Transaction, account_id: int, **changed: Any) -> None:
    """The account's columns hold these values."""
    transaction.conn.execute(update(_ACCOUNTS).where(_ACCOUNTS.c.id == account_id).values(**changed))


def end_everywhere(transaction: Transaction, account_id: int) -> None:
    """No cookie that was given out for the account opens anything any more."""
    change_account(transaction, account_id, fs_uniquifier=secrets.token_hex(32))


# -------------------------------------------------------------------------------------- credentials


def save_totp(transaction: Transaction, account_id: int, secret: str | None) -> None:
    """The account's code generator has this secret, in base32; None: it has none."""
    sealed = None
    if secret is not None:
        wrapped = _key_of(transaction, account_id)
        sealed = transaction.keyring.unwrap(wrapped).seal_text(secret, _totp_place(account_id))
    change_account(transaction, account_id, totp_key=sealed, totp_counter=None)


def read_totp(reading: Reading, account_id: int) -> tuple[str, int | None] | None:
    """Return the secret of the account's code generator and the counter of its newest code that was used."""
    row = reading.conn.execute(
        select(_ACCOUNTS.c.data_key, _ACCOUNTS.c.totp_key, _ACCOUNTS.c.totp_counter).where(
            _ACCOUNTS.c.id == account_id
        )
    ).one_or_none()
    if row is None or row.totp_key is None:
        return None
    secret = reading.keyring.unwrap(row.data_key).open_text(row.totp_key, _totp_place(account_id))
    return secret, row.totp_counter


def spend_counter(transaction: Transaction, account_id: int, counter: int) -> bool:
    """The code of this counter, and all before it, are used up; False if they were already."""
    unused = or_(_ACCOUNTS.c.totp_counter.is_(None), _ACCOUNTS.c.totp_counter < counter)
    done = transaction.conn.execute(
        update(_ACCOUNTS).where(_ACCOUNTS.c.id == account_id, unused).values(totp_counter=counter)
    )
    return bool(done.rowcount == 1)


def save_recovery(transaction: Transaction, account_id: int, digests: Sequence[str]) -> None:
    """These recovery codes are the account's, and no others."""
    transaction.conn.execute(delete(RecoveryRow).where(RecoveryRow.account_id == account_id))
    if digests:
        rows = [{"account_id": account_id, "digest": digest} for digest in digests]
        transaction.conn.execute(insert(RecoveryRow), rows)


def spend_recovery(transaction: Transaction, account_id: int, digest: str) -> bool:
    """The recovery code is used up; False where the account has none such, or has it no longer."""
    done = transaction.conn.execute(
        delete(RecoveryRow).where(RecoveryRow.account_id == account_id, RecoveryRow.digest == digest)
    )
    return done.rowcount == 1


def add_passkey(transaction: Transaction, account_id: int, at: datetime, **told: Any) -> None:
    """The account has one more passkey."""
    row = {"user_id": account_id, "lastuse_datetime": _naive(at), **told}
    transaction.conn.execute(insert(_PASSKEYS), row)


def use_passkey(transaction: Transaction, passkey: Passkey, sign_count: int, at: datetime) -> None:
    """The passkey was used."""
    transaction.conn.execute(
        update(_PASSKEYS)
        .where(_PASSKEYS.c.id == passkey.id)
        .values(sign_count=sign_count, lastuse_datetime=_naive(at))
    )


def drop_passkeys(transaction: Transaction, account_id: int, passkey_id: int | None = None) -> bool:
    """The account has this passkey no longer, or none at all; False if it had not."""
    which = [_PASSKEYS.c.user_id == account_id]
    if passkey_id is not None:
        which.append(_PASSKEYS.c.id == passkey_id)
    return bool(transaction.conn.execute(delete(_PASSKEYS).where(*which)).rowcount)


def take_every_way_in(transaction: Transaction, account_id: int) -> None:
    """Nothing that opened the account does so any more, and nobody is signed in to it."""
    change_account(transaction, account_id, password=None, active=True, closed_on=None)
    save_totp(transaction, account_id, None)
    save_recovery(transaction, account_id, ())
    drop_passkeys(transaction, account_id)
    end_everywhere(transaction, account_id)
    end_sessions(transaction, account_id)


def close_account(transaction: Transaction, account_id: int, on: date) -> None:
    """Nobody signs in with the account from that day on, unless they are invited anew: no link opens it."""
    take_every_way_in(transaction, account_id)
    _drop_links(transaction, account_id)
    change_account(transaction, account_id, active=False, closed_on=on)


def erase_account(transaction: Transaction, account_id: int, at: datetime) -> None:
    """Nobody can tell whose the account was; its number is given to no other."""
    take_every_way_in(transaction, account_id)
    _drop_links(transaction, account_id)
    nobodys = f"erased:{account_id}"  # no address, and no other's
    change_account(transaction, account_id, email=nobodys, language=None, active=False, erased_at=at)


def _drop_links(transaction: Transaction, account_id: int) -> None:
    transaction.conn.execute(delete(InvitationRow).where(InvitationRow.account_id == account_id))


def delete_account(transaction: Transaction, account_id: int) -> None:
    """There is no such account, and nobody can tell whose it was."""
    take_every_way_in(transaction, account_id)
    transaction.conn.execute(delete(_ACCOUNTS).where(_ACCOUNTS.c.id == account_id))


def _key_of(transaction: Transaction, account_id: int) -> bytes:
    """Return the account's wrapped data key, made now for an account that is older than these keys."""
    wrapped = transaction.conn.scalar(select(_ACCOUNTS.c.data_key).where(_ACCOUNTS.c.id == account_id))
    if wrapped is None:
        wrapped = transaction.keyring.new_key().wrapped
        change_account(transaction, account_id, data_key=wrapped)
    return cast("bytes", wrapped)


def _naive(at: datetime) -> datetime:
    """Return the instant as the table of passkeys has it."""
    return at.astimezone(UTC).replace(tzinfo=None)


def _totp_place(account_id: int) -> str:
    return f"account:{account_id}:totp"
