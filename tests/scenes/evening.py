"""A night at the team Vestfold, seen through its pages: calls of every kind, and somebody signed in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pyotp
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from playwright.sync_api import Page
from sqlalchemy import select, update
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from oncall.alerts.team import Team
from oncall.app import create_app
from oncall.contacts.case import Consent
from oncall.contacts.model import Entry
from oncall.rota.model import Tier
from oncall.routes.accounts.session import SESSION, UNIQUIFIER
from oncall.store.accounts.credentials import find_account
from oncall.store.contacts.contacts import load_contact
from oncall.store.tables.families import CaseRow
from oncall.store.tables.sign_in import SessionRow
from oncall.usecases.accounts.accounts import add_account
from oncall.usecases.accounts.sessions import start
from oncall.usecases.accounts.sign_in import Asker, By
from standin.drill.stage.stage import PUBLIC_URL
from standin.simulator.phones.phones import Phone
from standin.simulator.phones.policies import Answer, Decline, Ring, Voicemail
from tests.cast import FIFTH, KARI, KARIS_MAIL, LIV, NAMED_STAFF, OLA, PASSWORD, TOTP, by_key, family, turns
from tests.page import read_page
from tests.scenes.night import FAMILIES, TEAM, Night
from tests.serving import serving

COOKIE = "__Host-session"
AT_LAST = ("own.end_everywhere", "account.leave")  # the routes that end the session that asks
VESTFOLD = replace(
    TEAM,
    slug="vestfold",
    name="MST-CAN Vestfold",
    people=by_key(NAMED_STAFF),
    rotas={
        Tier.DUTY: turns(Tier.DUTY, OLA, KARI),  # Kari in the week of the evening
        Tier.BACKUP: turns(Tier.BACKUP, KARI, OLA),
        Tier.LEADER: turns(Tier.LEADER, LIV),
    },
)


class Visit(FlaskClient):
    """A browser at the service's own address: its cookies are for https alone."""

    stays: Callable[[], None] | None = None  # what keeps somebody signed in through an evening

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """Send a request and return the answer."""
        if self.stays is not None:
            self.stays()
        return super().open(*args, **{"base_url": PUBLIC_URL, **options})


