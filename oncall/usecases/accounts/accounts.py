"""Who gets an account, and how their password is kept."""

import secrets
import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type
from email_validator import EmailNotValidError, validate_email

from oncall.alerts.team import Team
from oncall.rota.model import PersonId
from oncall.store.accounts.credentials import (
    Account,
    change_account,
    create_account,
    end_everywhere,
    find_account,
    save_totp,
)
from oncall.store.accounts.sign_in import end_sessions
from oncall.store.session import Database
from oncall.store.team.teams import find_team, read_team
from oncall.usecases.accounts.credentials import is_totp_secret

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 128  # characters
NORMAL_FORM: Final = "NFKD"  # a password typed on another keyboard is the same password

# Argon2id with the least that OWASP advises: enough to slow down whoever has stolen the table, and
# little enough (19 MiB) that a burst of sign-ins cannot starve the process that answers calls.
MEMORY, ROUNDS, LANES = 19 * 1024, 2, 1  # KiB, passes, threads
_hasher = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY, parallelism=LANES, type=Type.ID)
_NOBODYS = _hasher.hash(secrets.token_hex(32))  # compared where there is no account, which takes as long

ADMINISTRATOR, REVIEWER, OPERATOR = "administrator", "reviewer", "operator"  # roles of accounts themselves


class AccountRefused(Exception):
    """The account cannot be made; the text is the line that says why."""


def add_account(
    db: Database,
    team_slug: str | None,
    staff_key: str | None,
    email: str,
    password: str,
    *,
    role: str | None = None,
    municipality: str | None = None,
    totp_secret: str | None = None,
) -> bool:
    """The account can sign in with this password; return whether it is new.

    Whoever has no second factor is asked for one at the first sign-in; `totp_secret`, in base32, is that
    of a code generator that they have already. An account that the same person has already gets the
    password, and whoever is signed in with it is signed out. `staff_key` is None for somebody who never
    takes duty: an administrator, a municipality's reviewer or, without a team, an operator.
    Raises AccountRefused.
    """
    address = read_email(email)
    hashed = hash_password(password)
    if totp_secret is not None and not is_totp_secret(totp_secret):
        raise AccountRefused("the code generator's key is not base32 of 16 characters or more")
    team_id, role = check_belonging(db, team_slug, staff_key, role, municipality)
    with db.transaction() as transaction:
        found = find_account(transaction, address)
        if found is None:
            who = create_account(transaction, address, hashed, team_id, staff_key, role, municipality)
        elif (found.team_id, found.staff_key) != (team_id, staff_key):
            raise AccountRefused(f"{address} is already somebody else's account")
        else:
            who = found.id
            told = {"role": role, "municipality": municipality}
            change_account(transaction, who, password=hashed, active=True, closed_on=None, **told)
            end_everywhere(transaction, who)
            end_sessions(transaction, who)
        if totp_secret is not None:
            save_totp(transaction, who, totp_secret.upper())
    return found is None


def choose_language(db: Database, account_id: int, language: str) -> None:
    """Let the pages speak this language wherever the account's owner signs in."""
    with db.transaction() as transaction:
        change_account(transaction, account_id, language=language)


def team_of(db: Database, account: Account) -> Team | None:
    """Return the account's team as it is now; None for an operator's."""
    if account.team_id is None:
        return None
    with db.reading() as reading:
        return read_team(reading, account.team_id)


def hash_password(password: str) -> str:
    """Return what is kept of a password; raises AccountRefused for one that is too short or too long."""
    normal = unicodedata.normalize(NORMAL_FORM, password)
    if not SHORTEST_PASSWORD <= len(normal) <= LONGEST_PASSWORD:
        raise AccountRefused(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    return _hasher.hash(normal)


def is_password(password: str, hashed: str | None) -> bool:
    """Whether this is the password; where there is none the answer takes as long."""
    normal = unicodedata.normalize(NORMAL_FORM, password[:LONGEST_PASSWORD])
    try:
        _hasher.verify(hashed or _NOBODYS, normal)
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


def read_email(email: str) -> str:
    """Return the address as accounts have it; raises AccountRefused where it is none."""
    try:
        # Nothing is mailed to it: it only has to be an address that the sign-in form accepts too.
        return validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise AccountRefused("this is not an e-mail address") from None


def check_belonging(
    db: Database, team_slug: str | None, staff_key: str | None, role: str | None, municipality: str | None
) -> tuple[int | None, str | None]:
    """Return the team's id and the account's own role, None for staff; raises AccountRefused."""
    if team_slug is None:
        if role != OPERATOR or staff_key or municipality:
            raise AccountRefused("only an operator belongs to no team")
        return None, OPERATOR
    with db.reading() as reading:
        team_id = find_team(reading, team_slug)
        if team_id is None:
            raise AccountRefused(f"there is no team {team_slug}")
        team = read_team(reading, team_id)
    if staff_key is not None:
        if role is not None:
            raise AccountRefused("the roles of staff stand in the team's file")
        if PersonId(staff_key) not in team.people:
            raise AccountRefused(f"nobody in {team_slug} has the key {staff_key}")
        return team_id, None
    role = role or ADMINISTRATOR
    if role not in (ADMINISTRATOR, REVIEWER):
        raise AccountRefused("without a key an account is an administrator's or a reviewer's")
    if (role == REVIEWER) != (municipality is not None):
        raise AccountRefused("a reviewer, and nobody else, is of a municipality")
    if municipality is not None and municipality not in {place.name for place in team.municipalities}:
        raise AccountRefused(f"{team_slug} does not serve {municipality}")
    return team_id, role
