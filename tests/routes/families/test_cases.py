"""What the pages of the families say, how they are changed, and to whom a brief opens."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from oncall.contacts.brief import Brief
from oncall.contacts.case import Case
from oncall.rota.model import PersonId
from oncall.store.contacts.contacts import load_contact
from oncall.store.families.cases import load_cases
from oncall.store.families.check_ins import add_check_in, members_of
from oncall.store.families.history import add_revision, current_brief
from oncall.store.journal.entries import read_notes
from oncall.store.schema import migrate
from oncall.store.session import reads_chain
from oncall.usecases.accounts.accounts import add_account
from oncall.usecases.families.briefs import may_open_brief
from tests.page import read_page
from tests.scenes.evening import PASSWORD, VESTFOLD, Evening, Visit, token, words
from tests.scenes.night import FATHER, MOTHER

LIV, NILS = "liv@vestfold.example", "nils@vestfold.example"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """One evening for all: each test makes the case that it changes."""
    url = f"sqlite:///{tmp_path_factory.mktemp('cases') / 'cases.sqlite3'}"
    migrate(url)
    evening = Evening(url)
    for email in (LIV, NILS):
        add_account(evening.service.db, "vestfold", email.partition("@")[0], email, PASSWORD)
    yield evening
    evening.close()


@pytest.fixture(scope="module")
def liv(shared: Evening) -> Visit:
    """The leader, signed in."""
    return shared.signed_in(LIV)


def find(evening: Evening, label: str) -> Case:
    with evening.service.db.reading() as reading:
        return next(case for case in load_cases(reading, evening.team_id) if case.label == label)


def hidden(page: str, name: str) -> str:
    return read_page(page).value(name)


def send(visit: Visit, address: str, **fields: str) -> str:
    """Fill in the page's form, keep what is hidden in it, send it, and follow; return the page."""
    page = read_page(visit.get(address).text)
    seen = {"seen": page.value("seen")} if page.has(name="seen") else {}
    form = {"csrf_token": token(visit, address), **seen, **fields}
    return visit.post(address, data=form, follow_redirects=True).text


def new_case(visit: Visit, label: str, **fields: str) -> str:
    page = read_page(send(visit, "/cases/new", label=label, phase="active", **fields))
    link, *_ = page.links(re.compile("/cases/[0-9a-f]{32}/edit"))
    return link.removesuffix("/edit")


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
        ({"number-1": "+4733900001"}, "Dette er teamets egen linje"),
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


# --------------------------------------------------------------------------------------- the brief


def test_a_brief_is_revised_reviewed_and_kept_in_every_version(shared: Evening, liv: Visit) -> None:
    address = f"{new_case(liv, 'V-034')}/brief"

    send(liv, f"{address}/edit", staff_safety="Gå to", safety_plan="Ring mormor\nGå ut")
    page = send(liv, f"{address}/edit", staff_safety="Gå alltid to", safety_plan="Ring mormor\nGå ut")
    form = {"seen": hidden(page, "seen"), "csrf_token": token(liv, address)}
    shared.run_for(60)
    reviewed = liv.post(f"{address}/review", data=form, follow_redirects=True)

    versions = words(liv.get(f"{address}/versions").text)
    assert words(page).index("Gå alltid to") < words(page).index("Barn")
    assert "Ring mormor" in [each.words for each in read_page(page).all("li")]
    assert reviewed.status_code == 200
    assert re.search(
        r"Gjennomgått, uendret · Liv .* Endret · Liv .*Gå alltid to.* Endret · Liv .*Gå to", versions
    )


def test_a_brief_says_which_calls_are_agreed_on_for_tonight(shared: Evening, liv: Visit) -> None:
    case, now = find(shared, "V-015"), shared.carrier.now()
    with shared.service.db.writing(shared.team_id) as writing:
        (father,) = members_of(writing, shared.team_id, "V-015")
        for hours in (2, 30):
            at = now + timedelta(hours=hours)
            add_check_in(writing, father, at, f"om {hours} timer", PersonId("nils"), now)

    page = words(liv.get(f"/cases/{case.id}/brief").text)

    assert re.search(r"Ventet i natt 04:4\d Mor: om 2 timer", page)
    assert "om 30 timer" not in page


def test_of_two_who_revise_a_brief_at_once_nobody_loses_a_word(shared: Evening, liv: Visit) -> None:
    case = find(shared, "V-016")
    address = f"/cases/{case.id}/brief/edit"
    seen = hidden(liv.get(address).text, "seen")
    with shared.service.db.writing(shared.team_id) as writing:
        add_revision(
            writing, case.id, Brief(risks="Rus", safety_plan="Gå ut\nRing"), "nils", shared.carrier.now()
        )

    form = {"risks": "Vold", "safety_plan": "Gå ut\r\nRing"}  # so a browser ends a line
    form |= {"seen": seen, "csrf_token": token(liv, address)}
    conflict = liv.post(address, data=form)
    saved = liv.post(address, data={**form, "seen": hidden(conflict.text, "seen")})

    assert conflict.status_code == 409
    assert "Risiko Rus Vold" in words(conflict.text)
    assert words(conflict.text).count("Gå ut") == 1, "what is the same is no difference"
    assert read_page(conflict.text).fields()["risks"] == "Vold"
    assert saved.status_code == 302
    with shared.service.db.reading() as reading:
        current = current_brief(reading, shared.team_id, case.id)
    assert current is not None
    assert (current.brief, current.by) == (Brief(risks="Vold", safety_plan="Gå ut\nRing"), "liv")


