"""The leader's Monday: what the list shows, how contacts are signed off, and whether the journal is whole."""

import re

import pytest
from sqlalchemy import text

from oncall.contacts.search import Filters
from oncall.rota.model import PersonId
from oncall.usecases.accounts.accounts import add_account
from oncall.usecases.rota.phone_tests import try_phone
from standin.simulator.phones.policies import Voicemail
from tests.cast import KARIS_MAIL, LINE, LIVS_MAIL, NILS_MAIL, PASSWORD
from tests.page import read_page
from tests.scenes.check_in_pages import plan
from tests.scenes.evening import Evening, Visit, token, words
from tests.scenes.note_pages import found, record, send

CHANGE = text(
    "UPDATE entry SET kind = 'closed' WHERE contact_id = :contact AND kind = 'call_received' RETURNING seq"
)


@pytest.fixture
def leader(evening: Evening) -> Visit:
    """A browser in which the leader is signed in."""
    add_account(evening.service.db, "vestfold", "liv", LIVS_MAIL, PASSWORD)
    return evening.signed_in(LIVS_MAIL)


def test_the_monday_list_links_what_a_leader_looks_at(evening: Evening, leader: Visit) -> None:
    answered, escalated, lost = evening.answered_at_once(), evening.escalated(), evening.hung_up()
    send(leader, answered, "next", next_what="Ola ringer", due="2026-03-10")
    send(leader, answered, "incident", severity="serious", what="Ble glemt.")

    page = leader.get("/review").text

    told = words(page)
    assert "3 henvendelser siden" in told
    for heading in (
        "Nådde ingen 1",
        "Åpne oppfølginger 1",
        "Avtalt med familier, og ikke gjort 1",
        "Eskalert 1",
        "Avvik 1",
        "Uten notat 2",
        "Ikke knyttet til noen sak 1",
        "Mønstre 1",
    ):
        assert heading in told, heading
    assert "Over tiden:" in told
    assert "Avvik: Alvorlig" in told
    assert "3 henvendelser natten etter fredag 13. mars 2026." in told
    for contact in (answered, escalated, lost):
        assert f"/contacts/{contact}" in page


def test_the_monday_list_tells_of_unusual_reading_untried_phones_and_missing_briefs(
    evening: Evening, leader: Visit
) -> None:
    contact = evening.answered_at_once()
    add_account(evening.service.db, "vestfold", "nils", NILS_MAIL, PASSWORD)
    evening.signed_in(NILS_MAIL).get(f"/contacts/{contact}")
    evening.kari.policy = Voicemail(after=5)
    try_phone(evening.service.db, evening.team_id, PersonId("kari"), evening.carrier.now())
    evening.run_for(60)

    told = words(leader.get("/review").text)

    assert re.search(r"Uvanlige lesninger 2 .*Nils, lør\. 14\. mars \d\d:\d\d: Henvendelse V-014 · Om", told)
    assert re.search(r"prøves 4 .*Kari: anrop: tatt, men ingen trykket 1, SMS: .* Ola: aldri prøvd", told)
    assert "Vaktark som mangler eller er eldre enn en uke 3 V-014 · Nils · Ikke noe vaktark ennå" in told


def test_a_call_that_we_make_has_reached_nobody_only_where_it_became_a_follow_up(
    evening: Evening, leader: Visit
) -> None:
    kari = evening.signed_in()
    for family in ("V-014", "V-015"):
        plan(kari, case=family, at_time="03:00", at_day="2026-03-14")
    evening.run_for(1500)
    for contact, how in zip(evening.contacts(), ("done", "no_answer"), strict=True):
        send(kari, contact.id, "check-in", how=how, words="")

    urgent = {line.id: line.projection.attention for line in found(evening, Filters(unreviewed=True))}
    told = words(leader.get("/review").text)

    assert sorted(urgent.values()) == [1, 2]
    assert "Nådde ingen 0" in told
    assert "Åpne oppfølginger 1" in told
    assert "Ingen henvendelser passer" in words(leader.get("/log?which=unanswered").text)