class Evening(Night):
    """The night of the call tests, at a team whose people have whole names, seen through its pages."""

    create = staticmethod(create_app)

    def __init__(self, database_url: str, team: Team = VESTFOLD, *, accounts: bool = True) -> None:
        """Kari can sign in, unless there are to be no accounts."""
        unasked = family("V-016", FIFTH, may_call=Consent.NOT_ASKED, may_text=Consent.NOT_ASKED)
        super().__init__(database_url, team, (*FAMILIES, unasked))
        self.fifth = self.phone(FIFTH)
        if accounts:
            add_account(self.service.db, team.slug, "kari", KARIS_MAIL, PASSWORD, totp_secret=TOTP)
        self.run_for(5)  # the clock has beaten

    def visitor(self) -> Visit:
        """A browser that nobody has signed in with."""
        return Visit(self.app, self.app.response_class)

    def signed_in(self, email: str = KARIS_MAIL) -> Visit:
        """A browser in which that person is signed in, by their device's unlock, and stays awake."""
        client = self.visitor()
        session_id, value = self._sign_in(email)
        client.set_cookie(COOKIE, value, domain=urlsplit(PUBLIC_URL).hostname or "", secure=True)
        client.stays = lambda: self._stay(session_id)
        return client

    def enter(self, page: Page, address: str, path: str = "/", email: str = KARIS_MAIL) -> None:
        """That person is signed in in the real browser, and sees a page of theirs."""
        _, value = self._sign_in(email)
        page.context.add_cookies([{"name": COOKIE, "value": value, "url": address, "secure": True}])
        page.goto(address + path)

    def _sign_in(self, email: str) -> tuple[str, str]:
        """Return a new session, and the cookie that names it; how one comes by it is told elsewhere."""
        with self.service.db.reading() as reading:
            account = find_account(reading, email)
        assert account is not None, f"nobody has the account {email}"
        session_id = start(
            self.service.db, account, Asker("127.0.0.1", "Test"), By.PASSKEY, self.carrier.now()
        )
        held = {UNIQUIFIER: account.uniquifier, "_permanent": True, SESSION: session_id}
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert signer is not None
        return session_id, str(signer.dumps(held))

    def _stay(self, session_id: str) -> None:
        now = self.carrier.now()
        row = update(SessionRow).where(SessionRow.id == session_id)
        with self.service.db.transaction() as transaction:
            transaction.conn.execute(row.values(started_at=now, seen_at=now, proved_at=now))

    @contextmanager
    def served(self) -> Iterator[str]:
        """Yield the address of a real server with the pages, over https as in life."""
        server = make_server("127.0.0.1", 0, self.app, threaded=True, ssl_context="adhoc")
        with serving(server):
            yield f"https://127.0.0.1:{server.port}"

    def sleep(self, hours: float) -> None:
        """So many hours pass in which nothing of ours ticks; then it does again."""
        self.clock_runs = self.stand_in_runs = False
        self.run_for(hours * 3600)
        self.clock_runs = self.stand_in_runs = True

    # ------------------------------------------------------------------------------ what happened

    def answered_at_once(self) -> str:
        """Mother called, and Kari took it; return the contact's id."""
        self.kari.policy = Answer(after=4).press("1", at=4)
        call = self.call(self.mother)
        self.run_for(200)
        call.hang_up()
        self.run_for(30)
        return self._latest()

    def escalated(self) -> str:
        """Father called; Kari's voicemail picked up and Ola took it; return the contact's id."""
        self.kari.policy = Voicemail(after=12)
        self.ola.policy = Answer(after=6).press("1", at=4)
        call = self.call(self.father)
        self.run_for(240)
        call.hang_up()
        self.run_for(30)
        return self._latest()

    def hung_up(self) -> str:
        """A stranger hung up before anybody answered; return the contact's id."""
        return self.missed(self.stranger)

    def missed(self, caller: Phone) -> str:
        """Somebody hung up before anybody answered; return the contact's id."""
        call = self.call(caller)
        self.run_for(12)
        call.hang_up()
        self.run_for(30)
        return self._latest()

    def reached_nobody(self) -> str:
        """Everybody declined a withheld number; return the contact's id."""
        self.barnevernvakt.policy = Decline(after=3)
        for phone in (self.kari, self.ola, self.liv, self.nils):
            phone.policy = Decline(after=5)
        self.call(self.fifth, withheld=True)
        self.run_for(240)
        return self._latest()

    def rings(self) -> str:
        """Mother calls and Kari's phone rings; return the contact's id."""
        self._nobody_moves()
        self.call(self.mother)
        self.run_for(8)
        return self._latest()

    def rings_many(self) -> str:
        """Father has waited for so long that several phones ring; return the contact's id."""
        self._nobody_moves()
        self.call(self.father)
        self.run_for(52)
        return self._latest()

    def talks(self) -> str:
        """The fifth family is in conversation with Ola; return the contact's id."""
        self._nobody_moves()
        self.ola.policy = Answer(after=3).press("1", at=3)
        self.call(self.fifth)
        self.run_for(45)
        return self._latest()

    def stored(self, contact_id: str) -> tuple[Entry, ...]:
        """The contact's entries."""
        with self.service.db.reading() as reading:
            found = load_contact(reading, contact_id, self.team_id)
        assert found is not None
        return found.entries

    def case_id(self, label: str) -> str:
        """The id of the case that is called so."""
        with self.service.db.reading() as reading:
            found = reading.conn.scalar(select(CaseRow.id).where(CaseRow.label == label))
        assert found is not None
        return str(found)

    def _nobody_moves(self) -> None:
        for phone in (self.kari, self.ola, self.liv, self.nils):
            phone.policy = Ring()

    def _latest(self) -> str:
        return self.contacts()[-1].id


def sign_in(client: Visit, email: str = KARIS_MAIL, password: str = PASSWORD, to: str = "") -> TestResponse:
    """Send the first form of the sign-in as a browser does, and return the answer."""
    form = {"email": email, "password": password, "next": to}
    return client.post("/sign-in", data={**form, "csrf_token": token(client)})


def give_code(client: Visit, code: str) -> TestResponse:
    """Send the second form of the sign-in, and return the answer."""
    form = {"code": code, "csrf_token": token(client, "/sign-in/code")}
    return client.post("/sign-in/code", data=form)


def code_at(now: datetime, secret: str = TOTP) -> str:
    """Return what a code generator shows at that moment."""
    return pyotp.TOTP(secret).at(now)


def token(client: Visit, page: str = "/sign-in") -> str:
    """Return the token of a page's form."""
    return read_page(client.get(page).text).value("csrf_token")


def words(page: str) -> str:
    """Return the page's text as somebody reads it: without marks, with single spaces."""
    return read_page(page).words
