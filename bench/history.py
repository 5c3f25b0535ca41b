"""Years of contacts in the database, so that what is measured is not an empty log."""

import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import insert, text, update

from oncall.alerts.team import Ladder, Person, Role, Team, Wave
from oncall.contacts.case import Case, Consent, Member, MemberNumber, Phase
from oncall.contacts.model import Entry, Kind
from oncall.rota.model import Layer, PersonId, Rota, Tier
from oncall.store.contacts import rows as contact_journal
from oncall.store.families import saving as case_saving
from oncall.store.session import Database, team_chain
from oncall.store.tables.contacts import ContactIndexRow, ContactRow
from oncall.store.team import changes as team_changes
from tests.cast import OSLO

FAMILIES = 12
LADDER = Ladder(
    False,
    (Wave(0, ("duty",)), Wave(25, ("backup",)), Wave(45, ("leader",)), Wave(75, ("everyone",))),
)
TIERS = {Tier.DUTY: ("kari", "ola", "nils"), Tier.BACKUP: ("ola", "nils", "kari"), Tier.LEADER: ("liv",)}


def build_team(number: int) -> Team:
    """Return a team of four with a rota that has run since January."""
    begins = datetime(2026, 1, 5, 7, tzinfo=UTC)
    people = {
        PersonId(key): Person(
            PersonId(key),
            key.title(),
            f"+4740{number:05}{n}",
            "nb",
            frozenset({Role.LEADER if key == "liv" else Role.THERAPIST}),
            on_call=True,
        )
        for n, key in enumerate(("kari", "ola", "nils", "liv"))
    }
    rotas = {
        tier: Rota(
            tier,
            OSLO,
            (Layer(f"{tier}-1", tuple(map(PersonId, keys)), date(2026, 1, 5), time(8), 7, begins),),
        )
        for tier, keys in TIERS.items()
    }
    return Team(
        id=0,
        slug=f"team-{number}",
        name=f"Team {number}",
        zone=OSLO,
        language="nb",
        voice_line=f"+4733{number:06}",
        text_line=f"+4733{number:06}",
        static_number="+4733999999",
        on_call=True,
        daytime=None,
        people=people,
        rotas=rotas,
        ladders=(LADDER,),
    )


def add_teams(db: Database, count: int) -> list[tuple[int, str]]:
    """The teams are stored with twelve families each; return their ids and lines."""
    now = datetime.now(UTC)
    added = []
    with db.operating() as operating:
        for number in range(count):
            team = build_team(number)
            team_id = team_changes.add_team(operating, team)
            writing = operating.lock(team_chain(team_id))
            team_changes.save_team(writing, team, now)
            case_saving.save_cases(writing, [_family(number, n) for n in range(FAMILIES)])
            added.append((team_id, team.voice_line))
    return added


def _family(team: int, number: int) -> Case:
    phone = MemberNumber(f"+479{team:05}{number:02}", may_call=Consent.YES)
    return Case(
        f"C-{number:03}", None, PersonId("kari"), Phase.ACTIVE, (Member("Mor", "parent", "nb", (phone,)),)
    )


def add_contacts(db: Database, teams: Sequence[tuple[int, str]], count: int) -> None:
    """Ended calls of the past years are in the log, five entries each, chained and sealed like any other."""
    each = count // len(teams)
    for team_id, _ in teams:
        with db.writing(team_id) as writing:
            key = writing.keyring.new_key()  # one for all: what is measured does not read them
            rows, index, entries = [], [], []
            for n in range(each):
                contact_id = secrets.token_hex(16)
                at = datetime.now(UTC) - timedelta(hours=1 + 8 * (each - n))
                rows.append(
                    {
                        "id": contact_id,
                        "team_id": team_id,
                        "channel": "voice",
                        "sid": "CA" + secrets.token_hex(16),
                        "caller": "unknown",
                        "number": None,
                        "case_id": None,
                        "started_at": at,
                        "data_key": key.wrapped,
                        "state": "ended",
                        "is_open": False,
                        "follow_up": False,
                        "ended_at": at,
                        "answered_by": "kari",
                        "seconds_to_human": 12.0,
                        "engaged": [],
                        "last_seq": writing.seq + 5 * (n + 1),
                    }
                )
                digest = writing.keyring.digest(team_id, f"+46{secrets.randbelow(10**8):08}")
                index.append({"team_id": team_id, "digest": digest, "contact_id": contact_id})
                entries.append((contact_id, at))
            writing.conn.execute(insert(ContactRow), rows)
            writing.conn.execute(insert(ContactIndexRow), index)
            for contact_id, at in entries:
                contact_journal.append(writing, contact_id, five(at), key)


def five(at: datetime) -> list[Entry]:
    """Return the entries of a call that was answered."""
    said = {"waves": [], "deadline": 150, "caller": "unknown", "language": "nb"}
    rung = {"target": "duty", "via": "dial", "wave": 0, "timeout": 20}
    return [
        Entry(0, at, Kind.CALL_RECEIVED, detail=said, event_key="incoming"),
        Entry(0, at, Kind.LEG_RUNG, "1", "kari", rung),
        *(Entry(0, at, kind, "1", "kari") for kind in (Kind.ONE_PRESSED, Kind.CLAIM_GRANTED)),
        Entry(0, at, Kind.LEG_ENDED, "1", "kari", {"status": "completed"}),
    ]


def end_open_calls(db: Database) -> None:
    """Every call is over, as it would be some minutes later, and no job is left to do."""
    with db.transaction() as transaction:
        transaction.conn.execute(update(ContactRow).where(ContactRow.is_open).values(is_open=False))
        transaction.conn.execute(text("UPDATE outbox SET state = 'done' WHERE state = 'pending'"))
