"""A night on which families write, or call in vain: the same small team, and what each person read."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from oncall.alerts.paging import DEFAULT_PAGE_LADDER
from oncall.alerts.wording.catalogue import say
from oncall.contacts.case import Case
from oncall.contacts.fold import fold
from oncall.contacts.waiting import Waiting
from oncall.rota.model import PersonId
from oncall.store.jobs.outbox import FAILED
from oncall.store.journal.verification import verify
from oncall.store.tables.jobs import JobRow
from oncall.usecases.line import follow_ups
from standin.simulator.phones.phones import Phone
from standin.simulator.phones.policies import Answer
from tests.cast import LINE
from tests.scenes.night import TEAM, Night

AUTO_REPLY = "Vi har fått meldingen din. Noen svarer så snart de kan. Er noen i fare for livet, ring 112."
PRESSES_1 = Answer(after=3).press("1", after_hearing="Trykk 1")


class WaitingNight(Night):
    """The night, and short words for what stories of texts and missed calls do and ask."""

    def __init__(self, database_url: str, families: Iterable[Case], **settings: Any) -> None:
        """The team alerts by the ladder that a team has which says nothing; `settings` are its own."""
        team = replace(TEAM, page_ladder=DEFAULT_PAGE_LADDER, **settings)
        super().__init__(database_url, team, families)

    def write(self, phone: Phone, body: str) -> None:
        """Somebody texts the line, and it arrives."""
        phone.text(LINE, body)
        self.run_for(3)

    def miss(self, phone: Phone, seconds: float = 8) -> None:
        """Somebody calls the line and hangs up while it rings."""
        call = self.call(phone)
        self.run_for(seconds)
        call.hang_up()
        self.run_for(2)

    def read(self, phone: Phone) -> list[str]:
        """What a phone got by text, oldest first."""
        return [text.body for text in phone.texts]

    def read_at(self, phone: Phone) -> list[float]:
        """When, in seconds from the start of the night."""
        return [round(self.after(text.at)) for text in phone.texts]

    def code_of(self, phone: Phone) -> str:
        """The code in the last alert that a phone got."""
        alerts = [found[1] for body in self.read(phone) if (found := re.search(r"Svar (\d{4})", body))]
        return alerts[-1]

    def waits(self, nth: int = 0) -> Waiting:
        """How a contact of the night waits; by default the first."""
        contact = self.contacts()[nth]
        return fold(contact.id, self.entries(contact)).waiting

    def id_of(self, nth: int = 0) -> str:
        """A contact's id."""
        return self.contacts()[nth].id

    @property
    def now(self) -> datetime:
        """The instant of the night."""
        return self.carrier.now()

    def sentence(self, name: str, nth: int = 0, label: str = "V-014", **words: str) -> str:
        """A sentence to staff about a contact."""
        link = f"{self.settings.public_url}/contacts/{self.id_of(nth)}"
        return say(name, "nb", label=label, link=link, **words)

    def assert_orderly(self) -> None:
        """Nothing was left over at the carrier, no rule was broken, and nothing was given up."""
        self.carrier.assert_quiet()
        with self.service.db.reading() as reading:
            assert not list(verify(reading))
            failed = reading.conn.scalars(select(JobRow.key).where(JobRow.state == FAILED)).all()
        assert not failed
        self.assert_masked()

    def assert_masked(self) -> None:
        """Families see the line alone, staff see no family's number, and neither reads of the other."""
        staff = {person.phone for person in self.team.people.values()}
        for phone in self.carrier.phones.values():
            seen = {text.from_number for text in phone.texts} | {rang.shown for rang in phone.rang}
            assert seen <= {LINE}, f"{phone} saw {seen}"
            others = set(self.carrier.phones) - {phone.number}
            for body in self.read(phone):
                assert not any(number in body for number in others)
                assert phone.number in staff or "V-0" not in body


def take(night: WaitingNight, person: PersonId) -> None:
    """Somebody takes the first contact on its page."""
    follow_ups.acknowledge(night.service.context, night.team_id, night.id_of(), person, night.now)
    night.run_for(1)
