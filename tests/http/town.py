"""The whole service in processes of its own, some small teams in it, and their families."""

import base64
import json
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import select

from oncall.clock import utc_now
from oncall.contacts.fold import Contact
from oncall.contacts.model import State
from oncall.store.contacts.contacts import StoredContact, load_contact
from oncall.store.jobs.outbox import DONE, FAILED
from oncall.store.journal.verification import verify
from oncall.store.keys import KeyRing
from oncall.store.session import Database, open_database
from oncall.store.tables.contacts import ContactRow
from oncall.store.tables.jobs import JobRow
from oncall.store.tables.team import TeamRow
from oncall.usecases.team.team_file import load_teams
from tests.clocks import ROOT, clock_settings
from tests.http.carrier import RemoteCarrier, RemotePhone
from tests.http.processes import Process, free_port
from tests.scenes.heartbeats import newest_beat

ONCALL = str(Path(sys.executable).with_name("oncall"))
STAFF = ("kari", "ola", "liv", "nils")
SOON = (0, 10, 12, 14)  # seconds of the ladder: the carrier rings a first phone for ten at the least
LATE = (0, 60, 62, 64)  # time enough to start a process while the first phone rings
APART = (0, 10, 16, 50)  # time enough to end a process between two waves
ENDS = (State.ENDED, State.WAITING)

TEAM = """
[[team]]
slug = "{slug}"
name = "{slug}"
time_zone = "Europe/Oslo"
language = "nb"
voice_line = "{line}"
text_line = "{line}"
on_call = true

[[team.municipality]]
name = "Larvik"

[[team.ladder]]
when = "always"
waves = [
    {{ after = {waves[0]}, ring = ["duty"] }}, {{ after = {waves[1]}, ring = ["backup"] }},
    {{ after = {waves[2]}, ring = ["leader"] }}, {{ after = {waves[3]}, ring = ["everyone"] }},
    {{ after = 120, ring = ["last_resort"] }},
]

[[team.case]]
label = "V-014"
municipality = "Larvik"
own_therapist = "nils"
status = "active"
[[team.case.member]]
name = "Mor"
relation = "parent"
language = "nb"
phones = [{{ number = "{family}", may_call = "yes", may_text = "no", may_voicemail = "no" }}]
"""
ALERTS = """
[[team.page_ladder]]
after_minutes = 0
targets = ["duty"]
by = ["text"]
[[team.page_ladder]]
after_minutes = {minutes}
targets = ["backup"]
by = ["text"]
"""
PERSON = """
[[team.staff]]
key = "{key}"
name = "{key}"
phone = "{number}"
roles = ["{role}"]
on_call = true
"""
TIER = """
[[team.layer]]
tier = "{tier}"
participants = ["{key}"]
first_handover = 2026-01-05
handover_time = "08:00"
turn_days = 7
"""


class Team:
    """Kari has duty, Ola is backup, Liv leads, Nils is at home too; one family is theirs."""

    def __init__(self, carrier: RemoteCarrier, number: int) -> None:
        """The team so numbered; its line and phones are its own."""
        self.slug = f"team-{number}"
        self.line = f"+4733900{number}00"
        self.kari, self.ola, self.liv, self.nils = self.staff = [
            RemotePhone(carrier, f"+479000{number}00{n}", key.title()) for n, key in enumerate(STAFF, 1)
        ]
        self.family = RemotePhone(carrier, f"+479000{number}101", "Mor")

    @property
    def phones(self) -> list[RemotePhone]:
        return [*self.staff, self.family]

    def write(self, waves: Sequence[int], backup_after: float | None) -> str:
        """The team as a team file has it."""
        head = TEAM.format(slug=self.slug, line=self.line, family=self.family.number, waves=waves)
        roles = ("therapist", "therapist", "leader", "therapist")
        people = [
            PERSON.format(key=key, number=phone.number, role=role)
            for key, phone, role in zip(STAFF, self.staff, roles, strict=True)
        ]
        tiers = zip(("duty", "backup", "leader"), STAFF, strict=False)
        if backup_after is not None:
            head += ALERTS.format(minutes=backup_after / 60)
        return head + "".join(people) + "".join(TIER.format(tier=tier, key=key) for tier, key in tiers)


