"""The night of a scenario: the whole service with a demo team's people around it, and what is expected."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from oncall.alerts.ladder import choose_ladder
from oncall.alerts.team import Person, Team
from oncall.alerts.wording.catalogue import say
from oncall.contacts.case import Case
from oncall.contacts.fold import Contact
from oncall.contacts.model import State
from oncall.rota.model import Tier
from oncall.store.contacts.log import list_contacts
from oncall.telephony.documents import dial_static
from standin.drill.cast import NIGHT, Cast, Family
from standin.drill.stage.databases import ScenarioDatabase
from standin.drill.stage.stage import PUBLIC_URL, Keys, Stage
from standin.simulator import BridgedCall, Phone, PhoneCall
from standin.simulator.events import ProtocolError
from standin.simulator.phones.policies import Answer, Script

FALLBACK = "https://handler.example/static-number"  # held by the carrier itself, and not by us
LANDLINE = "The landline"


@dataclass(frozen=True, slots=True)
class Expectation:
    """Something that must hold in a scenario, and whether it did."""

    sentence: str
    met: bool
    found: str = ""  # what was there instead, or how well it was met


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that the scenario did to the world, not to a phone."""

    at: datetime
    what: str


class Night(Stage):
    """A stage with the cast on it, and the words in which scenarios are told.

    Every phone rings untouched until the scenario says otherwise; seconds count from the night's begin.
    """

    def __init__(
        self,
        place: ScenarioDatabase,
        cast: Cast,
        team: Team | None = None,
        *,
        began: datetime = NIGHT,
        seed: int = 0,
        keys: Keys | None = None,
        stored: int | None = None,
    ) -> None:
        """Everybody is there; `team` is the cast's with what the scenario has changed about it.

        `stored` is the team's id in a database that holds it already, under these `keys`.
        """
        super().__init__(place.url, began, seed=seed, keys=keys)
        self.place, self.cast, self.team, self.began = place, cast, team or cast.team, began
        self.team_id = self.store_team(self.team, cast.cases) if stored is None else stored
        self.connect_team(self.team, cast.cases)
        self._add_what_is_not_ours()
        self.duty, self.backup, self.leader = (
            self._phone_of(person) for person in (cast.duty, cast.backup, cast.leader)
        )
        self.colleagues = tuple(self._phone_of(person) for person in cast.colleagues)
        self.parent, self.other_parent, self.past_parent, self.stranger = (
            self.phone(family.number, name=family.name) for family in self.families
        )
        self.expectations: list[Expectation] = []
        self.happenings: list[Happening] = []
        self.hung_up: set[tuple[str, datetime]] = set()  # who has hung up, and when

    # -- who is there ---------------------------------------------------------------------------------

    @property
    def line(self) -> str:
        """The number that families call."""
        return self.team.voice_line

    @property
    def families(self) -> tuple[Family, ...]:
        """Everybody who may call in a scenario."""
        cast = self.cast
        return (cast.parent, cast.other_parent, cast.past_parent, cast.stranger)

    @property
    def cases(self) -> tuple[Case, ...]:
        """The team's families."""
        return self.cast.cases

    @property
    def staff(self) -> tuple[Phone, ...]:
        """The phones that may be rung for the team, those of tiers first."""
        return (self.duty, self.backup, self.leader, *self.colleagues)

    @property
    def services(self) -> tuple[Phone, ...]:
        """The phones of the staffed services that have agreed to take calls."""
        return tuple(self.carrier.phones[resort.number] for _, resort in self.cast.services)

    @property
    def fixed(self) -> tuple[Phone, ...]:
        """The phones behind the team's fixed numbers."""
        return tuple(self.carrier.phones[number] for number in self.team.fixed_numbers.values())

    @property
    def landline(self) -> Phone:
        """The phone behind the team's static number."""
        return self.carrier.phones[str(self.team.static_number)]

    @property
    def answering(self) -> tuple[Phone, ...]:
        """Every phone that may answer a family."""
        return (
            *self.staff,
            *self.services,
            *self.fixed,
            *([self.landline] if self.team.static_number else []),
        )

    def name(self, phone: Phone) -> str:
        """Return what the scenario calls whoever holds the phone: a first name."""
        return phone.name.split(",")[0].split(" (")[0] if phone not in self.staff else phone.name.split()[0]

    def _phone_of(self, person: Person) -> Phone:
        return self.phone(person.phone, name=person.name)

    def _add_what_is_not_ours(self) -> None:
        for municipality, resort in self.cast.services:
            self.phone(resort.number, name=f"Barnevernvakten in {municipality}")
        if self.team.static_number:
            self.phone(self.team.static_number, name=LANDLINE)
            self.carrier.twiml_bin(FALLBACK, dial_static(self.team.static_number, self.line))
        for number in self.team.fixed_numbers.values():
            self.phone(number, name="Fixed number")
        self.carrier.line(
            self.line,
            voice_url=f"{PUBLIC_URL}/voice/incoming",
            text_url=f"{PUBLIC_URL}/text/incoming",
            voice_fallback_url=FALLBACK,
            name=self.team.name,
        )

    # -- what happens ---------------------------------------------------------------------------------

    def calls(self, phone: Phone, script: Script | None = None, *, withheld: bool = False) -> PhoneCall:
        """Somebody calls the line now."""
        return phone.call(self.line, script, withheld=withheld)

    def accepting(self, phone: Phone, after: float) -> Answer:
        """Return what somebody does who picks up after so many seconds of ringing, listens, and presses 1."""
        return Answer(after).press("1", after_hearing=re.escape(say("screen", self._language(phone))))

    def accepts(self, phone: Phone, after: float) -> None:
        """Whoever holds the phone will accept, so many seconds after it began to ring."""
        phone.policy = self.accepting(phone, after)

    def presses_after(self, digits: str, sentence: str, **words: str) -> Script:
        """Return what a caller does who presses the digits after hearing the sentence of ours."""
        return Script().press(digits, after_hearing=re.escape(say(sentence, self.team.language, **words)))

    def picks_up(self, phone: Phone, at: float) -> None:
        """Whoever holds the phone picks up at that second of the night, if it rings then."""
        self.carrier.at(self.began + timedelta(seconds=at), phone.answer)

    def presses(self, phone: Phone, digits: str, at: float) -> None:
        """Whoever holds the phone presses the digits at that second of the night."""
        self.carrier.at(self.began + timedelta(seconds=at), lambda: phone.press(digits))

    def takes_alerts(self, phone: Phone, after: float, since: float) -> None:
        """From that second on, whoever holds the phone answers an alert's call, and presses 1 to take it."""
        language = self._language(phone)
        words = "|".join(re.escape(say(said, language)) for said in ("page_call", "check_in_missed_call"))
        policy = Answer(after).press("1", after_hearing=words)
        self.carrier.at(self.began + timedelta(seconds=since), lambda: setattr(phone, "policy", policy))

    def hangs_up(self, phone: Phone, at: float) -> None:
        """Whoever holds the phone hangs up at that second of the night."""

        def hang_up() -> None:
            self.hung_up.add((phone.number, self.carrier.now()))
            phone.hang_up()

        self.carrier.at(self.began + timedelta(seconds=at), hang_up)

    def happens(self, at: float, what: str, deed: Callable[[], object] | None = None) -> None:
        """Something is done to the world at that second of the night, and told in these words."""

        def do() -> None:
            self.happenings.append(Happening(self.carrier.now(), what))
            if deed is not None:
                deed()

        self.carrier.at(self.began + timedelta(seconds=at), do)

    def lose_database(self) -> None:
        """Every connection is broken, and no new one comes about."""
        self.service.db.writer.dispose()
        self.service.db.reader.dispose()
        self.place.lose()

    def run_until(self, second: float) -> None:
        """Let the night go on to that second."""
        self.run_for(second - self.second(self.carrier.now()))

    def settle(self) -> None:
        """Whoever is still on the line hangs up, and everything that follows from it is done."""
        for call in [call for phone in self.carrier.phones.values() for call in phone.open_calls]:
            if call.outgoing:
                self.hung_up.add((call.phone.number, self.carrier.now()))
                call.hang_up()
        self.run_for(40)

    def excuses(self, error: ProtocolError) -> bool:  # noqa: ARG002 - a night's own matter
        """Whether an error in the carrier's log comes of what the night has broken on purpose."""
        return False

    # -- what has happened ----------------------------------------------------------------------------

    def second(self, at: datetime) -> float:
        """Return the second of the night."""
        return (at - self.began).total_seconds()

    def list_contacts(self) -> tuple[Contact, ...]:
        """Return the night's contacts as the journal tells them, oldest first."""
        with self.service.db.reading() as reading:
            lines = list_contacts(reading, self.team_id)
        return tuple(self.contact(self.team_id, line.id) for line in reversed(lines))

    def wave(self, number: int) -> int:
        """Return the second at which the ladder's wave of that number is due."""
        return choose_ladder(self.team, self.began).waves[number].after

    def talks(self, caller: Phone, other: Phone) -> tuple[BridgedCall, ...]:
        """Return when the two could hear each other."""
        return tuple(bridge for bridge in caller.bridges if bridge.other_number == other.number)

    def _language(self, phone: Phone) -> str:
        people = (person for person in self.team.people.values() if person.phone == phone.number)
        person = next(people, None)
        return person.language if person else self.team.language

    # -- what is expected -----------------------------------------------------------------------------

    def expect(self, sentence: str, met: bool, found: str = "") -> None:
        """Note whether something holds that must hold."""
        self.expectations.append(Expectation(sentence, met, found))

    def expect_talk(self, caller: Phone, other: Phone, within: float, *, since: float = 0) -> None:
        """The two speak with each other, at the latest so many seconds after `since`."""
        talks = [talk for talk in self.talks(caller, other) if self.second(talk.start) >= since]
        waited = self.second(talks[0].start) - since if talks else None
        found = "they never did" if waited is None else f"after {waited:.1f} s"
        sentence = f"{self.name(caller)} speaks with {self.name(other)} within {within:.0f} s"
        self.expect(sentence, waited is not None and waited <= within, found)

    def expect_no_talk(self, caller: Phone, *others: Phone) -> None:
        """The caller never hears any of them."""
        for other in others:
            talks = self.talks(caller, other)
            found = f"they did at {self.second(talks[0].start):.1f} s" if talks else ""
            self.expect(f"{self.name(caller)} is never connected with {self.name(other)}", not talks, found)

    def expect_rang(self, phone: Phone, between: tuple[float, float]) -> None:
        """The phone begins to ring once at least between these two seconds."""
        early, late = between
        rang = [self.second(rang.start) for rang in phone.rang]
        met = any(early <= second <= late for second in rang)
        found = "it rang at " + ", ".join(f"{second:.1f}" for second in rang) if rang else "it never rang"
        sentence = f"{self.name(phone)}'s phone rings between {early:.0f} and {late:.0f} s"
        self.expect(sentence, met, found)

    def expect_rang_once(self, phone: Phone) -> None:
        """The phone rings a single time."""
        times = len(phone.rang)
        self.expect(f"{self.name(phone)}'s phone rings once only", times == 1, f"it rang {times} times")

    def expect_silence(self, *phones: Phone) -> None:
        """None of the phones rings."""
        for phone in phones:
            rang = [f"{self.second(rang.start):.1f}" for rang in phone.rang]
            found = f"it rang at {', '.join(rang)}" if rang else ""
            self.expect(f"{self.name(phone)}'s phone stays silent", not rang, found)

    def expect_let_go(self, second: float, *phones: Phone) -> None:
        """Whatever had rung before that second is silent by then."""
        for phone in phones:
            ends = [rang.end for rang in phone.rang if self.second(rang.start) < second]
            latest = max((self.second(end) for end in ends if end), default=0.0)
            met = None not in ends and latest <= second
            found = "it rings still" if None in ends else f"it rang until {latest:.1f}"
            self.expect(f"{self.name(phone)}'s phone is let go by {second:.0f} s", met, found)

    def expect_heard(self, phone: Phone, sentence: str, **words: str) -> None:
        """Somebody is told the sentence of ours to its end."""
        wanted = say(sentence, self._language(phone), **words)
        heard = [heard for heard in phone.heard if heard.text == wanted and heard.cut_after is None]
        found = f"at {self.second(heard[0].at):.1f} s" if heard else "it was not said"
        self.expect(f"{self.name(phone)} hears «{wanted}»", bool(heard), found)

    def expect_unheard(self, phone: Phone, sentence: str, **words: str) -> None:
        """Somebody is not told the sentence of ours."""
        wanted = say(sentence, self._language(phone), **words)
        heard = [heard for heard in phone.heard if heard.text == wanted]
        found = f"at {self.second(heard[0].at):.1f} s" if heard else ""
        self.expect(f"{self.name(phone)} does not hear «{wanted}»", not heard, found)

    def expect_text(self, phone: Phone, sentence: str, label: str) -> None:
        """Somebody is texted the sentence of ours about the case of that label."""
        before_link = (
            say(sentence, self._language(phone), label=label, link="{}", code="").split("{}")[0].strip()
        )
        texts = [text for text in phone.texts if text.body.startswith(before_link)]
        found = f"at {self.second(texts[0].at):.1f} s" if texts else f"{len(phone.texts)} other texts came"
        self.expect(f"{self.name(phone)} is texted «{before_link} …»", bool(texts), found)

    def expect_alert(self, phone: Phone, label: str, since: float, within: float) -> None:
        """Somebody is told, by text and by a call, that a contact of that label waits."""
        self.expect_text(phone, "page", label)
        self.expect_rang(phone, between=(since, since + within))

    def expect_state(self, *states: State) -> None:
        """The contacts, oldest first, stand like this in the journal."""
        found = tuple(contact.state for contact in self.list_contacts())
        sentence = "The journal calls the contact " + ", then ".join(str(state) for state in states)
        self.expect(sentence, found == states, "it says " + (", ".join(map(str, found)) or "nothing"))


def with_gap(team: Team, *tiers: Tier) -> Team:
    """Return the team with nobody in these tiers."""
    empty = {tier: replace(team.rotas[tier], layers=(), overrides=()) for tier in tiers}
    return replace(team, rotas={**team.rotas, **empty})
