"""How the journal's chains are looked through, beside everything else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from oncall.clock import Clock
from oncall.monitoring import alert_operator
from oncall.store.jobs import outbox
from oncall.store.jobs.outbox import Job
from oncall.store.session import Database
from oncall.usecases.privacy.chains import CHECK_CHAINS, check_chains


@dataclass(frozen=True)
class JournalCheckJobs:
    """Carries out the jobs that look through a team's chains."""

    db: Database
    clock: Clock

    @property
    def handlers(self) -> Mapping[str, Callable[[Job], bool]]:
        """Which of its ways carries out which kind of job."""
        return {CHECK_CHAINS: self.check}

    def check(self, job: Job) -> bool:
        """The team's chains have been looked through; the operator hears of a damaged one."""
        # Done before it is begun: a long journal outlasts the lease, and nobody else shall begin it too.
        with self.db.transaction() as transaction:
            outbox.finish(transaction, job, self.clock())
        if not check_chains(self.db, job.team, self.clock()):
            alert_operator("journal_damaged", team=job.team)
        return True
