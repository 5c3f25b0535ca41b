"""Who sees which family's contacts, what they must say first, and what the leader learns of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from oncall.usecases.accounts.accounts import add_account
from oncall.usecases.privacy import access
from tests.cast import NAMED_STAFF, PASSWORD, by_key, person
from tests.page import read_page
from tests.scenes.evening import VESTFOLD, Evening, Visit, token, words

TEAM = replace(
    VESTFOLD,
    people=by_key((*NAMED_STAFF, person("tove", "+4790000006", name="Tove Lie"))),
)


@pytest.fixture
def town(sqlite_url: str) -> Iterator[Evening]:
    """An evening with Tove, who is no family's therapist and not on duty either."""
    evening = Evening(sqlite_url, TEAM)
    for key in ("nils", "tove", "liv", "ola"):
        add_account(evening.service.db, TEAM.slug, key, f"{key}@vestfold.example", PASSWORD)
    for mail, place in (("larvik@example.no", "Larvik"), ("horten@example.no", "Horten")):
        add_account(evening.service.db, TEAM.slug, None, mail, PASSWORD, role="reviewer", municipality=place)
    yield evening
    evening.close()


def signed_in(town: Evening, key: str) -> Visit:
    return town.signed_in(f"{key}@vestfold.example")


def closed_contact(town: Evening) -> str:
    """Mother called, Kari took it, and nothing is left to do."""
    return town.answered_at_once()


def test_a_case_that_is_not_theirs_opens_for_a_reason_and_the_leader_is_told(town: Evening) -> None:
    contact = closed_contact(town)
    tove, page = signed_in(town, "tove"), f"/contacts/{contact}"
    case = town.case_id("V-014")

    asked = tove.get(page)
    silent = tove.post(f"{page}/acknowledge", data={"csrf_token": token(tove, "/")}).status_code
    why = f"/cases/{case}/why"
    form = {"csrf_token": token(tove, why), "next": page}
    short = tove.post(why, data={**form, "reason": "fordi"}).status_code
    opened = tove.post(why, data={**form, "reason": "Mor står i resepsjonen og Nils er syk"})
    seen = tove.get(page).status_code
    town.run_for(5)
    readings = words(signed_in(town, "liv").get("/reading").text)

    assert asked.location == f"{why}?next={page}"
    assert (silent, short) == (403, 422)
    assert (opened.location, seen) == (page, 200)
    told = [text.body for text in town.liv.texts if "ikke er deres" in text.body]
    assert len(told) == 1
    assert not any(word in told[0] for word in ("V-014", "Tove", "resepsjonen"))
    assert "Mor står i resepsjonen og Nils er syk" in readings
    assert readings.index("Ikke deres sak") < readings.index("Alle lesninger")


def test_a_case_that_is_not_theirs_is_not_chosen_for_an_agreed_call_either(town: Evening) -> None:
    tove, case = signed_in(town, "tove"), town.case_id("V-014")

    chosen = tove.get(f"/check-ins?case={case}")
    form = {"case": case, "csrf_token": token(tove, "/check-ins")}
    planned = tove.post("/check-ins", data=form).status_code

    assert chosen.location == f"/cases/{case}/why?next=/check-ins?case%3D{case}"
    assert planned == 403


def test_an_opened_case_closes_again_after_its_time(town: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "GLASS_STAYS_BROKEN", timedelta(minutes=1))
    contact = closed_contact(town)
    tove, why = signed_in(town, "tove"), f"/cases/{town.case_id('V-014')}/why"
    tove.post(why, data={"csrf_token": token(tove, why), "reason": "Mor står i resepsjonen"})

    town.run_for(61)

    assert tove.get(f"/contacts/{contact}").location.startswith(why)


@pytest.mark.parametrize("key", ["kari", "nils", "ola", "liv"])
def test_who_has_a_need_that_shows_is_asked_nothing(town: Evening, key: str) -> None:
    contact = closed_contact(town)  # Kari has duty and took it, Nils is their own, Ola is backup, Liv leads

    page = signed_in(town, key).get(f"/contacts/{contact}")

    assert page.status_code == 200
    assert "V-014" in page.text


def test_a_contact_that_nobody_has_taken_is_open_to_whoever_helps(town: Evening) -> None:
    contact = town.missed(town.mother)

    page = signed_in(town, "tove").get(f"/contacts/{contact}")

    assert page.status_code == 200
    assert "V-014" in page.text


def test_a_reviewer_reads_their_own_municipality_and_changes_nothing(town: Evening) -> None:
    contact = closed_contact(town)
    town.missed(town.father)  # a family of Horten's
    larvik, horten = town.signed_in("larvik@example.no"), town.signed_in("horten@example.no")
    page = f"/contacts/{contact}"

    own, other = larvik.get(page), horten.get(page)
    log, cases = words(larvik.get("/log").text), words(larvik.get("/cases").text)
    change = larvik.post(f"{page}/note", data={"csrf_token": token(larvik, "/log")})

    assert (own.status_code, other.status_code, change.status_code) == (200, 404, 403)
    assert not read_page(own.text).has("textarea")
    assert "V-015" not in own.text
    assert "V-014" in log
    assert "V-015" not in log
    assert "V-014" in cases
    assert "V-015" not in cases
    assert larvik.get(f"/cases/{town.case_id('V-014')}").status_code == 200
    assert larvik.get(f"/cases/{town.case_id('V-015')}").status_code == 404
    assert larvik.get("/").location == "/cases"


def test_an_operator_sees_the_service_and_no_family(town: Evening) -> None:
    contact = closed_contact(town)
    add_account(town.service.db, None, None, "drift@example.no", PASSWORD, role="operator")
    operator = town.signed_in("drift@example.no")

    page = operator.get(operator.get("/").location)

    assert page.status_code == 200
    assert "MST-CAN Vestfold" in words(page.text)
    assert "V-014" not in page.text
    assert operator.get(f"/contacts/{contact}").status_code == 403


def test_every_reading_stands_on_the_leaders_page_by_person_and_by_case(town: Evening) -> None:
    contact = closed_contact(town)
    signed_in(town, "nils").get(f"/contacts/{contact}")
    leader = signed_in(town, "liv")

    by_person = words(leader.get("/reading").text)
    by_case = words(leader.get("/reading?by=case").text)

    assert "Nils (2)" in by_person
    assert "Henvendelse V-014" in by_person
    assert "egen sak" in by_person
    assert "Om natten, uten vakt" in by_person
    assert "Vaktark V-014" in by_person
    assert "V-014 (2)" in by_case


def test_what_is_given_out_stands_there_too_with_why(town: Evening) -> None:
    closed_contact(town)
    leader, case = signed_in(town, "liv"), town.case_id("V-014")
    form = {"csrf_token": token(leader, "/"), "reason": "Tilsyn fra kommunen"}

    leader.post("/exports", data={**form, "form": "csv", "case": "V-015"}).get_data()
    leader.post(f"/exports/case/{case}", data=form)
    leader.get(f"/check-ins?case={case}")
    parts = read_page(leader.get("/reading?by=case").text).all("details")
    cases = {part.only("summary").words.split()[0]: part.words for part in parts}

    assert "Uttrekk, bedt om" in cases["V-015"]
    assert "Tilsyn fra kommunen" in cases["V-015"]
    assert "vakt" in cases["V-014"]  # the last human of the ladder
    assert "Avtalte samtaler" in cases["V-014"]
    assert "Uttrekk, gitt ut" in words(leader.get("/reading").text)
