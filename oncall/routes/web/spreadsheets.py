"""Write a table as CSV, without a cell that a spreadsheet would carry out."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

CSV = "text/csv; charset=utf-8"
PIECE = 64 * 1024  # bytes

Cell = str | float | date | None  # a datetime is a date; it has the zone by whose clock it is shown
Row = Sequence[Cell]

# What a spreadsheet takes a cell for a formula by: at the beginning of a cell or, where the program splits at
# another separator than ours, behind one.
_SIGNS = r"=+\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(rf"""^(?=[{_SIGNS}\t\r])|(?<=[;,\t\n\r|])([\s"]*)(?=[{_SIGNS}])""")


@dataclass(frozen=True, slots=True)
class CsvStyle:
    """How the programs of a country read CSV."""

    separator: str
    decimal: str


STYLES = {"semicolon": CsvStyle(";", ","), "comma": CsvStyle(",", ".")}


def usual_style(language: str) -> str:
    """Name the style of the programs in the reader's language."""
    return "comma" if language == "en" else "semicolon"


def choose_style(wanted: str, language: str) -> CsvStyle:
    """Return the style that was asked for by name, else the usual one in the reader's language."""
    return STYLES.get(wanted, STYLES[usual_style(language)])


def defuse(text: str) -> str:
    """Return the text so that no spreadsheet takes a part of it for a formula."""
    return _FORMULA.sub(lambda found: f"{found[1] or ''}'", text)


def write_csv(rows: Iterable[Row], style: CsvStyle) -> Iterator[bytes]:
    """Yield the rows as CSV, a piece at a time."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=style.separator)
    yield "\ufeff".encode()  # or the usual program reads æøå as something else
    for row in rows:
        writer.writerow([_write(cell, style) for cell in row])
        if written.tell() > PIECE:
            yield _take(written)
    yield _take(written)


def _write(cell: Cell, style: CsvStyle) -> str:
    match cell:
        case None:
            return ""
        case str():
            return defuse(cell)
        case datetime():
            return cell.isoformat(sep=" ", timespec="seconds")
        case date():
            return cell.isoformat()
    return str(cell).replace(".", style.decimal)


def _take(written: io.StringIO) -> bytes:
    piece = written.getvalue().encode()
    written.seek(0)
    written.truncate()
    return piece
