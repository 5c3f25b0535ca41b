"""Read and fill the form about a member of staff."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import gettext

from oncall.alerts.team import Person, Role, Team
from oncall.rota.model import PersonId
from oncall.routes.web.fields import our_lines, read_language, read_name, read_phone
from oncall.routes.web.forms import Fields, Form, InvalidForm
from oncall.usecases.families.numbers import write_number
from oncall.usecases.team.staff import StaffRefused

NEW = PersonId("")  # of somebody who has no key yet


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


@contextmanager
def refusing() -> Iterator[None]:
    """What the team's rules refuse is wrong at a field of the form."""
    try:
        yield
    except StaffRefused as fault:
        sentences = {
            "own_line": gettext("This is the team's own line."),
            "taken": gettext("This is a colleague's phone."),
            "last_leader": gettext("Nobody else leads the team. Give somebody else the role first."),
            "has_duty": gettext("Use “Take off duty” below: it shows which shifts somebody else must have."),
            "unknown": gettext("This person is not in the team."),
        }
        raise InvalidForm({fault.field: sentences[fault.why]}) from None
