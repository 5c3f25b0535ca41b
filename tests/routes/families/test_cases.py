"""The pages of the families: how one is found, what a case says, and how it is changed."""

import re

import pytest

from oncall.store.journal.entries import read_notes
from oncall.store.session import reads_chain
from tests.cast import FATHER, LINE
from tests.page import read_page
from tests.scenes.case_pages import find, hidden, new_case, send
from tests.scenes.evening import Evening, Visit, token, words

# ---------------------------------------------------------------------------------------- the list


@pytest.mark.parametrize("wanted", ["v-014", "Mor", "+47 900 00 101", "90000101", "00 47 90000101"])
def test_a_family_is_found_by_label_name_or_number_and_no_address_holds_them(liv: Visit, wanted: str) -> None:
    page = liv.post("/cases", data={"wanted": wanted, "csrf_token": token(liv, "/cases")})

    assert page.status_code == 200
    assert "V-014" in page.text
    assert wanted not in page.request.url


def test_a_closed_case_is_found_too(liv: Visit) -> None:
    address = new_case(liv, "V-090")
    liv.post(f"{address}/close", data={"closed_on": "2026-03-13", "csrf_token": token(liv, address)})

    found = liv.post("/cases", data={"wanted": "V-090", "csrf_token": token(liv, "/cases")}).text

    assert "V-090 Avsluttet" in words(found)
    assert "1 sak funnet" in words(found)


def test_what_nobody_has_is_said_so(liv: Visit) -> None:
    page = liv.post("/cases", data={"wanted": "Zebra", "csrf_token": token(liv, "/cases")})

    assert "0 saker funnet" in words(page.text)


# ---------------------------------------------------------------------------------------- one case


def test_a_case_has_its_members_with_ages_rules_and_its_week_of_treatment(
    shared: Evening, liv: Visit
) -> None:
    address = new_case(liv, "V-030", started_on="2026-02-02", municipality="Larvik", own_therapist="kari")
    send(
        liv,
        f"{address}/members/new",
        name="Sander",
        relation="child",
        birth_year="2014",
        language="uk",
        **{"number-1": "900 11 222", "may_call-1": "no", "opens-1": "08:00", "closes-1": "20:00"},
        **{"code_word-1": "fjelltur", "seen_by-1": "far"},
    )

    page = words(liv.get(address).text)

    assert "I behandling, uke 6" in page
    assert "Sander, 12 i år Barn · ukrainsk" in page
    assert "+47 900 11 222" in page
    assert re.search(r"Ring\w* Nei", page)
    assert re.search(r"08:00-20:00 Kodeord fjelltur", page)
    assert "Det finnes ikke noe vaktark" in page


@pytest.mark.parametrize(
    ("number", "kept"),
    [("+46 70 123 45 67", "+46701234567"), ("0047 91 11 22 33", "+4791112233"), ("02800", "+4702800")],
)
def test_foreign_and_odd_numbers_are_kept(shared: Evening, liv: Visit, number: str, kept: str) -> None:
    label = f"V-1{kept[-3:]}"
    address = new_case(liv, label)

    send(liv, f"{address}/members/new", **{"name": "Far", "relation": "parent", "number-1": number})

    assert find(shared, label).members[0].phones[0].number == kept


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"number-1": "hjemme"}, "Dette er ikke et telefonnummer"),
        ({"number-1": "112"}, "Dette er ikke et telefonnummer"),
        ({"number-1": LINE}, "Dette er teamets egen linje"),
        ({"number-1": "90000001"}, "Dette er en kollegas telefon"),
        ({"number-1": "90011333", "opens-1": "25:00"}, "Dette er ikke et klokkeslett"),
        ({"birth_year": "14"}, "Skriv et tall fra 1906 til 2026"),
        ({"name": ""}, "Skriv et navn"),
    ],
)
def test_a_member_that_cannot_be_saved_is_said_so_at_the_field_and_nothing_is_lost(
    shared: Evening, liv: Visit, fields: dict[str, str], complaint: str
) -> None:
    address = f"/cases/{find(shared, 'V-015').id}/members/new"
    written = {"name": "Bestemor", "relation": "network", "seen_by-1": "ingen", **fields}

    page = liv.post(address, data={**written, "seen": "", "csrf_token": token(liv, address)})

    assert page.status_code == 422
    assert complaint in page.text
    assert written.items() <= read_page(page.text).fields().items()
    assert len(find(shared, "V-015").members) == 1


