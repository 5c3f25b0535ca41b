"""What staff see, and who is told, when somebody has changed the journal behind the service's back."""

import re
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from oncall.contacts.brief import Brief
from oncall.store.contacts.log import read_contact
from oncall.store.families.history import add_revision
from oncall.store.journal.verification import verify
from oncall.store.keys import DataKey
from oncall.store.privacy.erasure import erase_loose
from oncall.usecases.accounts.accounts import add_account
from tests.cast import LIVS_MAIL, PASSWORD, STRANGER
from tests.page import read_page
from tests.scenes.evening import Evening, token, words
from tests.scenes.tampering import tamper

pytestmark = pytest.mark.slow

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
    add_account(evening.service.db, "vestfold", "liv", LIVS_MAIL, PASSWORD)
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
    leader = evening.signed_in(LIVS_MAIL)

    with capture_logs() as told:
        now = leader.get("/")
        leader.get("/now/live")
        evening.run_for(5)
    own = {way: leader.get(f"/contacts/{contact}") for way, contact in hit.items()}
    log = leader.get("/log")

    assert (now.status_code, log.status_code) == (200, 200)
    assert "Kari Nordmann" in words(now.text)
    damaged = read_page(now.text).only("section", aria_labelledby="damaged")
    warned = damaged.links(re.compile("/contacts/.+"))
    assert set(warned) == {f"/contacts/{contact}" for contact in hit.values()}
    assert read_page(now.text).has(id=f"waiting-{other}")
    for page in own.values():
        assert "Journalen til denne henvendelsen stemmer ikke" in words(page.text)
    assert "Journalen stemmer ikke" in words(log.text)
    assert [each for each in told if each.get("message_key") == "journal_damaged"]
    assert len([each for each in evening.liv.texts if "/journal" in each.body]) == 1


def test_a_damaged_contact_shows_what_is_left_names_what_is_not_and_is_laid_aside(evening: Evening) -> None:
    hit, whole = evening.missed(evening.mother), evening.missed(evening.phone(STRANGER))
    evening.restart_web()
    change(evening, said=hit)
    leader, at = evening.signed_in(LIVS_MAIL), f"/contacts/{hit}"
    with evening.service.db.reading() as reading:
        (named,) = verify(reading)

    with capture_logs():
        page = leader.get(at)
        refused = leader.post(
            f"/contacts/{whole}/close-damaged", data={"reason": "x", "csrf_token": token(leader, at)}
        )
        form = {"reason": "Ringte mor fra saken", "csrf_token": token(leader, at)}
        done = leader.post(f"{at}/close-damaged", data=form)
        now = leader.get("/")

    assert f"Oppføring {named.seq} i journalen er ikke slik den ble skrevet" in words(page.text)
    assert "Familien ringte" in words(page.text)
    assert (refused.status_code, done.status_code) == (409, 302)
    assert not read_page(now.text).has(id="damaged")
    with evening.service.db.writing(evening.team_id) as writing:
        erase_loose(writing, [hit], evening.carrier.now(), None)
    with evening.service.db.reading() as reading:
        left = read_contact(reading, evening.team_id, hit)
        assert [each.seq for each in verify(reading)] == [named.seq], "erased or not, the chain tells of it"
    assert left is not None
    assert left.erased


def test_one_reading_or_change_that_was_tampered_with_hides_no_other(evening: Evening) -> None:
    evening.missed(evening.mother)
    case, leader = evening.case_id("V-014"), evening.signed_in(LIVS_MAIL)
    with evening.service.db.writing(evening.team_id) as writing:
        for door in ("gul dør", "rød dør"):
            add_revision(writing, case, Brief(door=door), "liv", evening.carrier.now())
        first = writing.seq - 1
    for _ in range(4):
        leader.get(f"/cases/{case}")
    spoiled = f"(('reads:1', 2), ('team:1', {first + 1}))"
    spoil = f"UPDATE entry SET detail = x'00ff' WHERE (chain, seq) IN {spoiled}"  # noqa: S608
    lose = "DELETE FROM entry WHERE chain = 'reads:1' AND seq IN (1, 3)"
    tamper(evening.service.db, spoil, lose, "UPDATE contact SET data_key = x'00ff'")

    with capture_logs():
        reading = words(leader.get("/reading").text)
        pages = [leader.get(f"/cases/{case}{part}") for part in ("", "/brief", "/history")]
        monday = leader.get("/review")

    assert "Oppføring 2 i journalen er ikke slik den ble skrevet" in reading
    assert "Oppføringene 1, 3 i journalen er borte" in reading
    assert "V-014" in reading
    for page in pages:
        assert page.status_code == 200
        assert f"Oppføring {first + 1} i journalen er ikke slik" in words(page.text)
    assert "gul dør" in pages[1].text
    assert monday.status_code == 200


