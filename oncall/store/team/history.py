"""Which changes has a team seen, and which contacts have broken somebody's rest?"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from oncall.rota.hours import CallOut, call_outs
from oncall.store.journal.entries import STORED_COLUMNS, Note, in_chain, open_entry
from oncall.store.session import Reading, team_chain
from oncall.store.tables.contacts import ContactRow
from oncall.store.tables.journal import EntryRow, HeadRow
from oncall.store.team.changes import TEAM_CHANGED

LONGEST_TALK = timedelta(hours=12)  # a contact is looked for from so long before the window on


def list_changes(
    reading: Reading,
    team_id: int,
    limit: int = 50,
    before: int | None = None,
    kinds: Sequence[str] = (TEAM_CHANGED,),
) -> tuple[Note, ...]:
    """Return the team's changes, the newest first, from `before` (a seq) on.

    One that is not as it was written says `DAMAGED`.
    """
    wanted = (
        select(*STORED_COLUMNS, HeadRow.data_key.label("chain_key"))
        .join(HeadRow, HeadRow.chain == EntryRow.chain)
        .where(EntryRow.team_id == team_id, EntryRow.kind.in_(kinds), in_chain(team_chain(team_id)))
        .where(EntryRow.contact_id.is_(None), EntryRow.case_id.is_(None))
        .order_by(EntryRow.seq.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(EntryRow.seq < before)
    return tuple(
        Note(row.at, row.kind, *open_entry(reading, row, reading.keyring.unwrap(row.chain_key)), row.seq)
        for row in reading.conn.execute(wanted)
    )


def load_call_outs(reading: Reading, team_id: int, start: datetime, end: datetime) -> tuple[CallOut, ...]:
    """Return the contacts that a human took and that reach into `[start, end)`: who worked, and when."""
    rows: Any = reading.conn.execute(
        select(
            ContactRow.answered_by, ContactRow.started_at, ContactRow.seconds_to_human, ContactRow.ended_at
        ).where(
            ContactRow.team_id == team_id,
            ContactRow.started_at >= start - LONGEST_TALK,
            ContactRow.started_at < end,
            ContactRow.answered_by.is_not(None),
            ContactRow.ended_at.is_not(None),
        )
    )
    return call_outs(rows, start)
