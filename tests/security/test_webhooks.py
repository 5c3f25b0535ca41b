"""Whatever is sent to the webhooks: no answer is an error of ours, and nobody unsigned changes anything."""

import os
import random
from collections.abc import Iterator, MutableMapping
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from structlog.testing import capture_logs
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from oncall.app import create_webhooks
from oncall.telephony import signature
from standin.drill.stage.stage import PUBLIC_URL, TOKEN
from standin.simulator.phones.policies import Answer as PicksUp
from standin.simulator.signing import sign
from standin.simulator.transport import Request, Response, call_wsgi
from tests.cast import FATHER, KARIS_PHONE, LINE, MOTHER, STAFF, STRANGER
from tests.engines import Databases
from tests.scenes.night import Night
from tests.security.state import state_of

pytestmark = pytest.mark.slow

SOAKED = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
COUNT = 100_000 if SOAKED else 2_000
FORM_TYPE = "application/x-www-form-urlencoded"

FIELDS = (
    *(
        "CallSid",
        "AccountSid",
        "From",
        "To",
        "CallStatus",
        "Direction",
        "Digits",
        "CallDuration",
        "Timestamp",
    ),
    *("DialCallStatus", "DialBridged", "DialCallSid", "SequenceNumber", "ParentCallSid", "SpeechResult"),
    *("QueueResult", "QueueTime", "QueueSid", "MessageSid", "MessageStatus", "SmsStatus", "Body", "NumMedia"),
    *("MediaUrl0", "MediaContentType0", "ErrorCode", "RecordingUrl", "RecordingSid", "RecordingDuration"),
)
WORDS = [
    "", "1", "0", "-1", "999999999999999999999", "1e9", "NaN", "true", "completed", "busy", "no-answer",
    "failed", "canceled", "in-progress", "ringing", "bridged", "leave", "delivered", "sent", "undelivered",
    "anonymous", "+266696687", LINE, MOTHER, FATHER, KARIS_PHONE, STRANGER, "æøå 😢", "\x00", "\n\r\t",
    "'; DROP TABLE entry;--",
    "<script>alert(1)</script>", "{{ 7 * 7 }}", "%s%n", "../../etc/passwd", "a" * 2000, "\ud7ff", "٣", "½",
]  # fmt: skip
TYPES = (
    FORM_TYPE,
    FORM_TYPE,
    FORM_TYPE,
    "application/json",
    "multipart/form-data; boundary=x",
    "text/xml",
    "",
)
LEAKS = tuple(each.name for each in STAFF) + tuple(each.phone for each in STAFF)
LEAKS += (MOTHER, FATHER, "V-014", "Larvik", "Traceback", "sqlalchemy", "/oncall/")


@pytest.fixture(autouse=True)
def reports() -> Iterator[list[MutableMapping[str, Any]]]:
    """What the operator is told in the test."""
    with capture_logs() as captured:
        yield captured


@pytest.fixture
def night(databases_on_disk: Databases) -> Iterator[Night]:
    """A night on which mother talks with Kari, and father waits."""
    with databases_on_disk.migrated() as url:
        night = Night(url)
        night.kari.policy = PicksUp(after=3).press("1", after_hearing="Trykk 1")
        night.call(night.mother)
        night.run_for(20)
        night.call(night.father)
        night.run_for(2)
        yield night
        night.close()


