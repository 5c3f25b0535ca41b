"""Write a table as an XLSX workbook that is sent while its rows still come."""

import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import product
from string import ascii_uppercase
from zipfile import ZIP_DEFLATED, ZipFile

from oncall.routes.web.spreadsheets import PIECE, Cell, Row

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767  # characters; what a cell of a workbook holds
SHEET_ROWS = 1_048_576  # what a sheet of it holds
SHEET_BYTES = 2**30  # half of what an archive without the extension for giants holds of one
SPEED = 3  # of packing: a sixth larger than the usual, in two thirds of its time

# A to ZZ: our tables have some thirty columns.
_COLUMNS = (*ascii_uppercase, *(a + b for a, b in product(ascii_uppercase, repeat=2)))
# What XML has no place for is written as _x0001_, and so is what looks like that already.
_ODD = re.compile("[&<>\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = f'{_XML}<worksheet xmlns="{_MAIN}">'
_FROZEN = (  # the first row stays in sight
    '<sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews>"
)
_ROWS = "<sheetData>"
_TAIL = "</sheetData></worksheet>"
DAY, INSTANT = 2, 3  # styles of cells
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's days have no zone
_STYLES = (  # plain, bold, a day, an instant
    f'{_XML}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def write_xlsx(rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield the rows as a workbook, the first in bold and always in sight, on as many sheets as it takes.

    Its pieces come while the rows do, the first at once, and none of it is kept.
    """
    outlet, sheets, rest = _Outlet(), 0, iter(rows)
    with ZipFile(outlet, "w", ZIP_DEFLATED, compresslevel=SPEED) as archive:
        _put(archive, "_rels/.rels", _relate([("officeDocument", "xl/workbook.xml")]))
        yield outlet.take()
        row = next(rest, None)
        while row is not None or sheets == 0:
            sheets += 1
            nth = size = 0
            with archive.open(f"xl/worksheets/sheet{sheets}.xml", "w") as sheet:
                sheet.write(f"{_HEAD}{_FROZEN if sheets == 1 else ''}{_ROWS}".encode())
                while row is not None and nth < SHEET_ROWS and size < SHEET_BYTES:
                    nth += 1
                    size += sheet.write(_write_row(row, nth, bold=sheets == nth == 1).encode())
                    if len(outlet) > PIECE:
                        yield outlet.take()
                    row = next(rest, None)
                sheet.write(_TAIL.encode())
        # Last, since it was not known before how many sheets there are.
        for name, part in _describe(sheets).items():
            _put(archive, name, part)
    yield outlet.take()


class _Outlet(io.RawIOBase):
    """Where the archive is written to, never to go back: what was taken is gone."""

    def __init__(self) -> None:
        self._held = bytearray()

    def __len__(self) -> int:
        return len(self._held)

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]  # of bytes alone
        self._held += piece
        return len(piece)

    def take(self) -> bytes:
        piece = bytes(self._held)
        self._held.clear()
        return piece


def _put(archive: ZipFile, name: str, text: str) -> None:
    with archive.open(name, "w") as part:
        part.write(text.encode())


def _write_row(row: Row, nth: int, *, bold: bool) -> str:
    style = ' s="1"' if bold else ""
    cells = (
        _write_cell(cell, f'r="{column}{nth}"{style}') for column, cell in zip(_COLUMNS, row, strict=False)
    )
    return f'<row r="{nth}">{"".join(cells)}</row>'


def _write_cell(cell: Cell, where: str) -> str:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, date):
        style = INSTANT if isinstance(cell, datetime) else DAY
        return f'<c {where} s="{style}"><v>{_serial(cell)!r}</v></c>'
    if not isinstance(cell, str):
        return f"<c {where}><v>{cell!r}</v></c>"
    # Text that is said to be text is never a formula: it stands as it was written.
    text = _ODD.sub(_replace, cell[:LONGEST_CELL])
    return f'<c {where} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _serial(cell: date) -> float:
    """Return a day, or an instant as its own zone's clock shows it, as workbooks count: days since 1899."""
    at = cell if isinstance(cell, datetime) else datetime.combine(cell, time.min)
    return (at.replace(tzinfo=None) - _FIRST_DAY) / timedelta(days=1)


def _replace(odd: re.Match[str]) -> str:
    return _ESCAPED.get(odd[0]) or f"_x{ord(odd[0]):04X}_"


# --------------------------------------------------------------------------- what else a workbook needs


def _describe(sheets: int) -> dict[str, str]:
    """Return the parts that say what the others are, by their names."""
    numbers = range(1, sheets + 1)
    parts = [("worksheet", f"worksheets/sheet{nth}.xml") for nth in numbers]
    listed = "".join(f'<sheet name="Sheet{nth}" sheetId="{nth}" r:id="rId{nth}"/>' for nth in numbers)
    types = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    types += [(f"/xl/worksheets/sheet{nth}.xml", "worksheet") for nth in numbers]
    told = "".join(f'<Override PartName="{name}" ContentType="{_TYPE}.{kind}+xml"/>' for name, kind in types)
    return {
        "xl/styles.xml": _STYLES,
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<bookViews><workbookView/></bookViews><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relate([*parts, ("styles", "styles.xml")]),
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{told}</Types>',
    }


def _relate(parts: Iterable[tuple[str, str]]) -> str:
    related = "".join(
        f'<Relationship Id="rId{nth}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for nth, (kind, target) in enumerate(parts, start=1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>'