@dataclass
class Town:
    """The running service, the carrier, and what the journal says."""

    carrier: RemoteCarrier
    teams: Sequence[Team]
    web: Process
    clocks: Sequence[Process]
    address: str
    db: Database
    logs: Path

    def set_clock(self, process: Process, seconds: int) -> None:
        """The clock of the process's machine is off by so much from now on."""
        file = _clock_file(self.logs, process.log.stem)
        new = file.with_suffix(".new")
        new.write_text(f"{seconds:+d}")
        new.rename(file)

    def readiness(self) -> Mapping[str, Any]:
        """What a web process says of itself and of the clock."""
        answer: Mapping[str, Any] = requests.get(f"{self.address}/readyz", timeout=5).json()
        return answer

    def contacts(self, team: Team) -> list[Contact]:
        """Every contact of the team as its entries tell it, oldest first."""
        return [each.contact for each in self._stored(team)]

    def _stored(self, team: Team) -> list[StoredContact]:
        ours = select(ContactRow.team_id, ContactRow.id).join(TeamRow, TeamRow.id == ContactRow.team_id)
        with self.db.reading() as reading:
            rows = reading.conn.execute(ours.where(TeamRow.slug == team.slug).order_by(ContactRow.started_at))
            found = [load_contact(reading, row.id, row.team_id) for row in rows.all()]
        return [each for each in found if each]

    def ended(self, team: Team) -> Contact:
        """The team's latest contact, once it is over."""
        self.carrier.until(
            lambda: [each for each in self.contacts(team)[-1:] if each.state in ENDS], "the contact ends"
        )
        return self.contacts(team)[-1]

    def until_open(self) -> None:
        """A web process answers, and a clock has shown itself."""
        self.carrier.until(lambda: self._is_ready(), "web and clock are ready")

    def _is_ready(self) -> bool:
        with suppress(requests.RequestException):
            return requests.get(f"{self.address}/readyz", timeout=5).status_code == 200
        return False

    def stand_in_beats(self) -> bool:
        """Whether a web process has ticked in the clock's stead."""
        with self.db.reading() as reading:
            return newest_beat(reading, "web") is not None

    def settle(self) -> None:
        """All is over, and what must hold of every evening holds of this one."""
        self.carrier.until(lambda: not self.carrier.state()["legs"], "no leg is left at the carrier")
        self.carrier.until(lambda: not self.carrier.state()["queues"], "no queue is left at the carrier")
        self.carrier.until(lambda: not self._undone(), "everything due is done")
        with self.db.reading() as reading:
            assert not list(verify(reading))
        for team in self.teams:
            self._assert_nobody_was_rung_twice(team)
        assert self.carrier.state()["unexpected"] == []
        self._assert_logs_are_clean()

    def _undone(self) -> list[str]:
        """Jobs that should be done by now and are not."""
        columns = select(JobRow.key, JobRow.state, JobRow.due_at, JobRow.last_error)
        with self.db.reading() as reading:
            rows = reading.conn.execute(columns.where(JobRow.state != DONE)).all()
        assert not [(row.key, row.last_error) for row in rows if row.state == FAILED]
        return [row.key for row in rows if row.due_at <= utc_now()]

    def _assert_nobody_was_rung_twice(self, team: Team) -> None:
        """The carrier rang whom the journal knows of, for a call or as an alert, and each of them once."""
        stored = self._stored(team)
        legs = [leg for each in stored for leg in each.contact.legs]
        pages = [page for each in stored for page in each.waiting.pages if page.by == "call"]
        placed = [event.sid for phone in team.staff for event in phone.saw("call placed")]
        assert sorted(placed) == sorted(
            [sid for leg in legs for sid in leg.sids] + [sid for page in pages for sid in page.sids]
        )
        assert [leg.id for leg in legs if len(leg.sids) > 1] == []

    def _assert_logs_are_clean(self) -> None:
        """No process has met what it did not expect, and none has written anybody's number."""
        numbers = [phone.number for team in self.teams for phone in team.phones]
        numbers += [team.line for team in self.teams]
        for log in self.logs.glob("*.log"):
            text = log.read_text(encoding="utf-8")
            assert "Traceback" not in text, f"{log.name}\n{text}"
            assert '"exception"' not in text, f"{log.name}\n{text}"
            assert not [each for each in numbers if each.removeprefix("+47") in text], f"{log.name}\n{text}"


