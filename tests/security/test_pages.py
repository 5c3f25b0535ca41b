"""Whatever is sent to the pages: no answer is an error of ours, and nothing changes that must not."""

import os
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

import pytest
from werkzeug.routing import Rule

from oncall.routes.web.roles import ROLES, Door, Standing
from oncall.usecases.accounts.accounts import add_account
from standin.drill.stage.stage import PUBLIC_URL
from standin.simulator.transport import Request, Response, call_wsgi
from tests.cast import PASSWORD
from tests.page import read_page
from tests.scenes.evening import COOKIE, Visit, token
from tests.scenes.town import MAILS, PEOPLE_BY_ROLE, TEAM, Town
from tests.security.state import state_of

pytestmark = pytest.mark.slow

SOAKED = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
ROUNDS = 60 if SOAKED else 1  # how often each route is asked, by each of those who ask
FORM_TYPE = "application/x-www-form-urlencoded"
WHO = (Standing.LEADER, Standing.THERAPIST)
FIELDS = ("input", "button", "textarea", "option", "select")
OF_OTHERS = ("Solveig", "Eirik Havn", "HORTEN-001")  # the other team's family
INSIDE = ("Traceback", "sqlalchemy", "site-packages")

NASTY = [
    "", " ", "0", "-1", "1", "999999999999999999999", "9" * 5000, "1e9", "NaN", "٣", "½", "true", "null",
    "[]", "2026-03-14", "9999-12-31", "0001-01-01", "2026-02-30", "2026-03-29", "02:30", "24:00", "08:00",
    "2026-03-29T02:30", "+4790000101", "+47", "anonymous", "duty", "leader", "kari", "liv", "nobody",
    "a" * 3000, "\x00", "\n\r\t", "æøå 😢", "\ud7ff", "\u202e", "'; DROP TABLE entry;--", "{{ 7 * 7 }}",
    "<script>alert(1)</script>", "%s%n%(name)s", "../../etc/passwd", "https://evil.example/",
    "//evil.example", "0" * 32, "f" * 32, "1-2-3",
]  # fmt: skip
ODD_PARTS = ["%00", "%ff%fe", "9" * 30, "-1", "x" * 3000, "%E2%80%AE"]
ODD_BODIES = (b"%ff%fe=%c3%28", b"\xff\xfe\x00", b"a=1&a=2&=&&==", b"{", b"--x\r\nbroken", b"x" * 70_000)
TYPES = (
    FORM_TYPE,
    FORM_TYPE,
    "application/json",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "",
)
LATIN = "Sak;Navn\nV-1;Åse\n".encode("latin-1")
SHEETS = (b"", b"PK\x03\x04broken", b"a;b;c\n1;2;3", LATIN, b"\xff\xfe\x00" * 50)


@pytest.fixture
def town(sqlite_url: str) -> Iterator["Besieged"]:
    """A team with everything on its pages, beside another, and somebody who asks for anything."""
    town = Besieged(sqlite_url)
    yield town
    town.close()


class Besieged(Town):
    """The town of the roles' tests, asked for whatever comes to mind."""

    def __init__(self, database_url: str, seed: int = 3) -> None:
        super().__init__(database_url)
        self.dice = random.Random(seed)
        self.cookies: dict[Standing, tuple[str, str]] = {}  # the session's, and the token of its forms
        for who in WHO:
            add_account(self.service.db, TEAM.slug, PEOPLE_BY_ROLE[who], MAILS[who], PASSWORD)
        self.fields = self.harvest()

    def routes(self) -> list[tuple[Rule, str]]:
        """Every page with every method that it answers, in any order."""
        found = [one for one in self.rules() if ROLES[one[0].endpoint] is not Door.MACHINE]
        self.dice.shuffle(found)
        return found

    def harvest(self) -> Mapping[str, list[str]]:
        """Return the fields of all forms that the leader is shown, with the values that stand in them."""
        visit, found = self.signed_in(MAILS[Standing.LEADER]), defaultdict(list)
        for rule, method in self.rules():
            if method != "GET" or rule.endpoint == "static" or ROLES[rule.endpoint] is Door.MACHINE:
                continue
            for field in read_page(visit.get(self.address(rule)).text).all(name=True):
                if field.tag in FIELDS and field["name"] not in ("", "csrf_token"):
                    found[field["name"]].append(field.attributes.get("value", ""))
        assert len(found) > 60
        return found

    def somebody(self, who: Standing) -> tuple[str, str]:
        """Return a cookie of theirs and the token of its forms; another, once the first has ended."""
        if who not in self.cookies:
            add_account(self.service.db, TEAM.slug, PEOPLE_BY_ROLE[who], MAILS[who], PASSWORD)
            _, value = self._sign_in(MAILS[who])
            visit = Visit(self.app, self.app.response_class)
            visit.set_cookie(COOKIE, value, domain="line.example", secure=True)
            form = token(visit, "/account")
            cookie = visit.get_cookie(COOKIE, domain="line.example")
            assert cookie is not None
            self.cookies[who] = (cookie.value, form)
        return self.cookies[who]

    def path(self, rule: Rule) -> str:
        """The route's address, with rows that are there, another team's, or none, and any query."""
        address = self.address(rule, foreign=self.dice.random() < 0.15)
        if rule.arguments and self.dice.random() < 0.2:
            address = f"{address.rpartition('/')[0]}/{self.dice.choice(ODD_PARTS)}"
        if self.dice.random() < 0.4:
            query = {name: self.value(name) for name in self.some_fields()}
            address += "?" + urlencode(query) + self.dice.choice(["", "&%ff=%fe", "&x"])
        return address

    def some_fields(self) -> list[str]:
        """A few names of fields, in the main the log's and the forms' own."""
        known = [*self.fields, "day", "view", "cell", "before", "after", "from", "next", "by", "asked"]
        return self.dice.sample(known, self.dice.randrange(1, 8))

    def value(self, name: str) -> str:
        """Something for a field: what stood there, or anything."""
        if name in self.fields and self.dice.random() < 0.5:
            return self.dice.choice(self.fields[name])
        if self.dice.random() < 0.15:
            return "".join(chr(self.dice.randrange(1, 0x2FFF)) for _ in range(self.dice.randrange(20)))
        return self.dice.choice(NASTY)

    def body(self, rule: Rule) -> tuple[str, bytes]:
        """Return the kind of a form, and the form: mostly one with the fields that its page has."""
        if rule.endpoint.startswith("cases_import") and self.dice.random() < 0.7:
            sheet = self.dice.choice(SHEETS)
            name = self.dice.choice(["families.xlsx", "families.csv", "x.exe", "\u202e", "a" * 300])
            head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
            return "multipart/form-data; boundary=x", head.encode() + sheet + b"\r\n--x--\r\n"
        if self.dice.random() < 0.1:
            return self.dice.choice(TYPES), self.dice.choice(ODD_BODIES)
        of_page = self.dice.sample(list(self.fields), self.dice.randrange(len(self.fields)))
        return FORM_TYPE, urlencode({name: self.value(name) for name in of_page}).encode()

    def ask(self, rule: Rule, method: str, cookie: str = "", form: str = "") -> tuple[str, Response]:
        """Send one request; return what it was, and the answer."""
        path = self.path(rule)
        kind, body = self.body(rule) if method != "GET" else ("", b"")
        headers = {
            "Accept-Language": self.value(""),
            "Content-Type": kind,
            "Cookie": f"{COOKIE}={cookie or self.dice.choice(['', 'x', 'é', 'e30.x.y'])}",
            "X-CSRFToken": form,
            "X-Forwarded-For": self.value(""),
        }
        answer = call_wsgi(self.app, Request(method, PUBLIC_URL + path, headers, body))
        return f"{method} {path} {kind} {body[:300]!r}", answer


