"""Store which processes are alive, and ask the database for its time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from oncall.store.session import Database, Reading, Transaction
from oncall.store.tables.jobs import HeartbeatRow

AT_MOST = 50  # beats looked at: of processes that ended, one is left each
A_MOMENT = timedelta(seconds=2)  # by which a beat may lie ahead of its reader
WRONG_FROM = timedelta(seconds=10)  # with a larger difference a process leaves decisions to others
MILLISECOND = timedelta(milliseconds=1)

_SHOWN = ("kind", "at", "skew_ms", "lag_ms", "idle")
_SQLITE, _POSTGRES = sqlite.insert(HeartbeatRow), postgresql.insert(HeartbeatRow)
_BEAT = {
    "sqlite": _SQLITE.on_conflict_do_update(
        index_elements=[HeartbeatRow.process],
        set_={name: _SQLITE.excluded[name] for name in _SHOWN},
    ),
    "postgresql": _POSTGRES.on_conflict_do_update(
        index_elements=[HeartbeatRow.process],
        set_={name: _POSTGRES.excluded[name] for name in _SHOWN},
    ),
}
_NEWEST = (
    select(HeartbeatRow.process, *(HeartbeatRow.__table__.c[name] for name in _SHOWN))
    .order_by(HeartbeatRow.at.desc())
    .limit(AT_MOST)
)


@dataclass(frozen=True, slots=True)
class Beat:
    """What a process last showed of itself."""

    process: str
    kind: str  # "web" or "clock"
    at: datetime  # by the database's time
    skew: timedelta  # by which the clock of its machine is ahead of the database's
    lag: timedelta | None  # by which the time that it goes by is behind the database's; None: not measured
    idle: bool  # it tells of its time, and does nothing that is due

    @property
    def knows_time(self) -> bool:
        """Whether the clock of its machine is near enough for it to decide anything."""
        return abs(self.skew) <= WRONG_FROM

    @property
    def off_by(self) -> timedelta:
        """By how much some clock is wrong, as this process sees it."""
        return max(self.skew, self.lag or timedelta(0), key=abs)

    @property
    def alive_at(self) -> datetime:
        """When that was, by the time that our processes go by."""
        return self.at if self.lag is None else self.at - self.lag


def database_time(reading: Reading) -> datetime | None:
    """Return the present by the database's own clock; None on SQLite, which has none."""
    if reading.conn.dialect.name == "sqlite":
        return None
    return reading.conn.scalar(select(func.clock_timestamp()))


def beat(
    db: Database,
    process: str,
    kind: str,
    at: datetime,
    skew: timedelta | None = None,
    lag: timedelta | None = None,
    *,
    idle: bool = False,
) -> None:
    """Store that the process ("web" or "clock") was alive at `at`; see `Beat` for the rest."""
    row = {"process": process, "kind": kind, "at": at, "idle": idle}
    row |= {"skew_ms": _count_milliseconds(skew), "lag_ms": _count_milliseconds(lag)}
    with db.transaction() as transaction:
        transaction.conn.execute(_BEAT[transaction.conn.dialect.name], row)


def newest_beats(reading: Reading) -> tuple[Beat, ...]:
    """Return the last beat of each process, the newest first; those of the distant past are left out."""
    return tuple(
        Beat(
            row.process,
            row.kind,
            row.at,
            MILLISECOND * (row.skew_ms or 0),
            None if row.lag_ms is None else MILLISECOND * row.lag_ms,
            bool(row.idle),
        )
        for row in reading.conn.execute(_NEWEST)
    )


def delete_dead_processes(transaction: Transaction, before: datetime, after: datetime | None = None) -> None:
    """Forget processes that have been silent since before `before`, and beats that lie beyond `after`."""
    past = HeartbeatRow.at < before
    lost = past if after is None else or_(past, HeartbeatRow.at > after)
    transaction.conn.execute(delete(HeartbeatRow).where(lost))


def _count_milliseconds(duration: timedelta | None) -> int | None:
    return None if duration is None else duration // MILLISECOND
