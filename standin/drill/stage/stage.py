"""Where a night is played: the whole service and the stand-in carrier, on one virtual clock."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from sqlite3 import Connection
from typing import Any

from flask import Flask
from requests import Session
from sqlalchemy import Dialect, case, event, func, select
from sqlalchemy.exc import SQLAlchemyError

from oncall.alerts.team import Team
from oncall.app import HandOut, connect, create_webhooks
from oncall.contacts.case import Case
from oncall.contacts.fold import Contact, fold
from oncall.contacts.model import Entry
from oncall.routes.web.service import service_of
from oncall.scheduler import EACH_MINUTE, StandbyTicker, Ticker
from oncall.service import Service, build_service
from oncall.settings import Settings
from oncall.store.columns import cipher_of, set_cipher
from oncall.store.contacts import contacts
from oncall.store.families import saving as case_saving
from oncall.store.jobs.outbox import PENDING
from oncall.store.session import Database, team_chain
from oncall.store.tables.jobs import JobRow
from oncall.store.team import changes as team_changes
from oncall.telephony.documents import dial_static
from oncall.telephony.orders import Orders
from standin.drill.stage.mortal import Died, Doorstep, MortalHttpClient, let_die_at_commits
from standin.simulator.carrier import Carrier
from standin.simulator.phones.phones import Phone
from standin.simulator.phones.policies import Policy
from standin.simulator.rest.clients import InProcessAdapter

Create = Callable[[Service, HandOut], Flask]
Tongue = tuple[str, str]  # which database, and whether to write or to read: each begins in its own way
PUBLIC_URL = "https://line.example"
ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "0123456789abcdef" * 2
WEB, CLOCK = "web", "clock"
POOL_DELAY = 0.02  # seconds from a commit until a thread of the web process takes its jobs

NEVER = datetime.max.replace(tzinfo=UTC)

# A job that somebody is at, or has died over, is due again when their lease is over.
_NEXT_DUE = select(
    func.min(case((JobRow.leased_until > JobRow.due_at, JobRow.leased_until), else_=JobRow.due_at))
).where(JobRow.state == PENDING)

_SPARE: defaultdict[Create, list[Flask]] = defaultdict(list)  # applications that served a night that is over
_TONGUES: defaultdict[Tongue, list[Dialect]] = defaultdict(list)  # dialects of databases of such nights
_COMPILED: dict[Any, Any] = {}  # what was said in them

Keys = tuple[bytes, bytes]


def make_keys() -> Keys:
    """Return what a database's data keys are wrapped by, and what numbers are looked up by."""
    return secrets.token_bytes(32), secrets.token_bytes(32)