def _clock_file(folder: Path, process: str) -> Path:
    return folder / f"{process}.time"


@contextmanager
def open_town(
    database_url: str,
    folder: Path,
    *,
    teams: int = 1,
    waves: Sequence[int] = SOON,
    pairs: bool = False,
    backup_after: float | None = None,
    clocks_set: bool = False,
) -> Iterator[Town]:
    """The service runs on a migrated database: one web and one clock process, or two of each as `pairs`.

    `backup_after`: seconds after which backup is alerted, too. `clocks_set`: the test sets machines' clocks.
    """
    web_port, carrier_port = free_port(), free_port()
    address, carrier = f"http://127.0.0.1:{web_port}", RemoteCarrier(f"http://127.0.0.1:{carrier_port}")
    keys = [base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() for _ in range(2)]
    token = secrets.token_hex(16)
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": database_url,
        "PUBLIC_URL": address,
        "PORT": str(web_port),
        "SECRET_KEY": secrets.token_hex(32),
        "ONCALL_KEYS": keys[0],
        "ONCALL_INDEX_KEY": keys[1],
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": token,
        "TWILIO_API_URL": carrier.address,
        "WEB_CONCURRENCY": "2" if pairs else "1",
        "NO_PROXY": "127.0.0.1",
    }
    cast = [Team(carrier, number) for number in range(1, teams + 1)]
    phones = folder / "phones.json"
    phones.write_text(json.dumps([{"number": p.number, "name": p.name} for t in cast for p in t.phones]))

    simulator = [
        sys.executable,
        "-m",
        "standin.simulator",
        "--port",
        str(carrier_port),
        "--phones",
        str(phones),
    ]
    simulator += ["--voice-url", f"{address}/voice/incoming", "--text-url", f"{address}/text/incoming"]
    simulator += [word for team in cast for word in ("--line", team.line)]
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    commands = {
        "simulator": simulator,
        "web": [gunicorn, "--config", "python:oncall.workers", "oncall.serving:build()"],
        **{f"clock-{number}": [ONCALL, "clock"] for number in range(1, 3 if pairs else 2)},
    }
    processes = {}
    for name, command in commands.items():
        own = dict(environment)
        if clocks_set and name != "simulator":
            own |= clock_settings(_clock_file(folder, name))
            _clock_file(folder, name).write_text("+0")
        processes[name] = Process(command, own, folder / f"{name}.log")
    db = open_database(
        database_url, KeyRing([base64.urlsafe_b64decode(keys[0])], base64.urlsafe_b64decode(keys[1]))
    )
    clocks = [process for name, process in processes.items() if name.startswith("clock")]
    town = Town(carrier, cast, processes["web"], clocks, address, db, folder)
    try:
        load_teams(db, "".join(team.write(waves, backup_after) for team in cast), "teams.toml", utc_now())
        for process in processes.values():
            process.start()
        town.until_open()
        carrier.watch()
        yield town
    finally:
        for process in processes.values():
            process.end()
        for process in processes.values():
            process.until_ended()
        db.close()
