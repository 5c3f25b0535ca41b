"""A night at a small team: Kari has duty, Ola is backup, Liv leads, Nils is at home too."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from threading import Barrier, Thread, current_thread, main_thread
from typing import Any

from sqlalchemy import bindparam, event, select
from sqlalchemy.exc import OperationalError

from oncall.alerts.team import LastResort, Municipality, PageStep, Team
from oncall.alerts.wording.catalogue import say
from oncall.contacts.case import Case, Consent
from oncall.contacts.fold import Contact
from oncall.contacts.model import Entry, Kind
from oncall.rota.model import Absence, PersonId, Tier
from oncall.service import Service
from oncall.store import prepared
from oncall.store.contacts import contacts
from oncall.store.tables.contacts import ContactRow
from standin.drill.stage.stage import Stage
from standin.simulator.events import ProtocolError
from standin.simulator.phones.phone_calls import PhoneCall
from standin.simulator.phones.phones import Phone
from standin.simulator.phones.policies import Answer, Script
from tests.cast import (
    FATHER,
    KARI,
    KARIS_PHONE,
    LADDER,
    LAST_RESORT,
    LINE,
    LIV,
    LIVS_PHONE,
    MOTHER,
    NILS_PHONE,
    OLA,
    OLAS_PHONE,
    OSLO,
    STAFF,
    STATIC,
    STRANGER,
    by_key,
    family,
    turns,
)
from tests.scenes import checks

START = datetime(2026, 3, 14, 1, 40, tzinfo=UTC)  # a Saturday, 02:40 in Oslo

SETTLING = 300  # seconds after which nothing of a night is left to do
ACCEPTS = Answer(after=4).press("1", after_hearing="Trykk 1|Press 1")  # picks up, listens, presses 1

_CONTACTS = (
    select(ContactRow.id).where(ContactRow.team_id == bindparam("team")).order_by(ContactRow.started_at)
)


TEAM = Team(
    id=0,
    slug="vest",
    name="MST-CAN Vest",
    zone=OSLO,
    language="nb",
    voice_line=LINE,
    text_line=LINE,
    static_number=STATIC,
    on_call=True,
    daytime=None,
    people=by_key(STAFF),
    rotas={
        Tier.DUTY: turns(Tier.DUTY, KARI),
        Tier.BACKUP: turns(Tier.BACKUP, OLA),
        Tier.LEADER: turns(Tier.LEADER, LIV),
    },
    ladders=(LADDER,),
    page_ladder=(PageStep(600, ("duty",), ("text",)),),  # what follows a missed call is told elsewhere
    municipalities=(
        Municipality("Larvik", LastResort(LAST_RESORT, time(0), time(0), date(2026, 1, 10))),
        Municipality("Horten"),
    ),
)


FAMILIES = (
    family("V-014", MOTHER, may_text=Consent.NOT_ASKED),
    family("V-015", FATHER, municipality="Horten", may_call=Consent.NO, may_text=Consent.NOT_ASKED),
)


def away(team: Team, key: str) -> Team:
    """The team, with one person absent through the night."""
    gone = Absence(
        f"away-{key}", PersonId(key), datetime(2026, 3, 13, tzinfo=UTC), datetime(2026, 3, 16, tzinfo=UTC)
    )
    rotas = {tier: replace(rota, absences=(*rota.absences, gone)) for tier, rota in team.rotas.items()}
    return replace(team, rotas=rotas)


def _nothing() -> None:
    """Nothing is to be done."""


class Night(Stage):
    """The stage with this team on it, and short words for what tests do and ask."""

    def __init__(self, database_url: str, team: Team = TEAM, families: Iterable[Case] = FAMILIES) -> None:
        """Everybody's phone rings untouched until a test says otherwise."""
        self.database_gone = False
        self.requests = 0  # that have reached the web process
        self._handed: list[Sequence[str]] = []
        self._before_requests: dict[int, Callable[[], None]] = {}
        self._after_requests: dict[int, Callable[[], None]] = {}
        prepared.watchers.append(self._refuse_when_gone)
        super().__init__(database_url, START)
        self.team, self.cases = team, tuple(families)
        self.team_id = self.add_team(team, self.cases)
        self.kari, self.ola = self.phone(KARIS_PHONE), self.phone(OLAS_PHONE)
        self.liv, self.nils = self.phone(LIVS_PHONE), self.phone(NILS_PHONE)
        self.mother, self.father = self.phone(MOTHER), self.phone(FATHER)
        self.stranger = self.phone(STRANGER, name="Stranger")
        self.barnevernvakt = self.phone(LAST_RESORT, name="Barnevernvakten")
        self.static = self.phone(STATIC, name="Static")

    def _build(self) -> Service:
        service = super()._build()
        if service.db.writer.dialect.name == "sqlite":
            event.listen(service.db.reader, "before_cursor_execute", self._refuse_when_gone)
        event.listen(service.db.writer, "before_cursor_execute", self._refuse_when_gone)
        return service

    def _refuse_when_gone(self, *_: object) -> None:
        if self.database_gone:
            raise OperationalError("the database", None, ConnectionError("is gone"))

    def web(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request, and do what a test wants done before and after it."""
        self.requests += 1
        nth = self.requests
        self._before_requests.get(nth, _nothing)()
        answer = super().web(environ, start_response)
        self._after_requests.get(nth, _nothing)()
        return answer

    def close(self) -> None:
        """Nothing is left open, and other nights are left alone."""
        prepared.watchers.remove(self._refuse_when_gone)
        super().close()

    def at_once(self, acts: Sequence[Callable[[], None]]) -> None:
        """Do all of these on threads of their own, beginning at the same moment; return when all are done."""
        barrier = Barrier(len(acts))

        def begin_together(act: Callable[[], None]) -> None:
            barrier.wait()
            act()

        threads = [Thread(target=begin_together, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        handed, self._handed = self._handed, []
        for keys in handed:
            super()._hand_out(keys)

    def _hand_out(self, keys: Sequence[str]) -> None:
        if current_thread() is main_thread():
            super()._hand_out(keys)
        else:  # the stage's time stands still meanwhile, and its timers must be left alone
            self._handed.append(keys)

    def before_request(self, nth: int, act: Callable[[], None]) -> None:
        """Do something just before our web process gets the nth request of the night."""
        self._before_requests[nth] = act

    def after_request(self, nth: int, act: Callable[[], None]) -> None:
        """Do something just after our web process has answered the nth request of the night."""
        self._after_requests[nth] = act

    def lose_database(self, seconds: float | None = None) -> None:
        """The database is gone, for so many seconds or until `find_database`."""
        self.database_gone = True
        self._next_due = None  # the clock asks for it, in vain, every second
        if seconds is not None:
            self.carrier.after(seconds, self.find_database)

    def find_database(self) -> None:
        """The database is back."""
        self.database_gone = False

    def call(self, phone: Phone, script: Script | None = None, *, withheld: bool = False) -> PhoneCall:
        """Somebody calls the line."""
        return phone.call(LINE, script, withheld=withheld)

    def after(self, at: datetime) -> float:
        """Seconds from the start of the night."""
        return (at - START).total_seconds()

    def rang_at(self, phone: Phone) -> list[float]:
        """When a phone began to ring, in seconds from the start of the night."""
        return [self.after(rang.start) for rang in phone.rang]

    def contacts(self) -> list[Contact]:
        """Every contact of the team, oldest first."""
        with self.service.db.reading() as reading:
            ids = reading.conn.scalars(_CONTACTS, {"team": self.team_id}).all()
        return [self.contact(self.team_id, each) for each in ids]

    def only_contact(self) -> Contact:
        """The one contact of the night."""
        (contact,) = self.contacts()
        return contact

    def kinds(self, contact: Contact | None = None) -> list[Kind]:
        """What the journal says of a contact, in its order; by default of the only one."""
        return [entry.kind for entry in self.entries(contact or self.only_contact())]

    def entries(self, contact: Contact) -> tuple[Entry, ...]:
        """What the journal says of a contact."""
        with self.service.db.reading() as reading:
            stored = contacts.load_contact(reading, contact.id, self.team_id)
        assert stored is not None
        return stored.entries

    def number_of(self, person: str) -> str:
        """The number of somebody's phone."""
        return self.team.people[PersonId(person)].phone

    def heard(self, phone: Phone, sentence: str, language: str = "nb") -> list[float]:
        """When a sentence of ours was spoken to a phone, in seconds from the start of the night."""
        words = say(sentence, language, municipality="Larvik")
        return [self.after(heard.at) for heard in phone.heard if heard.text == words]

    def spoke(self, phone: Phone) -> list[tuple[str, float]]:
        """With whom somebody could speak, and from when on, in seconds from the start of the night."""
        return [(bridge.other_number, self.after(bridge.start)) for bridge in phone.bridges]

    @property
    def staff(self) -> list[Phone]:
        """The phones of everybody in the team."""
        return [self.carrier.phones[person.phone] for person in self.team.people.values()]

    @property
    def services(self) -> list[Phone]:
        """The phone of the staffed service."""
        return [self.barnevernvakt]

    def list_contacts(self) -> list[Contact]:
        """What rules judge by: the contacts of the night."""
        return self.contacts()

    def name(self, phone: Phone) -> str:
        """What a finding calls whoever holds the phone."""
        return phone.name

    def second(self, at: datetime) -> float:
        """What a finding calls the moment."""
        return self.after(at)

    def excuses(self, error: ProtocolError) -> bool:
        """Nothing: `settle` has taken out what a test expects."""
        return False

    def play(self, seconds: float, *calls: PhoneCall) -> None:
        """Let so many seconds pass; then whoever of these is still on the line hangs up, and all settles."""
        self.run_for(seconds)
        for call in calls:
            call.hang_up()
        self.settle()

    def settle(self, *, jobs: bool = True, excused: int = 0) -> None:
        """All is over, and nothing went wrong that must never go wrong; one code of error may be excused."""
        for _ in range(SETTLING // 10):
            self.run_for(10)
            if not (self.carrier.legs or checks.jobs_left(self)):
                break
        self.carrier.errors = [error for error in self.carrier.errors if error.code != excused]
        self.check(jobs=jobs)

    def check(self, *, jobs: bool = True) -> None:
        """What must hold for every night holds for this one."""
        checks.assert_rules_are_kept(self)
        if jobs:
            checks.assert_all_is_done(self)
