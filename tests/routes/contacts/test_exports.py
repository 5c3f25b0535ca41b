"""What leaves the house: with a reason, in full, harmless to a spreadsheet, and with a receipt."""

import csv
import hashlib
import io
import json
import secrets
from collections.abc import Iterator
from datetime import datetime

import openpyxl
import pytest
from werkzeug.test import TestResponse

from oncall.routes.web import spreadsheets, workbooks
from oncall.store.families.cases import load_cases
from oncall.store.journal.entries import read_notes
from oncall.store.session import reads_chain
from oncall.usecases.accounts.accounts import add_account
from oncall.usecases.contacts.export_formats import COLUMNS
from oncall.usecases.privacy.access_log import EXPORT_ASKED, EXPORT_GIVEN
from tests.cast import LIVS_MAIL, MOTHER, PASSWORD, STRANGER
from tests.scenes.evening import Evening, Visit, token, words
from tests.scenes.note_pages import send

pytestmark = pytest.mark.slow

FORMULA = '=HYPERLINK("http://evil")'


@pytest.fixture
def leader(evening: Evening) -> Visit:
    """A browser in which the leader is signed in, after a night of three calls, one with a note."""
    contact = evening.answered_at_once()
    evening.escalated()
    evening.hung_up()
    add_account(evening.service.db, "vestfold", "liv", LIVS_MAIL, PASSWORD)
    leader = evening.signed_in(LIVS_MAIL)
    send(leader, contact, "note", said=FORMULA, risk="some", based_on="0")
    return leader


def give(visit: Visit, form: str, reason: str = "Tilsyn fra kommunen", **more: str) -> TestResponse:
    """Ask for an export."""
    return visit.post(
        "/exports", data={"form": form, "reason": reason, **more, "csrf_token": token(visit, "/")}
    )


def test_a_table_holds_the_selection_and_no_cell_that_a_spreadsheet_would_carry_out(leader: Visit) -> None:
    plain = give(leader, "csv")
    book = give(leader, "xlsx", which="answered")

    rows = list(csv.DictReader(io.StringIO(plain.data.decode("utf-8-sig")), delimiter=";"))
    sheet = openpyxl.load_workbook(io.BytesIO(book.data)).active
    assert (sheet.freeze_panes, sheet["A1"].font.b, sheet["A2"].font.b) == ("A2", True, False)
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row["Status"] for row in rows] == ["ended", "ended", "waiting"]
    assert rows[0]["Det som ble sagt"] == f"'{FORMULA}"
    assert rows[0]["Besvart av"] == "Kari Nordmann"
    assert cells[0] == list(rows[0])
    assert len(cells) == 3
    assert cells[1][COLUMNS.index("said")] == FORMULA
    assert sheet.cell(2, COLUMNS.index("said") + 1).data_type != "f"
    began = cells[1][COLUMNS.index("began")]
    assert isinstance(began, datetime)
    assert f"{began:%Y-%m-%d %H:%M:%S}" == rows[0]["Begynte"][:19]
    for number in (MOTHER, STRANGER):
        assert number not in plain.text


def test_lines_of_json_are_those_of_the_command(leader: Visit) -> None:
    answer = give(leader, "jsonl", case="V-014")

    (line,) = [json.loads(each) for each in answer.text.splitlines()]
    assert (line["case"], line["channel"], line["answered_by"]) == ("V-014", "voice", "kari")
    assert [
        entry["detail"]["note"]["said"] for entry in line["entries"] if entry["kind"] == "note_written"
    ] == [FORMULA]


def test_the_receipt_names_who_why_how_much_and_the_files_own_hash(evening: Evening, leader: Visit) -> None:
    answer = give(leader, "csv", which="answered")
    file = answer.data

    export_id = answer.headers["X-Export"]
    receipt = words(leader.get(f"/exports/{export_id}").text)
    with evening.service.db.reading() as reading:
        notes = read_notes(reading, reads_chain(evening.team_id))
    kept = {note.kind: note for note in notes if note.kind in (EXPORT_ASKED, EXPORT_GIVEN)}
    assert hashlib.sha256(file).hexdigest() in receipt
    assert "Liv Berg" in receipt
    assert "Tilsyn fra kommunen" in receipt
    assert "2 henvendelser" in receipt
    assert kept[EXPORT_ASKED].actor == "liv"
    assert kept[EXPORT_ASKED].detail["reason"] == "Tilsyn fra kommunen"
    assert str(kept[EXPORT_GIVEN].detail["sha256"]) in receipt


