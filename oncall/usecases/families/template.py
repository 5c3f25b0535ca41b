"""What does an empty list of families look like, for a team to fill in?"""

import csv
import io

from oncall.alerts.team import Team
from oncall.usecases.families.spreadsheets import HEADINGS

_POSSIBLE = {
    "label": "En kode med siffer, uten navn: V-014. Én rad per person og nummer.",
    "phase": "planlagt, aktiv, avsluttet",
    "started_on": "2026-03-14",
    "name": "Navnet slik terapeutene kjenner personen",
    "relation": "forelder, barn, nettverk",
    "birth_year": "2014",
    "language": "norsk, nynorsk, ukrainsk, arabisk, russisk, polsk, tigrinja, somali, eller en kode: ti",
    "number": "Åtte siffer, eller + og landets kode først",
    "may_call": "ja, nei, ikke spurt",
    "may_text": "ja, nei, ikke spurt",
    "may_voicemail": "ja, nei, ikke spurt",
    "hours": "08:00-20:00; tomt: når som helst",
    "code_word": "Ordet som viser at personen kan snakke fritt",
    "seen_by": "Den som også kan lese på telefonen",
}


def write_csv_template(team: Team) -> bytes:  # noqa: ARG001 - as the other: only that one can explain
    """Return the headings as a CSV file that Norwegian spreadsheet programs open as a table."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";").writerow([names[0] for names in HEADINGS.values()])
    return written.getvalue().encode("utf-8-sig")


def write_xlsx_template(team: Team) -> bytes:
    """Return the headings as an XLSX file, with a second sheet that says what each column takes."""
    # Imported late: of the processes that take calls, hardly one ever writes a workbook.
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    possible = _POSSIBLE | {
        "municipality": ", ".join(place.name for place in team.municipalities),
        "own_therapist": ", ".join(person.name for person in team.people.values()),
    }
    book, bold = Workbook(), Font(bold=True)
    sheet, guide = book.active, book.create_sheet("Veiledning")
    sheet.title = "Familier"
    for nth, (column, names) in enumerate(HEADINGS.items(), start=1):
        sheet.cell(1, nth, names[0]).font = bold
        whole = sheet.column_dimensions[get_column_letter(nth)]
        whole.width = max(12, len(names[0]) + 2)
        whole.number_format = "@"  # or a number loses its plus and its zeros
        guide.cell(nth, 1, names[0]).font = bold
        guide.cell(nth, 2, ILLEGAL_CHARACTERS_RE.sub("", possible[column])).data_type = "s"  # no formula
    sheet.freeze_panes = "A2"
    guide.column_dimensions["A"].width = 28
    guide.column_dimensions["B"].width = 90
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()
