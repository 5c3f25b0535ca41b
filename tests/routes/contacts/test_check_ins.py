"""The pages on which calls with families are agreed on, made and marked."""

import re

from oncall.contacts.model import State
from oncall.store.families.cases import find_case_id
from oncall.usecases.accounts.accounts import add_account
from standin.simulator.phones.policies import Answer
from tests.cast import FATHER, KARIS_PHONE, LINE, LIVS_MAIL, MOTHER, PASSWORD
from tests.page import read_page
from tests.scenes.check_in_pages import FORM, number_of, plan, post
from tests.scenes.evening import Evening, Visit, words


def listed(visit: Visit) -> list[str]:
    """Return the addresses of the calls that are agreed on."""
    return read_page(visit.get("/check-ins").text).links(re.compile("/check-ins/[0-9a-f]{32}"))


def test_a_call_is_agreed_on_and_stands_on_its_page_and_on_now(evening: Evening) -> None:
    visit = evening.signed_in()

    response = plan(visit, at_time="15:30")
    page, now = visit.get("/check-ins").text, visit.get("/").text

    assert response.status_code == 302
    assert "Mor" in page
    assert "før natta" in page
    assert MOTHER not in page
    assert "V-014" in now
    assert "før natta" not in now, "what is said of families stands on pages whose reading is noted"


def test_a_form_that_is_sent_twice_agrees_on_one_call(evening: Evening) -> None:
    visit = evening.signed_in()

    plan(visit)
    plan(visit)

    assert len(listed(visit)) == 1


def test_what_cannot_be_saved_is_said_at_its_field(evening: Evening) -> None:
    visit = evening.signed_in()

    past, skipped = plan(visit, at_time="01:00"), plan(visit, at_day="2026-03-29", at_time="02:30")
    nobody = plan(visit, number="0" * 32)

    assert [one.status_code for one in (past, skipped, nobody)] == [422, 422, 422]
    assert "Velg et tidspunkt fram i tid." in past.text
    assert read_page(skipped.text).has(id="at_time-error")
    assert "Saken har ikke dette nummeret lenger." in nobody.text
    assert "Ingen samtale er avtalt." in visit.get("/check-ins").text


def test_it_is_moved_and_cancelled_on_its_own_page(evening: Evening) -> None:
    visit = evening.signed_in()
    plan(visit)
    (path,) = listed(visit)

    changed = post(visit, path, **{**FORM, "at_time": "22:15"})
    page = visit.get("/check-ins").text
    cancelled = post(visit, f"{path}/cancel")
    again = post(visit, path, **FORM)

    assert (changed.status_code, cancelled.status_code, again.status_code) == (302, 302, 422)
    assert "22:15" in page
    assert "Ingen samtale er avtalt." in visit.get("/check-ins").text


def test_at_its_time_it_is_called_from_its_page_and_marked(evening: Evening) -> None:
    visit = evening.signed_in()
    plan(visit, at_time="03:40")
    evening.run_for(3600)
    contact = evening.contacts()[-1].id
    evening.kari.policy = Answer(after=3).press("1", after_hearing="Trykk 1").hang_up(at=60)
    evening.mother.policy = Answer(after=3)

    page = visit.get(f"/contacts/{contact}").text
    post(visit, f"/contacts/{contact}/call-back")
    evening.run_for(90)
    marked = post(visit, f"/contacts/{contact}/check-in", how="done", words="Rolig kveld.")

    assert "Avtalt samtale" in page
    assert "før natta" in page
    assert "Vaktark for V-014" in page, "whoever is to call reads first whom they call"
    assert evening.mother.bridges[-1].other_number == KARIS_PHONE
    assert evening.mother.rang[-1].shown == LINE
    assert marked.status_code == 302
    assert evening.contacts()[-1].state is State.CLOSED
    assert "Gjennomført" in visit.get("/check-ins").text
    assert "Satt over: de to har snakket sammen" in visit.get(f"/contacts/{contact}").text


def test_a_call_that_we_made_stands_in_the_record_of_its_case(evening: Evening) -> None:
    visit = evening.signed_in()
    plan(visit, at_time="03:40")
    evening.run_for(3600)
    evening.kari.policy = Answer(after=3).press("1", after_hearing="Trykk 1").hang_up(at=60)
    evening.mother.policy = Answer(after=3)
    post(visit, f"/contacts/{evening.contacts()[-1].id}/call-back")
    evening.run_for(90)
    add_account(evening.service.db, "vestfold", "liv", LIVS_MAIL, PASSWORD)

    address = f"/exports/case/{evening.case_id('V-014')}"
    record = post(evening.signed_in(LIVS_MAIL), address, reason="Overføring til kommunen")

    assert record.status_code == 200
    assert "fra oss: Kari Nordmann" in words(record.text)


def test_a_call_from_a_case_that_is_not_safe_is_made_with_a_reason_alone(evening: Evening) -> None:
    visit = evening.signed_in()
    evening.kari.policy = Answer(after=3).press("1", after_hearing="Trykk 1").hang_up(at=40)
    evening.father.policy = Answer(after=3)
    with evening.service.db.reading() as reading:
        case = find_case_id(reading, evening.team_id, "V-015")
    order = {"number": number_of(visit, "V-015"), "once": "first"}

    refused = post(visit, f"/cases/{case}/call", **order)
    evening.run_for(30)
    before = evening.father.rang
    placed = post(visit, f"/cases/{case}/call", **order, reason="Barnet er alene med ham.")
    evening.run_for(60)

    assert refused.status_code == 422
    assert read_page(refused.text).has(name="reason")
    assert before == ()
    assert placed.status_code == 302
    assert [rang.shown for rang in evening.father.rang] == [LINE]
    assert evening.kari.bridges[-1].other_number == FATHER


def test_nothing_of_another_team_is_shown_or_called(evening: Evening) -> None:
    visit = evening.signed_in()

    shown = visit.get(f"/check-ins/{'0' * 32}")
    marked = post(visit, f"/contacts/{'0' * 32}/check-in", how="done")
    called = post(visit, f"/cases/{'0' * 32}/call", number="0" * 32)

    assert [one.status_code for one in (shown, marked, called)] == [404, 404, 404]
