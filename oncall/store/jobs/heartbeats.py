"""Which processes are alive."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from oncall.store.session import Database, Reading, Transaction
from oncall.store.tables.jobs import HeartbeatRow

_SQLITE, _POSTGRES = sqlite.insert(HeartbeatRow), postgresql.insert(HeartbeatRow)
_BEAT = {
    "sqlite": _SQLITE.on_conflict_do_update(
        index_elements=[HeartbeatRow.process], set_={"kind": _SQLITE.excluded.kind, "at": _SQLITE.excluded.at}
    ),
    "postgresql": _POSTGRES.on_conflict_do_update(
        index_elements=[HeartbeatRow.process],
        set_={"kind": _POSTGRES.excluded.kind, "at": _POSTGRES.excluded.at},
    ),
}


def beat(db: Database, process: str, kind: str, now: datetime) -> None:
    """The process ("web" or "clock") is known to work at `now`."""
    with db.transaction() as transaction:
        transaction.conn.execute(
            _BEAT[transaction.conn.dialect.name], {"process": process, "kind": kind, "at": now}
        )


def newest_beat(reading: Reading, kind: str) -> datetime | None:
    """Return when a process of this kind last showed that it works; None if none ever did."""
    return reading.conn.scalar(select(func.max(HeartbeatRow.at)).where(HeartbeatRow.kind == kind))


def delete_dead_processes(transaction: Transaction, before: datetime) -> None:
    """Processes that have been silent since before `before` are forgotten."""
    transaction.conn.execute(delete(HeartbeatRow).where(HeartbeatRow.at < before))
