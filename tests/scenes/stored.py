"""A team, its families and its calls, as the tests of the store write them down."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from oncall.alerts.team import Caller, Ladder, LastResort, Municipality, PageStep, Role, Team, Wave
from oncall.contacts.case import Case, Consent, Member, MemberNumber, Phase
from oncall.contacts.model import Entry, Kind, State
from oncall.contacts.projection import Projection
from oncall.rota.model import Absence, Layer, Override, Rota, Tier, Weekday, WeeklyWindow
from oncall.store.contacts.contacts import NewContact, StoredContact, load_contact
from oncall.store.contacts.rows import append, insert_contact
from oncall.store.families.saving import save_cases
from oncall.store.keys import KeyRing
from oncall.store.session import Database, team_chain
from oncall.store.team.changes import add_team, save_team
from tests.cast import (
    KARI,
    KARIS_PHONE,
    LAST_RESORT,
    LINE,
    LIV,
    LIVS_PHONE,
    MOTHER,
    OLA,
    OLAS_PHONE,
    OSLO,
    STATIC,
    STRANGER,
    by_key,
    person,
)

NOW = datetime(2026, 11, 21, 2, 40, tzinfo=UTC)
WRAPPING_KEY, INDEX_KEY = b"w" * 32, b"i" * 32


def a_keyring() -> KeyRing:
    return KeyRing([WRAPPING_KEY], INDEX_KEY)


def a_team(slug: str = "vestfold", line: str = LINE) -> Team:
    people = (
        person(KARI, KARIS_PHONE, name="Kari Nordmann"),
        person(OLA, OLAS_PHONE, name="Ola Hansen", language="nn"),
        person(LIV, LIVS_PHONE, Role.LEADER, name="Liv Berg"),
    )
    absence = Absence("summer", OLA, datetime(2027, 7, 5, tzinfo=UTC), datetime(2027, 7, 26, tzinfo=UTC))
    window = WeeklyWindow(frozenset({Weekday.MON, Weekday.FRI}), time(20), time(8))
    duty = Layer(
        "duty-1",
        (KARI, OLA),
        date(2026, 1, 5),
        time(8),
        7,
        datetime(2026, 1, 5, tzinfo=UTC),
        only=(window,),
    )
    leader = Layer("leader-1", (LIV,), date(2026, 1, 5), time(8), 7, datetime(2026, 1, 5, tzinfo=UTC))
    override = Override("may17", LIV, NOW + timedelta(days=30), NOW + timedelta(days=31))
    return Team(
        id=0,
        slug=slug,
        name="MST-CAN Vestfold",
        zone=OSLO,
        language="nb",
        voice_line=line,
        text_line=line.replace("+4733", "+4790"),
        static_number=STATIC,
        on_call=True,
        daytime=WeeklyWindow(frozenset({Weekday.MON, Weekday.TUE}), time(8), time(20)),
        people=by_key(people),
        rotas={
            Tier.DUTY: Rota(Tier.DUTY, OSLO, (duty,), (override,), (absence,)),
            Tier.BACKUP: Rota(Tier.BACKUP, OSLO, absences=(absence,)),
            Tier.LEADER: Rota(Tier.LEADER, OSLO, (leader,), absences=(absence,)),
        },
        ladders=(
            Ladder(daytime_only=False, waves=(Wave(0, ("duty",)), Wave(25, ("backup", "number:shop")))),
        ),
        page_ladder=(PageStep(0.5, ("duty",), ("text", "call")),),
        municipalities=(
            Municipality("Larvik", LastResort(LAST_RESORT, time(15, 30), time(8), date(2026, 1, 10))),
            Municipality("Horten"),
        ),
        fixed_numbers={"shop": "+4733900055"},
    )


def a_case(label: str = "V-014", number: str = MOTHER, may_call: Consent = Consent.YES) -> Case:
    mother = Member("Solveig Havn", "parent", "nb", (MemberNumber(number, may_call, Consent.YES),))
    child = Member("Eirik Havn", "child", "nb")
    return Case(label, "Larvik", KARI, Phase.ACTIVE, (mother, child))


def store_team(db: Database, team: Team | None = None, cases: Sequence[Case] = ()) -> int:
    """The team is stored with its cases; return its id."""
    team = team or a_team()
    with db.operating() as operating:
        team_id = add_team(operating, team)
        writing = operating.lock(team_chain(team_id))
        save_team(writing, team, NOW, "liv")
        save_cases(writing, cases)
    return team_id


RINGING = Projection(State.RINGING, is_open=True, follow_up=False, engaged=frozenset({KARI}))
ENDED = Projection(State.ENDED, is_open=False, follow_up=False, answered_by=KARI, seconds_to_human=9.5)


def store_call(
    db: Database,
    team_id: int,
    sid: str = "CA1",
    caller: Caller | None = None,
    projection: Projection = RINGING,
    at: datetime = NOW,
    more: Sequence[Entry] = (),
) -> StoredContact:
    """A call is stored with its first entries, in one transaction, as the incoming webhook does it."""
    new = NewContact("voice", sid, caller or Caller("unknown", number=STRANGER), at)
    first = (
        Entry(0, at, Kind.CALL_RECEIVED, detail={"words": "pappa er full"}, event_key="incoming"),
        Entry(0, at, Kind.LEG_RUNG, leg="leg1", actor="kari", detail={"target": "kari", "wave": 0}),
        *more,
    )
    with db.writing(team_id) as writing:
        key = insert_contact(writing, new, projection, len(first))
        append(writing, new.id, first, key)
        stored = load_contact(writing, new.id, team_id)
    assert stored is not None
    return stored
