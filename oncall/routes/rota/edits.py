"""Preview an edit of the rota and save it once it is confirmed; keep the input throughout."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from oncall.alerts.team import Person, Team
from oncall.rota.model import PersonId
from oncall.routes.rota.forms import LONGEST_TEXT, refusal
from oncall.routes.web.forms import Fields, InvalidForm
from oncall.routes.web.numbers import read_number
from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import visitor
from oncall.usecases.rota.edits import Edit, EditRefused
from oncall.usecases.rota.saving import GapNotAccepted, NothingChanged, Stale, preview_edit, save_edit

Parse = Callable[[Fields, Team, datetime], Edit]
Page = Callable[[Fields, Mapping[str, str]], str]  # of a form: what was written in it, what is wrong

MACHINERY = frozenset({"csrf_token", "step", "version", "gap", "fallback"})  # fields that are not the edit's


def take(parse: Parse, page: Page) -> ResponseReturnValue:
    """Show what the edit of a form would change or, once that is confirmed, save it."""
    fields = {name: value[:LONGEST_TEXT] for name, value in request.form.items()}
    step = fields.get("step", "preview")
    if step == "edit":
        return page(fields, {})
    try:
        edit = parse(fields, visitor().team, now())
        return _save(edit, fields) if step == "confirm" else _preview(edit, fields)
    except InvalidForm as fault:
        return page(fields, fault.errors), 422
    except EditRefused as fault:
        return page(fields, refusal(fault)), 422


def version_of(fields: Fields) -> int | None:
    """Return from which version a form was made; None where it does not say."""
    return read_number(fields.get("version", ""))


def people_on_call(team: Team) -> list[Person]:
    """Return the people whom a form offers."""
    return [one for one in team.people.values() if one.on_call]


def _save(edit: Edit, fields: Fields) -> ResponseReturnValue:
    who, at = visitor(), now()
    try:
        saved = save_edit(
            database(),
            who.team.id,
            edit,
            actor=who.key,
            now=at,
            seen=version_of(fields),
            reason=fields.get("reason", "").strip(),
            fallback=PersonId(fields["fallback"]) if "gap" in fields and fields.get("fallback") else None,
        )
    except NothingChanged:
        return redirect(url_for(".show"))
    except Stale:
        return _preview(edit, fields, stale=True), 409
    except GapNotAccepted:
        gap = gettext("Tick that nobody shall be there, and name who answers instead.")
        return _preview(edit, fields, gap=gap), 422
    except EditRefused as fault:
        if fault.field != "fallback":
            raise
        return _preview(edit, fields, gap=refusal(fault)["fallback"]), 422
    return redirect(url_for(".show", **_where(saved.team, edit, at), saved=saved.team.version))


def _preview(edit: Edit, fields: Fields, *, stale: bool = False, gap: str = "") -> str:
    """Return the page that shows what the edit changes; `gap` is what is wrong with a gap it leaves."""
    since = version_of(fields) if stale else None
    preview = preview_edit(database(), visitor().team.id, edit, now(), since)
    return render_template(
        "rota/preview.html",
        preview=preview,
        fields={name: value for name, value in fields.items() if name not in MACHINERY},
        others=preview.others,
        stale=stale,
        gap=gap,
        ticked=bool(gap) and "gap" in fields,  # not where somebody has changed the rota: it is another gap
        fallback=fields.get("fallback", ""),
    )


def _where(team: Team, edit: Edit, at: datetime) -> dict[str, Any]:
    """Return the address of the month in which the edit begins."""
    start = getattr(edit, "start", at)
    return {"day": start.astimezone(team.zone).date().isoformat()}
