"""Carry out the jobs of calls, and lead every other kind of job to what carries it out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Unpack

from oncall.alerts.team import Team
from oncall.alerts.wording import staff
from oncall.clock import Clock
from oncall.contacts.fold import CallerPlace, Contact, Leg, Via
from oncall.contacts.model import Detail, Entry, Kind
from oncall.contacts.statuses import CALL_ENDED
from oncall.jobs.account_texts import AccountJobs
from oncall.jobs.alerts import AlertJobs
from oncall.jobs.attachments import AttachmentJobs
from oncall.jobs.brief_reminders import BriefJobs
from oncall.jobs.journal_checks import JournalCheckJobs
from oncall.jobs.reconciliation import ReconciliationJobs
from oncall.jobs.recordings import RecordingJobs
from oncall.jobs.retention_jobs import RetentionJobs
from oncall.jobs.rota_texts import RotaJobs
from oncall.rota.model import PersonId
from oncall.store.contacts import contacts
from oncall.store.jobs.outbox import Job
from oncall.store.team.teams import read_team
from oncall.telephony.codes import UNKNOWN
from oncall.telephony.history import History
from oncall.telephony.links import Links
from oncall.telephony.orders import CarrierRefused, Orders
from oncall.usecases.line import planning as kinds
from oncall.usecases.line.calls import UnknownContact, fact, record_facts
from oncall.usecases.line.context import CallContext
from oncall.usecases.line.labels import label_for_staff

RING_ATTEMPTS = 2
RING_AGAIN_AFTER = timedelta(seconds=1)
TRIED_FOR = timedelta(minutes=10)  # longer than one text is tried for
CONFIRM_AGAIN_AFTER = timedelta(seconds=3)
CONFIRM_FOR = timedelta(seconds=30)
ENTERS_WITHIN = timedelta(seconds=3)  # from our answer until the caller is in the queue


@dataclass(frozen=True)
class RetryAt(Exception):
    """The job is not done, and will be looked at again at `at`; nothing has gone wrong."""

    at: datetime


@dataclass(frozen=True)
class JobRunner:
    """Carries out jobs: reads what it needs, speaks with the carrier, then writes what came of it."""

    context: CallContext
    orders: Orders
    clock: Clock

    def carry_out(self, job: Job) -> bool:
        """Do the job; return whether it was marked done in the same transaction as its result.

        Raises CarrierRefused where the carrier has not taken it, and Again where it is not yet time.
        """
        return self._handlers[job.kind](job)

    @property
    def _handlers(self) -> Mapping[str, Callable[[Job], bool]]:
        return {
            kinds.RING: self._ring,
            kinds.RELEASE: self._release,
            kinds.DELETE_QUEUE: self._delete_queue,
            kinds.TEXT_STAFF: self._text_staff,
            kinds.ADVANCE_CALL: self._advance_call,
            kinds.CONFIRM_BRIDGE: self._confirm_bridge,
            kinds.WATCH: self._watch,
            **AlertJobs(self.context, self.orders, self.clock).handlers,
            **ReconciliationJobs(self.context, self.orders, self.clock).handlers,
            **AttachmentJobs(self.context, self.orders, self.clock).handlers,
            **RecordingJobs(self.context, self.orders, self.clock).handlers,
            **RotaJobs(self.context, self.orders, self.clock).handlers,
            **AccountJobs(self.context, self.orders, self.clock).handlers,
            **BriefJobs(self.context, self.orders, self.clock).handlers,
            **RetentionJobs(self.context, self.clock).handlers,
            **JournalCheckJobs(self.context.db, self.clock).handlers,
        }

    def _ring(self, job: Job) -> bool:
        contact, leg, links = self._leg_of(job)
        if leg is None or not leg.live or leg.known_to_carrier or contact.over:
            return False
        team = self._team(job)
        number = team.number_of(leg.target)
        if number is None:  # has left the team within the last second
            self._record_fact(job, Kind.LEG_REFUSED, leg.id, code=0, by="number")
            return True
        try:
            sid = self.orders.ring(number, team.voice_line, links, leg.id, leg.timeout)
        except CarrierRefused as refusal:
            # an order without an answer may have been taken: a second one would ring the phone twice
            if not refusal.permanent and refusal.code and job.attempts < RING_ATTEMPTS:
                raise RetryAt(self.clock() + RING_AGAIN_AFTER) from None
            by = "number" if refusal.number_at_fault else "carrier"
            self._record_fact(job, Kind.LEG_REFUSED, leg.id, code=refusal.code, by=by)
            return True
        self._record_fact(job, Kind.LEG_PLACED, leg.id, sid=sid)
        return True

    def _release(self, job: Job) -> bool:
        sid, leg = str(job.payload["sid"]), str(job.payload["leg"])
        contact = self._contact(job)
        talk = contact.conversation
        if contact.talking and talk is not None and talk.id == leg:
            return False  # given up for lost, and bridged after all: nobody ends their talk
        if job.payload["how"] == "tell":
            self.orders.redirect(sid, self._links(job).told(leg))
        else:
            self.orders.end(sid)
        return False

    def _delete_queue(self, job: Job) -> bool:
        # Where we were never told its name at the carrier, it is looked up by ours.
        sid = job.payload["sid"] or self.orders.find_queue(self._links(job).queue)
        if sid:
            self.orders.delete_queue(str(sid))
        return False

    def _text_staff(self, job: Job) -> bool:
        team, stored = self._team(job), self._stored(job)
        person = team.people.get(PersonId(str(job.payload["person"])))
        if person is None:
            return False
        label = label_for_staff(stored, team, person.language)
        link = f"{self.context.public_url}/contacts/{stored.id}"
        sentence = staff.text_of(str(job.payload["sentence"]))
        body = sentence.in_language(person.language, label=label, link=link)
        lately = self.clock() - TRIED_FOR
        if job.attempts == 1 or not History(self.orders).has_sent(team.text_line, person.phone, body, lately):
            self.orders.text(person.phone, team.text_line, body)
        return False

    def _advance_call(self, job: Job) -> bool:
        record_facts(self.context, *job.where, (), self.clock(), job=job)
        return True

    def _confirm_bridge(self, job: Job) -> bool:
        """We are told of a bridge; where that was lost, a talk must not be taken for a failure to join.

        In the first <Dial> the caller's leg is in progress as soon as the two are bridged, and not before.
        """
        contact, leg, _ = self._leg_of(job)
        now = self.clock()
        if leg is None or leg.bridged_at or not leg.holds_claim or leg.ended_at or contact.over:
            return False
        status = self.orders.status(self._stored(job).sid)
        if status == "in-progress" and (leg.via is Via.DIAL or self._taken_from_queue(job, contact, leg)):
            self._record_fact(job, Kind.LEG_BRIDGED, leg.id)
            return True
        if status in CALL_ENDED:
            self._record_fact(job, Kind.CALLER_GONE, None, status=status)
            return True
        if now - leg.taken_at < CONFIRM_FOR:
            raise RetryAt(now + CONFIRM_AGAIN_AFTER)
        return False

    def _taken_from_queue(self, job: Job, contact: Contact, leg: Leg) -> bool:
        """Whether the caller is out of the queue, and with the winner, who is still on the line.

        A caller for whom a fallback dials somebody else is out of the queue, too.
        """
        stored = self._stored(job)
        queued = max((e.at for e in stored.entries if e.kind is Kind.QUEUED), default=None)
        if contact.place is not CallerPlace.QUEUED or queued is None or self.clock() - queued < ENTERS_WITHIN:
            return False
        sid = contact.queue_sid or self.orders.find_queue(self._links(job).queue)
        if sid is None or self.orders.queue_length(sid) > 0 or self.orders.dials(stored.sid):
            return False
        return any(self.orders.status(each) == "in-progress" for each in leg.sids)

    def _watch(self, job: Job) -> bool:
        """Only what the carrier says has ended is closed; a webhook may have been lost.

        Of a caller who hangs up while we answer, we hear nothing: with `stay`, whether they came to wait is
        looked up once, since phones are rung for them.
        """
        stored, stay = self._stored(job), job.payload.get("stay")
        contact = stored.contact
        if contact.caller_gone_at or (stay and _is_heard_of(contact, stored.entries, int(stay))):
            return False
        try:
            status = self.orders.status(stored.sid)
        except CarrierRefused as refusal:
            # The carrier does not know the call at all, so nobody is on it.
            status = "completed" if refusal.code == UNKNOWN else ""
        if status not in CALL_ENDED and stay:
            return False
        if status not in CALL_ENDED:
            raise RetryAt(self.clock() + kinds.WATCH_EVERY)
        self._record_fact(job, Kind.CALLER_GONE, None, status=status)
        return True

    def _record_fact(self, job: Job, kind: Kind, leg: str | None, **detail: Unpack[Detail]) -> None:
        now = self.clock()
        record_facts(self.context, *job.where, (fact(now, kind, leg, **detail),), now, job=job)

    def _leg_of(self, job: Job) -> tuple[Contact, Leg | None, Links]:
        contact = self._contact(job)
        return contact, contact.leg(str(job.payload["leg"])), self._links(job)

    def _links(self, job: Job) -> Links:
        return Links(self.context.public_url, *job.where)

    def _contact(self, job: Job) -> Contact:
        stored = self._stored(job)
        return stored.contact

    def _stored(self, job: Job) -> contacts.StoredContact:
        team_id, contact_id = job.where
        with self.context.db.reading() as reading:
            stored = contacts.load_contact(reading, contact_id, team_id)
        if stored is None:
            raise UnknownContact(contact_id)
        return stored

    def _team(self, job: Job) -> Team:
        with self.context.db.reading() as reading:
            return read_team(reading, job.team)


def _is_heard_of(contact: Contact, entries: Iterable[Entry], stay: int) -> bool:
    """Whether the caller has come to this stay in the queue, or is somewhere else by now."""
    joined = any(entry.kind is Kind.QUEUE_JOINED and entry.seq > stay for entry in entries)
    return joined or contact.place_seq != stay
