"""Families are imported from a spreadsheet, whoever has written it, after a look at what would change."""

import io
import re
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from oncall.rota.model import PersonId
from oncall.usecases.families.spreadsheets import BrokenSheet, read_sheet
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


HEADS = ("Merkelapp", "Navn", "Relasjon", "Fødselsår")


def with_dimension(data: bytes, dimension: str) -> bytes:
    """The workbook says of itself that it is as large as that."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = re.sub(
                    rb'<dimension ref="[^"]*"', b'<dimension ref="' + dimension.encode() + b'"', part
                )
            new.writestr(name, part)
    return changed.getvalue()


@pytest.mark.parametrize("dimension", ["A1", "A1:D2", "A1:B1"])
def test_no_row_is_lost_by_what_a_workbook_says_of_its_own_size(dimension: str) -> None:
    data = book(HEADS, *((f"V-{100 + nth}", "Mor", "forelder", 1985) for nth in range(5)))

    rows = read_sheet("familier.xlsx", with_dimension(data, dimension))

    assert [row.cells["label"] for row in rows] == [f"V-{100 + nth}" for nth in range(5)]
    assert all(row.cells["birth_year"] == "1985" for row in rows)


def test_formatted_empty_rows_are_not_counted() -> None:
    data = book(HEADS, *([("", "", "", "")] * 1500), ("V-100", "Mor", "forelder", 1985))

    rows = read_sheet("familier.xlsx", data)

    assert [row.number for row in rows] == [1502]


def test_a_cell_beyond_the_last_column_is_not_dropped_in_silence() -> None:
    data = book(HEADS, ("V-100", "Mor", "forelder", 1985, *([None] * 40), "viktig"))

    with pytest.raises(BrokenSheet):
        read_sheet("familier.xlsx", data)


@pytest.mark.parametrize("label", [date(2026, 3, 14), datetime(2026, 3, 14, 8, 0), time(3, 14), True, "#N/A"])  # noqa: DTZ001
def test_what_the_spreadsheet_has_made_of_a_label_is_a_fault(liv: Visit, label: object) -> None:
    data = book(("Merkelapp", "Navn", "Relasjon"), (label, "Mor", "forelder"))

    status, page = upload(liv, data, "familier.xlsx")

    assert status == 422
    assert "formater cellen som tekst" in page


@pytest.mark.parametrize("label", ["14.03.2026", "3/14/26", "2026-03-14"])
def test_a_label_that_was_saved_as_a_day_is_a_fault_in_csv_too(liv: Visit, label: str) -> None:
    status, page = upload(liv, f"Merkelapp;Navn;Relasjon\n{label};Mor;forelder\n".encode())

    assert status == 422
    assert "formater cellen som tekst" in page


def test_a_year_of_birth_that_became_a_day_is_a_fault(liv: Visit) -> None:
    data = book(HEADS, ("V-100", "Nora", "barn", date(1905, 7, 7)))

    status, page = upload(liv, data, "familier.xlsx")

    assert status == 422
    assert "formater cellen som tekst" in page
