"""How an invitation's link is made, sent and followed."""

import secrets
from datetime import datetime

from oncall.store.accounts import invitations
from oncall.store.accounts.invitations import Invitation
from oncall.store.jobs.outbox import NewJob, put
from oncall.store.session import Database, Reading
from oncall.usecases.accounts.texts import INVITE_STAFF


class NotOpen(Exception):
    """The link or the code is used, withdrawn, too old, or none of ours."""


def make_link(db: Database, invitation_id: str, public_url: str) -> str:
    """Return the only link by which the invitation is taken up; one made earlier is dead."""
    token = secrets.token_urlsafe(32)
    with db.transaction() as transaction:
        invitations.give_link(transaction, invitation_id, _digest(transaction, token))
    return f"{public_url}/invitation/{token}"


def text_link(db: Database, team_id: int, invitation_id: str, now: datetime) -> None:
    """The invited is texted a link, made when it is sent: the outbox never holds one."""
    with db.transaction() as transaction:
        job = NewJob(
            f"{INVITE_STAFF}:{invitation_id}", INVITE_STAFF, team_id, None, now, {"id": invitation_id}
        )
        put(transaction, [job], now)


def read_link(db: Database, token: str, now: datetime) -> Invitation:
    """Return what the link opens; raises NotOpen."""
    with db.reading() as reading:
        found = invitations.find_invitation(reading, _digest(reading, token), now)
    if found is None:
        raise NotOpen
    return found


def _digest(reading: Reading, token: str) -> str:
    return reading.keyring.secret_digest("invitation", token)
