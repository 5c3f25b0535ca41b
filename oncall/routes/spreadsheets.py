"""How a table leaves the house: as CSV or XLSX, without a cell that a spreadsheet would carry out."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes a cell for a formula by
PIECE = 64 * 1024  # bytes
LONGEST_CELL = 32_767  # characters; what a cell of a workbook holds
SHEET_ROWS = 1_048_576  # what a sheet of it holds

Cell = str | float | None
Row = Sequence[Cell]


def spell_cell(cell: Cell) -> Cell:
    """Return the cell so that no spreadsheet takes a text for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULAS) else cell


def write_csv(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield the rows as CSV, a piece at a time."""
    written = io.StringIO()
    writer = csv.writer(written)
    yield "\ufeff".encode()  # or the usual program reads æøå as something else
    for row in rows:
        writer.writerow([spell_cell(cell) for cell in row])
        if written.tell() > PIECE:
            yield _take(written)
    yield _take(written)


def _take(written: io.StringIO) -> bytes:
    piece = written.getvalue().encode()
    written.seek(0)
    written.truncate()
    return piece


def write_xlsx(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield the rows as a workbook, the first in bold, on as many sheets as it takes; it grows on disk."""
    # Imported late: of the processes that take calls, hardly one ever writes a workbook.
    import xlsxwriter

    with tempfile.TemporaryDirectory(prefix="oncall-export-") as folder:
        path = Path(folder) / "export.xlsx"
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False}
        book = xlsxwriter.Workbook(str(path), {**options, "strings_to_urls": False})
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for at, row in enumerate(rows):
            cells = (spell_cell(cell) for cell in row)
            fitting = [cell[:LONGEST_CELL] if isinstance(cell, str) else cell for cell in cells]
            if at and at % SHEET_ROWS == 0:
                sheet = book.add_worksheet()  # what a full sheet is given further is lost without a word
            sheet.write_row(at % SHEET_ROWS, 0, fitting, bold if at == 0 else None)
        book.close()
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
