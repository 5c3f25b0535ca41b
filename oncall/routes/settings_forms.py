"""Read and fill the forms of the team, its municipalities and its staff."""

from datetime import time

from flask_babel import gettext

from oncall.alerts.team import LastResort, Municipality, Person, Role, Team
from oncall.casework.numbers import NotANumber, read_number, write_number
from oncall.languages import LANGUAGES
from oncall.rota.model import PersonId
from oncall.routes.web.forms import Fields, Form, InvalidForm
from oncall.routes.web.service import desk

LONGEST_NAME = 100  # characters
MOST_ROWS = 60  # of a ladder, or of municipalities
MOST_REASONS = 20
ROUND_THE_CLOCK = time(0)


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
