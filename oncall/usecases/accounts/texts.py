"""Queue the texts to staff about their own sign-in, about who reads what, and about the journal.

Their words are written when they are sent, in the reader's own language.
"""

from datetime import datetime

from oncall.alerts.wording.sentence import Sentence
from oncall.store.accounts.credentials import Account
from oncall.store.jobs.outbox import NewJob, put
from oncall.store.session import Transaction

# The kinds of jobs that are stored already: not to be renamed.
INVITE_STAFF = "invite_staff"
ACCOUNT_TEXT = "tell_account"


def queue_owner_text(
    transaction: Transaction, account: Account, sentence: Sentence, once: str, now: datetime
) -> None:
    """Text the owner of an account at once, if their phone is known; with the same `once`, only once."""
    if account.team_id is None or account.staff_key is None:
        return
    queue_account_text(transaction, account.team_id, account.staff_key, sentence, once, now)


def queue_account_text(
    transaction: Transaction, team_id: int, person: str, sentence: Sentence, once: str, now: datetime
) -> None:
    """Text the member of staff at once; queued twice with the same `once`, it is sent once."""
    key = f"{ACCOUNT_TEXT}:{team_id}:{person}:{sentence.key}:{once}"
    payload = {"what": sentence.key, "person": person}
    put(transaction, [NewJob(key, ACCOUNT_TEXT, team_id, None, now, payload)], now)
