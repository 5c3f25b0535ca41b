"""Read and fill the forms of the ladders: of calls, and of alerts."""

import re
from collections.abc import Sequence

from flask_babel import gettext

from oncall.alerts.ladder_rules import LATEST_WAVE, SHORTEST_FIRST_WAVE, LadderFault
from oncall.alerts.team import Ladder, PageStep, Team, Wave
from oncall.rota.model import Weekday, WeeklyWindow
from oncall.routes.team.forms import MOST_ROWS
from oncall.routes.web.fields import our_lines, read_phone
from oncall.routes.web.forms import Fields, Form, InvalidForm
from oncall.routes.wording.contacts import TARGETS
from oncall.teamfile.ladders import FixedNumbers
from oncall.usecases.team.team_settings import NewLadder

WAYS = ("text", "call")


def fill_ladder(ladder: Ladder, daytime: WeeklyWindow | None) -> dict[str, str]:
    """Return the form's fields for a ladder, and for the hours of a daytime one."""
    fields: dict[str, str] = {}
    for nth, wave in enumerate(ladder.waves, start=1):
        fields[f"after-{nth}"] = str(wave.after)
        fields |= {f"ring-{nth}-{target}": "on" for target in wave.targets}
    if ladder.daytime_only and daytime is not None:
        fields |= {f"day-{day}": "on" for day in daytime.days}
        fields |= {"from": f"{daytime.start:%H:%M}", "until": f"{daytime.until:%H:%M}"}
    return fields


def read_ladder(fields: Fields, team: Team, *, daytime: bool) -> NewLadder:
    """Return the ladder of the form, with its hours where it is a daytime one; raises InvalidForm."""
    form = Form(fields, team.zone)
    fixed = FixedNumbers(str)
    waves = []
    for nth in range(1, MOST_ROWS + 1):
        targets = _ticked(fields, f"ring-{nth}-", targets_of(team))
        if fields.get(f"number-{nth}"):
            targets = (*targets, fixed.target(read_phone(form, f"number-{nth}", our_lines())))
        if not fields.get(f"after-{nth}") and not targets:
            continue
        after = form.number(f"after-{nth}", 0, LATEST_WAVE)
        waves.append(Wave(after if after is not None else 0, targets))
    if not waves:
        form.refuse("after-1", gettext("Name at least one step."))
    window = _read_daytime(form) if daytime else None
    if form.errors:
        raise InvalidForm(form.errors)
    return NewLadder(Ladder(daytime, tuple(waves)), window, fixed.by_id)


def _read_daytime(form: Form) -> WeeklyWindow | None:
    days = frozenset(day for day in Weekday if f"day-{day}" in form.fields)
    start, until = form.clock("from"), form.clock("until")
    if not days:
        form.refuse("days", gettext("Choose at least one weekday."))
    if start is None or until is None:
        return None
    if until <= start:
        form.refuse("until", gettext("Daytime ends on the day on which it begins."))
    return WeeklyWindow(days, start, until)


def targets_of(team: Team) -> tuple[str, ...]:
    """Return whom a step may mean: everybody whom the rota names, and the team's fixed numbers."""
    return (*TARGETS, *(f"number:{name}" for name in team.fixed_numbers))


def fill_steps(steps: Sequence[PageStep]) -> dict[str, str]:
    """Return the form's fields for the steps by which staff are alerted."""
    fields: dict[str, str] = {}
    for nth, step in enumerate(steps, start=1):
        fields[f"after-{nth}"] = f"{step.after_minutes:g}"
        fields |= {f"ring-{nth}-{target}": "on" for target in step.targets}
        fields |= {f"by-{nth}-{way}": "on" for way in step.by}
    return fields


def read_steps(fields: Fields, team: Team) -> tuple[PageStep, ...]:
    """Return the steps of the form; raises InvalidForm."""
    form = Form(fields, team.zone)
    steps = []
    for nth in range(1, MOST_ROWS + 1):
        targets = _ticked(fields, f"ring-{nth}-", targets_of(team))
        ways = _ticked(fields, f"by-{nth}-", WAYS)
        if not fields.get(f"after-{nth}") and not targets:
            continue
        steps.append(PageStep(_read_minutes(form, f"after-{nth}"), targets, ways))
    if not steps:
        form.refuse("after-1", gettext("Name at least one step."))
    if form.errors:
        raise InvalidForm(form.errors)
    return tuple(steps)


def _read_minutes(form: Form, field: str) -> float:
    written = form.fields.get(field, "").replace(",", ".")
    if re.fullmatch(r"\d{1,4}(\.\d{1,2})?", written):
        return float(written)
    form.refuse(field, gettext("Write a number of minutes, such as 5 or 0.5."))
    return 0.0


def refuse_rows(faults: Sequence[tuple[int, LadderFault]], fields: Fields) -> InvalidForm:
    """Return what is wrong with a ladder, at the rows of the form that say so."""
    rows = [
        nth
        for nth in range(1, MOST_ROWS + 1)
        if fields.get(f"after-{nth}") or any(name.startswith(f"ring-{nth}-") for name in fields)
    ]
    sentences = {
        LadderFault.NOBODY: gettext("Choose whom this step means, and how they are alerted."),
        LadderFault.NOT_AT_ONCE: gettext("The first step begins at 0."),
        LadderFault.NOT_LATER: gettext("This step must begin later than the one before."),
        LadderFault.TOO_SOON: gettext("The first phone needs %(n)s seconds to ring.", n=SHORTEST_FIRST_WAVE),
        LadderFault.TOO_LATE: gettext("Nobody waits so long: at most %(n)s.", n=LATEST_WAVE),
        LadderFault.NOT_ALONE: gettext(
            "The emergency service stands alone in the last step, after the team."
        ),
    }
    errors: dict[str, str] = {}
    for number, fault in faults:
        row = rows[number] if number < len(rows) else 1
        errors.setdefault(f"after-{row}" if fault.about_time else f"ring-{row}", sentences[fault])
    return InvalidForm(errors)


def _ticked(fields: Fields, prefix: str, known: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in known if f"{prefix}{name}" in fields)
