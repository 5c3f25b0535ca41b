"""Who carries out the outbox's jobs, and what becomes of a job that failed."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import BoundedSemaphore

from oncall.clock import Clock
from oncall.jobs.calls import JobRunner, RetryAt
from oncall.monitoring import job_ended, report
from oncall.store.contacts.contacts import is_erased
from oncall.store.jobs import outbox
from oncall.store.jobs.outbox import Job
from oncall.store.keys import UnreadableSecret
from oncall.store.session import Database
from oncall.telephony.orders import CarrierRefused
from oncall.usecases.line import planning as kinds
from oncall.usecases.privacy.chains import report_damage

LEASE = timedelta(seconds=20)  # longer than any job takes, short enough for a dead process's jobs
ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=2)
# What families have said, and lies at the carrier: fetched and deleted whatever becomes of the contact.
AT_CARRIER = frozenset({kinds.FETCH_RECORDING, kinds.DELETE_RECORDING, kinds.FETCH_FILES, kinds.DELETE_FILES})
# A contact's clock, too: whatever goes wrong with it, the family must not be forgotten.
NEVER_GIVEN_UP = frozenset(
    {
        kinds.ADVANCE_CALL,
        kinds.ESCALATE,
        kinds.ACKNOWLEDGE_FROM_CALL,
        kinds.WATCH,
        kinds.CHECK_IN,
        *AT_CARRIER,
    }
)


@dataclass(frozen=True)
class Worker:
    """Carries out leased jobs; whatever goes wrong with one never touches another."""

    db: Database
    runner: JobRunner
    clock: Clock

    def do_next(self) -> bool:
        """Lease and do the job that is longest due; False if nothing is.

        One at a time: behind one that waits for a slow carrier, the leases of others would run out, and
        somebody else would do them too.
        """
        jobs = outbox.lease_due(self.db, self.clock(), limit=1, lease_for=LEASE)
        for job in jobs:
            self._do_one(job)
        return bool(jobs)

    def do_this(self, key: str) -> None:
        """Lease and do the job of this key, unless somebody else has taken it."""
        for job in outbox.lease_keys(self.db, (key,), self.clock(), lease_for=LEASE):
            self._do_one(job)

    def _do_one(self, job: Job) -> None:
        try:
            done = self.runner.carry_out(job)
        except RetryAt as later:
            with self.db.transaction() as transaction:
                outbox.retry(transaction, job, later.at, "not yet")
            job_ended(job.kind, "again")
        except CarrierRefused as refusal:
            self._try_later(job, str(refusal.code), hopeless=refusal.permanent)
        except Exception as error:  # noqa: BLE001 - the one error boundary: the job is kept for later
            self._meet(error, job)
        else:
            if not done:
                self._finish(job)
            job_ended(job.kind, "done")

    def _meet(self, error: Exception, job: Job) -> None:
        """A job that failed is tried later; unless what it is about was erased, and nothing is left to do."""
        if job.kind not in AT_CARRIER and self._is_about_erased(job):
            self._finish(job)
            return
        report(error, f"job {job.kind}")
        if isinstance(error, UnreadableSecret) and job.team_id and job.contact_id:
            report_damage(self.db, job.team_id, job.contact_id, self.clock())
        self._try_later(job, type(error).__name__, hopeless=False)

    def _finish(self, job: Job) -> None:
        with self.db.transaction() as transaction:
            outbox.finish(transaction, job, self.clock())

    def _is_about_erased(self, job: Job) -> bool:
        """Whether nothing is left of the contact that the job is about."""
        with self.db.reading() as reading:
            return job.contact_id is not None and is_erased(reading, job.contact_id)

    def _try_later(self, job: Job, error: str, *, hopeless: bool) -> None:
        now = self.clock()
        with self.db.transaction() as transaction:
            if (hopeless or job.attempts >= ATTEMPTS) and job.kind not in NEVER_GIVEN_UP:
                outbox.give_up(transaction, job, error, now)
                job_ended(job.kind, "failed")
            else:
                pause = min(FIRST_PAUSE * 2 ** min(job.attempts - 1, ATTEMPTS), LONGEST_PAUSE)
                outbox.retry(transaction, job, now + pause, error)
                job_ended(job.kind, "retried")


class Pool:
    """Does jobs right after the commit that put them, on a few threads: no webhook waits for the carrier."""

    def __init__(self, worker: Worker, threads: int = 8, waiting: int = 500) -> None:
        """Start the threads; beyond `waiting` jobs, what is put is left to the clock."""
        self._worker = worker
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="dispatch")
        self._room = BoundedSemaphore(threads + waiting)

    def take(self, keys: Sequence[str]) -> None:
        """The jobs are handed to a thread each; return at once."""
        for key in keys:
            if not self._room.acquire(blocking=False):
                return
            try:
                self._executor.submit(self._do, key).add_done_callback(lambda _: self._room.release())
            except RuntimeError:  # closed: what is put after that is left to the clock
                self._room.release()
                return

    def close(self) -> None:
        """Jobs under way are finished; those not begun are left to the clock."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _do(self, key: str) -> None:
        try:
            self._worker.do_this(key)
        except Exception as error:  # noqa: BLE001 - the database may be gone: the clock tries again
            report(error, "dispatch")
