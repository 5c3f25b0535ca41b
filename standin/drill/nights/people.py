"""Who does what in a random night: families call and write, staff answer, take, write back and close."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from oncall.contacts.fold import Contact
from oncall.rota.model import PersonId
from oncall.store.contacts import contacts
from oncall.usecases.line import follow_ups
from oncall.usecases.line.follow_ups import NobodyThere, NotAllowed, NothingToSend, NotYours
from standin.drill.nights import habits
from standin.drill.nights.fragile_night import FragileNight
from standin.drill.nights.habits import Reader
from standin.simulator import Event, EventKind, Phone, PhoneCall

CODE = re.compile(r"(?:Svar|Reply) (\d{4})")
LINK = re.compile(r"/contacts/(\w+)")
WORDS = ("hei", "kan noen ringe", "pappa er full", "STOP", "HVEM", "4711 hei", "😢", "han slår")
ACTS_OF_A_NIGHT = (1, 1, 2, 2, 3, 4)  # of families: how many begin by themselves
BEGINNING = 150.0  # seconds in which they begin to call and write


@dataclass
class People:
    """Everybody in a random night, and what they have been allowed that is usually not."""

    night: FragileNight
    chance: random.Random
    asleep: bool  # nearly the whole team
    readers: dict[str, Reader] = field(default_factory=dict)  # by number
    excused: set[str] = field(default_factory=set)  # numbers for which somebody gave a reason, or was warned
    marked: dict[str, datetime] = field(default_factory=dict)  # numbers in the wrong hands, and since when
    hung_up: set[str] = field(default_factory=set)  # calls that their caller has ended

    def arrive(self) -> None:
        """Everybody has a habit, and what families will do is decided."""
        night, chance = self.night, self.chance
        for phone in night.staff:
            self._take_up_habits(phone)
        for phone in (*night.services, *night.fixed, night.landline):
            phone.policy = habits.choose_policy(chance, asleep=chance.random() < 0.3)
        night.carrier.listeners.append(self._hear)
        moments = [chance.uniform(0.1, BEGINNING) for _ in range(chance.choice(ACTS_OF_A_NIGHT))]
        if chance.random() < 0.25:
            moments = [moments[0]] * len(moments)  # all at once
        for moment in moments:
            act = chance.choices((self._call, self._write, self._forge), (60, 35, 5))[0]
            night.carrier.after(moment, partial(act, chance.choice(night.callers)))
        if chance.random() < 0.4:
            phone = chance.choice(night.staff)
            night.carrier.after(chance.uniform(10, BEGINNING), partial(self._take_up_habits, phone))
        if chance.random() < 0.1:
            night.carrier.after(chance.uniform(1, BEGINNING), partial(self._call, chance.choice(night.staff)))

    def _take_up_habits(self, phone: Phone) -> None:
        chance = self.chance
        phone.policy = habits.choose_policy(chance, asleep=self.asleep)
        if chance.random() < 0.03:
            away = (self.night.line, *(each.number for each in self.night.staff if each is not phone))
            phone.policy = habits.choose_forward(chance.choice(away), chance)
        phone.text_error = chance.choice(habits.NOT_DELIVERED) if chance.random() < 0.1 else None
        phone.call_waiting = chance.random() < 0.1
        self.readers[phone.number] = habits.choose_reader(chance, asleep=self.asleep)

    # -- families -------------------------------------------------------------------------------------

    def _call(self, phone: Phone, *, again: bool = False) -> None:
        if phone.is_engaged:
            return
        chance = self.chance
        call = self.night.calls(phone, habits.choose_caller(chance), withheld=chance.random() < 0.12)
        patience, talk = habits.choose_patience(chance), chance.uniform(3, 70)
        self.night.carrier.after(patience, partial(self._tire, call, talk, again=again))

    def _tire(self, call: PhoneCall, talk: float, *, again: bool) -> None:
        """A caller who still waits hangs up; one who speaks with somebody does so when all is said."""
        spoken = bool(call.bridges)
        if not call.is_over and call.bridges and call.bridges[-1].end is None and talk:
            self.night.carrier.after(talk, partial(self._tire, call, 0.0, again=again))
            return
        if not call.is_over:
            self.hung_up.add(call.sid)
            self.night.note_hung_up(call.phone.number)
            call.hang_up()
        if not spoken and not again and self.chance.random() < 0.3:
            phone = self.night.carrier.phones[call.phone.number]
            self.night.carrier.after(self.chance.uniform(2, 90), partial(self._call, phone, again=True))

    def _write(self, phone: Phone) -> None:
        for _ in range(self.chance.choice((1, 1, 2))):
            delay = self.chance.uniform(0, 40)
            self.night.carrier.after(delay, partial(self._text, phone, self._say()))

    def _text(self, phone: Phone, body: str) -> None:
        phone.text(self.night.text_line, body)

    def _forge(self, phone: Phone) -> None:
        """Somebody writes under a staff member's number, with a code that they have made up."""
        victim = self.chance.choice(self.night.staff)
        body = f"{self.chance.randrange(10000):04} {self._say()}"
        phone.text(self.night.text_line, body, forged_from=victim.number)

    def _say(self) -> str:
        return self.chance.choice(WORDS)

    # -- staff ----------------------------------------------------------------------------------------

    def _hear(self, event: Event) -> None:
        """Whoever gets an alert by text may react to it, once for each."""
        if event.kind is not EventKind.TEXT_DELIVERED or event.number not in self.readers:
            return
        reader, chance = self.readers[event.number], self.chance
        code, link = CODE.search(event.detail), LINK.search(event.detail)
        phone = self.night.carrier.phones[event.number]
        if code and chance.random() < reader.reacts:
            words = f"{code[1]} {self._say()}" if chance.random() < reader.writes_back else code[1]
            if chance.random() < 0.1:
                words = self._say()  # has forgotten the code
            delay = chance.uniform(3, 150)
            self.night.carrier.after(delay, partial(self._text, phone, words))
        if link and chance.random() < reader.closes:
            self.night.carrier.after(chance.uniform(60, 500), partial(self._open_page, phone.number, link[1]))

    def _open_page(self, number: str, contact_id: str) -> None:
        """What somebody does on the contact's page, if the service is there to show it."""
        night, chance = self.night, self.chance
        person = night.person_with(number)
        if person is None or not night.answers_pages:
            return
        acts: tuple[Callable[[Contact, PersonId], None], ...] = (
            self._close,
            self._reply,
            self._call_back,
            self._hand_on,
            self._consult,
            self._mark,
        )
        (act,) = chance.choices(acts, (60, 12, 12, 8, 5, 3))
        try:
            act(night.contact(night.team_id, contact_id), person)
        except (NotAllowed, NotYours, NothingToSend, NobodyThere):
            return

    def _close(self, contact: Contact, person: PersonId) -> None:
        night = self.night
        follow_ups.close(night.service.context, night.team_id, contact.id, person, "avsluttet", night.now)

    def _reply(self, contact: Contact, person: PersonId) -> None:
        night = self.night
        warned, reason = self._excuse(contact)
        where = (night.service.context, night.team_id, contact.id, person)
        follow_ups.reply(*where, "Vi ringer deg", night.now, warned=warned, reason=reason)

    def _call_back(self, contact: Contact, person: PersonId) -> None:
        night = self.night
        warned, reason = self._excuse(contact)
        where = (night.service.context, night.team_id, contact.id, person)
        follow_ups.call_back(*where, night.now, warned=warned, reason=reason)

    def _excuse(self, contact: Contact) -> tuple[bool, str]:
        """Whether the warning was seen, and the reason given: what a human may then do, they may."""
        warned, reason = self.chance.random() < 0.3, self.chance.choice(("", "", "", "barnet er alene"))
        number = self._number_of(contact)
        if number and (warned or reason):
            self.excused.add(number)
        return warned, reason

    def _hand_on(self, contact: Contact, person: PersonId) -> None:
        night = self.night
        to = self.chance.choice(sorted(night.team.people))
        follow_ups.hand_on(night.service.context, night.team_id, contact.id, person, to, night.now)

    def _consult(self, contact: Contact, person: PersonId) -> None:
        night = self.night
        to = self.chance.choice(sorted(night.team.people))
        follow_ups.consult(night.service.context, night.team_id, contact.id, person, to, night.now)

    def _mark(self, contact: Contact, person: PersonId) -> None:
        night, number = self.night, self._number_of(contact)
        follow_ups.mark_compromised(night.service.context, night.team_id, contact.id, person, night.now)
        if number:
            self.marked.setdefault(number, night.now)

    def _number_of(self, contact: Contact) -> str | None:
        with self.night.service.db.reading() as reading:
            stored = contacts.load_contact(reading, contact.id, self.night.team_id)
        return stored.number if stored else None
