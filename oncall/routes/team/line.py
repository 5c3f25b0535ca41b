"""The line: its numbers, every sentence that is said or texted, voicemail, and words of danger."""

from collections.abc import Mapping

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from oncall.alerts.danger import DEFAULT_WORDS, LONGEST_WORD, NotAWord
from oncall.alerts.team import Team
from oncall.alerts.wording import family
from oncall.alerts.wording.catalogue import PROMPTS
from oncall.alerts.wording.voices import voice_of
from oncall.languages import LANGUAGE_CODE, LANGUAGES
from oncall.routes.team.parts import render_part, take, words
from oncall.routes.web.fields import our_lines, read_phone
from oncall.routes.web.forms import Fields, Form, InvalidForm
from oncall.routes.web.service import call_context, database, public_url
from oncall.routes.web.visitor import visitor
from oncall.usecases.families.numbers import write_number
from oncall.usecases.team.line_settings import set_danger_words, set_static_number, set_voicemail
from oncall.usecases.team.sections import Hand, Section

settings_line = Blueprint("settings_line", __name__, url_prefix="/settings/line")
settings_line.context_processor(words)

EXAMPLE_LABEL, EXAMPLE_CODE = "V-014", "4711"


@settings_line.get("")
def show() -> str:
    """The numbers, and each sentence in each language."""
    return _show_number({}, {})


@settings_line.post("")
def save() -> ResponseReturnValue:
    """Whom to ring when the service itself fails."""
    return take(_save_number, _show_number, ".show")


def _save_number(fields: Fields, hand: Hand) -> None:
    team = visitor().team
    form = Form(fields, team.zone)
    number = read_phone(form, "number", our_lines())
    if form.errors:
        raise InvalidForm(form.errors)
    set_static_number(database(), team.id, number, hand)
    call_context().lines.refresh()  # the other processes look again by themselves


def _show_number(fields: Fields, errors: Mapping[str, str], *, stale: bool = False) -> str:
    team = visitor().team
    standing = {"number": write_number(team.static_number) if team.static_number else ""}
    first = [team.language, *(code for code in LANGUAGES if code != team.language)]
    return render_part(
        "line",
        Section.STATIC_NUMBER,
        standing,
        fields,
        errors,
        stale=stale,
        prompts=PROMPTS,
        of_voicemail=family.VOICEMAIL,
        languages=first,
        examples=_examples(team),
        voice_of=voice_of,
    )


def _examples(team: Team) -> dict[str, str]:
    """Return what stands in a sentence's gaps, as it might."""
    people = [person.name.split(" ", 1)[0] for person in team.people.values()] or [gettext("nobody")]
    return {
        "team": team.name,
        "municipality": team.municipalities[0].name if team.municipalities else gettext("your municipality"),
        "label": EXAMPLE_LABEL,
        "link": public_url() + "/…",
        "code": EXAMPLE_CODE,
        "owner": people[0],
        "duty": people[0],
        "backup": people[1 % len(people)],
        "leader": people[-1],
    }


@settings_line.get("/voicemail")
def show_voicemail() -> str:
    """Whether somebody who reached nobody may leave a message."""
    return _show_voicemail({}, {})


@settings_line.post("/voicemail")
def save_voicemail() -> ResponseReturnValue:
    """Voicemail is on, or off."""
    return take(_save_voicemail, _show_voicemail, ".show_voicemail")


def _save_voicemail(fields: Fields, hand: Hand) -> None:
    set_voicemail(database(), visitor().team.id, hand, on="on" in fields)


def _show_voicemail(fields: Fields, errors: Mapping[str, str], *, stale: bool = False) -> str:
    team = visitor().team
    standing = {"on": "on"} if team.voicemail else {}
    return render_part(
        "voicemail",
        Section.VOICEMAIL,
        standing,
        fields,
        errors,
        stale=stale,
        voice_of=voice_of,
        sentences=[each for each in family.SPOKEN if each in family.VOICEMAIL],
    )


@settings_line.get("/words")
def show_words() -> str:
    """Which words raise the alarm: those that every team has, and the team's own."""
    return _show_words({}, {})


@settings_line.post("/words")
def save_words() -> ResponseReturnValue:
    """The team's own words of one language are as the form has them."""
    return take(_save_words, _show_words, ".show_words")


def _save_words(fields: Fields, hand: Hand) -> None:
    code = fields.get("language", "")
    if not LANGUAGE_CODE.fullmatch(code):
        sentence = gettext("Write the code of a language, such as uk for Ukrainian or ar for Arabic.")
        raise InvalidForm({_field("language", fields): sentence})
    try:
        set_danger_words(database(), visitor().team.id, code, fields.get("words", "").splitlines(), hand)
    except NotAWord as fault:
        sentence = gettext(
            "“%(word)s” cannot be used: at most %(n)s letters, and * only at the end of a word.",
            word=str(fault)[:LONGEST_WORD],
            n=LONGEST_WORD,
        )
        raise InvalidForm({_field("words", fields): sentence}) from None


def _field(name: str, fields: Fields) -> str:
    """Return which field of the page is meant: each language has a form of its own."""
    return f"{name}-{_form_of(fields)}"


def _form_of(fields: Fields) -> str:
    language = fields.get("language", "")
    return language if language in _languages(visitor().team) else "new"


def _languages(team: Team) -> tuple[str, ...]:
    return (*DEFAULT_WORDS, *sorted(set(team.danger_words) - set(DEFAULT_WORDS)))


def _show_words(fields: Fields, errors: Mapping[str, str], *, stale: bool = False) -> str:
    team = visitor().team
    chosen = fields.get("language", "")
    standing = {"language": chosen, "words": "\n".join(team.danger_words.get(chosen, ()))} if fields else {}
    return render_part(
        "words",
        Section.DANGER_WORDS,
        standing,
        fields,
        errors,
        stale=stale,
        form=_form_of(fields) if fields else "",
        languages=_languages(team),
        usual=DEFAULT_WORDS,
        most=LONGEST_WORD,
    )
