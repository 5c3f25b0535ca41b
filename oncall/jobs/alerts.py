"""How staff are alerted and families are answered: jobs about contacts that wait."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from oncall.alerts.paging import name_alert
from oncall.alerts.plain import transliterate
from oncall.alerts.safe_contact import Verdict, Way, Wish, may_reach, names_us
from oncall.alerts.team import Team
from oncall.alerts.wording import staff
from oncall.clock import Clock
from oncall.contacts.model import Entry, Kind
from oncall.contacts.waiting import NOTICE, REMINDER, Waiting
from oncall.monitoring import alert_operator
from oncall.rota.model import PersonId
from oncall.store.contacts import contacts
from oncall.store.contacts.contacts import StoredContact
from oncall.store.families.callers import rules_for
from oncall.store.jobs.outbox import Job
from oncall.store.journal import entries as journal
from oncall.store.line import messages
from oncall.store.line.messages import TextMessage
from oncall.store.session import team_chain
from oncall.store.team.teams import read_team
from oncall.telephony.codes import OPTED_OUT
from oncall.telephony.documents import BACK_TIMEOUT
from oncall.telephony.history import History
from oncall.telephony.links import Links
from oncall.telephony.orders import CarrierRefused, Orders
from oncall.usecases.line import planning as kinds
from oncall.usecases.line.calls import UnknownContact, fact
from oncall.usecases.line.check_ins import come_due
from oncall.usecases.line.context import CallContext
from oncall.usecases.line.escalation import (
    acknowledge_from_call,
    cancel_alerts,
    escalate,
    notify_own_therapist,
    remind_of_note,
)
from oncall.usecases.line.labels import label_for_staff
from oncall.usecases.line.texts.from_staff import STALE

PAGE_TIMEOUT = 30  # seconds that a spoken page rings
PAGE_ATTEMPTS = 3  # then it counts as not having reached the person, and the next is asked
FAMILY_ATTEMPTS = 7  # then it counts as undelivered, and whoever wrote it is told
BEFORE = timedelta(minutes=1)  # the carrier's clock may differ from ours


class _TooLate(Exception):
    """What somebody wrote to a family has lain here for long, and was not sent."""


@dataclass(frozen=True)
class _About:
    """What a job is about: the entry that called for it, and how its contact stands."""

    team: Team
    stored: StoredContact
    entry: Entry
    waiting: Waiting
    links: Links

    @property
    def seq(self) -> str:
        """The entry's name in addresses and facts."""
        return str(self.entry.seq)