def test_contacts_are_signed_off_one_after_another_those_that_reached_nobody_first(
    evening: Evening, leader: Visit
) -> None:
    answered, escalated, lost = evening.answered_at_once(), evening.escalated(), evening.hung_up()

    begin = leader.get("/review/next")
    first = send(leader, lost, "sign-off", comment="Ringt opp av Kari.", next="1")
    second = send(leader, escalated, "sign-off", next="1")
    last = send(leader, answered, "sign-off", next="1")

    assert begin.location == f"/contacts/{lost}"
    assert first.location == f"/contacts/{escalated}"
    assert second.location == f"/contacts/{answered}"
    assert last.location == "/review?done=1"
    assert record(evening, lost).sign_offs[0].comment == "Ringt opp av Kari."
    assert found(evening, Filters(unreviewed=True)) == ()
    assert "Alt er gjennomgått." in leader.get("/review").text


def test_what_is_added_after_the_sign_off_is_to_be_signed_off_again(evening: Evening, leader: Visit) -> None:
    contact = evening.hung_up()
    send(leader, contact, "sign-off")
    signed = found(evening, Filters(unreviewed=True))

    evening.run_for(3600)
    alerted = found(evening, Filters(unreviewed=True))
    send(leader, contact, "note", said="Ringt tilbake.", based_on="0")

    assert (signed, alerted) == ((), ())
    assert [line.id for line in found(evening, Filters(unreviewed=True))] == [contact]
    assert "må gjennomgås på nytt" in leader.get(f"/contacts/{contact}").text


def test_a_call_that_goes_on_is_not_signed_off(evening: Evening, leader: Visit) -> None:
    contact = evening.rings()

    refused = send(leader, contact, "sign-off", comment="ferdig")
    nothing = leader.get("/review/next")

    assert refused.status_code == 409
    assert "ferdig" in refused.text
    assert nothing.location == "/review?done=1"


def test_a_number_that_calls_again_and_again_is_a_pattern(evening: Evening, leader: Visit) -> None:
    for _ in range(3):
        evening.mother.text(LINE, "hei")
        evening.run_for(5)
        evening.hung_up()

    told = words(leader.get("/review").text)

    assert "Ukjent nummer: 3 henvendelser fra ett nummer fra" in told


def test_the_log_pages_both_ways_in_either_order(evening: Evening, leader: Visit) -> None:
    contacts = [evening.hung_up() for _ in range(4)]
    send(leader, contacts[3], "sign-off")

    links = read_page(leader.get("/log?first=urgent").text).links(re.compile("/contacts/[0-9a-f]{32}"))

    assert links == [f"/contacts/{contacts[nth]}" for nth in (2, 1, 0, 3)]


def test_a_therapist_does_not_review(evening: Evening) -> None:
    contact = evening.hung_up()
    visit = evening.signed_in(KARIS_MAIL)

    assert visit.get("/review").status_code == 403
    assert visit.get("/journal").status_code == 403
    assert send(visit, contact, "sign-off").status_code == 403
    assert "Merk som gjennomgått" not in visit.get(f"/contacts/{contact}").text


def test_the_journals_page_says_when_it_was_found_whole_and_which_entry_is_not(
    evening: Evening, leader: Visit
) -> None:
    contact = evening.answered_at_once()
    by_itself = words(leader.get("/journal").text)
    leader.post("/journal", data={"csrf_token": token(leader, "/")})
    evening.run_for(5)

    whole = words(leader.get("/journal").text)
    with evening.service.db.writer.begin() as conn:
        conn.execute(text("DROP TRIGGER entry_stays"))
        changed = conn.execute(CHANGE, {"contact": contact}).scalar_one()
    evening.run_for(60)
    leader.post("/journal", data={"csrf_token": token(leader, "/")})
    evening.run_for(5)
    damaged = words(leader.get("/journal").text)

    assert by_itself.count("Hel ") == 2  # once a day nobody need ask for it
    assert whole.count("Hel ") == 2
    assert f"entry {changed} is not what was written" in damaged
