"""A small team, and a call to its line that a test can play from both ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Unpack

from oncall.alerts.decide import decide, due, receive
from oncall.alerts.ladder import Situation
from oncall.alerts.team import Caller, Ladder, LastResort, Municipality, Person, Role, Team, Wave
from oncall.contacts.contact import CallerPlace, Contact, Leg
from oncall.contacts.fold import fold
from oncall.contacts.model import Detail, Entry, Kind, number_entries
from oncall.rota.model import Absence, Override, PersonId, Rota, Tier, Weekday, WeeklyWindow
from tests.cast import (
    KARI,
    LADDER,
    LAST_RESORT,
    LINE,
    LIV,
    MIA,
    MIAS_PHONE,
    MOTHER,
    OLA,
    OSLO,
    STAFF,
    by_key,
    person,
)

NIGHT = datetime(2026, 3, 3, 1, 40, tzinfo=UTC)  # Tuesday, 02:40 in Oslo
NOON = datetime(2026, 3, 3, 11, 0, tzinfo=UTC)
ON_DUTY = {Tier.DUTY: KARI, Tier.BACKUP: OLA, Tier.LEADER: LIV}

BY_DAY = replace(LADDER, daytime_only=True, waves=(Wave(0, ("own_therapist",)), Wave(25, ("duty",))))
DAYTIME = WeeklyWindow(frozenset(list(Weekday)[:5]), time(8), time(20))

NIGHT_SERVICE = LastResort(LAST_RESORT, opens=time(15, 30), closes=time(8), agreed=date(2026, 1, 10))
LARVIK = Municipality("Larvik", NIGHT_SERVICE)
HORTEN = Municipality("Horten")


WHOLE_STAFF = (*STAFF, person(MIA, MIAS_PHONE, Role.ADMINISTRATOR))


def build_team(
    *,
    staff: Iterable[Person] = WHOLE_STAFF,
    on_duty: Mapping[Tier, PersonId] = ON_DUTY,
    ladders: tuple[Ladder, ...] = (LADDER,),
    away: Iterable[PersonId] = (),
    municipalities: tuple[Municipality, ...] = (),
    fixed_numbers: Mapping[str, str] | None = None,
) -> Team:
    """Return a team whose tiers are each held by one person for the whole year, or by nobody."""
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    absences = tuple(Absence(key, key, start, end) for key in away)
    rotas = {
        tier: Rota(
            tier,
            OSLO,
            overrides=(Override(tier, on_duty[tier], start, end),) if tier in on_duty else (),
            absences=absences,
        )
        for tier in Tier
    }
    return Team(
        id=1,
        slug="vestfold",
        name="Vestfold",
        zone=OSLO,
        language="nb",
        voice_line=LINE,
        text_line=LINE,
        static_number=None,
        on_call=True,
        daytime=DAYTIME,
        people=by_key(staff),
        rotas=rotas,
        ladders=ladders,
        municipalities=municipalities,
        fixed_numbers=fixed_numbers or {},
    )


TEAM = build_team()
WITH_AGREEMENT = build_team(municipalities=(LARVIK,))
KNOWN_CALLER = Caller("known", case="V-014", municipality="Larvik", may_call=True, number=MOTHER)


@dataclass
class Line:
    """A call in progress: what is told is appended with all that is decided upon it."""

    team: Team = TEAM
    caller: Caller = KNOWN_CALLER
    now: datetime = NIGHT
    busy: frozenset[PersonId] = frozenset()
    never: frozenset[str] = frozenset()
    entries: list[Entry] = field(default_factory=list)
    news: tuple[Entry, ...] = ()  # what was decided last

    def __post_init__(self) -> None:
        """The call has come in, and what the caller hears is decided."""
        self.entries.extend(number_entries([receive(self.team, self.caller, self.now)], after=0))
        self._decide(asked=True)

    @property
    def contact(self) -> Contact:
        """The call as it stands."""
        return fold("c1", self.entries)

    @property
    def dialled(self) -> Leg:
        """The leg that the caller hears ring."""
        return self.leg(self.contact.dialled or "")

    def leg(self, leg_id: str) -> Leg:
        """Return the leg of that id; there must be one."""
        leg = self.contact.leg(leg_id)
        assert leg is not None, f"no leg {leg_id}"
        return leg

    def leg_of(self, key: str) -> Leg:
        """Return the last leg to a target; there must be one."""
        return [leg for leg in self.contact.legs if leg.target == key][-1]

    def tell(self, *facts: Entry) -> None:
        """Facts arrive, and nobody waits for what the caller shall hear."""
        self._append(facts)
        self._decide(asked=False)

    def ask(self, *facts: Entry) -> None:
        """Facts arrive, and the carrier waits for what the caller shall hear next."""
        self._append(facts)
        self._decide(asked=True)

    def fact(self, kind: Kind, leg: Leg | None = None, **detail: Unpack[Detail]) -> Entry:
        """Return a fact of now."""
        return Entry(0, self.now, kind, leg.id if leg else None, None, detail)

    def wait(self, seconds: float) -> None:
        """Time passes, and every timer fires at its instant."""
        end = self.now + timedelta(seconds=seconds)
        news: tuple[Entry, ...] = ()
        while (moment := due(self.contact, self.now)) and moment <= end:
            self.now = moment
            self._decide(asked=False)
            news += self.news
        self.now = end
        self._decide(asked=False)
        self.news = (*news, *self.news)

    def place(self, *legs: Leg) -> None:
        """The carrier has taken our orders, all of them where none is named."""
        for leg in legs or [leg for leg in self.contact.legs if leg.live and not leg.known_to_carrier]:
            self.tell(self.fact(Kind.LEG_PLACED, leg, sid=f"CA{leg.id}"))

    def press_1(self, leg: Leg) -> None:
        """Somebody picks up and presses 1."""
        self.tell(self.fact(Kind.LEG_ANSWERED, leg, sid=f"CA{leg.id}"))
        self.tell(self.fact(Kind.ONE_PRESSED, leg))

    def bridge(self, leg: Leg) -> None:
        """The carrier takes the caller from the queue to the leg."""
        self.tell(self.fact(Kind.LEG_BRIDGED, leg))

    def end(self, leg: Leg, status: str = "no-answer") -> None:
        """A leg rung by a call of ours has ended."""
        self.tell(self.fact(Kind.LEG_ENDED, leg, status=status, sid=f"CA{leg.id}"))

    def end_dial(self, *more: Entry, status: str = "no-answer") -> None:
        """The caller's <Dial> is over, and the carrier asks what is next."""
        self.ask(self.fact(Kind.LEG_ENDED, self.dialled, status=status), *more)

    def hang_up(self) -> None:
        """The caller has gone."""
        self.tell(self.fact(Kind.CALLER_GONE))

    def resume(self) -> None:
        """The caller, cut off, presses 1."""
        talk = self.contact.conversation
        self.ask(Entry(0, self.now, Kind.RESUMED, actor=talk.person if talk else None))

    def decided(self, kind: Kind) -> list[Entry]:
        """Return all decisions and facts of a kind so far."""
        return [entry for entry in self.entries if entry.kind is kind]

    def rung_now(self) -> list[str]:
        """Return whom the last decisions rang."""
        return [str(entry.detail["target"]) for entry in self.news if entry.kind is Kind.LEG_RUNG]

    def ringing(self) -> set[str]:
        """Return whose phones may still be answered."""
        return {leg.target for leg in self.contact.legs if leg.live}

    def _append(self, facts: Iterable[Entry]) -> None:
        for fact in facts:
            self.entries.append(replace(fact, seq=self.entries[-1].seq + 1))

    def _decide(self, *, asked: bool) -> None:
        situation = Situation(self.team, self.busy, self.never)
        self.news = decide("c1", self.entries, situation, self.now, asked=asked)
        self.entries.extend(self.news)


