"""The team's own settings: what it is called, whom it serves, and which reasons it usually has."""

from collections.abc import Mapping

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from oncall.routes.team.forms import MOST_ROWS, fill_municipalities, read_list, read_municipalities
from oncall.routes.team.parts import render_part, take, words
from oncall.routes.web.fields import read_language, read_name
from oncall.routes.web.forms import Fields, Form, InvalidForm
from oncall.routes.web.numbers import read_number
from oncall.routes.web.service import database
from oncall.routes.web.visitor import visitor
from oncall.routes.wording.team import OCCASIONS, USUAL_REASONS, usual_reasons
from oncall.usecases.team.sections import Hand, Section
from oncall.usecases.team.team_settings import StillServed, set_municipalities, set_reasons, set_team

settings_team = Blueprint("settings_team", __name__, url_prefix="/settings")
settings_team.context_processor(words)


@settings_team.get("/team")
def show() -> str:
    """What the team is called, and what it speaks."""
    return _show_team({}, {})


@settings_team.post("/team")
def save() -> ResponseReturnValue:
    """The team is as the form has it."""
    return take(_save_team, _show_team, ".show")


def _save_team(fields: Fields, hand: Hand) -> None:
    team = visitor().team
    form = Form(fields, team.zone)
    name, language = read_name(form), read_language(form)
    if form.errors:
        raise InvalidForm(form.errors)
    set_team(database(), team.id, hand, name=name, language=language, on_call="on_call" in fields)


def _show_team(fields: Fields, errors: Mapping[str, str], *, stale: bool = False) -> str:
    team = visitor().team
    standing = {"name": team.name, "language": team.language, **({"on_call": "on"} if team.on_call else {})}
    return render_part("team", Section.TEAM, standing, fields, errors, stale=stale)


@settings_team.get("/municipalities")
def show_municipalities() -> str:
    """Whom the team serves, and which services have agreed to take its calls."""
    return _show_municipalities({}, {})


@settings_team.post("/municipalities")
def save_municipalities() -> ResponseReturnValue:
    """The municipalities are as the form has them."""
    return take(_save_municipalities, _show_municipalities, ".show_municipalities")


def _save_municipalities(fields: Fields, hand: Hand) -> None:
    team = visitor().team
    try:
        set_municipalities(database(), team.id, read_municipalities(fields, team), hand)
    except StillServed as fault:
        names = [place.name for place in team.municipalities]
        row = names.index(fault.municipality) + 1 if fault.municipality in names else 1
        sentence = gettext(
            "%(name)s has families: %(labels)s. Move them first.",
            name=fault.municipality,
            labels=", ".join(fault.labels[:10]),
        )
        raise InvalidForm({f"name-{row}": sentence}) from None


def _show_municipalities(fields: Fields, errors: Mapping[str, str], *, stale: bool = False) -> str:
    standing = fill_municipalities(visitor().team)
    rows = min(max(len(visitor().team.municipalities), *_rows(fields), 0) + 1, MOST_ROWS)
    return render_part(
        "municipalities", Section.MUNICIPALITIES, standing, fields, errors, stale=stale, rows=rows
    )


def _rows(fields: Fields) -> list[int]:
    written = [
        name.removeprefix("name-") for name, value in fields.items() if name.startswith("name-") and value
    ]
    return [nth for nth in map(read_number, written) if nth is not None]


@settings_team.get("/reasons")
def show_reasons() -> str:
    """Which reasons are offered where a page asks why."""
    return _show_reasons({}, {})


@settings_team.post("/reasons")
def save_reasons() -> ResponseReturnValue:
    """The reasons are as the form has them; an empty list is the usual one again."""
    return take(_save_reasons, _show_reasons, ".show_reasons")


def _save_reasons(fields: Fields, hand: Hand) -> None:
    team = visitor().team
    form = Form(fields, team.zone)
    reasons = {occasion: read_list(form, occasion) for occasion in OCCASIONS}
    if form.errors:
        raise InvalidForm(form.errors)
    own = {name: told for name, told in reasons.items() if told != tuple(map(str, USUAL_REASONS[name]))}
    set_reasons(database(), team.id, own, hand)


def _show_reasons(fields: Fields, errors: Mapping[str, str], *, stale: bool = False) -> str:
    team = visitor().team
    standing = {occasion: "\n".join(usual_reasons(team, occasion)) for occasion in OCCASIONS}
    return render_part("reasons", Section.REASONS, standing, fields, errors, stale=stale)
