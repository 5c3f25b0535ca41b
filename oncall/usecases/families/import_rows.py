"""Read the rows of a list of families into cases, and say what is wrong with which cell."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from oncall.alerts.team import Team
from oncall.contacts.case import OLDEST, Case, Consent, Member, MemberNumber, Phase, Relation
from oncall.rota.clock_hours import Hours
from oncall.rota.model import PersonId
from oncall.teamfile import values
from oncall.teamfile.table import Unreadable
from oncall.usecases.families.numbers import NotANumber, read_phone_number
from oncall.usecases.families.spreadsheets import SheetRow

T = TypeVar("T")


# How a cell may say it, in the pages' languages.
_PHASES = {
    "planlagt": Phase.PLANNED,
    "planned": Phase.PLANNED,
    "aktiv": Phase.ACTIVE,
    "i behandling": Phase.ACTIVE,
    "active": Phase.ACTIVE,
    "avsluttet": Phase.CLOSED,
    "avslutta": Phase.CLOSED,
    "lukket": Phase.CLOSED,
    "closed": Phase.CLOSED,
}
_RELATIONS = {
    **dict.fromkeys(("forelder", "mor", "far", "stemor", "stefar", "parent"), Relation.PARENT),
    **dict.fromkeys(("barn", "child"), Relation.CHILD),
    **dict.fromkeys(("nettverk", "network"), Relation.NETWORK),
}
_CONSENTS = {
    **dict.fromkeys(("ja", "yes"), Consent.YES),
    **dict.fromkeys(("nei", "no"), Consent.NO),
    **dict.fromkeys(("ikke spurt", "ikkje spurt", "not asked"), Consent.NOT_ASKED),
}
_LANGUAGES = {
    "bokmål": "nb",
    "norsk": "nb",
    "nynorsk": "nn",
    "engelsk": "en",
    "ukrainsk": "uk",
    "arabisk": "ar",
    "russisk": "ru",
    "polsk": "pl",
    "tigrinja": "ti",
    "tigrinya": "ti",
    "somali": "so",
    "english": "en",
}


_A_DAY = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}")  # as a spreadsheet saves one as CSV


class ImportFault(StrEnum):
    """What can be wrong with a cell."""

    MISSING = "missing"
    LABEL = "label"
    MUNICIPALITY = "municipality"
    THERAPIST = "therapist"
    WORD = "word"  # none of the words that the column knows
    DAY = "day"
    YEAR = "year"
    LANGUAGE = "language"
    NUMBER = "number"
    OWN_LINE = "own line"
    COLLEAGUE = "colleague"
    HOURS = "hours"
    MADE = "made"  # the spreadsheet has made a day, a time or an error of what was typed
    DIFFERS = "differs"  # another row says otherwise of the same case


@dataclass(frozen=True, slots=True)
class CellFault:
    """Something wrong with one cell."""

    row: int
    column: str
    fault: ImportFault
    value: str


@dataclass
class RowReader:
    """Reads rows into cases cell by cell, and collects what is wrong with each cell."""

    team: Team
    today: date
    faults: list[CellFault] = field(default_factory=list)
    _said: dict[tuple[str, str], str] = field(default_factory=dict)  # what a row has said of a case

    def __post_init__(self) -> None:
        self._people = {
            name.casefold(): person.id
            for person in self.team.people.values()
            for name in (person.id, person.name)
        }
        self._places = {place.name.casefold(): place.name for place in self.team.municipalities}
        self._lines = {self.team.voice_line, self.team.text_line, self.team.static_number}
        self._staff = {person.phone for person in self.team.people.values()}

    def label(self, row: SheetRow) -> str:
        """Return the label of the case that the row is about."""
        label = row.cells.get("label", "")
        for column in sorted(row.odd - {"started_on"}):
            self._refuse(row, column, ImportFault.MADE)
        if not label:
            self._refuse(row, "label", ImportFault.MISSING)
        elif "label" not in row.odd and _A_DAY.fullmatch(label):
            self._refuse(row, "label", ImportFault.MADE)
        elif not values.is_label(label):
            self._refuse(row, "label", ImportFault.LABEL)
        return label

    def add(self, case: Case, row: SheetRow) -> Case:
        """Return the case with what the row says of it; an empty cell leaves what is there."""
        for column in ("municipality", "own_therapist", "phase", "started_on"):
            self._check_alike(case.label, row, column)
        municipality = self._look_up(row, "municipality", self._places, ImportFault.MUNICIPALITY)
        therapist = self._look_up(row, "own_therapist", self._people, ImportFault.THERAPIST)
        phase = self._look_up(row, "phase", _PHASES, ImportFault.WORD)
        case = replace(
            case,
            municipality=municipality or case.municipality,
            own_therapist=PersonId(therapist) if therapist else case.own_therapist,
            phase=phase or case.phase,
            started_on=self._day(row, "started_on") or case.started_on,
        )
        return replace(case, members=self._add_member(case.members, row))

    def _check_alike(self, label: str, row: SheetRow, column: str) -> None:
        said = row.cells.get(column)
        if said and self._said.setdefault((label, column), said.casefold()) != said.casefold():
            self._refuse(row, column, ImportFault.DIFFERS)

    def _add_member(self, members: tuple[Member, ...], row: SheetRow) -> tuple[Member, ...]:
        name = row.cells.get("name", "")
        if not name:
            self._refuse(row, "name", ImportFault.MISSING)
            return members
        known = next((one for one in members if one.name.casefold() == name.casefold()), None)
        relation = self._look_up(row, "relation", _RELATIONS, ImportFault.WORD)
        if known is None and "relation" not in row.cells:
            self._refuse(row, "relation", ImportFault.MISSING)
        begun = known or Member(name, Relation.NETWORK, self.team.language)
        member = replace(
            begun,
            relation=relation or begun.relation,
            birth_year=self._year(row) or begun.birth_year,
            language=self._language(row) or begun.language,
            phones=self._add_phone(begun.phones, row),
        )
        return tuple(member if one is known else one for one in members) + (() if known else (member,))

    def _add_phone(self, phones: tuple[MemberNumber, ...], row: SheetRow) -> tuple[MemberNumber, ...]:
        if "number" not in row.cells:
            return phones
        number = self._number(row)
        known = next((phone for phone in phones if phone.number == number), None)
        begun = known or MemberNumber(number)
        phone = replace(
            begun,
            may_call=self._look_up(row, "may_call", _CONSENTS, ImportFault.WORD) or begun.may_call,
            may_text=self._look_up(row, "may_text", _CONSENTS, ImportFault.WORD) or begun.may_text,
            may_voicemail=self._look_up(row, "may_voicemail", _CONSENTS, ImportFault.WORD)
            or begun.may_voicemail,
            hours=self._hours(row) or begun.hours,
            code_word=row.cells.get("code_word", begun.code_word),
            seen_by=row.cells.get("seen_by", begun.seen_by),
        )
        return tuple(phone if one is known else one for one in phones) + (() if known else (phone,))

    def _number(self, row: SheetRow) -> str:
        """Return the number; "" where there is a fault, so that the cells beside it are looked at too."""
        try:
            number = read_phone_number(row.cells["number"])
        except NotANumber:
            self._refuse(row, "number", ImportFault.NUMBER)
            return ""
        if number in self._lines or number in self._staff:
            self._refuse(
                row, "number", ImportFault.OWN_LINE if number in self._lines else ImportFault.COLLEAGUE
            )
        return number

    def _look_up(self, row: SheetRow, column: str, known: Mapping[str, T], fault: ImportFault) -> T | None:
        written = row.cells.get(column)
        if not written:
            return None
        found = known.get(written.casefold())
        if found is None:
            self._refuse(row, column, fault)
        return found

    def _day(self, row: SheetRow, column: str) -> date | None:
        written = row.cells.get(column)
        if not written:
            return None
        for pattern in ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"):
            try:
                day = datetime.strptime(written, pattern).date()  # noqa: DTZ007 - a day of the calendar
            except ValueError:
                continue
            if 2000 <= day.year < 2200:
                return day
        self._refuse(row, column, ImportFault.DAY)
        return None

    def _year(self, row: SheetRow) -> int | None:
        written = row.cells.get("birth_year")
        if not written:
            return None
        year = int(written) if written.isdecimal() and len(written) == 4 else 0
        if self.today.year - OLDEST <= year <= self.today.year:
            return year
        self._refuse(row, "birth_year", ImportFault.YEAR)
        return None

    def _language(self, row: SheetRow) -> str | None:
        written = row.cells.get("language")
        if not written:
            return None
        try:
            return values.any_language(_LANGUAGES.get(written.casefold(), written))
        except Unreadable:
            self._refuse(row, "language", ImportFault.LANGUAGE)
            return None

    def _hours(self, row: SheetRow) -> Hours | None:
        written = row.cells.get("hours")
        if not written:
            return None
        try:
            return values.hours(written.replace("–", "-"))
        except Unreadable:
            self._refuse(row, "hours", ImportFault.HOURS)
            return None

    def _refuse(self, row: SheetRow, column: str, fault: ImportFault) -> None:
        self.faults.append(CellFault(row.number, column, fault, row.cells.get(column, "")))
