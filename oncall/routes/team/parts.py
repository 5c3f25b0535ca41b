"""How a part of the settings is shown and saved, with nothing lost that somebody has written."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from oncall.routes.web.forms import Fields, InvalidForm, says_the_same
from oncall.routes.web.service import now
from oncall.routes.web.visitor import visitor
from oncall.routes.wording import contacts as contacts_wording
from oncall.routes.wording import team as team_wording
from oncall.routes.wording.rota import WEEKDAYS, name_of
from oncall.usecases.families.numbers import write_number
from oncall.usecases.fingerprint import fingerprint
from oncall.usecases.rota.saving import NothingChanged, Stale
from oncall.usecases.team.sections import Hand, Section, read_section

Save = Callable[[Fields, Hand], object]
Page = Callable[..., str]

LONGEST_REASON, LONGEST_FIELD = 200, 10_000  # characters
MACHINERY = frozenset({"csrf_token", "seen", "step", "reason"})  # fields that are not the setting's
_WORDS = (  # what the templates say things with
    *(
        "ROLES",
        "BY",
        "GROUPS",
        "WHEN",
        "SETTINGS",
        "OCCASIONS",
        "describe_targets",
        "describe_language",
        "describe_waves",
    ),
    *("describe_steps", "describe_danger_words", "describe_setting", "setting_of"),
)


def words() -> dict[str, Any]:
    """What the templates of the settings say things with."""
    told = {name: getattr(team_wording, name) for name in _WORDS}
    return {
        **told,
        "WEEKDAYS": WEEKDAYS,
        "name_of": name_of,
        "name_target": name_target,
        "write_number": write_number,
    }


def name_target(target: str) -> str:
    """Return whom a step of a ladder means; a fixed number as it is."""
    number = visitor().team.fixed_numbers.get(target.removeprefix("number:"))
    return write_number(number) if number else contacts_wording.describe_target(target)


def take(save: Save, page: Page, saved: str) -> ResponseReturnValue:
    """Save what was posted and lead to `saved`, or show the page again with all that was written."""
    fields = posted()
    try:
        save(fields, hand_of(fields))
    except InvalidForm as fault:
        return page(fields, fault.errors), 422
    except Stale:
        return page(fields, {}, stale=True), 409
    except NothingChanged:
        return redirect(url_for(saved))
    return redirect(url_for(saved, saved=1))


def posted() -> dict[str, str]:
    """Return the fields of the form."""
    return {name: value[:LONGEST_FIELD].replace("\r\n", "\n").strip() for name, value in request.form.items()}


def hand_of(fields: Fields) -> Hand:
    """Return who changes something now, why, and what they have seen."""
    reason = " ".join(fields.get("reason", "").split())[:LONGEST_REASON]
    return Hand(visitor().key, now(), fields.get("seen", ""), reason)


def render_part(
    name: str,
    section: Section,
    standing: Fields,
    fields: Fields,
    errors: Mapping[str, str],
    *,
    stale: bool,
    **more: object,
) -> str:
    """Return the page of a section, with what was written in the form or, at first, what is set."""
    now_is = fingerprint(read_section(visitor().team, section))
    return render_template(
        f"team/{name}.html",
        team=visitor().team,
        fields=fields or standing,
        theirs=differences(standing, fields) if stale else {},
        stale=stale,
        seen=fields.get("seen", "") if errors else now_is,
        errors=errors,
        saved="saved" in request.args,
        **more,
    )


def differences(standing: Fields, fields: Fields) -> dict[str, str]:
    """Return what somebody else has set, field by field, where the visitor wants something else."""
    names = {*standing, *fields} - MACHINERY
    both = {name: (standing.get(name, ""), fields.get(name, "")) for name in names}
    return {name: theirs for name, (theirs, ours) in both.items() if not says_the_same(theirs, ours)}
