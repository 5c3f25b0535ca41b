"""What is to be done outside the database is done by one at a time, and by somebody."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import select

from oncall.jobs.calls import JobRunner
from oncall.jobs.worker import Worker
from oncall.store.jobs.heartbeats import beat, delete_dead_processes
from oncall.store.jobs.outbox import (
    Job,
    NewJob,
    cancel,
    finish,
    forget_done,
    give_up,
    lease_due,
    lease_keys,
    overdue_for,
    put,
    retry,
)
from oncall.store.session import Database, open_database
from oncall.store.tables.jobs import JobRow
from oncall.telephony.orders import TIMEOUT
from tests.scenes.heartbeats import newest_beat
from tests.scenes.stored import NOW, a_keyring, store_call

LEASE = timedelta(seconds=30)
LATER = NOW + timedelta(minutes=1)


def put_jobs(db: Database, *jobs: NewJob) -> None:
    with db.transaction() as transaction:
        put(transaction, jobs, NOW)


def a_job(key: str = "ring:leg1", **changes: object) -> NewJob:
    values: dict[str, object] = {
        "kind": "ring",
        "team_id": None,
        "contact_id": None,
        "due_at": NOW,
        "payload": {"leg": "leg1"},
    }
    return NewJob(key, **{**values, **changes})  # type: ignore[arg-type]


def keys(jobs: Sequence[Job]) -> list[str]:
    return [job.key for job in jobs]


def row_of(db: Database, key: str) -> tuple[str, str | None]:
    with db.reading() as reading:
        row = reading.conn.execute(select(JobRow.state, JobRow.last_error).where(JobRow.key == key)).one()
    return row.state, row.last_error


def test_a_job_put_twice_is_there_once_and_keeps_its_first_form(db: Database) -> None:
    put_jobs(db, a_job(payload={"leg": "first"}))
    put_jobs(db, a_job(payload={"leg": "second"}), a_job("another"))

    jobs = lease_due(db, NOW, 10, LEASE)

    assert sorted((job.key, job.payload["leg"]) for job in jobs) == [
        ("another", "leg1"),
        ("ring:leg1", "first"),
    ]


def test_a_job_that_is_done_is_not_done_again_when_it_is_put_again(db: Database) -> None:
    put_jobs(db, a_job())
    (job,) = lease_due(db, NOW, 10, LEASE)
    with db.transaction() as transaction:
        finish(transaction, job, NOW)

    put_jobs(db, a_job())

    assert lease_due(db, LATER, 10, LEASE) == ()


def test_only_due_jobs_are_leased_and_the_longest_due_first(db: Database) -> None:
    put_jobs(
        db,
        a_job("b", due_at=NOW - timedelta(seconds=1)),
        a_job("a", due_at=NOW - timedelta(seconds=2)),
        a_job("c", due_at=NOW),
        a_job("not yet", due_at=LATER),
    )

    jobs = lease_due(db, NOW, 2, LEASE)

    assert keys(jobs) == ["a", "b"]


def test_a_leased_job_is_nobody_elses(db: Database) -> None:
    put_jobs(db, a_job())
    lease_due(db, NOW, 10, LEASE)

    assert lease_due(db, NOW, 10, LEASE) == ()
    assert lease_keys(db, ["ring:leg1"], NOW, LEASE) == ()


def test_an_expired_lease_is_taken_over_and_the_old_holder_cannot_finish(db: Database) -> None:
    put_jobs(db, a_job())
    (dead,) = lease_due(db, NOW, 10, LEASE)
    (alive,) = lease_due(db, NOW + LEASE, 10, LEASE)

    with db.transaction() as transaction:
        finished_by_dead = finish(transaction, dead, NOW + LEASE)
        finished_by_alive = finish(transaction, alive, NOW + LEASE)

    assert (finished_by_dead, finished_by_alive) == (False, True)
    assert alive.attempts == 2


def test_many_processes_never_hold_one_job(db: Database, database_url: str) -> None:
    put_jobs(db, *(a_job(f"job{n:03}") for n in range(60)))
    processes = [open_database(database_url, a_keyring()) for _ in range(4)]

    def work(process: Database) -> list[str]:
        taken: list[str] = []
        while jobs := lease_due(process, NOW, 5, LEASE):
            taken += keys(jobs)
        return taken

    with ThreadPoolExecutor(4) as threads:
        taken = [key for of_one in threads.map(work, processes) for key in of_one]

    for process in processes:
        process.close()
    assert sorted(taken) == [f"job{n:03}" for n in range(60)]


def test_while_the_carrier_is_slow_two_clocks_never_do_one_job_twice(db: Database) -> None:
    put_jobs(db, *(a_job(f"job{n:02}") for n in range(12)))
    now, done = [NOW], []

    class Slow:
        """Each order takes as long as we wait for the carrier; `meanwhile` the other clock is at work."""

        def __init__(self, meanwhile: Callable[[], object]) -> None:
            self.meanwhile = meanwhile

        def carry_out(self, job: Job) -> bool:
            done.append(job.key)
            self.meanwhile()
            now[0] += timedelta(seconds=TIMEOUT)
            return False

    def clock_with(meanwhile: Callable[[], object]) -> Worker:
        return Worker(db, cast("JobRunner", Slow(meanwhile)), lambda: now[0])

    other = clock_with(lambda: None)
    one = clock_with(other.do_next)
    while one.do_next():
        pass

    assert sorted(done) == [f"job{n:02}" for n in range(12)]


def test_a_named_job_is_leased_only_when_it_is_due(db: Database) -> None:
    put_jobs(db, a_job("now"), a_job("later", due_at=LATER))

    jobs = lease_keys(db, ["now", "later", "unknown"], NOW, LEASE)

    assert keys(jobs) == ["now"]


def test_a_job_tried_again_is_due_later_and_counts_its_attempts(db: Database) -> None:
    put_jobs(db, a_job())
    (job,) = lease_due(db, NOW, 10, LEASE)
    with db.transaction() as transaction:
        assert retry(transaction, job, LATER, "20429")

    too_early = lease_due(db, LATER - timedelta(seconds=1), 10, LEASE)
    (again,) = lease_due(db, LATER, 10, LEASE)

    assert too_early == ()
    assert again.attempts == 2
    assert row_of(db, "ring:leg1") == ("pending", "20429")


def test_a_job_given_up_stays_to_be_seen(db: Database) -> None:
    put_jobs(db, a_job())
    (job,) = lease_due(db, NOW, 10, LEASE)
    with db.transaction() as transaction:
        assert give_up(transaction, job, "21211", NOW)

    assert lease_due(db, LATER, 10, LEASE) == ()
    assert row_of(db, "ring:leg1") == ("failed", "21211")


def test_a_cancelled_job_is_done_by_nobody(db: Database) -> None:
    put_jobs(db, a_job("free"), a_job("held"), a_job("kept"))
    (held,) = lease_keys(db, ["held"], NOW, LEASE)

    with db.transaction() as transaction:
        cancelled = cancel(transaction, ["free", "held", "unknown"])
        finished = finish(transaction, held, NOW)

    assert (cancelled, finished) == (2, False)
    assert keys(lease_due(db, NOW, 10, LEASE)) == ["kept"]


def test_a_job_is_finished_in_the_transaction_that_notes_what_it_did_or_not_at_all(db: Database) -> None:
    put_jobs(db, a_job())
    (job,) = lease_due(db, NOW, 10, LEASE)

    with pytest.raises(RuntimeError):
        finish_and_fail(db, job)

    assert keys(lease_due(db, NOW + LEASE, 10, LEASE)) == ["ring:leg1"]


def finish_and_fail(db: Database, job: Job) -> None:
    with db.transaction() as transaction:
        finish(transaction, job, NOW)
        raise RuntimeError("the process dies")


def test_overdue_jobs_of_a_contact_are_those_that_nobody_is_at(db: Database, team_id: int) -> None:
    call, other = store_call(db, team_id, "CA1"), store_call(db, team_id, "CA2")
    put_jobs(
        db,
        a_job("held", contact_id=call.id),
        a_job("free", contact_id=call.id),
        a_job("later", contact_id=call.id, due_at=LATER),
        a_job("of another", contact_id=other.id),
    )
    lease_keys(db, ["held"], NOW, LEASE)

    with db.reading() as reading:
        overdue = overdue_for(reading, call.id, NOW)

    assert overdue == ("free",)


def test_jobs_due_at_once_are_told_after_the_commit(db: Database, team_id: int) -> None:
    told: list[tuple[str, ...]] = []
    db.after_commit.append(lambda due: told.append(tuple(due)))

    with db.writing(team_id) as writing:
        put(writing, [a_job("now"), a_job("later", due_at=LATER)], NOW)
        before_commit = list(told)

    assert before_commit == []
    assert told == [("now",)]


def fail(due: Sequence[str]) -> None:
    raise RuntimeError("the pool is closed")


def test_a_listener_that_fails_does_not_undo_what_was_committed(db: Database) -> None:
    db.after_commit.append(fail)

    put_jobs(db, a_job())

    assert keys(lease_due(db, NOW, 10, LEASE)) == ["ring:leg1"]


def test_jobs_done_long_ago_are_forgotten_and_failed_ones_are_not(db: Database) -> None:
    put_jobs(db, a_job("done"), a_job("failed"), a_job("pending", due_at=LATER))
    jobs = {job.key: job for job in lease_due(db, NOW, 10, LEASE)}
    with db.transaction() as transaction:
        finish(transaction, jobs["done"], NOW)
        give_up(transaction, jobs["failed"], "21211", NOW)
        forgotten = forget_done(transaction, LATER)

    assert forgotten == 1
    assert row_of(db, "failed")[0] == "failed"
    assert row_of(db, "pending")[0] == "pending"


def test_the_newest_heartbeat_of_a_kind_is_known(db: Database) -> None:
    beat(db, "clock-1", "clock", NOW)
    beat(db, "clock-2", "clock", LATER)
    beat(db, "clock-1", "clock", NOW + timedelta(seconds=1))
    with db.transaction() as transaction:
        delete_dead_processes(transaction, NOW + timedelta(seconds=2))

    with db.reading() as reading:
        assert newest_beat(reading, "clock") == LATER
        assert newest_beat(reading, "web") is None
