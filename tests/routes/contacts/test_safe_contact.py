"""Before anybody calls or writes, the page says what was agreed and what stands against it."""

import re
from datetime import time

import pytest

from oncall.contacts.case import Case, Consent, Member, MemberNumber, Phase
from oncall.rota.clock_hours import Hours
from oncall.rota.model import PersonId
from oncall.store.families.saving import save_cases
from standin.simulator.phones.policies import Answer
from tests.cast import FATHER, LINE, MOTHER
from tests.page import read_page
from tests.scenes.evening import Evening, Visit, token, words
from tests.scenes.night import ACCEPTS

PHONE = MemberNumber(
    MOTHER, Consent.YES, Consent.YES, Consent.NO, Hours(time(8), time(20)), "Bjørk", "far, i helgene"
)


@pytest.fixture
def agreed(evening: Evening) -> Evening:
    """Mother has agreed to hours, a code word, and said who else sees her phone."""
    solveig = Member("Solveig", "parent", "nb", (PHONE,))
    case = Case("V-014", "Larvik", PersonId("nils"), Phase.ACTIVE, (solveig,))
    with evening.service.db.writing(evening.team_id) as writing:
        save_cases(writing, (case,))
    return evening


def press(visit: Visit, contact: str, act: str, **form: str) -> int:
    """Send one of the page's forms; return the status."""
    data = {**form, "csrf_token": token(visit, "/")}
    return visit.post(f"/contacts/{contact}/{act}", data=data).status_code


def test_code_word_hours_and_who_else_sees_the_phone_stand_above_the_buttons(agreed: Evening) -> None:
    agreed.mother.text(LINE, "hei")
    agreed.run_for(5)

    page = words(agreed.signed_in().get(f"/contacts/{agreed.contacts()[-1].id}").text)

    for told in ("Kodeord Bjørk", "Hvem andre ser telefonen far, i helgene", "Tider 08:00-20:00", "Solveig"):
        assert told in page
    assert page.index("Bjørk") < page.index("Ring likevel")
    assert "kan bare kontaktes kl. 08:00-20:00" in page  # it is night
    assert MOTHER not in page


def test_at_night_a_reply_needs_a_reason_and_what_was_written_stays(agreed: Evening) -> None:
    agreed.mother.text(LINE, "hei")
    agreed.run_for(5)
    contact, visit = agreed.contacts()[-1].id, agreed.signed_in()
    form = {"body": "Hei, jeg ringer i morgen", "csrf_token": token(visit, "/")}

    refused = visit.post(f"/contacts/{contact}/reply", data=form)
    sent = press(visit, contact, "reply", body=form["body"], reason="Hun ba om svar i natt.")
    agreed.run_for(10)

    assert refused.status_code == 422
    assert read_page(refused.text).fields()["body"] == "Hei, jeg ringer i morgen"
    assert sent == 302
    assert [text.body for text in agreed.mother.texts] == ["Hei, jeg ringer i morgen"]


def test_the_violent_parent_calls_from_the_mothers_phone(evening: Evening) -> None:
    evening.kari.policy = ACCEPTS
    call = evening.call(evening.mother)
    evening.run_for(40)
    contact, visit = evening.contacts()[-1].id, evening.signed_in()
    marked = press(visit, contact, "doubt")  # while they talk
    evening.run_for(5)
    call.hang_up()
    evening.run_for(10)
    heard = " ".join(evening.mother.said_to)
    evening.kari.policy = Answer(after=3).hang_up(at=2)

    evening.mother.text(LINE, "hvor er hun? hvem er dere?")
    again = evening.call(evening.mother)
    evening.run_for(8)
    again.hang_up()
    evening.run_for(60)
    later = evening.contacts()[-1].id
    called = press(visit, later, "call-back", warned="1")
    page = words(visit.get(f"/contacts/{later}").text)

    assert marked == 302
    assert not re.search("MST|Vestfold|V-014|Kari|Solveig", heard)
    assert [
        text.body for text in evening.liv.texts if "gale hender" in text.body or "feil hender" in text.body
    ]
    assert evening.mother.texts == []  # no automatic answer any more
    assert evening.mother.rang == ()
    assert called == 422
    assert "Kari merker at nummeret kan være i gale hender" in words(visit.get(f"/contacts/{contact}").text)
    assert "Denne telefonen kan være i gale hender." in page


def test_a_number_is_trusted_again_with_a_reason_alone(evening: Evening) -> None:
    evening.mother.text(LINE, "hei")
    evening.run_for(5)
    contact, visit = evening.contacts()[-1].id, evening.signed_in()
    press(visit, contact, "doubt")

    without = press(visit, contact, "trust")
    doubted = visit.get(f"/contacts/{contact}").text
    trusted = press(visit, contact, "trust", reason="Ny telefon, snakket med henne.")

    assert (without, trusted) == (422, 302)
    assert "kan være i gale hender" in doubted
    assert "Denne telefonen kan være i gale hender." not in visit.get(f"/contacts/{contact}").text


def test_a_number_of_no_family_says_that_nobody_was_asked(evening: Evening) -> None:
    evening.stranger.text(LINE, "hei")
    evening.run_for(5)

    page = words(evening.signed_in().get(f"/contacts/{evening.contacts()[-1].id}").text)

    assert "Ingen familie har dette nummeret" in page
    assert "Familien er ikke spurt om dette" not in page  # they have just written
    assert FATHER not in page
