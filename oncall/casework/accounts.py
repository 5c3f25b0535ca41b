"""Who gets an account, and how their password is kept."""

import secrets
import unicodedata
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.low_level import Type
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select

from oncall.rota.model import PersonId
from oncall.store.accounts import User, open_accounts
from oncall.store.session import Database
from oncall.store.teams import find_team, read_team

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 128  # characters
NORMAL_FORM: Final = "NFKD"  # a password typed on another keyboard is the same password

# Argon2id with the least that OWASP advises: enough to slow down whoever has stolen the table, and
# little enough (19 MiB) that a burst of sign-ins cannot starve the process that answers calls.
MEMORY, ROUNDS, LANES = 19 * 1024, 2, 1  # KiB, passes, threads
_hasher = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY, parallelism=LANES, type=Type.ID)


class AccountRefused(Exception):
    """The account cannot be made; the text is the line that says why."""


def add_account(db: Database, team_slug: str, staff_key: str | None, email: str, password: str) -> bool:
    """The account can sign in with this password; return whether it is new.

    An account that the same person has already gets the password, and whoever is signed in with it is
    signed out. `staff_key` is None for somebody of the team who never takes duty. Raises AccountRefused.
    """
    address = _read_email(email)
    hashed = hash_password(password)
    team_id = _find_staff(db, team_slug, staff_key)
    sessions, accounts = open_accounts(db)
    with sessions() as session:
        found = session.scalar(select(User).where(func.lower(User.email) == address))
        if found is None:
            user = {"email": address, "password": hashed, "team_id": team_id, "staff_key": staff_key}
            accounts.create_user(**user, active=True)
        elif (found.team_id, found.staff_key) != (team_id, staff_key):
            raise AccountRefused(f"{address} is already somebody else's account")
        else:
            account: Any = found
            account.password, account.active = hashed, True
            account.fs_uniquifier = secrets.token_hex(32)  # named by every session: they end
        session.commit()
    sessions.remove()
    return found is None


def hash_password(password: str) -> str:
    """Return what is kept of a password; raises AccountRefused for one that is too short or too long."""
    normal = unicodedata.normalize(NORMAL_FORM, password)
    if not SHORTEST_PASSWORD <= len(normal) <= LONGEST_PASSWORD:
        raise AccountRefused(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    return _hasher.hash(normal)


def _read_email(email: str) -> str:
    try:
        # Nothing is mailed to it: it only has to be an address that the sign-in form accepts too.
        return validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise AccountRefused("this is not an e-mail address") from None


def _find_staff(db: Database, team_slug: str, staff_key: str | None) -> int:
    with db.reading() as reading:
        team_id = find_team(reading, team_slug)
        if team_id is None:
            raise AccountRefused(f"there is no team {team_slug}")
        team = read_team(reading, team_id)
    if staff_key is not None and PersonId(staff_key) not in team.people:
        raise AccountRefused(f"nobody in {team_slug} has the key {staff_key}")
    return team_id
