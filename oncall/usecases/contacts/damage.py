"""How a leader lays a contact aside whose journal is not as it was written."""

from dataclasses import replace
from datetime import datetime, timedelta

from oncall.contacts.model import State
from oncall.store.contacts.entries import save_columns
from oncall.store.contacts.log import read_contact
from oncall.store.journal.entries import Note, append_notes
from oncall.store.session import Database
from oncall.usecases.contacts.board import LIVE
from oncall.usecases.folding import fold_stored, is_damaged

DAMAGED_CLOSED = "damaged_contact_closed"
LONGEST_CALL = timedelta(hours=4)  # the carrier ends a call then


class NotDamaged(Exception):
    """The contact is as it was written: it is closed as any other."""


class StillLive(Exception):
    """The call may still be going on."""


def close_damaged(
    db: Database, team_id: int, contact_id: str, leader: str, reason: str, now: datetime
) -> None:
    """The contact waits for nobody any more and counts as looked through; the team's journal says why.

    Nothing is added to its own journal, of which nobody knows what it has lost. Raises NotDamaged,
    StillLive, and LookupError where the team has no such contact.
    """
    with db.writing(team_id) as writing:
        stored = read_contact(writing, team_id, contact_id)
        if stored is None:
            raise LookupError(contact_id)
        if not is_damaged(stored, fold_stored(stored)):
            raise NotDamaged(contact_id)
        stands = stored.projection
        if stands.state in LIVE and now - stored.started_at < LONGEST_CALL:
            raise StillLive(contact_id)
        closed = replace(
            stands, state=State.CLOSED, is_open=False, follow_up=False, engaged=frozenset(), attention=0
        )
        save_columns(writing, contact_id, closed, stored.last_seq)
        detail = {"contact": contact_id, "reason": reason, "entries": list(stored.unreadable)}
        append_notes(writing, [Note(now, DAMAGED_CLOSED, leader, detail)])