def test_what_is_broken_off_says_so(leader: Visit) -> None:
    answer = leader.post(
        "/exports",
        data={"form": "csv", "reason": "Tilsyn fra kommunen", "csrf_token": token(leader, "/")},
        buffered=False,
    )
    export_id = answer.headers["X-Export"]
    next(iter(answer.response))
    answer.close()

    assert "Det ble avbrutt" in leader.get(f"/exports/{export_id}").text


@pytest.mark.parametrize(
    ("form", "reason", "more", "sentence"),
    [
        ("csv", " ", {}, "Skriv hvorfor det trengs"),
        ("pdf", "Tilsyn fra kommunen", {}, "Dette valget finnes ikke."),
        ("csv", "Tilsyn fra kommunen", {"from": "i går"}, "Dette er ikke en dag."),
    ],
)
def test_what_cannot_be_given_out_is_refused(
    leader: Visit, form: str, reason: str, more: dict[str, str], sentence: str
) -> None:
    answer = give(leader, form, reason, **more)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_cases_record_is_printed_with_its_receipt(evening: Evening, leader: Visit) -> None:
    with evening.service.db.reading() as reading:
        case = next(case for case in load_cases(reading, evening.team_id) if case.label == "V-014")
    address, form = f"/exports/case/{case.id}", {"csrf_token": token(leader, "/")}

    asked = leader.get(address)
    refused = leader.post(address, data=form)
    page = leader.post(address, data={**form, "reason": "Overføring til kommunen"})

    told = words(page.text)
    assert (asked.status_code, refused.status_code, page.status_code) == (200, 422, 200)
    assert "Overføring til kommunen" in told
    assert "1 henvendelse" in told
    assert "=HYPERLINK" in told
    assert "V-015" not in told
    assert MOTHER not in page.text


def read_sheets(file: bytes) -> list[list[list[object]]]:
    """What a spreadsheet program finds in the workbook."""
    book = openpyxl.load_workbook(io.BytesIO(file))
    return [[[cell.value for cell in row] for row in sheet.rows] for sheet in book]


def test_a_workbook_is_on_its_way_while_its_rows_still_come() -> None:
    taken = []

    def rows() -> Iterator[list[str]]:
        for nth in range(2000):
            taken.append(nth)
            yield [f"{nth}", secrets.token_hex(500)]

    came = [(len(taken), len(piece)) for piece in workbooks.write_xlsx(rows())]

    assert came[0][0] == 0
    assert len(came) > 10
    assert max(size for _, size in came) < 2 * spreadsheets.PIECE


def test_a_workbook_keeps_each_value_as_it_is() -> None:
    told = ["<b> & co", "æ\u2028😀", "\x00_x0041_", " to\r\nlinjer ", None, 12.5, "x" * 40_000]

    ((heads, cells),) = read_sheets(b"".join(workbooks.write_xlsx([["a", ""], told])))

    assert heads[:2] == ["a", None]
    assert cells[:2] == told[:2]
    assert cells[2] == "_x0000__x005F_x0041_"  # which spreadsheet programs, unlike this reader, read back
    assert cells[3:6] == [" to\nlinjer ", None, 12.5]
    assert len(str(cells[6])) == workbooks.LONGEST_CELL


@pytest.mark.parametrize(("limit", "most"), [("SHEET_ROWS", 2), ("SHEET_BYTES", 150)])
def test_a_table_that_is_too_long_for_one_sheet_goes_on_in_the_next(
    monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(workbooks, limit, most)

    sheets = read_sheets(b"".join(workbooks.write_xlsx([[str(nth)] for nth in range(5)])))

    assert sheets == [[["0"], ["1"]], [["2"], ["3"]], [["4"]]]
