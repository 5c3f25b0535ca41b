"""A contact's page, where staff take what waits, answer it, call back, ask a colleague and close it."""

from werkzeug.test import TestResponse

from oncall.contacts.contact import FollowUp
from oncall.contacts.model import Kind
from oncall.usecases.accounts.accounts import add_account
from standin.simulator.phones.policies import Answer, Decline
from tests.cast import FATHER, KARIS_PHONE, LINE, MOTHER, OLAS_MAIL, PASSWORD, TOTP
from tests.page import read_page
from tests.scenes.evening import Evening, Visit, token


def wrote(evening: Evening, body: str = "kan noen ringe?") -> str:
    """Mother has written, and Kari has been alerted; return the contact's id."""
    evening.mother.text(LINE, body)
    evening.run_for(60)
    return evening.contacts()[-1].id


def press(visit: Visit, contact: str, act: str, **form: str) -> TestResponse:
    """Send one of the page's forms."""
    page = visit.get(f"/contacts/{contact}")
    assert page.status_code == 200
    return visit.post(f"/contacts/{contact}/{act}", data={**form, "csrf_token": token(visit, "/")})


def test_the_conversation_and_what_can_be_done_stand_on_the_page(evening: Evening) -> None:
    contact = wrote(evening)

    page = evening.signed_in().get(f"/contacts/{contact}").text

    assert "kan noen ringe?" in page
    assert "Jeg tar den" in page
    assert MOTHER not in page


def test_whoever_takes_it_owns_it_and_the_alerts_fall_silent(evening: Evening) -> None:
    contact = wrote(evening)
    visit = evening.signed_in()

    response = press(visit, contact, "acknowledge")
    alerts = len(evening.ola.texts) + len(evening.liv.texts)
    evening.run_for(900)

    assert response.status_code == 302
    assert evening.contacts()[-1].acknowledged_by == "kari"
    assert len(evening.ola.texts) + len(evening.liv.texts) == alerts
    assert "Du har den." in visit.get(f"/contacts/{contact}").text


def test_a_reply_reaches_the_family_from_the_teams_number(evening: Evening) -> None:
    contact = wrote(evening)

    press(evening.signed_in(), contact, "reply", body="Jeg ringer om fem minutter.")
    evening.run_for(10)

    (text,) = evening.mother.texts
    assert (text.from_number, text.body) == (LINE, "Jeg ringer om fem minutter.")
    assert evening.contacts()[-1].follow_up is FollowUp.ACKNOWLEDGED


def test_an_empty_reply_says_so_and_sends_nothing(evening: Evening) -> None:
    contact = wrote(evening)

    response = press(evening.signed_in(), contact, "reply", body="  ")
    evening.run_for(10)

    assert response.status_code == 422
    assert "Skriv det familien skal lese." in response.text
    assert evening.mother.texts == []


def test_a_call_back_rings_the_therapist_first_and_then_the_family(evening: Evening) -> None:
    contact = wrote(evening)
    evening.kari.policy = Answer(after=3).press("1", after_hearing="Trykk 1").hang_up(at=60)
    evening.mother.policy = Answer(after=3)

    press(evening.signed_in(), contact, "call-back")
    evening.run_for(90)

    assert [bridge.other_number for bridge in evening.kari.bridges][-1:] == [MOTHER]
    assert evening.mother.bridges[-1].other_number == KARIS_PHONE
    assert evening.mother.rang[-1].shown == LINE


def test_a_family_that_has_said_no_is_called_only_with_a_reason(evening: Evening) -> None:
    call = evening.call(evening.father)
    evening.run_for(8)
    call.hang_up()
    evening.run_for(30)
    contact = evening.contacts()[-1].id
    evening.kari.policy = Answer(after=3).press("1", after_hearing="Trykk 1").hang_up(at=40)
    evening.father.policy = Answer(after=3)
    visit = evening.signed_in()

    refused = press(visit, contact, "call-back")
    evening.run_for(60)
    rang_without = list(evening.father.rang)
    press(visit, contact, "call-back", reason="Barnet er alene med ham.")
    evening.run_for(90)

    assert refused.status_code == 422
    assert "Skriv hvorfor" in refused.text
    assert rang_without == []
    assert [rang.shown for rang in evening.father.rang] == [LINE]
    assert evening.kari.bridges[-1].other_number == FATHER


def test_closing_asks_how_it_ended(evening: Evening) -> None:
    contact = wrote(evening)
    visit = evening.signed_in()

    refused = press(visit, contact, "close")
    press(visit, contact, "close", outcome="Snakket med mor, alt rolig.")

    assert refused.status_code == 422
    assert evening.contacts()[-1].follow_up is FollowUp.CLOSED
    assert "Snakket med mor, alt rolig." in visit.get(f"/contacts/{contact}").text