class Stage:
    """One web process, one clock process, one carrier, and everybody's phones.

    Nothing moves until `run_for`. The web or the clock process may be stopped and started again.
    """

    create: Create = staticmethod(create_webhooks)  # nobody opens a page

    def __init__(
        self, database_url: str, start: datetime, *, seed: int = 0, keys: Keys | None = None, **options: Any
    ) -> None:
        """Build the stage on a migrated database; `keys` are those of what is in it already."""
        wrapping, index = keys or make_keys()
        self.settings = Settings(
            public_url=PUBLIC_URL,
            database_url=database_url,
            secret_key=secrets.token_hex(32),
            oncall_keys=(wrapping,),
            oncall_index_key=index,
            twilio_account_sid=ACCOUNT,
            twilio_auth_token=(TOKEN,),
        )
        self.web_runs = True
        self.acting = ""  # which of our processes, if any
        self.carrier = Carrier(
            transport=Doorstep(self.web, lambda: self.web_runs),
            start=start,
            account_sid=ACCOUNT,
            auth_token=TOKEN,
            seed=seed,
            **options,
        )
        self.clock_runs = True
        self.stand_in_runs = True  # False: the web process's own watch over the clock is stuck
        self.dispatches = True  # False: so are the threads that carry out jobs right after the commit
        self._next_due: datetime | None = None  # of any job; None: to be looked up
        self._ticked_at: datetime | None = None  # for the last time
        self.service = self._build()
        self._app: Flask | None = None  # built for the first request
        self._ticker = Ticker(self.service, "clock")
        self._standby = StandbyTicker(self.service)
        self.carrier.every(1.0, self._tick)

    def _build(self) -> Service:
        client = MortalHttpClient(self.carrier, 5.0, self.reach)
        session = Session()
        session.mount(self.carrier.api_url, InProcessAdapter(self.carrier))
        orders = Orders(ACCOUNT, TOKEN, self.carrier.api_url, http_client=client, session=session)
        service = build_service(self.settings, clock=self.carrier.now, orders=orders)
        if service.db.writer.dialect.name == "sqlite":
            event.listen(service.db.writer, "connect", _forget_durability)
        self._tongues = _share_compiled(service.db)
        let_die_at_commits(service.db.writer, self.reach)
        return service

    def reach(self, point: str) -> None:  # noqa: ARG002
        """A process of ours has come to a point at which it may die; raise Died where it does."""
        self._next_due = None  # a commit may bring jobs

    def add_team(self, team: Team, families: Sequence[Case] = ()) -> int:
        """The team is stored, with its lines and everybody's phones at the carrier; return its id."""
        team_id = self.store_team(team, families)
        self.connect_team(team, families)
        return team_id

    def store_team(self, team: Team, families: Sequence[Case] = ()) -> int:
        """The team is in the database; return its id."""
        with self.service.db.operating() as operating:
            team_id = team_changes.add_team(operating, team)
            writing = operating.lock(team_chain(team_id))
            team_changes.save_team(writing, team, self.carrier.now())
            case_saving.save_cases(writing, families)
        return team_id

    def connect_team(self, team: Team, families: Sequence[Case] = ()) -> None:
        """The lines of a stored team lead to us, and everybody has a phone."""
        fallback = f"https://fallback.example/{team.slug}"  # held by the carrier, whatever becomes of us
        if team.static_number:
            self.carrier.twiml_bin(fallback, dial_static(team.static_number, team.voice_line))
        for number in {team.voice_line, team.text_line}:
            self.carrier.line(
                number,
                voice_url=f"{PUBLIC_URL}/voice/incoming",
                voice_fallback_url=fallback if team.static_number else None,
                text_url=f"{PUBLIC_URL}/text/incoming",
                name=team.name,
            )
        for person in team.people.values():
            self.carrier.phone(person.phone, name=person.name)
        for family in families:
            for member in family.members:
                for phone in member.phones:
                    self.carrier.phone(phone.number, name=f"{member.name} ({family.label})")
        service_of(self.app).context.lines.refresh()

    def phone(self, number: str, policy: Policy | None = None, name: str = "") -> Phone:
        """Somebody's phone."""
        return self.carrier.phone(number, policy=policy, name=name)

    def run_for(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.carrier.run_for(seconds)
        self._show_life()

    def restart_web(self) -> None:
        """The web process dies, with everything in its memory, and a new one takes its place."""
        self._close_database()
        self.service = self._build()
        self._ticker = Ticker(self.service, "clock")
        self._standby = StandbyTicker(self.service)
        self._leave_app()
        self._next_due = self._ticked_at = None
        self.web_runs = True

    def come_up(self) -> None:
        """The web process has read whose lines there are, as it does before anybody can call."""
        _ = self.app

    def stop_web(self) -> None:
        """The web process is dead, with its threads and its watch over the clock, until `restart_web`."""
        self.web_runs = False

    def stop_clock(self) -> None:
        """The clock is dead until `restart_clock`."""
        self._show_life()
        self.clock_runs = False

    def restart_clock(self) -> None:
        """A new clock ticks."""
        self._ticker, self.clock_runs = Ticker(self.service, "clock"), True
        self._ticked_at = None

    def contact(self, team_id: int, contact_id: str) -> Contact:
        """Return a contact as its entries tell it."""
        return fold(contact_id, self.entries_of(team_id, contact_id))

    def entries_of(self, team_id: int, contact_id: str) -> tuple[Entry, ...]:
        """Return what the journal says of a contact; raises LookupError where it has none."""
        with self.service.db.reading() as reading:
            stored = contacts.load_contact(reading, contact_id, team_id)
        if stored is None:
            raise LookupError(contact_id)
        return stored.entries

    def close(self) -> None:
        """Nothing is left open."""
        self._leave_app()
        self._close_database()

    def web(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request as the web process does; a dead one is started again for it."""
        with self._mortal(WEB):
            return self.app(environ, start_response)

    @property
    def app(self) -> Flask:
        """The web process's application; one that is spare, since to build it outlasts many a call."""
        if self._app is None:
            spare = _SPARE[self.create]
            if spare:
                self._app = spare.pop()
                connect(self._app, self.service, self._hand_out)
            else:
                self._app = self.create(self.service, self._hand_out)
        return self._app

    def _close_database(self) -> None:
        self.service.db.close()
        for tongue, dialect in self._tongues.items():
            _TONGUES[tongue].append(dialect)
        self._tongues = {}

    def _leave_app(self) -> None:
        if self._app is not None:
            _SPARE[self.create].append(self._app)
            self._app = None

    def _hand_out(self, keys: Sequence[str]) -> None:
        service = self.service
        for key in keys:
            if self.dispatches:
                self.carrier.after(POOL_DELAY, partial(self._do, service, key))

    def _do(self, service: Service, key: str) -> None:
        if service is self.service and self.dispatches and self.web_runs:  # the dead do nothing any more
            # like the threads that this stands for: the clock tries again
            with suppress(SQLAlchemyError, Died), self._mortal(WEB):
                service.worker.do_this(key)

    def _tick(self) -> None:
        """Ticks that would find nothing to do are left out: nights of stillness need not be waited for."""
        if not self._is_anything_due():
            return
        self._ticked_at = self.carrier.now()
        if self.clock_runs:
            with suppress(Died), self._mortal(CLOCK):
                with suppress(SQLAlchemyError):  # as on its own thread: no beat, and yet a tick
                    self._ticker.beat_in_time()
                self._ticker.tick()
        elif self.stand_in_runs and self.web_runs:
            with suppress(Died), self._mortal(WEB):
                self._standby.watch()

    def _is_anything_due(self) -> bool:
        now = self.carrier.now()
        if self._ticked_at is None or now - self._ticked_at >= EACH_MINUTE:
            return True
        if self._next_due is None:
            try:
                with self.service.db.reading() as reading:
                    self._next_due = reading.conn.scalar(_NEXT_DUE) or NEVER
            except SQLAlchemyError:
                return True
        return self._next_due <= now

    def _show_life(self) -> None:
        """Whoever looks now sees the clock beat, as if no tick had been left out."""
        if self.clock_runs:
            with suppress(SQLAlchemyError, Died), self._mortal(CLOCK):
                self._ticker.beat_in_time()

    @contextmanager
    def _mortal(self, process: str) -> Iterator[None]:
        """One of our processes acts, and may die of it."""
        before, self.acting = self.acting, process
        try:
            yield
        except Died:
            self.stop_web() if process == WEB else self.stop_clock()
            raise
        finally:
            self.acting = before


def _share_compiled(db: Database) -> dict[Tongue, Dialect]:
    """Statements that an earlier night has compiled need not be again: to compile them outlasts a call.

    A compiled statement belongs to its dialect, and a dialect holds the cipher of one database: so each is
    lent to one night at a time, until that is over.
    """
    one_for_both = db.reader.dialect is db.writer.dialect
    lent: dict[Tongue, Dialect] = {}
    for purpose, engine in (("write", db.writer), ("write" if one_for_both else "read", db.reader)):
        own, tongue = engine.dialect, (engine.dialect.name, purpose)
        if tongue not in lent:
            lent[tongue] = _TONGUES[tongue].pop() if _TONGUES[tongue] else own
        engine.dialect = lent[tongue]
        set_cipher(engine, cipher_of(own))
        engine.update_execution_options(compiled_cache=_COMPILED)
    return lent


def _forget_durability(connection: Connection, _: object) -> None:
    """A night is played in virtual time, and no power is cut in it: the disk need not be waited for."""
    connection.execute("PRAGMA synchronous = OFF")
