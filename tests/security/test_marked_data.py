"""Every route is made to fail with marked data in its hands: nothing marked leaves the process."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial, partialmethod
from typing import Any

import pytest
from werkzeug.routing import Rule

from oncall import monitoring
from oncall.contacts.case import Case, Consent, Member, MemberNumber, Phase
from oncall.monitoring import reports, scrubbing
from oncall.rota.model import PersonId
from oncall.routes.web.roles import ROLES, Door
from oncall.store.families.cases import load_cases
from oncall.store.families.saving import save_cases
from oncall.store.session import Database
from oncall.usecases.accounts.accounts import add_account
from standin.drill.stage.stage import PUBLIC_URL, TOKEN
from standin.simulator.signing import sign
from tests.cast import PASSWORD, person
from tests.engines import Databases
from tests.scenes.evening import AT_LAST, VESTFOLD, Evening, token
from tests.scenes.mailbox import Mailbox, reporting

pytestmark = pytest.mark.slow

NAME, WORDS, LABEL, PLACE = "Qvxander Qvxmoen", "Qvxpappa er qvxfull", "QVX-14", "Qvxvik"
NUMBER, STAFF_NUMBER = "+4790771177", "+4790771188"
EMAIL = "qvxkari@qvxpost.example"
# No shorter: the three letters alone come up by chance in a random token.
MARKS = (
    *re.findall(r"qvx\W?\w{2,}", f"{NAME} {WORDS} {LABEL} {PLACE} {EMAIL}".lower()),
    NUMBER[3:],
    STAFF_NUMBER[3:],
)

PEOPLE = {**VESTFOLD.people, PersonId("qvxkari"): person("qvxkari", STAFF_NUMBER, name=NAME)}
FAMILY = Case(
    LABEL,
    "Larvik",
    PersonId("qvxkari"),
    Phase.ACTIVE,
    (Member(NAME, "child", "nb", (MemberNumber(NUMBER, Consent.YES, Consent.YES),)),),
)
FORM = {
    "From": NUMBER, "To": VESTFOLD.voice_line, "Body": WORDS, "CallSid": "CA1", "MessageSid": "SM1",
    "MessageStatus": WORDS, "DialCallStatus": WORDS, "Digits": WORDS, "CallStatus": WORDS, "email": EMAIL,
    "password": WORDS, "reason": WORDS, "name": NAME, "label": LABEL, "wanted": NAME, "note": WORDS,
    "said": WORDS, "months-0": WORDS, "body": WORDS, "code": WORDS, "number": NUMBER, "person": NAME,
    "back": f"/{WORDS}",
}  # fmt: skip


STEPS = 4  # how often a route may ask the database before it is made to fail


@dataclass
class Outside:
    """Everything that leaves the process."""

    lines: io.StringIO

    def told(self, answers: list[str]) -> str:
        """All of it, in small letters."""
        sent = b"\n".join(Mailbox.sent).decode(errors="replace")
        seen = monitoring.metrics_page()[0].decode()
        return "\n".join((self.lines.getvalue(), sent, seen, *answers)).lower()


@pytest.fixture
def outside() -> Iterator[Outside]:
    """The process reports as in life, to where the test can look."""
    with reporting() as lines:
        yield Outside(lines)


@pytest.fixture
def evening(databases_on_disk: Databases) -> Iterator[Evening]:
    with databases_on_disk.migrated() as url:
        evening = Evening(url, replace(VESTFOLD, people=PEOPLE))
        with evening.service.db.writing(evening.team_id) as writing:
            save_cases(writing, [FAMILY])
        add_account(evening.service.db, "vestfold", "liv", EMAIL, PASSWORD)
        evening.phone(NUMBER).text(VESTFOLD.text_line, WORDS)
        evening.run_for(5)
        yield evening
        evening.close()


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, after: int = 0) -> Iterator[None]:
    """The database fails from the nth time on, as a fault of ours would: with what it had in its hands."""
    asked = 0
    ways = {way: getattr(Database, way) for way in ("reading", "transaction")}

    def fail(way: str, *args: Any, **options: Any) -> Any:
        nonlocal asked
        asked += 1
        if asked <= after:
            return ways[way](*args, **options)
        name, number, words = NAME, NUMBER, WORDS
        raise RuntimeError(f"cannot tell {name} ({number}) that {words}")

    with monkeypatch.context() as patch:
        for way in ways:
            patch.setattr(Database, way, partialmethod(partial(fail, way)))
        yield


def ask_every_route(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every route is sent marked data, and made to fail at each of its steps; return what those answered."""
    with evening.service.db.reading() as reading:
        case = next(each for each in load_cases(reading, evening.team_id) if each.label == LABEL)
    values: dict[str, Any] = {
        "contact_id": evening.contacts()[-1].id,
        "contact": evening.contacts()[-1].id,
        "case_id": case.id,
        "member_id": case.members[0].id,
        "team": evening.team_id,
        "filename": "nothing.css",
        "hours": "always",
    }
    rules = sorted(evening.app.url_map.iter_rules(), key=lambda rule: rule.endpoint in AT_LAST)
    failed: list[str] = []
    visit = evening.signed_in(EMAIL)
    form = {**FORM, "csrf_token": token(visit, "/account")}
    for rule in rules:
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if rule.endpoint in AT_LAST:
                visit = evening.signed_in(EMAIL)
                form["csrf_token"] = token(visit, "/account")
            address = _address(rule, values)
            headers = {}
            if ROLES[rule.endpoint] is Door.MACHINE:
                headers["X-Twilio-Signature"] = sign(TOKEN, PUBLIC_URL + address, form, channel="voice")
            stays, visit.stays = visit.stays, None  # it would ask the database itself
            for after in range(STEPS):
                with failing(monkeypatch, after):
                    answer = visit.open(address, method=method, data=form, headers=headers)
                if answer.status_code < 500:
                    break
                failed.append(answer.text)
            visit.stays = stays
            answer = visit.open(address, method=method, data=form, headers=headers)
            assert answer.status_code < 500, (method, address)
            answer.close()
        if rule.endpoint not in AT_LAST:
            assert visit.get("/account").status_code == 200, f"{rule.endpoint} has ended the session"
    return failed


