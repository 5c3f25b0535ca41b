"""How are the cells of the rota written? Here and not in a template, which would call ten times for each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from oncall.rota.calendar import DAY, Block, CalendarRow, Cell, RowKind, parts_of
from oncall.rota.duty import ShiftsByTier
from oncall.rota.limits import WorkingTimeRule
from oncall.rota.model import PersonId, Tier
from oncall.rota.wallclock import instant_of
from oncall.rota.working_time import Breach
from oncall.usecases.rota.daily_check import RotaFinding

NARROW = 10  # slots: a name has hardly room in fewer
LONG = 3  # a cell of a third of the width has room for its hours beside the name
MIDNIGHT = time(0)
CLOCK = len("08:00")
LONGEST_INSTANT = 10  # digits of seconds since 1970: until the year 2286


@dataclass(frozen=True, slots=True)
class Meant:
    """The cell that a warning leads to: whoever has a tier at an instant."""

    tier: Tier
    at: datetime

    def __str__(self) -> str:
        """As an address has it."""
        return f"{self.tier}.{int(self.at.timestamp())}"

    def lies_in(self, block: Block, zone: ZoneInfo) -> bool:
        """Whether it is among these days."""
        return block.days[0].day <= self.at.astimezone(zone).date() <= block.days[-1].day


def read_meant(written: str) -> Meant | None:
    """Return the cell that an address names; None where it names none."""
    tier, _, at = written.partition(".")
    if tier not in list(Tier) or not at.isdecimal() or len(at) > LONGEST_INSTANT:
        return None
    return Meant(Tier(tier), datetime.fromtimestamp(int(at), UTC))


def cell_of(warning: RotaFinding | Breach, resolved: ShiftsByTier, now: datetime) -> Meant:
    """Return the cell that a warning is about: the gap, or the shift with which a rule is broken.

    That is the person's first shift that begins while the warning's time runs, else one that goes on.
    """
    if isinstance(warning, RotaFinding):
        return Meant(warning.tier or Tier.DUTY, warning.start or now)
    tier = Tier.BACKUP if warning.rule is WorkingTimeRule.LEADER_BACKUP else Tier.DUTY
    own = [one for one in resolved[tier] if one.person == warning.person]
    own = [one for one in own if one.start < warning.end and one.end > warning.start]
    begun = [one for one in own if one.start >= warning.start]
    return Meant(tier, max(warning.start, (begun or own)[0].start) if own else warning.start)


class CellWriter:
    """Writes rows and days of one page; each name and each instant is worked out once."""

    def __init__(
        self,
        names: Mapping[PersonId, str],
        stamps: Mapping[datetime, str],
        zone: ZoneInfo,
        now: datetime,
        *,
        may_edit: bool,
        meant: Meant | None = None,
        window: tuple[datetime, datetime],
    ) -> None:
        """What people are called and how instants are written; whether cells are buttons, where not over.

        The cell that is `meant` is marked and has the focus. Where the `window` cuts a shift, its hours
        are not told: it goes on.
        """
        self._names = {key: str(escape(name)) for key, name in names.items()}
        self._stamps = stamps
        self._zone = zone
        self._now = now
        self._may_edit = may_edit
        self._meant = meant
        self._window = window

    def row(self, block: Block, row: CalendarRow, nobody: str, answers: str) -> Markup:
        """Return the cells of a row, and what is empty between them, as table cells."""
        return Markup("".join(self._cells(block, row, nobody, answers)))  # noqa: S704 - escaped above

    def day(self, block: Block, tier: Tier, day: date, nobody: str, answers: str) -> Markup:
        """Return who has a tier on a day, one below the other."""
        return Markup(  # noqa: S704 - escaped above
            "".join(
                self._part(part.shift, tier, part.start, part.end, part.last, nobody, answers)
                for part in parts_of(block, tier, day, self._zone)
            )
        )

    def _cells(self, block: Block, row: CalendarRow, nobody: str, answers: str) -> Iterator[str]:
        # Attributes without quotes and cells without an end, as HTML has it: the page has a thousand of them.
        open_row = self._may_edit and row.kind in (RowKind.FINAL, RowKind.OVERRIDE)
        width = len(block.days) * block.slots
        cut = self._window
        if row.kind is RowKind.LAYER:
            cut = (
                instant_of(block.days[0].day, MIDNIGHT, self._zone),
                instant_of(block.days[-1].day + DAY, MIDNIGHT, self._zone),
            )
        here = (
            row.kind is RowKind.FINAL and self._meant is not None and self._meant.lies_in(block, self._zone)
        )
        at = 0
        for cell in row.cells:
            if cell.first > at:
                yield f"<td colspan={cell.first - at}>"
            at = cell.first + cell.span
            meant = here and self._is_meant(row.tier, cell.start, cell.end)
            marks = [
                *(["gap"] if cell.person is None else ()),
                *(["past"] if cell.past else ()),
                *(["swap"] if cell.swapped or row.kind is RowKind.OVERRIDE else ()),
                *(["slim"] if cell.span < NARROW else ["long"] if cell.span * LONG > width else ()),
                *(["meant"] if meant else ()),
            ]
            kind = f' class="{" ".join(marks)}"' if marks else ""
            label = f"{self._mark(cell)}{self._who(cell, nobody, answers)}"
            when = f"<span class=v>{self._period(cell.start, cell.end, cut)}</span>"
            if open_row and not cell.past:
                name = _name(row.tier, cell.start, cell.end)
                inner = f"<button name=cell value={name}{FOCUS if meant else ''}>{label}{when}</button>"
            else:
                inner = f"<span{HELD if meant else ''}>{label}{when}</span>"
            yield f"<td colspan={cell.span}{kind}>{inner}"
        if at < width:
            yield f"<td colspan={width - at}>"

    def _is_meant(self, tier: Tier | None, start: datetime, end: datetime) -> bool:
        return self._meant is not None and self._meant.tier is tier and start <= self._meant.at < end

    def _part(
        self, cell: Cell, tier: Tier, start: datetime, end: datetime, last: bool, nobody: str, answers: str
    ) -> str:
        who = f"<b>{self._mark(cell)}{self._who(cell, nobody, answers)}</b>"
        until = "24:00" if last else self._clock(end)
        inner = f"{who} <i>{self._clock(start)}–{until}</i>"
        meant = self._is_meant(tier, start, end)
        marks = " ".join([*(["gap"] if cell.person is None else ()), *(["meant"] if meant else ())])
        if not self._may_edit or end <= self._now:
            return f'<span class="{f"plain {marks}".strip()}"{HELD if meant else ""}>{inner}</span>'
        kind = f' class="{marks}"' if marks else ""
        name = _name(tier, start, end)
        return f"<button name=cell value={name}{kind}{FOCUS if meant else ''}>{inner}</button>"

    def _period(self, start: datetime, end: datetime, cut: tuple[datetime, datetime]) -> str:
        begins = self._stamps[start] if start != cut[0] else ""
        ends = self._stamps[end] if end != cut[1] else ""
        if begins and begins[:-CLOCK] == ends[:-CLOCK]:
            return f", {begins}–{ends[-CLOCK:]}"
        return f", {begins} – {ends}" if begins or ends else ""

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


FOCUS = " autofocus"
HELD = ' tabindex="-1" autofocus'
SWAPPED = '<svg class="icon"><use href="#swap"/></svg>'


def _name(tier: Tier | None, start: datetime, end: datetime) -> str:
    return f"{tier}.{int(start.timestamp())}.{int(end.timestamp())}"