def test_an_entry_that_was_taken_out_of_the_middle_is_named_on_the_pages_of_what_went_on_then(
    evening: Evening,
) -> None:
    earlier, hit = evening.missed(evening.phone(STRANGER)), evening.missed(evening.mother)
    evening.restart_web()
    with evening.service.db.reading() as reading:
        stored = read_contact(reading, evening.team_id, hit)
    assert stored is not None
    lost, last = next(each.seq for each in stored.entries if each.kind == "caller_gone"), stored.last_seq
    tamper(evening.service.db, f"DELETE FROM entry WHERE chain = 'team:1' AND seq IN ({lost}, {last})")  # noqa: S608
    leader = evening.signed_in(LIVS_MAIL)

    with capture_logs():
        pages = [leader.get(f"/contacts/{contact}").text for contact in (hit, earlier)]

    assert f"Oppføringene {lost}, {last} i journalen er borte" in words(pages[0])
    assert read_page(pages[0]).has(id="happened")
    assert "i journalen er borte" not in pages[1]


def test_a_receipt_that_was_tampered_with_hides_no_other(evening: Evening) -> None:
    leader = evening.signed_in(LIVS_MAIL)
    for reason in ("Tilsyn fra staten", "Tilsyn fra fylket", "Tilsyn fra kommunen"):
        form = {"form": "jsonl", "reason": reason, "csrf_token": token(leader, "/exports")}
        assert leader.post("/exports", data=form).data == b""  # to its end: there was no contact yet
    spoil = "UPDATE entry SET detail = x'00ff' WHERE chain = 'reads:1' AND seq = 1"
    tamper(evening.service.db, spoil, "DELETE FROM entry WHERE chain = 'reads:1' AND seq = 4")

    with capture_logs():
        page = words(leader.get("/exports").text)

    assert "Oppføring 1 i journalen er ikke slik den ble skrevet" in page
    assert "Oppføring 4 i journalen er borte" in page
    assert [each for each in ("staten", "fylket", "kommunen") if f"Tilsyn fra {each}" in page] == ["kommunen"]


def test_an_export_that_was_led_to_anothers_receipt_is_named_and_not_believed(evening: Evening) -> None:
    leader = evening.signed_in(LIVS_MAIL)
    for reason in ("Tilsyn fra staten", "Tilsyn fra kommunen"):
        form = {"form": "jsonl", "reason": reason, "csrf_token": token(leader, "/exports")}
        assert leader.post("/exports", data=form).data == b""  # to its end: there was no contact yet
    tamper(evening.service.db, "UPDATE export SET asked_seq = 3 WHERE asked_seq = 1")

    with capture_logs():
        page = words(leader.get("/exports").text)

    assert "Oppføring 3 i journalen er ikke slik den ble skrevet" in page
    assert page.count("Tilsyn fra kommunen") == 1


def test_what_is_done_with_a_damaged_contact_changes_nothing_and_says_why(evening: Evening) -> None:
    hit = evening.missed(evening.mother)
    evening.restart_web()  # a process that has read it before the damage still knows it
    change(evening, said=hit)
    leader = evening.signed_in(LIVS_MAIL)

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

    page = read_page(evening.signed_in(LIVS_MAIL).get("/").text)

    assert not page.has(id="damaged")
