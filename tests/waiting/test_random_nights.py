"""Whatever people and the carrier do: nobody is forgotten, and no family is reached against its rules."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oncall.contacts.case import Consent, MemberNumber
from oncall.contacts.contact import Contact
from oncall.rota.model import PersonId
from oncall.simulator import faults
from oncall.simulator.policies import Busy, Decline, Off, Policy, Ring, Voicemail
from oncall.store import contacts
from oncall.switchboard import follow_ups
from oncall.switchboard.follow_ups import NobodyThere, NotAllowed, NothingToSend, NotYours
from tests.calls.night import FATHER, LINE, MOTHER, OSLO
from tests.engines import Databases
from tests.waiting.conftest import FAMILIES
from tests.waiting.follow_up import AUNT, DAUGHTER, GRANDMOTHER, PRESSES_1, UNCLE, Evening

TRIES = settings(
    max_examples=max(4, settings().max_examples // 50),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
STAFF = ("kari", "ola", "liv", "nils")
FAMILY = (MOTHER, FATHER, DAUGHTER, AUNT, GRANDMOTHER, UNCLE, "+4790000777")
POLICIES: tuple[Policy, ...] = (Ring(), PRESSES_1, Voicemail(after=4, records=3), Busy(), Off(), Decline())
REPEATS = timedelta(minutes=5, seconds=30)
RECENT = timedelta(hours=2)


class Play:
    """A night of random acts, and what was allowed at each moment."""

    def __init__(self, night: Evening, seed: int) -> None:
        self.night = night
        self.chance = random.Random(seed)
        self.marked: dict[str, datetime] = {}
        self.excused: set[str] = set()  # numbers for which somebody gave a reason or has seen the warning

    def act(self) -> None:
        acts: tuple[Callable[[], None], ...] = (
            self.write,
            self.write,
            self.miss,
            self.staff_by_text,
            self.staff_by_text,
            self.staff_on_page,
            self.staff_on_page,
            self.change_phone,
            self.break_something,
            self.long_pause,
        )
        self.chance.choice(acts)()
        self.night.run_for(self.chance.uniform(0.5, 90))

    def write(self) -> None:
        body = self.chance.choice(("hei", "pappa er full", "STOP", "HVEM", "4711 hei", "😢"))
        self.night.carrier.phones[self.chance.choice(FAMILY)].text(LINE, body)

    def miss(self) -> None:
        phone = self.night.carrier.phones[self.chance.choice(FAMILY)]
        if not phone.is_engaged:
            call = self.night.call(phone, withheld=self.chance.random() < 0.2)
            self.night.run_for(self.chance.uniform(1, 40))
            call.hang_up()

    def staff_by_text(self) -> None:
        phone = self.night.phone(self.night.number_of(self.chance.choice(STAFF)))
        codes = [text.body.split("Svar ")[1][:4] for text in phone.texts if "Svar " in text.body]
        code = self.chance.choice([*codes, "0000"])
        phone.text(LINE, self.chance.choice((code, f"{code} hei", "hei uten kode")))

    def staff_on_page(self) -> None:
        every = self.night.contacts()
        if not every:
            return
        contact, person = self.chance.choice(every), PersonId(self.chance.choice(STAFF))
        warned, reason = self.chance.random() < 0.3, self.chance.choice(("", "", "barnet er alene"))
        where = (self.night.service.desk, self.night.team_id, contact.id, person)
        number = self.number_of(contact)
        try:
            match self.chance.randrange(7):
                case 0:
                    follow_ups.acknowledge(*where, self.night.now)
                case 1:
                    follow_ups.close(*where, "ferdig", self.night.now)
                case 2:
                    follow_ups.reply(*where, "Hei", self.night.now, warned=warned, reason=reason)
                    self.excuse(number, warned=warned, reason=reason)
                case 3:
                    follow_ups.call_back(*where, self.night.now, warned=warned, reason=reason)
                    self.excuse(number, warned=warned, reason=reason)
                case 4:
                    follow_ups.hand_on(*where, PersonId(self.chance.choice(STAFF)), self.night.now)
                case 5:
                    follow_ups.consult(*where, PersonId(self.chance.choice(STAFF)), self.night.now)
                case _:
                    follow_ups.mark_compromised(*where, self.night.now)
                    if number:
                        self.marked.setdefault(number, self.night.now)
        except (NotAllowed, NotYours, NothingToSend, NobodyThere):
            pass

    def excuse(self, number: str | None, *, warned: bool, reason: str) -> None:
        if number and (warned or reason):
            self.excused.add(number)

    def number_of(self, contact: Contact) -> str | None:
        with self.night.service.db.reading() as reading:
            stored = contacts.load_contact(reading, contact.id, self.night.team_id)
        return stored.number if stored else None

    def change_phone(self) -> None:
        number = self.chance.choice((*FAMILY, *(self.night.number_of(key) for key in STAFF)))
        phone = self.night.carrier.phones[number]
        phone.policy = self.chance.choice(POLICIES)
        phone.text_error = self.chance.choice((None, None, 30003))

    def break_something(self) -> None:
        carrier = self.night.carrier
        match self.chance.randrange(6):
            case 0:
                carrier.faults.on_rest("/(Calls|Messages)", faults.accept_and_time_out(), nth=1)
            case 1:
                carrier.faults.on_rest("/(Calls|Messages)", faults.rest_error(503), nth={1, 2, 3})
            case 2:
                carrier.faults.on_webhook("/status", faults.duplicate(after=2), nth={1, 2})
            case 3:
                carrier.faults.on_webhook("/text/", faults.drop(), nth=1)
            case 4:
                self.night.restart_web()
            case _:
                self.night.clock_runs = not self.night.clock_runs

    def long_pause(self) -> None:
        self.night.run_for(self.chance.choice((60, 60, 300, 300, 300, 900, 900, 8000)))


def phone_of(number: str) -> MemberNumber | None:
    return next(
        (p for case in FAMILIES for member in case.members for p in member.phones if p.number == number), None
    )


def assert_safe(play: Play) -> None:
    """No call or text to a family breaks a rule of safe contact."""
    carrier = play.night.carrier
    for number in FAMILY:
        phone, rules = carrier.phones[number], phone_of(number)
        came = [text.at for text in phone.sent] + [call.started_at for call in phone.calls if call.outgoing]
        went = [(text.at, "text", "Vi har fått" in text.body) for text in phone.texts]
        went += [(rang.start, "call", False) for rang in phone.rang]
        for at, way, by_machine in went:
            consent = (rules.may_text if way == "text" else rules.may_call) if rules else Consent.NOT_ASKED
            recent = any(timedelta(0) <= at - moment <= RECENT + timedelta(minutes=5) for moment in came)
            excused = number in play.excused
            in_time = not rules or not rules.hours or rules.hours.hold(at.astimezone(OSLO).time())
            marked = number in play.marked and at > play.marked[number] + timedelta(seconds=5)
            if by_machine:
                assert consent is Consent.YES, f"the machine wrote to {number}"
                assert in_time, f"the machine wrote to {number} outside its hours"
                assert not marked, f"the machine wrote to {number}, which is in the wrong hands"
            elif consent is Consent.NO or marked or not in_time:
                assert excused, f"{number} was reached by {way} against a rule"
            else:
                assert consent is Consent.YES or recent or excused, f"{number} was reached by {way} unasked"


def assert_nobody_is_forgotten(play: Play, began: datetime) -> None:
    """Everything that waits for somebody has alerted somebody since, and is still alerting."""
    night = play.night
    for nth, contact in enumerate(night.contacts()):
        waiting = night.waits(nth)
        if contact.answered_by and contact.follow_up is None:
            continue
        main = next((other for other in night.contacts() if other.id == waiting.joined), None)
        assert waiting.opened_at is not None, "a contact reached nobody, and waits for nobody"
        if main is not None or waiting.closed_at is not None:
            continue
        if waiting.asking_since is not None:
            assert any(page.at >= began for page in waiting.pages), "nobody is asked any more"


@TRIES
@given(seed=st.integers(0, 2**32))
def test_nobody_is_forgotten_and_no_family_reached_against_its_rules(on_disk: Databases, seed: int) -> None:
    with on_disk.migrated() as url:
        night = Evening(url, families=FAMILIES)
        play = Play(night, seed)
        for _ in range(play.chance.randrange(4, 14)):
            play.act()
        night.carrier.faults.clear()
        night.clock_runs = True
        for phone in night.carrier.phones.values():
            phone.policy, phone.text_error = Ring(), None
        night.run_for(400)
        began = night.now
        night.run_for(REPEATS.total_seconds())

        assert_nobody_is_forgotten(play, began)
        assert_safe(play)
        refused = [e for e in night.carrier.rest_log if e.status in (400, 401, 404, 405) and not e.fault]
        assert not [e for e in refused if e.payload["code"] not in (21610, 20404, 21220, 20009)]
        night.close()
