"""What does a spreadsheet of families hold, row by row, whatever program it comes from?"""

import codecs
import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.cell import Cell

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 1000, 40, 500
MOST_EMPTY_ROWS = 100_000  # formatted and without content, as a spreadsheet keeps them below a list
ERRORS = ("#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!")
Cells = Sequence[object]  # of a row: text, or what the spreadsheet has made of it
LARGEST_UNPACKED = 20 * 1024 * 1024  # bytes: a small file may unpack to a very large one

# By which headings a column is known, in each language of the pages; the first is that of the template.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "label": ("Merkelapp", "Sak", "Saksnummer", "Label", "Case"),
    "municipality": ("Kommune", "Municipality"),
    "own_therapist": ("Egen terapeut", "Eigen terapeut", "Terapeut", "Own therapist"),
    "phase": ("Fase", "Status", "Phase"),
    "started_on": ("Behandlingsstart", "Start of treatment", "Start"),
    "name": ("Navn", "Namn", "Name"),
    "relation": ("Relasjon", "Relation"),
    "birth_year": ("Fødselsår", "Year of birth"),
    "language": ("Språk", "Language"),
    "number": ("Telefonnummer", "Telefon", "Nummer", "Phone number", "Number"),
    "may_call": ("Kan ringes", "Kan ringjast", "May be called"),
    "may_text": ("Kan få SMS", "Kan få tekstmelding", "May be texted"),
    "may_voicemail": ("Kan få talemelding", "A voicemail may be left"),
    "hours": ("Tider", "Times"),
    "code_word": ("Kodeord", "Code word"),
    "seen_by": ("Hvem andre ser telefonen", "Kven andre ser telefonen", "Who else sees the phone"),
}
NEEDED = ("label", "name")
_COLUMNS = {heading.casefold(): column for column, names in HEADINGS.items() for heading in names}


class Broken(StrEnum):
    """Why a file cannot be read at all."""

    NO_FILE = "no file"
    KIND = "kind"  # neither CSV nor XLSX
    DAMAGED = "damaged"
    TOO_LARGE = "too large"
    EMPTY = "empty"
    UNKNOWN_HEADING = "unknown heading"
    TWICE = "heading twice"
    MISSING_HEADING = "missing heading"
    LETTERS = "letters"  # in no encoding that is known
    FORMULA = "formula"  # whose result the file does not hold


