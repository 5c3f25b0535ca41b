"""Write a table as CSV, without a cell that a spreadsheet would carry out."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

CSV = "text/csv; charset=utf-8"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes a cell for a formula by
PIECE = 64 * 1024  # bytes

Cell = str | float | None
Row = Sequence[Cell]


def escape_cell(cell: Cell) -> Cell:
    """Return the cell so that no spreadsheet takes a text for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULAS) else cell


def write_csv(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield the rows as CSV, a piece at a time."""
    written = io.StringIO()
    writer = csv.writer(written)
    yield "\ufeff".encode()  # or the usual program reads æøå as something else
    for row in rows:
        writer.writerow([escape_cell(cell) for cell in row])
        if written.tell() > PIECE:
            yield _take(written)
    yield _take(written)


def _take(written: io.StringIO) -> bytes:
    piece = written.getvalue().encode()
    written.seek(0)
    written.truncate()
    return piece
