"""How, once a day, what a team's rule erases by itself is erased."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from oncall.clock import Clock
from oncall.store.jobs.outbox import Job, NewJob, put
from oncall.store.session import Database
from oncall.store.team.teams import all_team_ids, read_team
from oncall.usecases.line.context import CallContext
from oncall.usecases.privacy.erasure import erase_what_rules_erase

ERASE_DUE = "erase_due"
SPREAD = timedelta(seconds=2)  # between two teams


def plan_erasures(db: Database, now: datetime) -> None:
    """Every team's rules will be followed today; asked again on the same day, nothing is added."""
    with db.transaction() as transaction:
        jobs = [
            NewJob(f"{ERASE_DUE}:{team}:{now:%Y-%m-%d}", ERASE_DUE, team, None, now + nth * SPREAD)
            for nth, team in enumerate(all_team_ids(transaction))
        ]
        put(transaction, jobs, now)


@dataclass(frozen=True)
class RetentionJobs:
    """Follows a team's rules on how long it keeps what it knows."""

    context: CallContext
    clock: Clock

    @property
    def handlers(self) -> Mapping[str, Callable[[Job], bool]]:
        """Which of its ways carries out which kind of job."""
        return {ERASE_DUE: self.erase_due}

    def erase_due(self, job: Job) -> bool:
        """What is due by a rule that erases by itself is erased; all else waits for somebody."""
        with self.context.db.reading() as reading:
            team = read_team(reading, job.team)
        erase_what_rules_erase(self.context.db, team, self.clock())
        return False