def ring_in_vain(line: Line) -> None:
    """The first phone is not answered within its time, and the caller waits in the queue."""
    line.wait(line.dialled.timeout + 5)
    line.end_dial()


def is_settled(contact: Contact) -> bool:
    """Whether nothing of the call is left to do, now or later."""
    return contact.over and (contact.caller_gone_at is not None or contact.place is not CallerPlace.CUT_OFF)


def everyone_rings() -> Line:
    """Return a call for which four phones ring, all known to the carrier."""
    line = Line(build_team(on_duty={}))
    line.place()
    return line


def granted(line: Line) -> list[tuple[str | None, object]]:
    return [(entry.actor, entry.detail["round"]) for entry in line.decided(Kind.CLAIM_GRANTED)]


def refused(line: Line) -> list[object]:
    return [entry.detail["why"] for entry in line.decided(Kind.CLAIM_REFUSED)]


def released(line: Line) -> dict[str | None, object]:
    return {entry.actor: entry.detail["how"] for entry in line.decided(Kind.LEG_RELEASED)}


def in_vain(line: Line | None = None) -> Line:
    """Return a call for which every phone rang until the deadline."""
    line = line or Line()
    ring_in_vain(line)
    line.place()
    line.wait(20)
    line.place()
    line.wait(30)
    line.place()
    line.wait(76)
    line.ask()
    return line


def talked(line: Line | None = None) -> Line:
    """Return a call whose conversation, on the first phone, has just ended."""
    line = line or Line()
    line.wait(8)
    line.press_1(line.dialled)
    line.wait(60)
    line.end_dial(line.fact(Kind.LEG_BRIDGED, line.dialled), status="completed")
    return line


def handed_over() -> Line:
    """Return a call that the last resort has taken and ended."""
    line = in_vain(Line(WITH_AGREEMENT))
    line.wait(6)
    line.ask()
    line.wait(120)
    line.ask(line.fact(Kind.LAST_RESORT_ENDED, bridged=True))
    return line
