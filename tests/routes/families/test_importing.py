"""Families are imported from a spreadsheet, whoever has written it, after a look at what would change."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from oncall.rota.model import PersonId
from tests.cast import MOTHER
from tests.scenes.case_pages import find, hidden
from tests.scenes.evening import Evening, Visit, token, words

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