@dataclass(frozen=True)
class AlertJobs:
    """Carries out the jobs of waiting contacts."""

    context: CallContext
    orders: Orders
    clock: Clock

    @property
    def history(self) -> History:
        """What the carrier has on record."""
        return History(self.orders)

    @property
    def handlers(self) -> Mapping[str, Callable[[Job], bool]]:
        """Which job is carried out how."""
        return {
            kinds.ESCALATE: self._escalate,
            kinds.ACKNOWLEDGE_FROM_CALL: self._acknowledge_from_call,
            kinds.CANCEL_ALERTS: self._cancel_alerts,
            kinds.NEXT_DAY: self._next_day,
            kinds.NOTE_DUE: self._note_due,
            kinds.PAGE: self._page,
            kinds.TEXT_FAMILY: self._text_family,
            kinds.RING_BACK: self._ring_back,
            kinds.REPLY_STAFF: self._reply_staff,
            kinds.CHECK_IN: self._check_in,
        }

    def _escalate(self, job: Job) -> bool:
        escalate(self.context, *job.where, self.clock(), job=job)
        return True

    def _acknowledge_from_call(self, job: Job) -> bool:
        acknowledge_from_call(self.context, *job.where, self.clock(), job)
        return True

    def _cancel_alerts(self, job: Job) -> bool:
        cancel_alerts(self.context, *job.where, self.clock(), job)
        return True

    def _next_day(self, job: Job) -> bool:
        notify_own_therapist(self.context, *job.where, self.clock(), job)
        return True

    def _note_due(self, job: Job) -> bool:
        remind_of_note(self.context, *job.where, self.clock(), job)
        return True

    def _check_in(self, job: Job) -> bool:
        come_due(self.context, job.team, str(job.payload["check_in"]), job, self.clock())
        return True

    def _page(self, job: Job) -> bool:
        """An order whose answer is lost is repeated: of two alerts one is too many, of none a life."""
        about = self._look_up(job)
        target = about.entry.actor or ""
        number = about.team.number_of(target)
        if not _still_wanted(about):
            return False
        if number is None:
            self._report(job, about, "failed", "gone")
            return True
        if about.entry.detail["by"] == "call":
            caller_id, links = about.team.voice_line, about.links
            order = (number, caller_id, links.page(about.seq), PAGE_TIMEOUT, links.page_status(about.seq))
            self._order(job, about, lambda: self.orders.call(*order), PAGE_ATTEMPTS)
        else:
            self._order(job, about, lambda: self._text(about, number, self._format(about)), PAGE_ATTEMPTS)
        return True

    def _format(self, about: _About) -> str:
        person, detail = about.team.people.get(PersonId(about.entry.actor or "")), about.entry.detail
        language = person.language if person else about.team.language
        link = f"{self.context.public_url}/contacts/{about.stored.id}"
        label = label_for_staff(about.stored, about.team, language)
        words = {"label": label, "link": link, "code": str(detail.get("code", ""))}
        if "sentence" in detail:
            sentence = staff.text_of(str(detail["sentence"]))
        elif person is None:
            sentence = staff.PAGE_PLAIN
        else:
            sentence = name_alert(about.entry, about.waiting).text
            with self.context.db.writing(about.team.id) as writing:
                words["code"] = messages.code_for(writing, about.stored.id, person.id)
        return transliterate(sentence.in_language(language, **words))

    def _text_family(self, job: Job) -> bool:
        """The last look at safe contact, just before the words leave the house."""
        about = self._look_up(job)
        number = about.stored.number
        if number is None or not self._may_text(about, number):
            self._report(job, about, "failed", "safe contact")
            return True
        body = str(about.entry.detail["body"])

        def send() -> str:
            sent = self._sent_before(job, about, number, body)
            if not sent and about.entry.kind is Kind.TEXT_RELAYED and self.clock() - about.entry.at > STALE:
                raise _TooLate
            return sent or self._text(about, number, body)

        try:
            self._order(job, about, send, FAMILY_ATTEMPTS)
        except _TooLate:
            self._report(job, about, "failed", "too late")
        return True

    def _may_text(self, about: _About, number: str) -> bool:
        """By the rules of now; who wrote in time may have it sent a little later."""
        detail = about.entry.detail
        wish = Wish(
            Way.TEXT,
            by_machine=about.entry.kind is Kind.AUTO_REPLIED,
            warned=bool(detail.get("warned")),
            reason=str(detail.get("reason", "")),
            names_us=names_us(str(detail["body"]), about.team.name, [about.stored.case]),
            wished_at=about.entry.at,
        )
        with self.context.db.reading() as reading:
            rules = rules_for(reading, about.team, number)
        return may_reach(rules, wish, about.waiting.last_heard_at, self.clock()) is Verdict.YES

    def _sent_before(self, job: Job, about: _About, number: str, body: str) -> str | None:
        """Return the carrier's name for the text if an earlier order was taken, and its answer was lost."""
        if job.attempts == 1:
            return None
        found = self.history.texts_between(about.team.text_line, number, about.entry.at - BEFORE)
        with self.context.db.reading() as reading:
            for text in found:
                known = messages.find_message(reading, text.sid)
                if text.body == body and (known is None or known.about == about.seq):
                    return self._keep(about, text.sid)
        return None

    def _ring_back(self, job: Job) -> bool:
        about = self._look_up(job)
        person = about.team.people.get(PersonId(about.entry.actor or ""))
        if person is None:
            return False
        links = about.links
        order = (person.phone, about.team.voice_line, links.back(about.seq), BACK_TIMEOUT)
        self._order(job, about, lambda: self.orders.call(*order, links.page_status(about.seq)), PAGE_ATTEMPTS)
        return True

    def _reply_staff(self, job: Job) -> bool:
        with self.context.db.reading() as reading:
            team = read_team(reading, job.team)
            notes = journal.read_notes(reading, team_chain(job.team), int(job.payload["note"]) - 1, 1)
        person = team.people.get(PersonId(str(job.payload["person"])))
        if person is not None and notes:
            body = transliterate(str(notes[0].detail["body"]))
            since = notes[0].at - BEFORE
            if job.attempts > 1 and self.history.has_sent(team.text_line, person.phone, body, since):
                return False
            sid = self.orders.text(person.phone, team.text_line, body)
            with self.context.db.transaction() as transaction:
                sent = TextMessage(sid, job.team, None, None, inbound=False, at=self.clock())
                messages.save_message(transaction, sent)
        return False

    def _text(self, about: _About, number: str, body: str) -> str:
        status_url = about.links.text_status(about.seq)
        return self._keep(about, self.orders.text(number, about.team.text_line, body, status_url))

    def _keep(self, about: _About, sid: str) -> str:
        with self.context.db.transaction() as transaction:
            message = TextMessage(
                sid, about.team.id, about.stored.id, about.seq, inbound=False, at=self.clock()
            )
            messages.save_message(transaction, message)
        return sid

    def _order(self, job: Job, about: _About, order: Callable[[], str], attempts: int) -> None:
        """Give the order; one that is refused for good counts as not reached, and the next is asked."""
        try:
            sid = order()
        except CarrierRefused as refusal:
            if not refusal.permanent and job.attempts < attempts:
                raise
            if refusal.code == OPTED_OUT:
                alert_operator("number_has_opted_out", contact=about.stored.id)
            self._report(job, about, "failed", str(refusal.code))
            return
        self._report(job, about, "queued", "", sid)

    def _report(self, job: Job, about: _About, status: str, code: str, sid: str = "") -> None:
        now = self.clock()
        reported = fact(now, Kind.MESSAGE_REPORTED, about=about.seq, status=status, code=code, sid=sid)
        escalate(self.context, *job.where, now, entries=(reported,), job=job)

    def _look_up(self, job: Job) -> _About:
        team_id, contact_id = job.where
        with self.context.db.reading() as reading:
            team = read_team(reading, team_id)
            stored = contacts.load_contact(reading, contact_id, team_id)
        if stored is None:
            raise UnknownContact(contact_id)
        entry = next(entry for entry in stored.entries if str(entry.seq) == job.payload["about"])
        links = Links(self.context.public_url, team_id, contact_id)
        return _About(team, stored, entry, stored.waiting, links)


def _still_wanted(about: _About) -> bool:
    """A page that was overtaken by somebody's answer is not sent; what needs no answer always is."""
    if about.entry.detail["step"] == NOTICE:
        return True
    waiting = about.waiting
    person = PersonId(about.entry.actor or "")
    return waiting.may_be_taken_by(person) or (waiting.open and about.entry.detail["step"] == REMINDER)