class BrokenSheet(Exception):
    """The file cannot be read; nothing of it was used."""

    def __init__(self, why: Broken, what: str = "") -> None:
        """`what` is the heading or the cell concerned."""
        super().__init__(why.value)
        self.why = why
        self.what = what


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of the file."""

    number: int  # as the spreadsheet counts, the headings being row 1
    cells: Mapping[str, str]  # by column; empty ones are not there
    odd: frozenset[str] = frozenset()  # columns whose cell is a day, a time, true or false, or an error


def read_sheet(name: str, data: bytes) -> tuple[SheetRow, ...]:
    """Return the rows of a CSV or XLSX file that hold anything; raises BrokenSheet."""
    if not data:
        raise BrokenSheet(Broken.NO_FILE)
    if name.lower().endswith(".xlsx") or data[:4] == b"PK\x03\x04":
        lines = _read_xlsx(data)
    elif name.lower().endswith((".csv", ".txt")):
        lines = _read_csv(data)
    else:
        raise BrokenSheet(Broken.KIND)
    found = list(lines)
    if not found:
        raise BrokenSheet(Broken.EMPTY)
    columns = _read_headings([_write(cell) for cell in found[0][1]])
    rows = tuple(_build_row(number, columns, cells) for number, cells in found[1:])
    if not rows:
        raise BrokenSheet(Broken.EMPTY)
    return rows


def _build_row(number: int, columns: Sequence[str], cells: Cells) -> SheetRow:
    named = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
    written = {column: text for column, cell in named.items() if (text := _write(cell))}
    return SheetRow(number, written, frozenset(column for column in written if _is_odd(named[column])))


def _read_headings(cells: Sequence[str]) -> Sequence[str]:
    columns = []
    for cell in cells:
        column = _COLUMNS.get(" ".join(cell.casefold().split()), "")
        if cell and not column:
            raise BrokenSheet(Broken.UNKNOWN_HEADING, cell[:60])
        if column and column in columns:
            raise BrokenSheet(Broken.TWICE, cell[:60])
        columns.append(column)
    for column in NEEDED:
        if column not in columns:
            raise BrokenSheet(Broken.MISSING_HEADING, HEADINGS[column][0])
    return columns


def _read_csv(data: bytes) -> Iterator[tuple[int, Cells]]:
    text = _decode(data)
    if "\0" in text:
        raise BrokenSheet(Broken.DAMAGED)
    first = text.partition("\n")[0]
    delimiter = max((";", ",", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from _limit((reader.line_num, row) for row in reader)
    except csv.Error:
        raise BrokenSheet(Broken.DAMAGED) from None


def _decode(data: bytes) -> str:
    """Return the text in whichever of the encodings it is that spreadsheet programs write."""
    encoding = "utf-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
    for each in (encoding, "cp1252"):  # the last is of programs on Windows
        with suppress(UnicodeDecodeError):
            return data.decode(each)
    raise BrokenSheet(Broken.LETTERS)


def _read_xlsx(data: bytes) -> Iterator[tuple[int, Cells]]:
    # Imported late: a team reads in its families once, and the package is larger than most.
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(each.file_size for each in packed.infolist()) > LARGEST_UNPACKED:
                raise BrokenSheet(Broken.TOO_LARGE)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of decorations that it does not know
            results, formulas = (_rows(data, data_only=data_only) for data_only in (True, False))
            yield from _limit(enumerate(map(_only_results, results, formulas), start=1))
    except BrokenSheet:
        raise
    except (InvalidFileException, zipfile.BadZipFile, KeyError, IndexError, OSError, SyntaxError, ValueError):
        raise BrokenSheet(Broken.DAMAGED) from None
    except (
        TypeError,
        AttributeError,
        EOFError,
        NotImplementedError,
        OverflowError,
    ):  # a part that is not one
        raise BrokenSheet(Broken.DAMAGED) from None


def _rows(data: bytes, *, data_only: bool) -> Iterator[tuple["Cell", ...]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what a file says of its own size is not believed: rows beyond it would be lost
    yield from sheet.iter_rows()
    book.close()


def _only_results(results: Sequence["Cell"], formulas: Sequence["Cell"]) -> tuple[object, ...]:
    """Return a row's values; a formula that was never reckoned would be an empty cell, and so is refused."""
    for result, formula in zip(results, formulas, strict=True):
        if formula.data_type == "f" and result.value is None:
            raise BrokenSheet(Broken.FORMULA, formula.coordinate)
    return tuple(cell.value for cell in results)


def _limit(rows: Iterable[tuple[int, Cells]]) -> Iterator[tuple[int, Cells]]:
    """Yield the rows that hold anything, without the empty cells at their ends; raises BrokenSheet."""
    filled = empty = 0
    for number, row in rows:
        written = [_write(value) for value in row]
        length = max((nth for nth, cell in enumerate(written, start=1) if cell), default=0)
        filled, empty = filled + bool(length), empty + (not length)
        too_long = length > MOST_COLUMNS or any(len(cell) > LONGEST_CELL for cell in written)
        if filled > MOST_ROWS + 1 or empty > MOST_EMPTY_ROWS or too_long:
            raise BrokenSheet(Broken.TOO_LARGE)
        if length:
            yield number, row[:length]


def _is_odd(value: object) -> bool:
    """Tell whether a cell is not what somebody has typed: a spreadsheet makes a day of the label 3-14."""
    return isinstance(value, bool | date | time) or value in ERRORS


def _write(value: object) -> str:
    """Return a cell as somebody would have typed it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return " ".join(str(value).split())