def test_a_colleague_is_asked_and_the_owner_stays_until_they_accept(evening: Evening) -> None:
    contact = wrote(evening)
    add_account(evening.service.db, "vestfold", "ola", OLAS_MAIL, PASSWORD, totp_secret=TOTP)
    visit = evening.signed_in()
    press(visit, contact, "acknowledge")

    press(visit, contact, "hand-on", to="ola")
    evening.run_for(10)

    assert evening.contacts()[-1].acknowledged_by == "kari"
    page = visit.get(f"/contacts/{contact}").text
    assert "Ola er bedt om å ta over." in page
    assert "Kari ber Ola ta over" in page
    assert "Kari har den, og har bedt Ola ta over" in visit.get("/").text
    assert evening.ola.texts[-1].body.startswith("En kollega ber deg ta over. V-014")
    assert "Du er bedt om å ta over." in evening.signed_in(OLAS_MAIL).get(f"/contacts/{contact}").text


def test_whoever_handed_on_learns_that_it_is_theirs_no_more(evening: Evening) -> None:
    contact = wrote(evening)
    visit = evening.signed_in()
    press(visit, contact, "acknowledge")
    press(visit, contact, "hand-on", to="ola")
    evening.ola.policy = Answer(after=3).press("1", after_hearing="En kollega ber deg ta over")

    evening.run_for(30)

    assert evening.contacts()[-1].acknowledged_by == "ola"
    assert evening.kari.texts[-1].body.startswith("Kollegaen din har tatt over. V-014")


def test_what_is_sent_twice_by_a_trembling_finger_is_done_once(evening: Evening) -> None:
    contact = wrote(evening)
    visit = evening.signed_in()

    for _ in range(2):
        press(visit, contact, "reply", body="Jeg er her.")
        press(visit, contact, "consult", to="liv")
        press(visit, contact, "call-back")
        press(visit, contact, "hand-on", to="ola")
    evening.run_for(5)
    sent = [text.body for text in evening.mother.texts], len(evening.ola.texts)
    kinds = [entry.kind for entry in evening.stored(contact)]
    evening.run_for(20)
    press(visit, contact, "call-back")
    press(visit, contact, "reply", body="Jeg er her.")

    assert sent == (["Jeg er her."], 1)
    assert (kinds.count(Kind.CALL_BACK_ORDERED), kinds.count(Kind.CONSULT_ORDERED)) == (1, 1)
    again = [entry.kind for entry in evening.stored(contact)]
    assert again.count(Kind.CALL_BACK_ORDERED) == 2, "whoever tries again a little later means it"
    assert again.count(Kind.TEXT_RELAYED) == 1, "but nobody means to write the very same words"


def test_another_teams_contact_cannot_be_touched(evening: Evening) -> None:
    wrote(evening)
    visit = evening.signed_in()

    response = visit.post(f"/contacts/{'0' * 32}/acknowledge", data={"csrf_token": token(visit, "/")})

    assert response.status_code == 404


def test_whoever_does_not_answer_their_own_phone_reads_that_nobody_was_called(evening: Evening) -> None:
    contact = wrote(evening)
    evening.kari.policy = Decline(after=3)
    visit = evening.signed_in()

    press(visit, contact, "call-back")
    evening.run_for(30)

    assert (
        visit.get(f"/contacts/{contact}").text.count("Kari tok ikke sin egen telefon: ingen ble ringt") == 1
    )


def test_a_text_that_is_sent_after_the_session_has_ended_comes_back_to_its_writer(evening: Evening) -> None:
    contact = wrote(evening)
    stale = token(evening.signed_in(), "/")
    form = {"body": "Jeg er her straks.", "csrf_token": stale}

    back = evening.visitor().post(f"/contacts/{contact}/reply", data=form)
    visit = evening.signed_in()
    press(visit, contact, "reply", body="Jeg er her straks.")
    evening.run_for(10)

    assert back.status_code == 401
    assert "Meldingen din er ikke sendt" in back.text
    assert "Jeg er her straks." in back.text
    assert [text.body for text in evening.mother.texts] == ["Jeg er her straks."]


def test_how_it_ended_comes_back_to_whoever_wrote_it_after_the_session_had_ended(evening: Evening) -> None:
    contact = wrote(evening)
    press(evening.signed_in(), contact, "acknowledge")
    stale = token(evening.signed_in(), "/")
    form = {"outcome": "Snakket sammen, alt rolig.", "csrf_token": stale}

    back = evening.visitor().post(f"/contacts/{contact}/close", data=form)
    page = evening.signed_in().get(f"/contacts/{contact}").text

    assert back.status_code == 401
    assert "Henvendelsen er ikke avsluttet ennå" in back.text
    assert "Snakket sammen, alt rolig." in read_page(back.text).fields().values()
    assert "Hvordan det endte" in page  # and so it still waits for its ending
