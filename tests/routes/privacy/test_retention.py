"""The leader sees what is to be erased, gives it out, holds it, and erases it."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from oncall.contacts.case import Phase
from oncall.rota.model import PersonId, Rota, Tier
from oncall.store.accounts.credentials import find_account
from oncall.store.families.cases import load_cases
from oncall.store.families.saving import save_cases
from oncall.store.team.changes import save_team
from oncall.usecases.accounts.accounts import add_account
from tests.cast import LIVS_MAIL, MOTHER, PASSWORD
from tests.page import read_page
from tests.scenes.evening import VESTFOLD, Evening, Visit, token, words
from tests.scenes.night import FAMILIES

pytestmark = pytest.mark.slow


@pytest.fixture
def evening(sqlite_url: str) -> Iterator[Evening]:
    """An evening on which mother's case was closed a year and a half ago."""
    evening = Evening(sqlite_url)
    evening.answered_at_once()
    add_account(evening.service.db, "vestfold", "liv", LIVS_MAIL, PASSWORD)
    with evening.service.db.writing(evening.team_id) as writing:
        closed_on = evening.carrier.now().date() - timedelta(days=540)
        save_cases(writing, [replace(FAMILIES[0], phase=Phase.CLOSED, closed_on=closed_on)])
    yield evening
    evening.close()


@pytest.fixture
def leader(evening: Evening) -> Visit:
    return evening.signed_in(LIVS_MAIL)


def case_id(evening: Evening, label: str = "V-014") -> str:
    with evening.service.db.reading() as reading:
        return next(case.id for case in load_cases(reading, evening.team_id) if case.label == label)


def post(leader: Visit, path: str, **form: str) -> tuple[int, str]:
    answer = leader.post(path, data={**form, "csrf_token": token(leader, "/retention")})
    return answer.status_code, answer.text


def test_a_case_is_given_out_and_erased_by_the_leader(evening: Evening, leader: Visit) -> None:
    at = f"/retention/{case_id(evening)}"
    assert post(leader, "/retention/rules", **{"months-0": "12"})[0] == 302
    assert "Skal ha vært slettet siden" in leader.get("/retention").text
    assert "Slett for godt" not in leader.get("/retention").text

    status, told = post(leader, f"{at}/export", reason="overført til kommunen", **{"as": "file"})
    assert status == 200
    assert [phone["number"] for phone in json.loads(told)["case"]["members"][0]["phones"]] == [MOTHER]
    wrong = post(leader, f"{at}/erase", label="V-041")
    status, page = post(leader, f"{at}/erase", label="V-014")

    assert wrong[0] == 422
    assert status == 200
    assert "V-014 er slettet" in page
    assert "Ingen sak er avsluttet" in page
    assert post(leader, f"{at}/export", reason="igjen")[0] == 404


def test_the_record_can_be_printed_in_the_reader_s_language(evening: Evening, leader: Visit) -> None:
    status, page = post(leader, f"/retention/{case_id(evening)}/export", reason="innsyn", **{"as": "print"})

    assert status == 200
    assert MOTHER in page
    for word in ("Familien ringte", "De to ble satt sammen", "Egen terapeut", "Besvart av"):
        assert word in page
    assert "call_received" not in page


def test_a_case_on_hold_is_not_erased(evening: Evening, leader: Visit) -> None:
    at = f"/retention/{case_id(evening)}"
    post(leader, f"{at}/export", reason="overført")
    assert post(leader, f"{at}/hold", reason="")[0] == 422
    assert post(leader, f"{at}/hold", reason="klagesak")[0] == 302

    status, page = post(leader, f"{at}/erase", label="V-014")

    assert (status, "Skal bevares" in page) == (409, True)
    assert post(leader, f"{at}/lift", reason="avgjort")[0] == 302
    assert post(leader, f"{at}/export", reason="overført")[0] == 200
    assert post(leader, f"{at}/erase", label="V-014")[0] == 200


def test_an_open_case_and_another_number_of_months_are_refused(evening: Evening, leader: Visit) -> None:
    assert post(leader, f"/retention/{case_id(evening, 'V-015')}/erase", label="V-015")[0] == 404
    for months in ("0", "-3", "601", "tolv", "1e3"):
        assert post(leader, "/retention/rules", **{"months-0": months})[0] == 422


