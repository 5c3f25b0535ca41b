"""How fast are the pages that look back over a million contacts, and how much memory does an export take?"""

import secrets
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rich.console import Console
from sqlalchemy import Connection, insert, text
from werkzeug.test import TestResponse

from bench import history, servers
from oncall.contacts.brief import FIELDS, Brief
from oncall.contacts.note import Outcome, Severity
from oncall.contacts.search import Filters
from oncall.routes.web.spreadsheets import write_csv
from oncall.routes.web.workbooks import write_xlsx
from oncall.store.contacts import rows as contact_journal
from oncall.store.families.cases import find_case_id
from oncall.store.families.history import add_revision
from oncall.store.schema import migrate
from oncall.store.session import Database
from oncall.store.tables.contacts import ContactRow
from oncall.usecases.accounts.accounts import add_account
from oncall.usecases.contacts.export_formats import to_row, write_line
from oncall.usecases.contacts.exports import FORMS, Write, give_out
from tests.cast import LIVS_MAIL, PASSWORD
from tests.scenes.evening import Evening, Visit

AIM_MS, REQUESTS = 100, 40
BATCH = 2000
NEWEST = datetime(2026, 3, 13, tzinfo=UTC)
CASE = "V-014"
EVERY = timedelta(hours=2)  # between two contacts of a team
console = Console()

PAGES = {
    "newest": "/log",
    "urgent first": "/log?first=urgent",
    "not signed off": "/log?unreviewed=1",
    "reached nobody": "/log?which=unanswered",
    "going on now": "/log?which=going_on",
    "a person": "/log?person=ola",
    "an outcome": "/log?outcome=emergency",
    "incidents": "/log?incident=1",
    "texts of a year ago": "/log?channel=text&to=2025-03-13",
    "of a case": f"/log?case={CASE}",
    "the Monday list": "/review",
    "statistics of a quarter": "/statistics",
    "the cases": "/cases",
    "a case": "/cases/{case}",
    "its brief": "/cases/{case}/brief",
    "now": "/",
    "a handover": "/shifts/handover",
    "changes of settings": "/settings/history",
    "what is kept": "/retention",
}


def measure(engine: str, folder: Path, scale: float) -> None:
    """Print the aims beside what was found: a thousand teams on PostgreSQL, one large team on SQLite."""
    with servers.database(engine, folder) as url:
        migrate(url)
        evening = Evening(url)
        add_account(evening.service.db, "vestfold", "liv", LIVS_MAIL, PASSWORD)
        if engine == "sqlite":
            _measure_one_large_team(evening, int(100_000 * scale))
        else:
            _measure_many_teams(evening, int(1000 * scale), 1000)
        evening.close()


def _measure_one_large_team(evening: Evening, contacts: int) -> None:
    with console.status(f"storing {contacts:,} contacts of one team"):
        add_contacts(evening.service.db, evening.team_id, contacts, with_entries=True)
    console.rule(f"SQLite, {contacts:,} contacts of one team")
    _measure_pages(evening)
    for form in FORMS:
        _measure_export(evening, form, contacts)


def _measure_many_teams(evening: Evening, teams: int, contacts: int) -> None:
    db = evening.service.db
    with console.status(f"storing {teams * contacts:,} contacts of {teams:,} teams"):
        history.add_teams(db, teams - 1)
        add_contacts(db, evening.team_id, contacts, with_entries=False)
        _copy_contacts(db, evening.team_id)
    console.rule(f"PostgreSQL, {teams * contacts:,} contacts of {teams:,} teams")
    _measure_pages(evening)
    tenth = teams * contacts // 10
    with console.status(f"storing {tenth:,} more contacts of one team"):
        add_contacts(db, evening.team_id, tenth, with_entries=False)
        _settle(db)
    console.rule(f"PostgreSQL, one team with {tenth:,} contacts more among them")
    _measure_pages(evening)


def _copy_contacts(db: Database, team_id: int) -> None:
    """Every other team has had contacts like that team's, scattered through the table as time does it."""
    copied = {
        "id": "md5(team.id || contact.id)",
        "team_id": "team.id",
        "sid": "md5(team.id || contact.sid)",
        "case_id": "CASE WHEN contact.case_id IS NOT NULL THEN"
        " (SELECT min(family_case.id) FROM family_case WHERE family_case.team_id = team.id) END",
    }
    names = [column.name for column in ContactRow.__table__.columns]
    values = ", ".join(copied.get(name, f"contact.{name}") for name in names)
    with db.transaction() as transaction, _without_indexes(transaction.conn):
        transaction.conn.execute(
            text(
                f"INSERT INTO contact ({', '.join(names)}) SELECT {values} FROM contact, team"  # noqa: S608
                " WHERE contact.team_id = :team AND team.id <> :team ORDER BY contact.started_at, team.id"
            ),
            {"team": team_id},
        )
    _settle(db)


def _settle(db: Database) -> None:
    """The planner knows the tables as they are now, as PostgreSQL itself sees to in time."""
    with db.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("VACUUM ANALYZE"))


_INDEXES = text(
    "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'contact' AND indexname LIKE 'ix%'"
)


@contextmanager
def _without_indexes(conn: Connection) -> Iterator[None]:
    """The table of contacts has its indexes again at the end: built whole, they cost far less."""
    rows = conn.execute(_INDEXES).all()
    for name, _ in rows:
        conn.execute(text(f"DROP INDEX {name}"))
    yield
    conn.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
    for _, definition in rows:
        conn.execute(text(definition))


