"""Invite somebody, let them set up a way in, and add or remove one later."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from oncall.alerts.team import Team
from oncall.alerts.wording import accounts as wording
from oncall.store.accounts import credentials as kept
from oncall.store.accounts import invitations
from oncall.store.accounts.credentials import Account
from oncall.store.accounts.invitations import Invitation
from oncall.store.session import Database, Reading, Transaction
from oncall.store.team.teams import all_team_ids, load_staff, read_team
from oncall.usecases.accounts.accounts import AccountRefused, check_belonging, read_email
from oncall.usecases.accounts.credentials import new_recovery_codes
from oncall.usecases.accounts.invitation_links import NotOpen, read_link
from oncall.usecases.accounts.sign_in import note_in, note_of
from oncall.usecases.accounts.texts import queue_owner_text

INVITATION = timedelta(hours=72)
SET_UP_CODE = timedelta(hours=24)

INVITED, TAKEN_UP = "invited", "account_made"
FACTOR_ADDED, FACTOR_REMOVED, RECOVERY_MADE = "factor_added", "factor_removed", "recovery_codes_made"


class LastCredential(Exception):
    """Without this nobody could sign in to the account any more."""


# -------------------------------------------------------------------------------------- invitations


def invite(
    db: Database,
    team_slug: str | None,
    staff_key: str | None,
    made_by: str,
    now: datetime,
    *,
    role: str | None = None,
    municipality: str | None = None,
    lasts: timedelta = INVITATION,
) -> str:
    """Return the id of a new invitation; the link is made by `make_link`, or when it is texted.

    For a member of staff who has an account it opens that account again. Raises AccountRefused.
    """
    team_id, role = check_belonging(db, team_slug, staff_key, role, municipality)
    with db.transaction() as transaction:
        account = kept.account_of(transaction, team_id, staff_key) if team_id and staff_key else None
        invitation_id = invitations.put_invitation(
            transaction,
            team_id=team_id,
            staff_key=staff_key,
            role=role,
            municipality=municipality,
            account=account.id if account else None,
            made_by=made_by,
            made_at=now,
            until=now + lasts,
        )
        note_in(transaction, team_id, INVITED, now, made_by, {"staff": staff_key, "role": role})
    return invitation_id


@dataclass(frozen=True, slots=True)
class Invited:
    """Who a link is for, as its page says."""

    team: str | None  # its name; None: for an operator
    name: str | None  # of the member of staff; None: for nobody who can be on duty


def describe_invitation(db: Database, token: str, now: datetime) -> Invited:
    """Return who the link is for; raises NotOpen."""
    invitation = read_link(db, token, now)
    if invitation.team_id is None:
        return Invited(None, None)
    with db.reading() as reading:
        team = read_team(reading, invitation.team_id).name
        names = {str(one.id): one.name for one, _ in load_staff(reading, invitation.team_id)}
    return Invited(team, names.get(invitation.staff_key or ""))


def take_up(db: Database, token: str, email: str, now: datetime) -> tuple[Account, Invitation]:
    """Return the account of the invited: as yet nobody can sign in to it.

    The link stays good until a way in has been set up. Raises NotOpen, and AccountRefused for an address
    that cannot be had.
    """
    found = read_link(db, token, now)
    address = read_email(email)
    with db.transaction() as transaction:
        # Locked and read again: tapped twice, the link is taken up once, and both find the same account.
        invitation = invitations.lock_invitation(transaction, found.id, now)
        if invitation is None:
            raise NotOpen
        taken = kept.find_account(transaction, address)
        if taken is not None and taken.id != invitation.account:
            raise AccountRefused("this address is somebody else's")
        account_id = invitation.account
        if account_id is None:
            account_id = kept.create_account(
                transaction,
                address,
                None,
                invitation.team_id,
                invitation.staff_key,
                invitation.role,
                invitation.municipality,
            )
            invitations.assign_invitation(transaction, invitation.id, account_id)
        else:
            kept.change_account(transaction, account_id, email=address)
        account = _load(transaction, account_id)
    return account, invitation


# ---------------------------------------------------------------------------------------- first run


def make_set_up_code(db: Database, now: datetime) -> str | None:
    """Return a code that lets the first leader in; None where somebody can sign in already."""
    code = "-".join(f"{secrets.randbelow(10_000):04}" for _ in range(4))
    with db.transaction() as transaction:
        if kept.is_any_protected(transaction):
            return None
        digest = _digest(transaction, "set-up", code)
        invitations.put_set_up_code(transaction, digest, now + SET_UP_CODE)
    return code


def is_set_up_code(db: Database, code: str, now: datetime) -> bool:
    """Whether the console has given this code, and nobody can sign in yet."""
    digits = "".join(letter for letter in code if letter.isdecimal())
    grouped = "-".join(digits[start : start + 4] for start in range(0, len(digits), 4))
    with db.reading() as reading:
        known = invitations.is_set_up_code(reading, _digest(reading, "set-up", grouped), now)
        return known and not kept.is_any_protected(reading)


def find_team_by_name(db: Database, named: str) -> Team | None:
    """Return the team that somebody calls by its name or its slug; None where there is none."""
    wanted = named.strip().casefold()
    with db.reading() as reading:
        teams = [read_team(reading, team_id) for team_id in all_team_ids(reading)]
    return next((team for team in teams if wanted in (team.slug, team.name.casefold())), None)


# -------------------------------------------------------------------------------------- credentials


@dataclass(frozen=True, slots=True)
class NewCredential:
    """What is added to an account: a passkey, or a password with a code generator."""

    passkey: Mapping[str, Any] | None = None
    password: str | None = None  # hashed; None: the one it has stays
    totp_secret: str | None = None
    totp_counter: int | None = None  # of the code that proved it


def enrol(
    db: Database,
    account: Account,
    new: NewCredential,
    device: str,
    invitation_id: str | None,
    now: datetime,
) -> tuple[Account, tuple[str, ...]]:
    """Give the account a credential; return the account as it is now, and new recovery codes.

    The codes are known only this once. Where a link was used, nothing that opened the account before does
    so any more: who follows one has lost the rest. Raises NotOpen where the link was used meanwhile.
    """
    codes = new_recovery_codes()
    with db.transaction() as transaction:
        if invitation_id is not None:
            if not invitations.use_up(transaction, invitation_id, now):
                raise NotOpen
            kept.take_every_way_in(transaction, account.id)
        _add(transaction, account, new, device, now)
        digests = [_digest(transaction, "recovery", code) for code in codes]
        kept.save_recovery(transaction, account.id, digests)
        invitations.drop_set_up_codes(transaction)
        note_of(transaction, account, TAKEN_UP, now, account.key, {"by_link": invitation_id is not None})
        enrolled = _load(transaction, account.id)
    return enrolled, codes


def add_credential(db: Database, account: Account, new: NewCredential, device: str, now: datetime) -> None:
    """Give the account one more credential, and notify its owner; there is only one code generator."""
    with db.transaction() as transaction:
        _add(transaction, account, new, device, now)
        queue_owner_text(transaction, account, wording.FACTOR, now.isoformat(), now)


def _add(transaction: Transaction, account: Account, new: NewCredential, device: str, now: datetime) -> None:
    added = []
    if new.passkey is not None:
        kept.add_passkey(
            transaction,
            account.id,
            now,
            name=device,
            **new.passkey,
        )
        added.append("passkey")
    if new.password is not None:
        kept.change_account(transaction, account.id, password=new.password)
        added.append("password")
    if new.totp_secret is not None:
        kept.save_totp(transaction, account.id, new.totp_secret)
        added.append("code generator")
        if new.totp_counter is not None:
            kept.spend_counter(transaction, account.id, new.totp_counter)
    note_of(transaction, account, FACTOR_ADDED, now, account.key, {"factors": added})


def remove_passkey(db: Database, account: Account, passkey_id: int, now: datetime) -> bool:
    """Remove a passkey; return False if the account had none such. Raises LastCredential."""
    with db.transaction() as transaction:
        current = _load(transaction, account.id)
        others = [one for one in current.passkeys if one.id != passkey_id]
        if not others and not (current.has_totp and current.password):
            raise LastCredential
        if not kept.drop_passkeys(transaction, account.id, passkey_id):
            return False
        note_of(transaction, account, FACTOR_REMOVED, now, account.key, {"factors": ["passkey"]})
    return True


def remove_totp(db: Database, account: Account, now: datetime) -> None:
    """Remove password and code generator; raises LastCredential where there is no passkey."""
    with db.transaction() as transaction:
        if not _load(transaction, account.id).passkeys:
            raise LastCredential
        kept.change_account(transaction, account.id, password=None)
        kept.save_totp(transaction, account.id, None)
        removed = {"factors": ["password", "code generator"]}
        note_of(transaction, account, FACTOR_REMOVED, now, account.key, removed)


def renew_recovery(db: Database, account: Account, now: datetime) -> tuple[str, ...]:
    """Return new recovery codes; those the account had are good for nothing."""
    codes = new_recovery_codes()
    with db.transaction() as transaction:
        kept.save_recovery(
            transaction, account.id, [_digest(transaction, "recovery", code) for code in codes]
        )
        note_of(transaction, account, RECOVERY_MADE, now, account.key, {})
    return codes


def _digest(reading: Reading, kind: str, secret: str) -> str:
    return reading.keyring.secret_digest(kind, secret)


def _load(reading: Reading, account_id: int) -> Account:
    account = kept.load_account(reading, account_id)
    if account is None:
        raise NotOpen
    return account
