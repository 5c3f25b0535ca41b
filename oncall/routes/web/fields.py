"""Read names, languages and phone numbers from a form."""

from flask_babel import gettext

from oncall.languages import LANGUAGES
from oncall.routes.web.forms import Form
from oncall.routes.web.service import call_context
from oncall.usecases.families.numbers import NotANumber, read_phone_number

LONGEST_NAME = 100  # characters


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
        number = read_phone_number(form.fields.get(field, ""))
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
    numbers: frozenset[str] = call_context().lines.numbers
    return numbers