def test_a_brief_opens_to_own_therapist_and_leader_and_to_others_with_the_familys_contact(
    shared: Evening, liv: Visit
) -> None:
    case = find(shared, "V-014")
    with shared.service.db.writing(shared.team_id) as writing:
        add_revision(writing, case.id, Brief(risks="Kniv i huset"), "nils", shared.carrier.now())
    kari, nils = shared.signed_in(), shared.signed_in(NILS)
    address = f"/cases/{case.id}/brief"

    before = kari.get(address)
    contact = shared.answered_at_once()
    rung = kari.get(f"/contacts/{contact}")
    with_contact = kari.get(f"{address}?contact={contact}")

    assert before.status_code == 404
    assert "ikke åpent for deg" in before.text
    assert "Kniv i huset" in rung.text
    assert "Kniv i huset" in with_contact.text
    assert all("Kniv i huset" in visit.get(address).text for visit in (nils, liv))
    with shared.service.db.reading() as reading:
        stored = load_contact(reading, contact, shared.team_id)
        a_day_later = shared.carrier.now() + timedelta(hours=25)
        assert not may_open_brief(case, VESTFOLD.people[PersonId("kari")], stored, a_day_later)
        notes = [
            note for note in read_notes(reading, reads_chain(shared.team_id)) if note.kind == "brief_read"
        ]
    assert ("kari", contact) in {(note.actor, note.detail.get("contact")) for note in notes}


def test_a_contact_of_a_number_in_two_cases_suggests_both(evening: Evening) -> None:
    add_account(evening.service.db, "vestfold", "liv", LIV, PASSWORD)
    liv = evening.signed_in(LIV)
    address = new_case(liv, "V-040")
    send(
        liv,
        f"{address}/members/new",
        **{"name": "Tante", "relation": "network", "number-1": MOTHER, "known": "yes"},
    )

    contact = evening.answered_at_once()

    page = evening.signed_in().get(f"/contacts/{contact}").text
    assert "Nummeret står i flere saker" in page
    for label in ("V-014", "V-040"):
        brief = f"/cases/{find(evening, label).id}/brief?contact={contact}"
        assert brief in page
        assert evening.signed_in().get(brief).status_code == 200


# --------------------------------------------------------------------------------------- the import

HEADINGS = "Merkelapp;Kommune;Egen terapeut;Fase;Navn;Relasjon;Fødselsår;Telefonnummer;Kan ringes\n"


def book(*rows: tuple[object, ...]) -> bytes:
    """A workbook with these rows."""
    made, data = Workbook(), io.BytesIO()
    for row in rows:
        made.worksheets[0].append(row)
    made.save(data)
    return data.getvalue()