def test_a_rule_is_shown_as_it_was_saved(evening: Evening, leader: Visit) -> None:
    post(leader, "/retention/rules", **{"months-0": "24", "months-1": "36", "automatic-1": "on"})

    page = read_page(leader.get("/retention").text)

    assert (page.value("months-0"), page.value("months-1")) == ("24", "36")
    assert [each["name"] for each in page.all("input", checked=True)] == ["automatic-1"]


def without_kari(rota: Rota, since: datetime) -> Rota:
    people = (PersonId("liv" if rota.tier is Tier.LEADER else "ola"),)
    later = replace(rota.layers[0], id=f"{rota.tier}-2", effective_from=since, participants=people)
    return replace(rota, layers=(later,))


def let_kari_leave(evening: Evening, left: datetime) -> None:
    people = {key: person for key, person in VESTFOLD.people.items() if key != "kari"}
    rotas = {tier: without_kari(rota, left) for tier, rota in VESTFOLD.rotas.items()}
    with evening.service.db.writing(evening.team_id) as writing:
        save_team(writing, replace(VESTFOLD, people=people, rotas=rotas), left, "liv")


def test_an_own_therapist_who_has_left_is_still_named_at_the_family(evening: Evening, leader: Visit) -> None:
    with evening.service.db.writing(evening.team_id) as writing:
        save_cases(writing, [replace(FAMILIES[0], own_therapist=PersonId("kari"))])
    before = words(leader.get("/cases").text)

    let_kari_leave(evening, evening.carrier.now())

    assert "Kari Nordmann ·" in before
    listed = words(leader.get("/cases").text)
    assert "Kari ·" in listed
    assert "Nordmann" not in listed
    form = read_page(leader.get(f"/cases/{case_id(evening, 'V-014')}/edit").text)
    assert form.only("option", value="kari", selected=True).words == "Kari"


def test_who_has_left_is_erased_by_the_leader_and_old_pages_call_them_a_former_colleague(
    evening: Evening, leader: Visit
) -> None:
    let_kari_leave(evening, evening.carrier.now())
    with evening.service.db.writing(evening.team_id) as writing:
        save_cases(writing, [replace(case, own_therapist=PersonId("ola")) for case in FAMILIES])
    at = "/retention/staff/kari"
    assert post(leader, f"{at}/hold", reason="arbeidstvist")[0] == 302
    assert post(leader, f"{at}/erase", name="Kari Nordmann")[0] == 409
    assert post(leader, f"{at}/lift", reason="avgjort")[0] == 302
    status, told = post(leader, f"{at}/export", reason="innsyn")
    assert (status, json.loads(told)["person"]["name"]) == (200, "Kari Nordmann")
    assert post(leader, f"{at}/erase", name="Kari")[0] == 422

    status, page = post(leader, f"{at}/erase", name="kari nordmann")

    assert status == 200
    assert "Navn og nummer er slettet" in page
    assert post(leader, f"{at}/export", reason="innsyn")[0] == 404
    for path in ("/log", "/statistics", "/rota", "/settings/staff"):
        read = leader.get(path)
        assert read.status_code == 200, path
        assert "Nordmann" not in read.text, path
        if path != "/settings/staff":
            assert "Tidligere kollega 1" in words(read.text).replace("\xa0", " "), path


def test_a_closed_account_is_let_in_again_or_erased_by_the_leader(evening: Evening, leader: Visit) -> None:
    mail = "larvik@example.no"
    add_account(evening.service.db, "vestfold", None, mail, PASSWORD, role="reviewer", municipality="Larvik")
    evening.signed_in(mail).get(f"/cases/{case_id(evening)}")
    with evening.service.db.reading() as reading:
        account = find_account(reading, mail)
    assert account is not None
    named = mail in leader.get("/reading").text
    assert f"{mail} får beskjed" not in words(leader.get("/accounts").text), "no phone of theirs is known"
    assert post(leader, "/accounts/close", account=str(account.id))[0] == 302
    assert "Stengt" in leader.get("/accounts").text
    page = words(post(leader, "/accounts/reset", account=str(account.id))[1])
    link = re.search(r"/invitation/[\w.-]+", page)
    assert link is not None
    assert mail not in leader.get("/retention").text
    post(leader, "/accounts/close", account=str(account.id))
    assert evening.visitor().get(link[0]).status_code == 404
    at = f"/retention/staff/{account.key}"
    assert mail in post(leader, f"{at}/export", reason="innsyn")[1]

    status, page = post(leader, f"{at}/erase", name=mail)

    assert (status, "E-postadressen er slettet" in page, named) == (200, True, True)
    for path in ("/accounts", "/retention", "/reading"):
        assert mail not in leader.get(path).text, path
