"""List the accounts of a team, and let its leader or the console withdraw links, reset and close."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from oncall.alerts.team import Team
from oncall.alerts.wording import accounts as wording
from oncall.store.accounts import credentials as kept
from oncall.store.accounts import invitations
from oncall.store.accounts.credentials import Account
from oncall.store.accounts.invitations import Invitation
from oncall.store.accounts.sign_in import SignedIn, sessions_of
from oncall.store.session import Database, Reading
from oncall.store.team.teams import read_team
from oncall.usecases.accounts.enrolment import INVITATION
from oncall.usecases.accounts.invitation_links import NotOpen
from oncall.usecases.accounts.sign_in import note_of
from oncall.usecases.accounts.texts import queue_owner_text

RESET = "way_in_reset"


@dataclass(frozen=True, slots=True)
class TeamAccounts:
    """Who of a team can sign in, and who is invited to."""

    accounts: tuple[Account, ...]
    sessions: Mapping[int, tuple[SignedIn, ...]]  # by account, the one last seen first
    invitations: tuple[Invitation, ...]  # that nobody has used yet, the newest first


def load_team_accounts(db: Database, team_id: int, now: datetime) -> TeamAccounts:
    """Return the accounts of the team, where each is signed in, and its open invitations."""
    with db.reading() as reading:
        accounts = kept.accounts_of(reading, team_id)
        return TeamAccounts(
            accounts,
            {one.id: sessions_of(reading, one.id) for one in accounts},
            invitations.open_invitations(reading, team_id, now),
        )


def withdraw_invitation(db: Database, team_id: int, invitation_id: str) -> bool:
    """Let the team's link open nothing any more; return False where the team has no such."""
    with db.transaction() as transaction:
        return invitations.drop_invitation(transaction, team_id, invitation_id)


def reset(db: Database, team_id: int, account_id: int, by: str, now: datetime) -> str:
    """Return the id of an invitation, by which alone the account is entered again; its owner is told.

    Nothing that opened it before does so any more. Raises NotOpen for an account that is not the team's.
    """
    with db.writing(team_id) as transaction:  # or somebody else might erase the account meanwhile
        account = _of_team(transaction, team_id, account_id)
        kept.take_every_way_in(transaction, account.id)
        invitation_id = invitations.put_invitation(
            transaction,
            team_id=team_id,
            staff_key=account.staff_key,
            role=account.role,
            municipality=account.municipality,
            account=account.id,
            made_by=by,
            made_at=now,
            until=now + INVITATION,
        )
        note_of(transaction, account, RESET, now, by, {})
        queue_owner_text(transaction, account, wording.RESET, invitation_id, now)
    return invitation_id


def close_account(db: Database, team: Team, account_id: int, by: str, now: datetime) -> None:
    """Nobody signs in with the account any more.

    Closed once more, it stays closed since the day on which it first was: from that its erasure counts.
    Raises NotOpen for an account that is not the team's, and where `by` was closed just now: of two leaders
    who close each other in the same moment one stays.
    """
    with db.writing(team.id) as transaction:
        account = _of_team(transaction, team.id, account_id)
        if any(one.key == by and not one.active for one in kept.accounts_of(transaction, team.id)):
            raise NotOpen
        if not account.active and account.closed_on:
            return
        kept.close_account(transaction, account.id, now.astimezone(team.zone).date())
        note_of(transaction, account, kept.ACCOUNT_CLOSED, now, by, {})


def close_by_address(db: Database, email: str, by: str, now: datetime) -> bool:
    """Nobody signs in with the account of this address any more; return whether it is erased, too.

    An operator's is, at once: no team's rule keeps it. Raises NotOpen where there is no such account.
    """
    with db.reading() as reading:
        account = kept.find_account(reading, email)
        team = read_team(reading, account.team_id) if account and account.team_id else None
    if account is None:
        raise NotOpen
    if team is not None:
        close_account(db, team, account.id, by, now)
        return False
    with db.transaction() as transaction:
        kept.erase_account(transaction, account.id, now)
        note_of(transaction, account, kept.ACCOUNT_CLOSED, now, by, {})
    return True


def _of_team(reading: Reading, team_id: int, account_id: int) -> Account:
    account = kept.load_account(reading, account_id)
    if account is None or account.team_id != team_id:
        raise NotOpen
    return account
