"""Text staff their invitation, or what has happened to their sign-in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from oncall.alerts.team import Team
from oncall.alerts.wording import accounts
from oncall.alerts.wording.sentence import Sentence
from oncall.clock import Clock
from oncall.rota.model import PersonId
from oncall.store.accounts.invitations import load_invitation
from oncall.store.jobs.outbox import Job
from oncall.store.team.teams import read_team
from oncall.telephony.orders import Orders
from oncall.usecases.accounts.invitation_links import make_link
from oncall.usecases.accounts.texts import ACCOUNT_TEXT, INVITE_STAFF
from oncall.usecases.line.context import CallContext


@dataclass(frozen=True)
class AccountJobs:
    """Carries out the jobs that are about accounts."""

    context: CallContext
    orders: Orders
    clock: Clock

    @property
    def handlers(self) -> Mapping[str, Callable[[Job], bool]]:
        """Which of its ways carries out which kind of job."""
        return {INVITE_STAFF: self.invite, ACCOUNT_TEXT: self.text_staff}

    def invite(self, job: Job) -> bool:
        """The invited has a link, unless the invitation was used or withdrawn; the newest link counts."""
        with self.context.db.reading() as reading:
            invitation = load_invitation(reading, str(job.payload["id"]), self.clock())
        if invitation is not None and invitation.staff_key is not None:
            link = make_link(self.context.db, invitation.id, self.context.public_url)
            self._text(job, accounts.INVITED, invitation.staff_key, link)
        return False

    def text_staff(self, job: Job) -> bool:
        """Text the member of staff, unless they have left the team."""
        sentence = accounts.text_of(str(job.payload["what"]))
        self._text(job, sentence, str(job.payload["person"]), self.context.public_url)
        return False

    def _text(self, job: Job, sentence: Sentence, person: str, link: str) -> None:
        team = self._team(job)
        reader = team.people.get(PersonId(person))
        if reader is not None:
            body = sentence.in_language(reader.language, link=link)
            self.orders.text(reader.phone, team.text_line, body)

    def _team(self, job: Job) -> Team:
        with self.context.db.reading() as reading:
            return read_team(reading, job.team)
