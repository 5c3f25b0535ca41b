"""How staff are alerted and families are answered: jobs about contacts that wait."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from oncall.alerts.safe_contact import Verdict, Way, Wish, may_reach
from oncall.alerts.team import Person, Team
from oncall.alerts.wording import say
from oncall.clock import Clock
from oncall.contacts.model import Entry, Kind
from oncall.contacts.waiting import Waiting, fold_waiting
from oncall.rota.model import PersonId
from oncall.store import contacts, journal, messages
from oncall.store.cases import rules_for
from oncall.store.contacts import StoredContact
from oncall.store.messages import Message
from oncall.store.outbox import Job
from oncall.store.session import team_chain
from oncall.store.teams import read_team
from oncall.switchboard import errands as kinds
from oncall.switchboard.attention import attend, take_for
from oncall.switchboard.calls import UnknownContact, fact
from oncall.switchboard.desk import Desk
from oncall.telephony.links import Links
from oncall.telephony.orders import CarrierRefused, Orders

PAGE_TIMEOUT = 30  # seconds that a spoken page rings
BACK_TIMEOUT = 40  # seconds that the staff member's own phone rings for a call back


@dataclass(frozen=True)
class _About:
    """What a job is about: the entry that called for it, and how its contact stands."""

    team: Team
    stored: StoredContact
    entry: Entry
    waiting: Waiting
    links: Links


@dataclass(frozen=True)
class Pages:
    """Carries out the jobs of waiting contacts."""

    desk: Desk
    orders: Orders
    clock: Clock

    @property
    def how(self) -> Mapping[str, Callable[[Job], bool]]:
        """Which job is carried out how."""
        return {
            kinds.ATTEND: self._attend,
            kinds.TAKE_FOR: self._take_for,
            kinds.PAGE: self._page,
            kinds.TEXT_FAMILY: self._text_family,
            kinds.RING_BACK: self._ring_back,
            kinds.REPLY_STAFF: self._reply_staff,
        }

    def _attend(self, job: Job) -> bool:
        attend(self.desk, *_where(job), self.clock(), job=job)
        return True

    def _take_for(self, job: Job) -> bool:
        take_for(self.desk, *_where(job), self.clock(), job)
        return True

    def _page(self, job: Job) -> bool:
        about = self._look_up(job)
        person = about.team.people.get(PersonId(about.entry.actor or ""))
        if person is None or not _still_wanted(about.waiting, person.id):
            return False
        if about.entry.detail["by"] == "call":
            url = about.links.page(str(about.entry.seq))
            self._order(
                job, about, lambda: self.orders.call(person.phone, about.team.voice_line, url, PAGE_TIMEOUT)
            )
        else:
            self._order(job, about, lambda: self._text_page(about, person))
        return True

    def _text_page(self, about: _About, person: Person) -> str:
        with self.desk.db.writing(about.team.id) as writing:
            code = messages.code_for(writing, about.stored.id, person.id)
        link = f"{self.desk.public_url}/contacts/{about.stored.id}"
        body = say("page", person.language, label=_label(about.stored, person), link=link, code=code)
        return self._text(about, person.phone, body)

    def _text_family(self, job: Job) -> bool:
        """The last look at safe contact, just before the words leave the house."""
        about = self._look_up(job)
        number = about.stored.number
        if number is None:
            return False
        by_machine = about.entry.kind is Kind.AUTO_REPLIED
        wish = Wish(Way.TEXT, by_machine, warned=True, reason=str(about.entry.detail.get("reason", "")))
        if self._verdict(about, number, wish) is not Verdict.YES:
            self._report(job, about, "failed", "not allowed")
            return True
        self._order(job, about, lambda: self._text(about, number, str(about.entry.detail["body"])))
        return True

    def _ring_back(self, job: Job) -> bool:
        about = self._look_up(job)
        person = about.team.people.get(PersonId(about.entry.actor or ""))
        if person is None:
            return False
        url = about.links.back(str(about.entry.seq))
        self._order(
            job, about, lambda: self.orders.call(person.phone, about.team.voice_line, url, BACK_TIMEOUT)
        )
        return True

    def _reply_staff(self, job: Job) -> bool:
        team_id = job.team_id or 0
        with self.desk.db.reading() as reading:
            team = read_team(reading, team_id)
            notes = journal.read_notes(reading, team_chain(team_id), int(job.payload["note"]) - 1, 1)
        person = team.people.get(PersonId(str(job.payload["person"])))
        if person is not None and notes:
            self.orders.text(person.phone, team.text_line, str(notes[0].detail["body"]))
        return False

    def _verdict(self, about: _About, number: str, wish: Wish) -> Verdict:
        with self.desk.db.reading() as reading:
            rules = rules_for(reading, about.team.id, number)
        heard_at = about.waiting.last_heard_at or about.stored.started_at
        return may_reach(rules, wish, heard_at, self.clock())

    def _text(self, about: _About, number: str, body: str) -> str:
        status_url = about.links.text_status(str(about.entry.seq))
        sid = self.orders.text(number, about.team.text_line, body, status_url)
        with self.desk.db.transaction() as transaction:
            message = Message(
                sid, about.team.id, about.stored.id, str(about.entry.seq), inbound=False, at=self.clock()
            )
            messages.save_message(transaction, message)
        return sid

    def _order(self, job: Job, about: _About, order: Callable[[], str]) -> None:
        """Give the order; one that is refused for good counts as not reached, and the next is asked."""
        try:
            sid = order()
        except CarrierRefused as refusal:
            if not refusal.permanent:
                raise
            self._report(job, about, "failed", str(refusal.code))
            return
        self._report(job, about, "queued", "", sid)

    def _report(self, job: Job, about: _About, status: str, code: str, sid: str = "") -> None:
        now = self.clock()
        told = fact(now, Kind.MESSAGE_REPORTED, about=str(about.entry.seq), status=status, code=code, sid=sid)
        attend(self.desk, *_where(job), now, told=(told,), job=job)

    def _look_up(self, job: Job) -> _About:
        team_id, contact_id = _where(job)
        with self.desk.db.reading() as reading:
            team = read_team(reading, team_id)
            stored = contacts.load_contact(reading, contact_id, team_id)
        if stored is None:
            raise UnknownContact(contact_id)
        entry = next(entry for entry in stored.entries if str(entry.seq) == job.payload["about"])
        links = Links(self.desk.public_url, team_id, contact_id)
        return _About(team, stored, entry, fold_waiting(stored.entries), links)


def _still_wanted(waiting: Waiting, person: PersonId) -> bool:
    """A page that was overtaken by somebody's answer is not sent."""
    if not waiting.open:
        return False
    return (
        waiting.owner in (None, person)
        or waiting.unanswered
        or waiting.offered_to == person
        or _late(waiting)
    )


def _late(waiting: Waiting) -> bool:
    return waiting.reminders > 0


def _label(stored: StoredContact, person: Person) -> str:
    if stored.case:
        return stored.case
    return say("label_withheld" if stored.known == "withheld" else "label_unknown", person.language)


def _where(job: Job) -> tuple[int, str]:
    if job.team_id is None or job.contact_id is None:
        raise ValueError(f"job {job.key} is of no contact")
    return job.team_id, job.contact_id
