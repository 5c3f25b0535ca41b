"""Text staff that a brief has grown old."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from oncall.clock import Clock
from oncall.rota.model import PersonId
from oncall.store.jobs.outbox import Job
from oncall.store.team.teams import read_team
from oncall.telephony.orders import Orders
from oncall.usecases.families.brief_watch import BRIEF_TEXT, WATCH_BRIEFS, warn_of_briefs, write_brief_text
from oncall.usecases.line.context import CallContext


@dataclass(frozen=True)
class BriefJobs:
    """Carries out the jobs that are about briefs."""

    context: CallContext
    orders: Orders
    clock: Clock

    @property
    def handlers(self) -> Mapping[str, Callable[[Job], bool]]:
        """Which of its ways carries out which kind of job."""
        return {WATCH_BRIEFS: self.watch, BRIEF_TEXT: self.text_staff}

    def watch(self, job: Job) -> bool:
        """Queue the texts to those who are to look over a brief."""
        with self.context.db.reading() as reading:
            team = read_team(reading, job.team)
        if team.on_call:
            warn_of_briefs(self.context.db, team, self.clock())
        return False

    def text_staff(self, job: Job) -> bool:
        """Text the person, unless the brief was looked over meanwhile or they have left."""
        case_id, key, since = (str(job.payload[name]) for name in ("case", "person", "since"))
        with self.context.db.reading() as reading:
            team = read_team(reading, job.team)
            person = team.people.get(PersonId(key))
            if person is None:
                return False
            body = write_brief_text(reading, team, case_id, person.id, since, self.context.public_url)
        if body is not None:
            self.orders.text(person.phone, team.text_line, body)
        return False
