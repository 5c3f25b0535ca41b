"""Read and fill the forms of the team, its municipalities and its staff."""

from datetime import time

from flask_babel import gettext

from oncall.alerts.team import LastResort, Municipality, Team
from oncall.routes.web.fields import our_lines, read_name, read_phone
from oncall.routes.web.forms import Fields, Form, InvalidForm
from oncall.usecases.families.numbers import write_number

MOST_ROWS = 60  # of a ladder, or of municipalities
MOST_REASONS = 20
ROUND_THE_CLOCK = time(0)


# -------------------------------------------------------------------------------------------- team


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