def add_contacts(db: Database, team_id: int, count: int, *, with_entries: bool) -> None:
    """The team has had so many contacts of every kind, one every two hours, the last one yesterday."""
    with db.reading() as reading:
        case_id = find_case_id(reading, team_id, CASE)
    for begin in range(0, count, BATCH):
        with db.writing(team_id) as writing:
            key = writing.keyring.new_key()
            ids = []
            rows = []
            for n in range(begin, min(count, begin + BATCH)):
                contact_id, at = secrets.token_hex(16), NEWEST - (count - n) * EVERY
                answered = n % 20 != 0
                ids.append((contact_id, at))
                rows.append(
                    {
                        "id": contact_id,
                        "team_id": team_id,
                        "channel": "text" if n % 10 == 0 else "voice",
                        "sid": "CA" + secrets.token_hex(16),
                        "caller": "unknown",
                        "number": key.seal_text(f"+46{n % 3000:08}", f"contact:{contact_id}:number"),
                        "case_id": case_id if n % 12 == 0 else None,
                        "started_at": at,
                        "data_key": key.wrapped,
                        "state": "ended" if answered else "closed",
                        "is_open": False,
                        "follow_up": False,
                        "ended_at": at + timedelta(minutes=9),
                        "answered_by": ("kari", "ola", "liv")[n % 3] if answered else None,
                        "seconds_to_human": 12.0 if answered else None,
                        "engaged": [],
                        "escalated": n % 7 == 0,
                        "noted": answered and n % 9 != 0,
                        "outcome": tuple(Outcome)[n % 4] if n % 2 else None,
                        "incident": Severity.SERIOUS if n % 400 == 0 else None,
                        "next_due": date(2026, 3, 16) if n % 900 == 0 else None,
                        "attention": 0 if n < count * 0.98 else 1 if answered else 2,
                        "last_seq": writing.seq + 1,
                    }
                )
            writing.conn.execute(insert(ContactRow), rows)
            if with_entries:
                for contact_id, at in ids:
                    contact_journal.append(writing, contact_id, history.five(at), key)


def _measure_pages(evening: Evening) -> None:
    leader, case = evening.signed_in(LIVS_MAIL), _revise_a_brief(evening)
    leader.stays = None  # the evening's clock stands still
    for name, address in PAGES.items():
        _say(f"{name}, p50 under {AIM_MS} ms", _time(leader, [address.format(case=case)] * REQUESTS))
    _say(f"older and newer pages in turn, p50 under {AIM_MS} ms", _walk(leader))


def _revise_a_brief(evening: Evening) -> str:
    """A case has a brief with many versions; return its id."""
    case, brief = (
        evening.case_id(CASE),
        Brief(**dict.fromkeys(FIELDS, "Noe som er godt å vite om natten.")),
    )
    with evening.service.db.writing(evening.team_id) as writing:
        for _ in range(50):
            add_revision(writing, case, brief, "liv", evening.carrier.now())
    return case


def _time(visit: Visit, addresses: Sequence[str]) -> str:
    stopwatch = Stopwatch()
    for address in addresses:
        answer = stopwatch.get(visit, address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
    return stopwatch.median()


def _walk(visit: Visit) -> str:
    """Forty pages back in time, and as many forward."""
    stopwatch, address = Stopwatch(), "/log"
    for way in ("next", "prev"):
        for _ in range(REQUESTS):
            page = stopwatch.get(visit, address).text
            found = page.partition(f'rel="{way}" href="')[2].partition('"')[0].replace("&amp;", "&")
            address = found or address
    return stopwatch.median()


class Stopwatch:
    """How long pages took, and how much of it this process was computing, whatever else the machine did."""

    def __init__(self) -> None:
        self._took: list[float] = []
        self._computing: list[float] = []

    def get(self, visit: Visit, address: str) -> TestResponse:
        """Return the page, and remember how long it took."""
        began, busy = time.perf_counter(), time.process_time()
        answer = visit.get(address)
        self._took.append((time.perf_counter() - began) * 1000)
        self._computing.append((time.process_time() - busy) * 1000)
        return answer

    def median(self) -> str:
        """Return what half of the pages took at most."""
        took, computing = statistics.median(self._took), statistics.median(self._computing)
        return f"{took:.0f} ms, {computing:.0f} of it computing"


def _measure_export(evening: Evening, form: str, contacts: int) -> None:
    db, team = evening.service.db, evening.team
    table = write_xlsx if form == "xlsx" else write_csv

    def write_lines(found: Iterator) -> Iterator[bytes]:  # type: ignore[type-arg]
        return (f"{write_line(one, team.slug)}\n".encode() for one in found)

    def write_table(found: Iterator) -> Iterator[bytes]:  # type: ignore[type-arg]
        return table(to_row(one, team, {}) for one in found)

    write: Write = write_lines if form == "jsonl" else write_table  # type: ignore[assignment]
    Path("/proc/self/clear_refs").write_text("5")  # the most that it ever had is what it has now
    before, size, began = _most_resident(), 0, time.perf_counter()
    for piece in give_out(db, evening.team_id, "0" * 32, "liv", Filters(), write, evening.service.clock):
        size += len(piece)
    took = time.perf_counter() - began
    found = f"{_most_resident() - before:.0f} MB, {took:.0f} s"
    _say(f"{form} of {contacts:,} contacts ({size / 1e6:.0f} MB) in constant memory", found)


def _most_resident() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _say(aim: str, found: str) -> None:
    console.print(f"  {aim:<50} {found:>26}")