def test_whatever_is_asked_of_a_page_is_answered_and_tells_nothing_of_another_team(town: Besieged) -> None:
    wrong = []

    for who in WHO * ROUNDS:
        for rule, method in town.routes():
            what, answer = town.ask(rule, method, *town.somebody(who))
            told = answer.body.decode(errors="replace")
            if answer.status >= 500:
                wrong.append(f"{who}: {what} -> {answer.status}")
            wrong += [f"{who}: {what} tells {each}" for each in (*OF_OTHERS, *INSIDE) if each in told]
            if rule.endpoint.split(".")[0] in ("own", "account", "team_accounts", "enrol", "sign_in"):
                town.cookies.clear()  # the session may have ended by it

    assert wrong == []


def test_a_nul_is_refused_wherever_it_stands(town: Besieged) -> None:
    visit = town.signed_in(MAILS[Standing.LEADER])
    form = {"csrf_token": token(visit, "/account"), "label": "V-\0"}

    answers = [
        visit.get("/check-ins/%00"),
        visit.get("/log?person=%00"),
        visit.post("/cases", data=form),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 400]


def test_a_number_that_no_database_holds_is_one_that_there_is_not(town: Besieged) -> None:
    visit = town.signed_in(MAILS[Standing.LEADER])
    form = {"csrf_token": token(visit, "/account")}
    fields = {"/account/passkeys/remove": "passkey", "/rota/undo": "before", "/retention/rules": "months-0"}

    for number in ("9" * 10, "9" * 20, "9" * 5000):
        read = [visit.get(f"/{of}/history?before={number}").status_code for of in ("rota", "settings")]
        sent = [visit.post(path, data={**form, name: number}).status_code for path, name in fields.items()]

        assert (read, sent) == ([200, 200], [404, 404, 422]), len(number)


def test_no_form_changes_anything_without_its_token(town: Besieged) -> None:
    wrong = []
    for who in WHO:
        cookie, _ = town.somebody(who)
        before = state_of(town)
        for rule, method in town.routes():
            if method != "GET":
                what, answer = town.ask(rule, method, cookie, form=town.dice.choice(["", "x", "f" * 91]))
                if answer.status not in (400, 401, 403, 404, 405, 413):
                    wrong.append(f"{who}: {what} -> {answer.status}")
        if state_of(town) != before:
            wrong.append(f"{who} has changed something")

    assert wrong == []


def test_without_a_session_nothing_changes_and_nothing_is_told(town: Besieged) -> None:
    visit = town.visitor()
    form, wrong, before = token(visit), [], state_of(town)
    cookie = visit.get_cookie(COOKIE, domain="line.example")
    assert cookie is not None

    for _ in range(ROUNDS):
        for rule, method in town.routes():
            if isinstance(ROLES[rule.endpoint], Door):
                continue
            what, answer = town.ask(rule, method, cookie.value, form)
            if answer.status not in (302, 400, 401, 404, 405, 413):
                wrong.append(f"{what} -> {answer.status}")
            told = answer.body.decode(errors="replace")
            leaks = [each for each in ("V-01", "Nordmann", *INSIDE) if each in told and each not in what]
            wrong += [f"{what} tells {each}" for each in leaks]

    assert wrong == []
    assert state_of(town) == before


def test_without_the_token_s_check_a_form_changes_something(
    town: Besieged, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie, _ = town.somebody(Standing.LEADER)
    monkeypatch.setitem(town.app.config, "WTF_CSRF_ENABLED", False)
    before = state_of(town)

    for rule, method in town.routes():
        if method != "GET":
            town.ask(rule, method, cookie)

    assert state_of(town) != before
