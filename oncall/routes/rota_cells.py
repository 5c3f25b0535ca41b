"""How are the cells of the rota written? Here and not in a template, which would call ten times for each."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from oncall.rostering.calendar import Block, Cell, Kind, Row, parts_of
from oncall.rota.model import PersonId, Tier

NARROW = 10  # slots: a name has hardly room in fewer


class Pen:
    """Writes rows and days of one page; each name and each instant is worked out once."""

    def __init__(
        self,
        names: Mapping[PersonId, str],
        stamps: Mapping[datetime, str],
        zone: ZoneInfo,
        now: datetime,
        *,
        may_edit: bool,
    ) -> None:
        """What people are called and how instants are written; whether cells are buttons, where not over."""
        self._names = {key: str(escape(name)) for key, name in names.items()}
        self._stamps = stamps
        self._zone = zone
        self._now = now
        self._may_edit = may_edit

    def row(self, row: Row, width: int, nobody: str, answers: str) -> Markup:
        """Return the cells of a row, and what is empty between them, as table cells."""
        return Markup("".join(self._cells(row, width, nobody, answers)))  # noqa: S704 - escaped above

    def day(self, block: Block, tier: Tier, day: date, nobody: str, answers: str) -> Markup:
        """Return who has a tier on a day, one below the other."""
        return Markup(  # noqa: S704 - escaped above
            "".join(
                self._part(part.shift, tier, part.start, part.end, part.last, nobody, answers)
                for part in parts_of(block, tier, day, self._zone)
            )
        )

    def _cells(self, row: Row, width: int, nobody: str, answers: str) -> Iterator[str]:
        open_row = self._may_edit and row.kind in (Kind.FINAL, Kind.OVERRIDE)
        at = 0
        for cell in row.cells:
            if cell.first > at:
                yield f'<td colspan="{cell.first - at}"></td>'
            at = cell.first + cell.span
            marks = [
                *(["gap"] if cell.person is None else ()),
                *(["past"] if cell.past else ()),
                *(["swap"] if cell.swapped or row.kind is Kind.OVERRIDE else ()),
            ]
            kind = f' class="{" ".join(marks)}"' if marks else ""
            label = f"{self._mark(cell)}{self._who(cell, nobody, answers)}"
            when = f'<span class="v">, {self._stamps[cell.start]} – {self._stamps[cell.end]}</span>'
            if open_row and not cell.past:
                narrow = ' class="narrow-cell"' if cell.span < NARROW else ""
                name = _name(row.tier, cell.start, cell.end)
                inner = f'<button name="cell" value="{name}"{narrow}>{label}{when}</button>'
            else:
                inner = f"<span>{label}{when}</span>"
            yield f'<td colspan="{cell.span}"{kind}>{inner}</td>'
        if at < width:
            yield f'<td colspan="{width - at}"></td>'

    def _part(
        self, cell: Cell, tier: Tier, start: datetime, end: datetime, last: bool, nobody: str, answers: str
    ) -> str:
        who = f"<b>{self._mark(cell)}{self._who(cell, nobody, answers)}</b>"
        until = "24:00" if last else self._clock(end)
        inner = f"{who} <i>{self._clock(start)}–{until}</i>"
        gap = "gap " if cell.person is None else ""
        if not self._may_edit or end <= self._now:
            return f'<span class="{gap}plain">{inner}</span>'
        kind = f' class="{gap.strip()}"' if gap else ""
        return f'<button name="cell" value="{_name(tier, start, end)}"{kind}>{inner}</button>'

    def _mark(self, cell: Cell) -> str:
        return SWAPPED if cell.swapped and cell.person is not None else ""

    def _who(self, cell: Cell, nobody: str, answers: str) -> str:
        if cell.person is not None:
            return self._names.get(cell.person) or str(escape(cell.person))
        if cell.fallback is None:
            return nobody
        return f"{nobody} {answers.replace('{}', self._names.get(cell.fallback, ''))}"

    def _clock(self, at: datetime) -> str:
        local = at.astimezone(self._zone)
        return f"{local.hour:02}:{local.minute:02}"


SWAPPED = '<svg class="icon"><use href="#swap"/></svg>'


def _name(tier: Tier | None, start: datetime, end: datetime) -> str:
    return f"{tier}.{int(start.timestamp())}.{int(end.timestamp())}"
