"""What a team file says about whom to ring and to alert, and when."""

import hashlib
from collections.abc import Callable

from oncall.alerts.ladder import LAST_RESORT
from oncall.alerts.ladder_rules import (
    LATEST_WAVE,
    SHORTEST_FIRST_WAVE,
    LadderFault,
    find_step_faults,
    find_wave_faults,
)
from oncall.alerts.team import Ladder, PageStep, Wave
from oncall.rota.model import Tier
from oncall.teamfile import defaults, values
from oncall.teamfile.table import Table, Unreadable

_PEOPLE = ("own_therapist", *Tier, "everyone")


class FixedNumbers:
    """The numbers that a file rings without a person: each gets a short id, the same in every reading."""

    def __init__(self, phone: Callable[[object], str]) -> None:
        """No number so far; `phone` reads one."""
        self.by_id: dict[str, str] = {}
        self._phone = phone

    def target(self, value: object) -> str:
        """Return the target of a number: `number:<id>`."""
        number = self._phone(value)
        digest = hashlib.sha256(number.encode()).hexdigest()
        # So short that a thousand numbers share it: it is written into the journal, where no
        # number may be read.
        length = 4
        while self.by_id.setdefault(digest[:length], number) != number:
            length += 1
        return f"number:{digest[:length]}"


def read_ladders(team: Table, fixed: FixedNumbers, *, has_daytime: bool) -> tuple[Ladder, ...]:
    """Return the ladder for all hours, and before it the daytime one where the team has a daytime."""
    found: dict[bool, Ladder] = {}
    for table in team.tables("ladder"):
        daytime_only = table.may("when", _when, False)
        if daytime_only in found:
            table.fault("when", "the file has a ladder for these hours already")
        if daytime_only and not has_daytime:
            table.fault("when", 'the team has no daytime; add daytime = { from = "08:00", to = "20:00" }')
        found[daytime_only] = Ladder(daytime_only, _read_waves(table, fixed))
        table.finish()
    by_day = found.get(True, defaults.DAYTIME_LADDER)
    always = found.get(False, defaults.LADDER)
    return (by_day, always) if has_daytime else (always,)


def read_page_ladder(team: Table, fixed: FixedNumbers) -> tuple[PageStep, ...]:
    """Return the steps by which staff are alerted of a contact that waits for a human."""
    steps: list[PageStep] = []
    tables = team.tables("page_ladder")
    for table in tables:
        step = PageStep(
            after_minutes=table.need(
                "after_minutes", values.minutes, 1 + steps[-1].after_minutes if steps else 0.0
            ),
            targets=table.some("targets", lambda value: _target(value, fixed)),
            by=table.some("by", values.one_of(("text", "call"), "way to alert")),
        )
        steps.append(step)
        table.finish()
    for number, fault in find_step_faults(steps):
        if fault is LadderFault.NOT_AT_ONCE:
            tables[number].fault("after_minutes", "the first step is at 0")
        elif fault is LadderFault.NOT_LATER:
            before = steps[number - 1].after_minutes
            tables[number].fault("after_minutes", f"must be later than the step before, {before:g}")
    return tuple(steps) or defaults.PAGE_LADDER


def _read_waves(ladder: Table, fixed: FixedNumbers) -> tuple[Wave, ...]:
    waves: list[Wave] = []
    tables = ladder.tables("waves")
    if not tables:
        ladder.fault("waves", 'needs at least one wave: [ { after = 0, ring = ["duty"] } ]')
    for table in tables:
        wave = Wave(
            after=table.need("after", values.whole(0, LATEST_WAVE), 30 + waves[-1].after if waves else 0),
            targets=table.some("ring", lambda value: _wave_target(value, fixed)),
        )
        waves.append(wave)
        table.finish()
    for number, fault in find_wave_faults(waves):
        if advice := _advise(fault, waves[number - 1].after):
            tables[number].fault("after" if fault.about_time else "ring", advice)
    return tuple(waves)


def _advise(fault: LadderFault, before: int) -> str | None:
    """Return what to write instead; None where the field's own reader has said so already."""
    match fault:
        case LadderFault.NOT_AT_ONCE:
            return "the first wave is at 0"
        case LadderFault.NOT_LATER:
            return f"must be later than the wave before, {before}"
        case LadderFault.TOO_SOON:
            return f"the first phone needs {SHORTEST_FIRST_WAVE} seconds to ring"
        case LadderFault.NOT_ALONE:
            return '"last_resort" stands alone in the last wave, after people of the team'
        case _:
            return None


def _when(value: object) -> bool:
    if value not in ("always", "daytime"):
        raise Unreadable('one of "always", "daytime"')
    return value == "daytime"


def _target(value: object, fixed: FixedNumbers) -> str:
    if isinstance(value, str) and value.startswith("+"):
        return fixed.target(value)
    if value not in _PEOPLE:
        raise Unreadable(f'one of {", ".join(_PEOPLE)}, or a number: "+47..."')
    return str(value)


def _wave_target(value: object, fixed: FixedNumbers) -> str:
    return LAST_RESORT if value == LAST_RESORT else _target(value, fixed)
