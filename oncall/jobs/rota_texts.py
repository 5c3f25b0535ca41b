"""Text staff about their own duty, test their phones, and look at rotas once a day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from oncall.alerts.plain import transliterate
from oncall.alerts.team import Person, Team
from oncall.alerts.wording import rota as wording
from oncall.alerts.wording.rota import ShiftText
from oncall.clock import Clock
from oncall.rota.duty import on_duty
from oncall.rota.model import PersonId, Tier
from oncall.store.jobs.outbox import Job
from oncall.store.line.messages import TextMessage, save_message
from oncall.store.rota.phone_tests import load_phone_checks, make_code, note_call, note_text, tested_by
from oncall.store.team.teams import read_team
from oncall.telephony.links import StaffLinks
from oncall.telephony.orders import CarrierRefused, Orders
from oncall.usecases.line.context import CallContext
from oncall.usecases.rota.confirmations import CONFIRMATION_DUE, request_confirmation_again
from oncall.usecases.rota.gaps import WATCH_ROTA, alert_recipients, warn_of_team
from oncall.usecases.rota.phone_tests import TEST_CALL, TEST_TEXT
from oncall.usecases.rota.texts.staff_texts import STAFF_TEXT, read_staff_text
from oncall.usecases.rota.texts.undelivered import TEXT_LOST, queue_lost_text_alerts, record_staff_text

TEST_RINGS_FOR = 30  # seconds
ATTEMPTS = 4  # then a test has failed, and the page says so
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class RotaJobs:
    """Carries out the jobs that are of no contact."""

    context: CallContext
    orders: Orders
    clock: Clock

    @property
    def handlers(self) -> Mapping[str, Callable[[Job], bool]]:
        """Which of its ways carries out which kind of job."""
        return {
            STAFF_TEXT: self.text_staff,
            WATCH_ROTA: self.watch,
            CONFIRMATION_DUE: self.request_confirmation,
            TEXT_LOST: self.hear_of_lost,
            TEST_CALL: self.test_call,
            TEST_TEXT: self.test_text,
        }

    def text_staff(self, job: Job) -> bool:
        """Text the person, unless what is said no longer holds, or they have left the team."""
        team, text = self._team(job), read_staff_text(job.payload)
        reader = team.people.get(text.reader)
        if reader is None or not self._still_true(team, text):
            return False
        body = wording.describe_shift(text, team, self.context.public_url)
        note = record_staff_text(self.context.db, team.id, job.payload, self.clock())
        self._text(team, reader, body, self._links(team).told_status(note), str(note))
        return False

    def watch(self, job: Job) -> bool:
        """Whoever leads knows of the gaps ahead, and whoever takes over soon is reminded."""
        warn_of_team(self.context.db, self._team(job), self.clock())
        return False

    def request_confirmation(self, job: Job) -> bool:
        """Ask the person again who has not confirmed a changed shift."""
        team, detail = self._team(job), job.payload
        start, asked_at = (datetime.fromisoformat(str(detail[name])) for name in ("start", "asked_at"))
        which = (Tier(detail["tier"]), start, PersonId(detail["person"]), int(detail["nth"]), asked_at)
        request_confirmation_again(self.context.db, team, alert_recipients(team), *which, self.clock())
        return False

    def hear_of_lost(self, job: Job) -> bool:
        """Whoever leads knows that somebody has not read of their duty."""
        queue_lost_text_alerts(self.context.db, self._team(job).id, int(job.payload["note"]), self.clock())
        return False

    def test_call(self, job: Job) -> bool:
        """The person's phone rings and asks for a 1; a call that the carrier refuses for good has failed."""
        team, token, person = self._tested(job)
        if person is None:
            return False
        links = self._links(team)
        try:
            self.orders.call(
                person.phone,
                team.voice_line,
                links.test_call(token),
                TEST_RINGS_FOR,
                links.test_status(token),
            )
        except CarrierRefused as refusal:
            if not refusal.permanent and job.attempts < ATTEMPTS:
                raise
            with self.context.db.writing(team.id) as writing:
                note_call(writing, token, "failed", self.clock())
        return False

    def test_text(self, job: Job) -> bool:
        """A text with a fresh code is on its way to the person's phone, or has failed."""
        team, token, person = self._tested(job)
        if person is None:
            return False
        with self.context.db.writing(team.id) as writing:
            code = make_code(writing, person.id)
        body = wording.VERIFY_TEXT.in_language(
            person.language, code=code, link=f"{self.context.public_url}/shifts"
        )
        try:
            self._text(team, person, body, self._links(team).test_text_status(token), None)
        except CarrierRefused as refusal:
            if not refusal.permanent and job.attempts < ATTEMPTS:
                raise
            with self.context.db.writing(team.id) as writing:
                note_text(writing, token, "failed", self.clock())
        return False

    def _tested(self, job: Job) -> tuple[Team, str, Person | None]:
        team, token = self._team(job), str(job.payload["token"])
        with self.context.db.reading() as reading:
            person = tested_by(reading, team.id, token)
        return team, token, team.people.get(person) if person else None

    def _text(self, team: Team, person: Person, body: str, status_url: str, about: str | None) -> None:
        sid = self.orders.text(person.phone, team.text_line, transliterate(body), status_url)
        with self.context.db.transaction() as transaction:
            sent = TextMessage(sid, team.id, None, about, inbound=False, at=self.clock())
            save_message(transaction, sent)

    def _links(self, team: Team) -> StaffLinks:
        return StaffLinks(self.context.public_url, team.id)

    def _team(self, job: Job) -> Team:
        with self.context.db.reading() as reading:
            return read_team(reading, job.team)

    def _still_true(self, team: Team, text: ShiftText) -> bool:
        """Return whether a text still holds: the rota may have changed since it was queued."""
        rota, person = team.rotas.get(text.tier), text.about or text.reader
        holder = on_duty(rota, text.start) if rota else None
        match text.sentence:
            case wording.GIVEN | wording.BEGINS | wording.NOW:
                return holder == person
            case wording.TAKEN:
                return holder != person
            case wording.GAP:
                return holder is None
            case wording.ENDS:
                return holder != person and rota is not None and on_duty(rota, text.start - MOMENT) == person
            case wording.VERIFY | wording.UNVERIFIED:
                with self.context.db.reading() as reading:
                    check = load_phone_checks(reading, team).get(person)
                return holder == person and (check is None or check.verified_at is None)
            case _:
                return True
