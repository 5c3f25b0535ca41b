"""When has somebody sent wrong codes lately?"""

import re
from datetime import datetime

from sqlalchemy import Index, select, text

from oncall.contacts.model import JournalDetail, Kind
from oncall.rota.model import PersonId
from oncall.store.journal.entries import ENTRY_COLUMNS, read_detail
from oncall.store.session import Writing
from oncall.store.tables.journal import EntryRow

MOST = 50  # the newest; more than that is many
CODE = re.compile(r"\s*\d{4}(\D|$)")

Index(
    "ix_entry_code_refused",
    EntryRow.chain,
    EntryRow.seq,
    postgresql_where=text("kind = 'code_refused'"),
    sqlite_where=text("kind = 'code_refused'"),
)


def refused_at(writing: Writing, sender: PersonId, since: datetime) -> tuple[datetime, ...]:
    """Return when texts with a wrong code came from the person's number since then, the newest first."""
    rows = writing.conn.execute(
        select(*ENTRY_COLUMNS)
        .where(EntryRow.chain == writing.chain, EntryRow.kind == str(Kind.CODE_REFUSED))
        .order_by(EntryRow.seq.desc())
        .limit(MOST)
    )
    recent = [row for row in rows if row.at >= since and row.actor == sender]
    return tuple(row.at for row in recent if _is_code(read_detail(row, writing.chain_key)))


def _is_code(detail: JournalDetail) -> bool:
    return CODE.match(str(detail.get("body"))) is not None
