"""How staff are texted an invitation, or told of what has happened to their sign-in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from oncall.alerts.team import Team
from oncall.casework.account_texts import INVITE_STAFF, TELL_ACCOUNT, write_notice
from oncall.casework.invitation_links import make_link
from oncall.clock import Clock
from oncall.rota.model import PersonId
from oncall.store.invitations import load_invitation
from oncall.store.outbox import Job
from oncall.store.teams import read_team
from oncall.switchboard.desk import Desk
from oncall.telephony.orders import Orders


@dataclass(frozen=True)
class AccountErrands:
    """Carries out the jobs that are about accounts."""

    desk: Desk
    orders: Orders
    clock: Clock

    @property
    def how(self) -> Mapping[str, Callable[[Job], bool]]:
        """Which of its ways carries out which kind of job."""
        return {INVITE_STAFF: self.invite, TELL_ACCOUNT: self.tell}

    def invite(self, job: Job) -> bool:
        """The invited has a link, unless the invitation was used or withdrawn; the newest link counts."""
        with self.desk.db.reading() as reading:
            invitation = load_invitation(reading, str(job.payload["id"]), self.clock())
        if invitation is not None and invitation.staff_key is not None:
            link = make_link(self.desk.db, invitation.id, self.desk.public_url)
            self._text(job, "invited", invitation.staff_key, link)
        return False

    def tell(self, job: Job) -> bool:
        """The member of staff has been told, unless they have left the team."""
        self._text(job, str(job.payload["what"]), str(job.payload["person"]), self.desk.public_url)
        return False

    def _text(self, job: Job, what: str, person: str, link: str) -> None:
        team = self._team(job)
        reader = team.people.get(PersonId(person))
        if reader is not None:
            self.orders.text(reader.phone, team.text_line, write_notice(what, team, reader.id, link))

    def _team(self, job: Job) -> Team:
        with self.desk.db.reading() as reading:
            return read_team(reading, job.team)
