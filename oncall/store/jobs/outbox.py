"""What is to be done later or outside the database, and who is at it."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Select,
    Text,
    Update,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from oncall.store.prepared import Prepared
from oncall.store.session import Database, Reading, Transaction
from oncall.store.tables.jobs import JobRow

PENDING, DONE, FAILED = "pending", "done", "failed"


@dataclass(frozen=True, slots=True)
class NewJob:
    """Something to be done from `due_at` on, once, whatever happens in between."""

    key: str  # what makes it the same job; putting it twice is putting it once
    kind: str
    team_id: int | None
    contact_id: str | None
    due_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)  # ids only: it is not sealed


@dataclass(frozen=True, slots=True)
class Job:
    """A job that the holder of `lease` may do, until somebody else takes it over."""

    key: str
    kind: str
    team_id: int | None
    contact_id: str | None
    due_at: datetime
    payload: Mapping[str, Any]
    attempts: int  # this one included
    lease: str
    leased_until: datetime

    @property
    def team(self) -> int:
        """The team that it is about; raises ValueError for a job of none."""
        if self.team_id is None:
            raise ValueError(f"job {self.key} is of no team")
        return self.team_id

    @property
    def where(self) -> tuple[int, str]:
        """The team and the contact that it is about; raises ValueError for a job of no contact."""
        if self.contact_id is None:
            raise ValueError(f"job {self.key} is of no contact")
        return self.team, self.contact_id


# ---------------------------------------------------------------------------------------- putting

_INSERT = {
    "sqlite": Prepared(sqlite.insert(JobRow).on_conflict_do_nothing(index_elements=[JobRow.key])),
    "postgresql": Prepared(postgresql.insert(JobRow).on_conflict_do_nothing(index_elements=[JobRow.key])),
}


def put(transaction: Transaction, jobs: Sequence[NewJob], now: datetime) -> None:
    """The jobs are in the outbox; those due are told to the listeners of `after_commit`.

    A key that is there already stays as it is, done or not.
    """
    if not jobs:
        return
    _INSERT[transaction.conn.dialect.name].run_many(
        transaction.conn,
        [
            {
                "key": job.key,
                "kind": job.kind,
                "team_id": job.team_id,
                "contact_id": job.contact_id,
                "payload": dict(job.payload),
                "due_at": job.due_at,
                "attempts": 0,
                "lease": None,
                "leased_until": None,
                "state": PENDING,
                "last_error": None,
                "finished_at": None,
            }
            for job in jobs
        ],
    )
    transaction.due_now.extend(job.key for job in jobs if job.due_at <= now)


# ---------------------------------------------------------------------------------------- leasing

# Written out, not bound: with a parameter in its place the databases cannot know that the index of what is
# pending holds all the answer.
_IS_PENDING = JobRow.state == literal_column("'pending'", Text)
_IS_DUE = and_(
    _IS_PENDING,
    JobRow.due_at <= bindparam("now"),
    or_(JobRow.leased_until.is_(None), JobRow.leased_until <= bindparam("now")),
)
_DUE = select(JobRow.key).where(_IS_DUE).order_by(JobRow.due_at).limit(bindparam("at_most"))
_NAMED = select(JobRow.key).where(_IS_DUE, JobRow.key.in_(bindparam("keys", expanding=True)))


def _claim(candidates: Select[Any]) -> Update:
    # SQLite ignores FOR UPDATE and needs none: its writer is alone. The CTE keeps PostgreSQL from
    # asking the limited subquery more than once, and locking more than it takes.
    picked = candidates.with_for_update(skip_locked=True).cte("picked")
    return (
        update(JobRow)
        .where(JobRow.key.in_(select(picked.c.key)))
        .values(lease=bindparam("token"), leased_until=bindparam("until"), attempts=JobRow.attempts + 1)
        .returning(
            JobRow.key,
            JobRow.kind,
            JobRow.team_id,
            JobRow.contact_id,
            JobRow.due_at,
            JobRow.payload,
            JobRow.attempts,
            JobRow.lease,
            JobRow.leased_until,
        )
    )


_CLAIM_DUE = _claim(_DUE)
_CLAIM_NAMED = _claim(_NAMED)


def lease_due(db: Database, now: datetime, limit: int, lease_for: timedelta) -> tuple[Job, ...]:
    """Return up to `limit` due jobs, the longest due first, that nobody else will get until the lease ends.

    Looks without a lock first, so that an idle clock never stands in a call's way.
    """
    with db.reading() as reading:
        if not is_any_due(reading, now):
            return ()
    return _lease(db, _CLAIM_DUE, {"now": now, "at_most": limit}, lease_for)


def is_any_due(reading: Reading, now: datetime) -> bool:
    """Return whether a job is due at `now` that nobody is at."""
    return reading.conn.execute(_DUE, {"now": now, "at_most": 1}).first() is not None


def lease_keys(db: Database, keys: Sequence[str], now: datetime, lease_for: timedelta) -> tuple[Job, ...]:
    """Return those of the named jobs that are due and that nobody is at."""
    if not keys:
        return ()
    return _lease(db, _CLAIM_NAMED, {"now": now, "keys": list(keys)}, lease_for)


def _lease(db: Database, claim: Update, which: Mapping[str, Any], lease_for: timedelta) -> tuple[Job, ...]:
    until = which["now"] + lease_for
    with db.transaction() as transaction:
        rows = transaction.conn.execute(claim, {**which, "token": secrets.token_hex(16), "until": until})
        jobs = [Job(*row) for row in rows]
    return tuple(sorted(jobs, key=lambda job: (job.due_at, job.key)))


# -------------------------------------------------------------------------------------- finishing

_HELD = (JobRow.key == bindparam("job"), JobRow.lease == bindparam("held"), _IS_PENDING)
_FINISH = update(JobRow).where(*_HELD)


def finish(transaction: Transaction, job: Job, now: datetime) -> bool:
    """Mark the job done; False, and nothing changed, if somebody else has taken it over meanwhile."""
    return _settle(transaction, job, state=DONE, finished_at=now, last_error=None)


def retry(transaction: Transaction, job: Job, due_at: datetime, error: str) -> bool:
    """Put the job off until `due_at`; `error` is a code. False if somebody else has taken it over."""
    return _settle(transaction, job, state=PENDING, due_at=due_at, last_error=error)


def give_up(transaction: Transaction, job: Job, error: str, now: datetime) -> bool:
    """Mark the job as failed for good; `error` is a code. False if somebody else has taken it over."""
    return _settle(transaction, job, state=FAILED, finished_at=now, last_error=error)


def _settle(transaction: Transaction, job: Job, **columns: object) -> bool:
    result = transaction.conn.execute(
        _FINISH, {"job": job.key, "held": job.lease, "lease": None, "leased_until": None, **columns}
    )
    return result.rowcount == 1


_CANCEL = delete(JobRow).where(JobRow.key.in_(bindparam("keys", expanding=True)), _IS_PENDING)


def cancel(transaction: Transaction, keys: Iterable[str]) -> int:
    """The jobs will not be done; return how many were still to do. Who is at one fails to finish it."""
    named = list(keys)
    return transaction.conn.execute(_CANCEL, {"keys": named}).rowcount if named else 0


# ---------------------------------------------------------------------------------------- looking

_OVERDUE = Prepared(
    select(JobRow.key).where(_IS_DUE, JobRow.contact_id == bindparam("contact")).order_by(JobRow.due_at)
)
_FORGET = delete(JobRow).where(JobRow.finished_at < bindparam("before"), JobRow.state == DONE)


def overdue_for(reading: Reading, contact_id: str, now: datetime) -> tuple[str, ...]:
    """Return the keys of the contact's jobs that are due and that nobody is at, the longest due first."""
    return tuple(row.key for row in _OVERDUE.rows(reading.conn, {"contact": contact_id, "now": now}))


def is_done(reading: Reading, key: str) -> bool:
    """Whether the job was done, and is not yet forgotten."""
    found = reading.conn.scalar(select(JobRow.state).where(JobRow.key == key))
    return bool(found == DONE)


def count_overdue(reading: Reading, now: datetime) -> int:
    """Return how many jobs of all teams should have been done by now."""
    late = select(func.count()).where(JobRow.state == PENDING, JobRow.due_at < now)
    return reading.conn.scalar(late) or 0


def forget_done(transaction: Transaction, before: datetime) -> int:
    """Jobs done before `before` are gone, their keys with them; return how many."""
    return transaction.conn.execute(_FORGET, {"before": before}).rowcount