def _address(rule: Rule, values: dict[str, Any]) -> str:
    built = rule.build({name: values.get(name, 1) for name in rule.arguments})
    assert built is not None
    return built[1]


def marked(told: str) -> list[str]:
    """Return the lines in which something marked stands."""
    return [line[:300] for line in told.splitlines() if any(mark in line for mark in MARKS)]


def test_nothing_marked_leaves_the_process_whatever_fails_in_every_route(
    evening: Evening, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = ask_every_route(evening, monkeypatch)

    told = outside.told(failed)
    assert len(failed) > 100
    assert Mailbox.sent
    assert "runtimeerror" in told
    assert marked(told) == []


@pytest.mark.parametrize("protection", ["messages", "numbers"])
def test_without_its_protection_marked_data_is_found(
    evening: Evening, outside: Outside, monkeypatch: pytest.MonkeyPatch, protection: str
) -> None:
    if protection == "messages":
        monkeypatch.setattr(reports, "SPEAKABLE", ("",))
    else:
        monkeypatch.setattr(scrubbing, "_HARMLESS_OR_NUMBER", re.compile("(?P<harmless>$^)"))
        monkeypatch.setattr(reports, "_speakable", lambda _, message: scrubbing.scrub_message(message))

    with failing(monkeypatch):
        evening.visitor().open("/voice/incoming", method="POST", data=FORM, headers=_signed(FORM))

    assert marked(outside.told([]))


def _signed(form: dict[str, str]) -> dict[str, str]:
    return {"X-Twilio-Signature": sign(TOKEN, PUBLIC_URL + "/voice/incoming", form, channel="voice")}
