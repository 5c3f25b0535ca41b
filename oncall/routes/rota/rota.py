"""Show the rota and its history, and the forms that change it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import segno
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from oncall.alerts.team import Team
from oncall.rota.calendar import View
from oncall.rota.consequences import AHEAD
from oncall.rota.duty import gaps
from oncall.rota.model import Tier
from oncall.routes.rota.cells import CellWriter, Meant, cell_of, read_meant
from oncall.routes.rota.edits import people_on_call, take
from oncall.routes.rota.forms import fill_cell, read_absence, read_shift
from oncall.routes.rota.layer_forms import MOST_PARTICIPANTS, fill_layer, read_layers, standing_layers
from oncall.routes.web.forms import Fields, fill
from oncall.routes.web.languages import language
from oncall.routes.web.numbers import read_number
from oncall.routes.web.service import database, now, public_url
from oncall.routes.web.staff_names import names_of_team
from oncall.routes.web.visitor import may, visitor
from oncall.routes.wording import rota as rota_wording
from oncall.usecases.rota.calendar import RotaPage, read_rota
from oncall.usecases.rota.editing.fallbacks import lasting_fallback
from oncall.usecases.rota.edits import EditRefused, Restore, complete_rotas
from oncall.usecases.rota.history import find_earlier, list_history
from oncall.usecases.rota.saving import GapNotAccepted, NothingChanged, Stale, save_edit

rota = Blueprint("rota", __name__, url_prefix="/rota")

HISTORY_PAGE = 30
WORDS = (  # what the templates say things with
    *(
        "TIERS",
        "VIEWS",
        "KINDS",
        "WEEKDAYS",
        "RULES",
        "REASONS",
        "name_of",
        "describe_breach",
        "describe_rota_finding",
    ),
    *("describe_layer", "describe_rota_change", "describe_rota_edit", "day_of", "day_short", "signed"),
)


@rota.context_processor
def words() -> dict[str, Any]:
    """What the templates of the rota say things with."""
    return {
        **{name: getattr(rota_wording, name) for name in WORDS},
        "may_edit": may("rota.change"),
    }


# ------------------------------------------------------------------------------------------ looking


@rota.get("")
def show() -> str:
    """The month, two weeks, or the day."""
    team, at = visitor().team, now()
    view = View(request.args["view"]) if request.args.get("view") in list(View) else View.MONTH
    day = _read_day(request.args.get("day")) or at.astimezone(team.zone).date()
    layers = view is not View.MONTH or "layers" in request.args
    page = read_rota(database(), team, view, day, at, language(), layers=layers)
    return render_template(
        "rota/rota.html",
        page=page,
        calendar=page.calendar,
        at=at,
        layers=layers,
        saved=request.args.get("saved") == str(team.version),
        cells=_cell_writer(page, at),
        period=rota_wording.describe_period(page.calendar),
        **_addresses(page, at),
    )


def _cell_writer(page: RotaPage, at: datetime) -> CellWriter:
    """Return what writes the cells of the page, with the cell marked that the address names."""
    return CellWriter(
        names_of_team(),
        rota_wording.stamps(),
        visitor().team.zone,
        at,
        may_edit=may("rota.change"),
        meant=read_meant(request.args.get("cell", "")),
        window=(page.calendar.start, page.calendar.end),
    )


def _addresses(page: RotaPage, at: datetime) -> dict[str, Any]:
    """Return where the page leads, and its own address as it is printed."""
    zone, shown = visitor().team.zone, page.calendar
    day_page, same_view = (url_for(".show", view=one, day="") for one in (View.DAY, shown.view))
    live = public_url() + url_for(".show", view=shown.view, day=shown.day)
    return {
        "day_page": day_page,
        "link_to": lambda warning: _link_to(cell_of(warning, page.resolved, at), same_view, zone),
        "live": live,
        "qr": Markup(_draw_code(live)),  # noqa: S704 - drawn by ourselves
    }


def _link_to(cell: Meant, page: str, zone: ZoneInfo) -> str:
    """Return the address of the calendar with a cell marked in it; `page` is that of a day to be named."""
    return f"{page}{cell.at.astimezone(zone).date()}&cell={cell}"


@lru_cache(maxsize=256)
def _draw_code(address: str) -> str:
    return str(segno.make(address, error="m").svg_inline(scale=2, border=2))


@rota.get("/history")
def history() -> str:
    """Who has changed what and why, the newest first."""
    before = read_number(request.args.get("before", ""))
    notes = list_history(database(), visitor().team.id, HISTORY_PAGE + 1, before)
    older = notes[HISTORY_PAGE - 1].seq if len(notes) > HISTORY_PAGE else None
    return render_template("rota/history.html", notes=notes[:HISTORY_PAGE], older=older)


def _read_day(written: str | None) -> date | None:
    try:
        day = date.fromisoformat(written or "")
    except ValueError:
        return None
    return day if 2000 <= day.year < 2200 else None


# ----------------------------------------------------------------------------------------- changing


@rota.get("/change")
def change() -> str:
    """The form that changes a shift: of a cell, or of who is on now."""
    return _show_change(fill_cell(visitor().team, request.args.get("cell", ""), now()), {})


@rota.post("/change")
def save_change() -> ResponseReturnValue:
    """Before and after; then saved."""
    return take(read_shift, _show_change)


def _show_change(fields: Fields, errors: Mapping[str, str]) -> str:
    form = "rota/change_form.html" if "part" in request.args else "rota/change.html"
    return render_template(form, fields=fields, errors=errors, people=people_on_call(visitor().team))


@rota.get("/absences")
def absences() -> str:
    """Who is away when, and a form for more."""
    team = visitor().team
    local = now().astimezone(team.zone).replace(hour=0, minute=0) + timedelta(days=1)
    return _show_absences(
        {**fill("from", local, team.zone), **fill("to", local + timedelta(days=7), team.zone)}, {}
    )


@rota.post("/absences")
def save_absence() -> ResponseReturnValue:
    """Before and after; then saved."""
    return take(read_absence, _show_absences)


def _show_absences(fields: Fields, errors: Mapping[str, str]) -> str:
    team, at = visitor().team, now()
    away = {one.id: one for each in team.rotas.values() for one in each.absences if one.end > at}
    return render_template(
        "rota/absences.html",
        fields=fields,
        errors=errors,
        people=people_on_call(team),
        at=at,
        away=sorted(away.values(), key=lambda one: one.start),
    )


@rota.get("/layers")
def show_layers() -> str:
    """Which layers each tier has, and who answers where they leave nobody."""
    return _show_layers({}, {})


def _show_layers(fields: Fields, errors: Mapping[str, str]) -> str:
    team, at = visitor().team, now()
    rotas = complete_rotas(team)
    return render_template(
        "rota/layers.html",
        fields=fields,
        errors=errors,
        people=people_on_call(team),
        standing={tier: standing_layers(team, tier) for tier in Tier},
        unmanned={tier: gaps(each, at, at + AHEAD) for tier, each in rotas.items()},
        answering={tier: lasting_fallback(each) for tier, each in rotas.items()},
    )


@rota.get("/layers/edit")
def edit_layer() -> str:
    """The form of a new layer, or of one that stands."""
    team = visitor().team
    tier = Tier(request.args["tier"]) if request.args.get("tier") in list(Tier) else Tier.DUTY
    for layer in standing_layers(team, tier):
        if layer.id == request.args.get("layer"):
            return _show_layer(fill_layer(layer, tier), {})
    today = now().astimezone(team.zone).date()
    monday = today + timedelta(days=7 - today.weekday())
    fields = {"first_day": monday.isoformat(), "handover_time": "08:00", "turn_days": "7", "hours": "all"}
    return _show_layer({"tier": tier.value, **fields}, {})


@rota.post("/layers/edit")
def save_layer() -> ResponseReturnValue:
    """Before and after; then saved."""
    return take(read_layers, _show_layers if "answers" in request.form else _show_layer)


def _show_layer(fields: Fields, errors: Mapping[str, str]) -> str:
    people = people_on_call(visitor().team)
    chosen = [read_number(name[5:]) or 0 for name in fields if name.startswith("turn-")]
    places = min(max(len(people) + 2, *chosen, 0), MOST_PARTICIPANTS)
    return render_template("rota/layer.html", fields=fields, errors=errors, people=people, places=places)


@rota.post("/restore")
def restore() -> ResponseReturnValue:
    """The rota ahead is again as it was before a version: before and after, then saved."""
    return take(_read_version, _show_history_again)


@rota.post("/undo")
def undo() -> ResponseReturnValue:
    """The last change is taken back at once, unless somebody has changed something since."""
    who = visitor()
    version = read_number(request.form.get("before", ""))
    edit = _find_earlier(who.team, version)
    try:
        saved = save_edit(
            database(), who.team.id, edit, actor=who.key, now=now(), seen=version, reason="undo"
        )
    except (Stale, GapNotAccepted, EditRefused):
        return take(_read_version, _show_history_again)
    except NothingChanged:
        return redirect(url_for(".show"))
    return redirect(url_for(".show", saved=saved.team.version))


def _show_history_again(_: Fields, errors: Mapping[str, str]) -> str:
    notes = list_history(database(), visitor().team.id, HISTORY_PAGE)
    return render_template("rota/history.html", notes=notes, older=None, errors=errors)


def _read_version(fields: Fields, team: Team, _: datetime) -> Restore:
    return _find_earlier(team, read_number(fields.get("before", "")))


def _find_earlier(team: Team, version: int | None) -> Restore:
    """Return the step back to what was before the version; stop with 404 where there was none such."""
    edit = None if version is None else find_earlier(database(), team.id, version)
    return edit or abort(404)
