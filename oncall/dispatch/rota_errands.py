"""How staff are told by text about their own duty, and how gaps ahead are looked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from oncall.alerts.team import Team
from oncall.clock import Clock
from oncall.rostering.tell import TELL_STAFF, write_text
from oncall.rostering.watch import WATCH_ROTA, warn_of_team
from oncall.rota.duty import on_duty
from oncall.rota.model import PersonId, Tier
from oncall.store.outbox import Job
from oncall.store.teams import read_team
from oncall.switchboard.desk import Desk
from oncall.telephony.orders import Orders


@dataclass(frozen=True)
class RotaErrands:
    """Carries out the jobs that are of no contact."""

    desk: Desk
    orders: Orders
    clock: Clock

    @property
    def how(self) -> Mapping[str, Callable[[Job], bool]]:
        """Which of its ways carries out which kind of job."""
        return {TELL_STAFF: self.tell, WATCH_ROTA: self.watch}

    def tell(self, job: Job) -> bool:
        """The person has been told, unless it is no longer so, or they have left the team."""
        team = self._team(job)
        what, person, tier = (str(job.payload[name]) for name in ("what", "person", "tier"))
        start, end = (datetime.fromisoformat(str(job.payload[name])) for name in ("start", "end"))
        reader = team.people.get(PersonId(person))
        if reader is None or not _still_true(team, what, PersonId(person), Tier(tier), start):
            return False
        body = write_text(what, team, reader.id, Tier(tier), start, end, self.desk.public_url)
        self.orders.text(reader.phone, team.text_line, body)
        return False

    def watch(self, job: Job) -> bool:
        """Whoever leads knows of the gaps ahead, and whoever takes over soon is reminded."""
        warn_of_team(self.desk.db, self._team(job), self.clock())
        return False

    def _team(self, job: Job) -> Team:
        if job.team_id is None:
            raise ValueError(f"job {job.key} is of no team")
        with self.desk.db.reading() as reading:
            return read_team(reading, job.team_id)


def _still_true(team: Team, what: str, person: PersonId, tier: Tier, start: datetime) -> bool:
    """Whether what was to be told is so by now: a rota may change between the order and the text."""
    rota = team.rotas.get(tier)
    holder = on_duty(rota, start) if rota else None
    if what in ("given", "begins"):
        return holder == person
    if what == "gap":
        return holder is None
    return holder != person if what == "taken" else True