@pytest.mark.parametrize("label", ["Familien Hansen", "Hansen", "90000101", "V-014", ""])
def test_a_label_is_a_code_of_its_own_and_never_a_name(liv: Visit, label: str) -> None:
    form = {"label": label, "phase": "active", "csrf_token": token(liv, "/cases/new")}

    page = liv.post("/cases/new", data=form)

    assert page.status_code == 422
    assert read_page(page.text).has(id="label-fault")


def test_a_number_known_in_another_case_is_pointed_out_and_never_merged(shared: Evening, liv: Visit) -> None:
    address = new_case(liv, "V-031")
    form = {"name": "Onkel", "relation": "network", "number-1": FATHER, "seen": ""}
    member = f"{address}/members/new"

    warned = liv.post(member, data={**form, "csrf_token": token(liv, member)})
    known = {**form, "known": "yes", "csrf_token": token(liv, member)}
    saved = liv.post(member, data=known, follow_redirects=True)

    assert warned.status_code == 422
    assert "Dette nummeret er kjent fra før" in warned.text
    assert "V-015" in warned.text
    assert re.search(r"Dette nummeret står også i V-015 \( ?forelder ?\)", words(saved.text))
    assert find(shared, "V-015").members[0].phones[0].number == FATHER


def test_of_two_who_change_a_member_at_once_nobody_loses_a_word(shared: Evening, liv: Visit) -> None:
    address = new_case(liv, "V-032")
    send(liv, f"{address}/members/new", name="Mor", relation="parent")
    member = f"{address}/members/{find(shared, 'V-032').members[0].id}"
    seen = hidden(liv.get(member).text, "seen")
    send(liv, member, name="Mor Berit", relation="parent")

    form = {"name": "Mor Anne", "relation": "parent", "seen": seen, "csrf_token": token(liv, member)}
    conflict = liv.post(member, data=form)
    again = {**form, "seen": hidden(conflict.text, "seen")}
    saved = liv.post(member, data=again, follow_redirects=True)

    assert conflict.status_code == 409
    assert "Mor Berit" in conflict.text
    assert read_page(conflict.text).value("name") == "Mor Anne"
    assert "Mor Anne" in saved.text
    history = words(liv.get(f"{address}/history").text)
    assert "Navn: Mor Anne (før: Mor Berit)" in history
    assert "Navn: Mor Berit (før: Mor)" in history


def test_a_case_closes_and_opens_again_and_its_history_says_by_whom(shared: Evening, liv: Visit) -> None:
    address = new_case(liv, "V-033", started_on="2026-02-02")
    form = token(liv, address)

    refused = liv.post(f"{address}/close", data={"closed_on": "2026-01-01", "csrf_token": form})
    liv.post(f"{address}/close", data={"closed_on": "2026-03-10", "csrf_token": form})
    liv.post(f"{address}/reopen", data={"csrf_token": form})

    history = words(liv.get(f"{address}/history").text)
    assert refused.status_code == 422
    assert re.search(r"Saken ble åpnet igjen · Liv .* Saken ble avsluttet · Liv", history)


def test_everybody_who_looks_is_noted(shared: Evening, liv: Visit) -> None:
    liv.get(f"/cases/{find(shared, 'V-014').id}")

    with shared.service.db.reading() as reading:
        note = read_notes(reading, reads_chain(shared.team_id))[-1]
    assert (note.kind, note.actor, note.detail["case"]) == ("case_read", "liv", "V-014")
