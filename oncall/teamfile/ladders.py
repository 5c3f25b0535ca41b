"""What a team file says about whom to ring and to alert, and when."""

import hashlib
from collections.abc import Callable

from oncall.alerts.team import Ladder, PageStep, Wave
from oncall.rota.model import Tier
from oncall.teamfile import defaults, values
from oncall.teamfile.table import Table, Unreadable

LAST_RESORT = "last_resort"
_PEOPLE = ("own_therapist", *Tier, "everyone")
_LATEST_WAVE = 3600  # seconds: nobody waits longer
# Before the second wave the first person's phone rings: less than this is not even a ring.
_SHORTEST_FIRST_WAVE = 10


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
    for table in team.tables("page_ladder"):
        step = PageStep(
            after_minutes=table.need(
                "after_minutes", values.minutes, 1 + steps[-1].after_minutes if steps else 0.0
            ),
            targets=table.some("targets", lambda value: _target(value, fixed)),
            by=table.some("by", values.one_of(("text", "call"), "way to alert")),
        )
        if not steps and step.after_minutes != 0:
            table.fault("after_minutes", "the first step is at 0")
        if steps and step.after_minutes <= steps[-1].after_minutes:
            table.fault("after_minutes", f"must be later than the step before, {steps[-1].after_minutes:g}")
        steps.append(step)
        table.finish()
    return tuple(steps) or defaults.PAGE_LADDER


def _read_waves(ladder: Table, fixed: FixedNumbers) -> tuple[Wave, ...]:
    waves: list[Wave] = []
    tables = ladder.tables("waves")
    if not tables:
        ladder.fault("waves", 'needs at least one wave: [ { after = 0, ring = ["duty"] } ]')
    for table in tables:
        wave = Wave(
            after=table.need("after", values.whole(0, _LATEST_WAVE), 30 + waves[-1].after if waves else 0),
            targets=table.some("ring", lambda value: _wave_target(value, fixed)),
        )
        _check_order(table, wave, waves)
        if LAST_RESORT in wave.targets and (len(wave.targets) > 1 or table is not tables[-1] or not waves):
            table.fault("ring", '"last_resort" stands alone in the last wave, after people of the team')
        waves.append(wave)
        table.finish()
    return tuple(waves)


def _check_order(table: Table, wave: Wave, earlier: list[Wave]) -> None:
    if not earlier and wave.after != 0:
        table.fault("after", "the first wave is at 0")
    elif earlier and wave.after <= earlier[-1].after:
        table.fault("after", f"must be later than the wave before, {earlier[-1].after}")
    elif len(earlier) == 1 and wave.after < _SHORTEST_FIRST_WAVE:
        table.fault("after", f"the first phone needs {_SHORTEST_FIRST_WAVE} seconds to ring")


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