def upload(visit: Visit, data: bytes, name: str = "familier.csv") -> tuple[int, str]:
    form = {"csrf_token": token(visit, "/cases/import"), "file": (io.BytesIO(data), name)}
    answer = visit.post("/cases/import", data=form, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # the client keeps what is large in a file
    return answer.status_code, answer.text


def test_an_import_is_looked_at_before_anything_is_saved(shared: Evening, liv: Visit) -> None:
    rows = (
        "V-050;Larvik;Kari Nordmann;aktiv;Mor Eva;forelder;1985;900 22 333;ja\n"
        "V-050;;;;Nora;barn;2015;;\n"
        f"V-015;Horten;;;Mor;forelder;;{MOTHER};nei\n"
    )

    status, page = upload(liv, (HEADINGS + rows).encode("cp1252"))

    assert status == 200
    assert "1 ny sak" in page
    assert "1 endret sak" in page
    assert "V-014, V-015" in words(page)
    with pytest.raises(StopIteration):
        find(shared, "V-050")
    form = {name: hidden(page, name) for name in ("rows", "mark")}
    liv.post("/cases/import/confirm", data={**form, "csrf_token": token(liv, "/cases")})
    case = find(shared, "V-050")
    assert (case.own_therapist, case.municipality) == (PersonId("kari"), "Larvik")
    assert [(one.name, one.birth_year) for one in case.members] == [("Mor Eva", 1985), ("Nora", 2015)]
    again = upload(liv, (HEADINGS + rows).encode())[1]
    assert "Uendret: V-050, V-015" in again


def test_every_faulty_cell_is_named_by_row_and_column(liv: Visit) -> None:
    rows = "V-060;Oslo;Ingen;aktiv;Mor;forelder;85;hjemme;kanskje\n;;;;Far;;;;\n"

    status, page = upload(liv, (HEADINGS + rows).encode())

    assert status == 422
    for line in (
        "2 Kommune «Oslo»",
        "2 Telefonnummer «hjemme»",
        "2 Kan ringes «kanskje»",
        "3 Merkelapp",
        "3 Relasjon",
    ):
        assert line in words(page)


@pytest.mark.parametrize(
    ("data", "name", "answer"),
    [
        (b"", "tom.csv", "Velg en fil først"),
        (b"PK\x03\x04 not a zip", "bok.xlsx", "skadet"),
        (b"\x00\x01", "x.csv", "skadet"),
        (b"%PDF-1.7", "x.pdf", "verken en CSV- eller en XLSX-fil"),
        (b"Merkelapp;Hemmelig\nV-1;x\n", "x.csv", "Hemmelig"),
        (b"Navn\nMor\n", "x.csv", "Merkelapp"),
        (b"Merkelapp;Navn\n", "x.csv", "ingen familier"),
        (b'Merkelapp;Navn\nV-1;"Mor', "x.csv", "skadet"),
        (("Merkelapp;Navn\n" + "V-1;Mor\n" * 1001).encode(), "x.csv", "for stor"),
        (b"Merkelapp;Navn\n" + b"x" * 20_000_000, "x.csv", "for stor"),
        (b"Merkelapp;Navn\nV-1;Bj\x81rn\n", "x.csv", "Noen bokstaver kan ikke leses"),
        (book(("Merkelapp", "Navn"), ("V-1", '=A2 & " Hansen"')), "x.xlsx", "en formel og ikke noe resultat"),
    ],
)
def test_a_broken_file_has_a_clear_answer(liv: Visit, data: bytes, name: str, answer: str) -> None:
    status, page = upload(liv, data, name)

    assert status == 422
    assert answer in page
    assert "Ingenting er lagret" in page


@pytest.mark.parametrize(
    ("separator", "encoding"), [(";", "utf-8"), (",", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-16")]
)
def test_a_list_is_read_however_a_spreadsheet_program_writes_it(
    liv: Visit, separator: str, encoding: str
) -> None:
    rows = f"{HEADINGS}V-061;Larvik;;aktiv;Bjørn Åse;forelder;1985;90022444;ja\n"

    status, page = upload(liv, rows.replace(";", separator).encode(encoding))

    assert status == 200
    assert "Bjørn Åse" in page


def test_a_day_may_be_a_date_and_no_bare_number(liv: Visit) -> None:
    heads = ("Merkelapp", "Navn", "Relasjon", "Behandlingsstart")

    dated = upload(liv, book(heads, ("V-062", "Mor", "forelder", date(2026, 3, 2))), "x.xlsx")
    bare = upload(liv, book(heads, ("V-062", "Mor", "forelder", 46083)), "x.xlsx")

    assert dated[0] == 200
    assert bare[0] == 422
    assert "2 Behandlingsstart «46083» ikke en dato" in words(bare[1])


def test_macros_of_a_file_are_never_looked_at(liv: Visit) -> None:
    with_macro = io.BytesIO(book(("Merkelapp", "Navn", "Relasjon"), ("V-063", "Mor", "forelder")))
    with zipfile.ZipFile(with_macro, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"Sub Auto_Open()")

    status, page = upload(liv, with_macro.getvalue(), "familier.xlsm")

    assert status == 200
    assert "V-063" in page


def test_the_longest_list_that_is_shown_can_be_saved(shared: Evening, liv: Visit) -> None:
    row = "V-{};Larvik;Kari Nordmann;aktiv;Mor «Åse» nummer {} med et langt navn;forelder;1985;;ja\n"
    rows = "".join(row.format(3000 + n, n) for n in range(1000))

    status, page = upload(liv, (HEADINGS + rows).encode())
    form = {name: hidden(page, name) for name in ("rows", "mark")}
    saved = liv.post("/cases/import/confirm", data={**form, "csrf_token": token(liv, "/cases")})

    assert (status, saved.status_code) == (200, 200)
    assert find(shared, "V-3999").members[0].name == "Mor «Åse» nummer 999 med et langt navn"


def test_a_template_that_is_filled_in_can_be_imported(liv: Visit, tmp_path: Path) -> None:
    book = load_workbook(io.BytesIO(liv.get("/cases/import/template.xlsx").data))
    book.worksheets[0].append(["V-070", "Larvik", "Kari Nordmann", "planlagt", None, "Mor", "forelder"])
    book.worksheets[0].cell(2, 8, 1985.0)
    book.worksheets[0].cell(2, 10, 4790033444)
    filled = io.BytesIO()
    book.save(filled)

    status, page = upload(liv, filled.getvalue(), "familier.xlsx")
    empty = upload(liv, liv.get("/cases/import/template.csv").data)

    assert status == 200
    assert "V-070" in page
    assert "+47 900 33 444" in page
    assert empty[0] == 422
