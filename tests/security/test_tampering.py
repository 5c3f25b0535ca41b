"""What staff see, and who is told, when somebody has changed the journal behind the service's back."""

import re
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from oncall.casework.accounts import add_account
from oncall.store.keys import DataKey
from tests.store.test_verification import tamper
from tests.web.evening import PASSWORD, Evening, token, words

LIV = "liv@vestfold.example"
WAYS = {
    "said": "UPDATE entry SET detail = :other WHERE contact_id = :contact AND kind = 'caller_gone'",
    "who": "UPDATE entry SET actor = 'mallory' WHERE contact_id = :contact AND actor IS NOT NULL",
    "when": "UPDATE entry SET at = at + 60000000 WHERE contact_id = :contact",
    "gone": "DELETE FROM entry WHERE contact_id = :contact AND kind = 'call_received'",
    "key": "UPDATE contact SET data_key = :other WHERE id = :contact",
}


@pytest.fixture
def evening(sqlite_url: str) -> Iterator[Evening]:
    """An evening with a leader who can sign in."""
    evening = Evening(sqlite_url)
    add_account(evening.service.db, "vestfold", "liv", LIV, PASSWORD)
    yield evening
    evening.close()


def change(evening: Evening, **ways: str) -> None:
    """The contacts' journals are changed by somebody with the database's password, and without the keys."""
    statements = (WAYS[way].replace(":contact", f"'{contact}'") for way, contact in ways.items())
    tamper(evening.service.db, *(statement.replace(":other", "x'00ff'") for statement in statements))


def test_now_shows_everything_else_and_says_whose_journal_does_not_verify(evening: Evening) -> None:
    callers = [evening.phone(f"+479000078{nth}") for nth in range(len(WAYS))]
    hit = {way: evening.missed(caller) for way, caller in zip(WAYS, callers, strict=True)}
    other = evening.missed(evening.mother)
    change(evening, **hit)
    leader = evening.signed_in(LIV)

    with capture_logs() as told:
        now = leader.get("/")
        leader.get("/now/live")
        evening.run_for(5)
    own = {way: leader.get(f"/contacts/{contact}") for way, contact in hit.items()}
    log = leader.get("/log")

    assert (now.status_code, log.status_code) == (200, 200)
    assert "Kari Nordmann" in words(now.text)
    warned = now.text[now.text.index('id="damaged"') :].split("</section>")[0]
    assert set(re.findall(r"/contacts/(\w+)", warned)) == set(hit.values())
    assert f"waiting-{other}" in now.text
    for page in own.values():
        assert "Journalen til denne kontakten stemmer ikke" in words(page.text)
    assert "Journalen stemmer ikke" in words(log.text)
    assert [each for each in told if each.get("message_key") == "journal_damaged"]
    assert len([each for each in evening.liv.texts if "/journal" in each.body]) == 1


def test_what_is_done_with_a_damaged_contact_changes_nothing_and_says_why(evening: Evening) -> None:
    hit = evening.missed(evening.mother)
    evening.restart_web()  # a process that has read it before the damage still knows it
    change(evening, said=hit)
    leader = evening.signed_in(LIV)

    with capture_logs() as told:
        done = leader.post(f"/contacts/{hit}/acknowledge", data={"csrf_token": token(leader, "/")})

    assert done.status_code == 409
    assert "ingenting er endret" in words(done.text)
    assert [each for each in told if each.get("place") == "page"]


def test_the_leader_hears_of_it_though_nobody_looks(evening: Evening) -> None:
    hit = evening.missed(evening.mother)
    evening.restart_web()
    change(evening, said=hit)

    with capture_logs():
        again = evening.call(evening.mother)  # and what waits already stands for this call, too
        evening.run_for(12)
        again.hang_up()
        evening.run_for(30)

    assert [each for each in evening.liv.texts if "/journal" in each.body]


def test_without_the_seals_nobody_would_see_it(evening: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DataKey, "seal", lambda _, said, __: said)
    monkeypatch.setattr(DataKey, "open", lambda _, sealed, __: sealed)
    hit = evening.missed(evening.mother)
    change(evening, when=hit)

    page = evening.signed_in(LIV).get("/").text

    assert 'id="damaged"' not in page
