"""What do the forms of the settings say, and what is wrong with them at which field?"""

import re
from collections.abc import Sequence
from datetime import time

from flask_babel import gettext

from oncall.alerts.ladder_rules import LATEST_WAVE, SHORTEST_FIRST_WAVE, Fault
from oncall.alerts.team import Ladder, LastResort, Municipality, PageStep, Person, Role, Team, Wave
from oncall.casework.numbers import NotANumber, read_number, write_number
from oncall.rostering.team_settings import NewLadder
from oncall.rota.model import PersonId, Weekday, WeeklyWindow
from oncall.routes.languages import LANGUAGES
from oncall.routes.telling import TARGETS
from oncall.routes.web.forms import Fields, Form, InvalidForm
from oncall.routes.web.service import desk
from oncall.teamfile.ladders import FixedNumbers

LONGEST_NAME = 100  # characters
MOST_ROWS = 60  # of a ladder, or of municipalities
MOST_REASONS = 20
WAYS = ("text", "call")
ROUND_THE_CLOCK = time(0)
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?")


# -------------------------------------------------------------------------------------------- team


def read_name(form: Form, field: str = "name") -> str:
    """Return a name of one line."""
    name = " ".join(form.fields.get(field, "").split())
    if not name:
        form.refuse(field, gettext("Write a name."))
    elif len(name) > LONGEST_NAME or not name.isprintable():
        form.refuse(field, gettext("The name is too long."))
    return name


def read_language(form: Form) -> str:
    """Return one of the languages of pages and prompts."""
    language = form.fields.get("language", "")
    if language not in LANGUAGES:
        form.refuse("language", gettext("There is no such choice."))
    return language


def read_phone(form: Form, field: str, lines: frozenset[str]) -> str:
    """Return a number in E.164 that does not lead back to any of our lines; "" where there is none."""
    try:
        number = read_number(form.fields.get(field, ""))
    except NotANumber:
        form.refuse(
            field,
            gettext("This is not a phone number. Write eight digits, or + and the country's code first."),
        )
        return ""
    if number in lines:
        form.refuse(field, gettext("This is a line of ours: ringing it would lead back here."))
    return number


def our_lines() -> frozenset[str]:
    """Return every number that leads back to a line of ours."""
    numbers: frozenset[str] = desk().lines.numbers
    return numbers


def fill_municipalities(team: Team) -> dict[str, str]:
    """Return the form's fields for the municipalities, with nothing in the last, for one more."""
    fields: dict[str, str] = {}
    for nth, place in enumerate(team.municipalities, start=1):
        fields[f"name-{nth}"] = place.name
        if resort := place.last_resort:
            fields[f"number-{nth}"] = write_number(resort.number)
            fields[f"agreed-{nth}"] = resort.agreed.isoformat()
            fields[f"opens-{nth}"] = f"{resort.opens:%H:%M}"
            fields[f"closes-{nth}"] = f"{resort.closes:%H:%M}"
    return fields


def read_municipalities(fields: Fields, team: Team) -> tuple[Municipality, ...]:
    """Return the municipalities that the form names; raises InvalidForm."""
    form = Form(fields, team.zone)
    places: list[Municipality] = []
    for nth in range(1, MOST_ROWS + 1):
        written = [fields.get(f"{what}-{nth}", "") for what in ("name", "number", "agreed")]
        if f"remove-{nth}" in fields or not any(written):
            continue
        name = read_name(form, f"name-{nth}")
        if name in [place.name for place in places]:
            form.refuse(f"name-{nth}", gettext("This is in the list already."))
        places.append(Municipality(name, _read_last_resort(form, nth)))
    if form.errors:
        raise InvalidForm(form.errors)
    return tuple(places)


def _read_last_resort(form: Form, nth: int) -> LastResort | None:
    if not (form.fields.get(f"number-{nth}") or form.fields.get(f"agreed-{nth}")):
        return None
    number = read_phone(form, f"number-{nth}", our_lines())
    agreed = form.day(f"agreed-{nth}")
    if not (form.fields.get(f"opens-{nth}") or form.fields.get(f"closes-{nth}")):
        opens: time | None = ROUND_THE_CLOCK
        closes: time | None = ROUND_THE_CLOCK
    else:
        opens, closes = form.clock(f"opens-{nth}"), form.clock(f"closes-{nth}")
    if form.errors or agreed is None or opens is None or closes is None:
        return None
    return LastResort(number, opens, closes, agreed)


def read_list(form: Form, field: str, longest: int = 100, most: int = MOST_REASONS) -> tuple[str, ...]:
    """Return the lines of a field, each once."""
    lines = tuple(dict.fromkeys(" ".join(line.split()) for line in form.fields.get(field, "").splitlines()))
    lines = tuple(line for line in lines if line)
    if len(lines) > most or any(len(line) > longest for line in lines):
        form.refuse(
            field,
            gettext("At most %(most)s lines, each of at most %(n)s characters.", most=most, n=longest),
        )
    return lines


# ----------------------------------------------------------------------------------------- ladders


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


def refuse_rows(faults: Sequence[tuple[int, Fault]], fields: Fields) -> InvalidForm:
    """Return what is wrong with a ladder, at the rows of the form that say so."""
    rows = [
        nth
        for nth in range(1, MOST_ROWS + 1)
        if fields.get(f"after-{nth}") or any(name.startswith(f"ring-{nth}-") for name in fields)
    ]
    sentences = {
        Fault.NOBODY: gettext("Choose whom this step means, and how they are alerted."),
        Fault.NOT_AT_ONCE: gettext("The first step begins at 0."),
        Fault.NOT_LATER: gettext("This step must begin later than the one before."),
        Fault.TOO_SOON: gettext("The first phone needs %(n)s seconds to ring.", n=SHORTEST_FIRST_WAVE),
        Fault.TOO_LATE: gettext("Nobody waits so long: at most %(n)s.", n=LATEST_WAVE),
        Fault.NOT_ALONE: gettext("The emergency service stands alone in the last step, after the team."),
    }
    errors: dict[str, str] = {}
    for number, fault in faults:
        row = rows[number] if number < len(rows) else 1
        errors.setdefault(f"after-{row}" if fault.about_time else f"ring-{row}", sentences[fault])
    return InvalidForm(errors)


def _ticked(fields: Fields, prefix: str, known: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in known if f"{prefix}{name}" in fields)


# ------------------------------------------------------------------------------------------- staff


def fill_person(person: Person) -> dict[str, str]:
    """Return the form's fields for somebody of the team."""
    return {
        "name": person.name,
        "phone": write_number(person.phone),
        "language": person.language,
        **{f"role-{role}": "on" for role in person.roles},
        **({"on_call": "on"} if person.on_call else {}),
    }


def read_person(fields: Fields, team: Team, key: PersonId) -> Person:
    """Return the person that the form describes; raises InvalidForm."""
    form = Form(fields, team.zone)
    name, phone, language = read_name(form), read_phone(form, "phone", our_lines()), read_language(form)
    roles = frozenset(role for role in Role if f"role-{role}" in fields)
    if not roles:
        form.refuse("roles", gettext("Choose at least one role."))
    if form.errors:
        raise InvalidForm(form.errors)
    return Person(key, name, phone, language, roles, "on_call" in fields)