class Sender:
    """Makes up requests, by a seed."""

    def __init__(self, night: Night, seed: int) -> None:
        self.night = night
        self.dice = random.Random(seed)
        self.app = create_webhooks(night.service, lambda _: None)
        rules = (rule for rule in self.app.url_map.iter_rules() if rule.endpoint != "static")
        self.rules = sorted(rules, key=lambda rule: rule.rule)
        self.ids = [contact.id for contact in night.contacts()]

    def path(self) -> str:
        """An address of ours, mostly; with rows that are there, or are not."""
        if self.dice.random() < 0.05:
            return "/" + quote(self.word(), safe="/")
        rule = self.dice.choice(self.rules)
        values = {name: self.part(rule, name) for name in sorted(rule.arguments)}
        built = rule.build(values)
        assert built is not None
        query = f"?{urlencode({'x': self.word()})}" if self.dice.random() < 0.1 else ""
        return built[1] + query

    def part(self, rule: Rule, name: str) -> Any:
        """Something for a place in an address."""
        if type(rule._converters[name]).__name__ == "IntegerConverter":
            return self.dice.choice([self.night.team_id, 1, 0, 999_999, 2**31, 2**63, 10**25])
        return self.dice.choice(
            [*self.ids, *self.ids, "1", "2", "3", "0" * 32, "leg1", "\x00", "æ", "x" * 300]
        )

    def word(self) -> str:
        """Something for a field."""
        if self.dice.random() < 0.2:
            return "".join(chr(self.dice.randrange(1, 0x2FFF)) for _ in range(self.dice.randrange(20)))
        return self.dice.choice(WORDS)

    def form(self) -> dict[str, str]:
        """Some of the carrier's fields, with the right values or any."""
        chosen = self.dice.sample(FIELDS, self.dice.randrange(len(FIELDS)))
        form = {name: self.word() for name in chosen}
        if self.dice.random() < 0.7:
            form |= {"CallSid": "CA" + f"{self.dice.randrange(9):032x}", "To": LINE, "MessageSid": "SM1"}
        return form

    def send(self, *, signed: bool) -> tuple[str, Response]:
        """Send one request; return what it was, and the answer."""
        path, form = self.path(), self.form()
        method = self.dice.choice(["POST"] * 8 + ["GET", "PUT", "DELETE", "OPTIONS", "HEAD"])
        kind = FORM_TYPE if signed else self.dice.choice(TYPES)
        body = urlencode(form).encode()
        if not signed and self.dice.random() < 0.3:
            body = self.dice.randbytes(self.dice.randrange(300))
        headers = {"Content-Type": kind}
        if signed:
            headers["X-Twilio-Signature"] = sign(TOKEN, PUBLIC_URL + path, form, channel="voice")
        elif self.dice.random() < 0.7:
            wrong = sign("f" * 32, PUBLIC_URL + path, form, channel="voice")
            headers["X-Twilio-Signature"] = self.dice.choice([wrong, "", "=", "é", "A" * 28, "x" * 9000])
        answer = call_wsgi(self.app, Request(method, PUBLIC_URL + path, headers, body))
        return f"{method} {path!r} {form!r} signed={signed}", answer


def test_nothing_unsigned_changes_anything_or_learns_anything(night: Night) -> None:
    sender, before, wrong = Sender(night, seed=1), state_of(night), []

    for _ in range(COUNT):
        what, answer = sender.send(signed=False)
        told = answer.body.decode(errors="replace")
        is_health = any(path in what for path in ("/healthz", "/readyz", "/metrics"))
        if (answer.status >= 500 and not is_health) or (
            answer.status < 300 and not is_health and told.strip()
        ):
            wrong.append(f"{what} -> {answer.status}")
        wrong += [f"{what} tells {leak}" for leak in LEAKS if leak in told and leak not in what]

    assert wrong == []
    assert state_of(night) == before


def test_whatever_the_carrier_sends_has_an_answer_that_it_can_use(night: Night, reports: Any) -> None:
    sender, wrong = Sender(night, seed=2), []

    for _ in range(COUNT // 4):
        what, answer = sender.send(signed=True)
        if answer.status >= 500:
            wrong.append(f"{what} -> {answer.status} {answer.body[:200]!r}")

    failed = {type(each["exc_info"]).__name__ for each in reports if each.get("event") == "exception"}
    assert wrong == []
    # An address of ours that was tampered with, and signed all the same, is told to the operator.
    assert failed <= {"UnknownTeam", "UnknownContact"}
    for phone in (night.mother, night.father):
        phone.calls[-1].hang_up()
    # Calls that were made up are looked for at the carrier again and again; and whoever was said to wait in a
    # queue, and does not, cannot be fetched out of it (13200).
    night.settle(jobs=False, excused=13200)
    assert all(contact.answered_by or contact.follow_up for contact in night.contacts())


def test_without_the_signature_s_check_the_unsigned_would_change_something(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oncall.routes.line.signature.is_signed", lambda *_: True)
    sender, before = Sender(night, seed=1), state_of(night)

    for _ in range(COUNT // 2):
        sender.send(signed=False)

    assert state_of(night) != before


def test_signatures_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[str, str]] = []
    of_twilio = RequestValidator.validate.__globals__
    original = of_twilio["compare"]

    def compare(one: str, other: str) -> bool:
        compared.append((one, other))
        return bool(original(one, other))

    monkeypatch.setitem(of_twilio, "compare", compare)
    url = PUBLIC_URL + "/voice/incoming"
    form = MultiDict({"CallSid": "CA1"})
    made = sign(TOKEN, url, {"CallSid": "CA1"}, channel="voice")

    assert signature.is_signed(url, form, made, [TOKEN, "f" * 32])
    assert not signature.is_signed(url, form, made[:-2] + "A=", [TOKEN])

    assert len(compared) >= 3  # each token is tried, whichever was right
    assert {len(each) for pair in compared for each in pair} == {len(made)}
