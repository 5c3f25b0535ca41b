"""The rota's page, and every way to change the rota on it."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import segno
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from oncall.alerts.team import Role, Team
from oncall.rostering.calendar import lay_out
from oncall.rostering.changing import (
    GapNotAccepted,
    NothingChanged,
    Stale,
    preview_edit,
    save_edit,
)
from oncall.rostering.daily_check import check_rota
from oncall.rostering.edits import (
    AddAbsence,
    Edit,
    EditRefused,
    EndAbsence,
    NameFallback,
    Restore,
    SetLayers,
    complete_rotas,
)
from oncall.rostering.fallbacks import lasting_fallback
from oncall.rostering.history import find_earlier, list_history
from oncall.rota.calendar import View, window_of
from oncall.rota.consequences import AHEAD
from oncall.rota.duty import gaps, resolve, shifts
from oncall.rota.model import PersonId, Tier
from oncall.rota.rest import check_working_time, look_back
from oncall.routes import rota_telling
from oncall.routes.languages import language
from oncall.routes.numbers import read_number
from oncall.routes.rota_cells import Meant, Pen, cell_of, read_meant
from oncall.routes.rota_forms import (
    LONGEST_TEXT,
    MOST_PARTICIPANTS,
    fill_layer,
    fill_shift,
    read_absence,
    read_layer,
    read_shift,
    refusal,
    standing_layers,
)
from oncall.routes.visitor import may, visitor
from oncall.routes.web.forms import InvalidForm, fill
from oncall.routes.web.service import database, now, public_url
from oncall.store.rota_settings import load_limits, load_special_days
from oncall.store.team_history import load_call_outs

rota = Blueprint("rota", __name__, url_prefix="/rota")

Parse = Callable[[Mapping[str, str], Team, datetime], Edit]

MACHINERY = frozenset({"csrf_token", "step", "version", "gap", "fallback"})  # fields that are not the edit's
LONGEST_PREFILL = timedelta(days=31)  # a leader's shift may last for years
HISTORY_PAGE = 30
WORDS = (  # what the templates say things with
    *("TIERS", "VIEWS", "KINDS", "WEEKDAYS", "RULES", "REASONS", "name_of", "tell_breach", "tell_finding"),
    *("tell_layer", "tell_change", "tell_edit", "day_of", "day_short", "signed"),
)


@rota.context_processor
def words() -> dict[str, Any]:
    """What the templates of the rota say things with."""
    return {
        **{name: getattr(rota_telling, name) for name in WORDS},
        "may_edit": may("rota.change"),
    }


# ------------------------------------------------------------------------------------------ looking


@rota.get("")
def show() -> str:
    """The month, two weeks, or the day."""
    who, at = visitor(), now()
    view = View(request.args["view"]) if request.args.get("view") in list(View) else View.MONTH
    day = _read_day(request.args.get("day")) or at.astimezone(who.team.zone).date()
    with database().reading() as reading:
        special, limits = load_special_days(reading, who.team.id), load_limits(reading, who.team.id)
        calls = load_call_outs(reading, who.team.id, at - timedelta(days=28), at)
    layers = view is not View.MONTH or "layers" in request.args
    rotas, shown = complete_rotas(who.team), window_of(view, day, who.team.zone)
    ahead = at + timedelta(days=limits.gap_days)
    near = shown[0] <= ahead and shown[1] >= at
    since, until = (min(at, shown[0]), max(ahead, shown[1])) if near else shown
    resolved = resolve(rotas, since, until)  # once, for the calendar and for the checks
    calendar = lay_out(who.team, view, day, at, special, language(), layers=layers, resolved=resolved)
    lead = frozenset(one.id for one in who.team.people.values() if Role.LEADER in one.roles)
    breaches = check_working_time(
        rotas, since, until, calls, limits, lead, resolved, look_back(since, limits)
    )
    day_page, same_view = (url_for(".show", view=one, day="") for one in (View.DAY, view))
    live = public_url() + url_for(".show", view=view, day=day)
    return render_template(
        "rota/rota.html",
        calendar=calendar,
        findings=check_rota(who.team, at, limits.gap_days, resolved if near else None),
        breaches=[one for one in breaches if one.end > max(at - timedelta(days=7), calendar.start)][:40],
        at=at,
        layers=layers,
        saved=request.args.get("saved") == str(who.team.version),
        qr=Markup(_draw_code(live)),  # noqa: S704 - drawn by ourselves
        live=live,
        pen=Pen(
            rota_telling.names_of_team(),
            rota_telling.stamps(),
            who.team.zone,
            at,
            may_edit=may("rota.change"),
            meant=read_meant(request.args.get("cell", "")),
            window=(calendar.start, calendar.end),
        ),
        period=rota_telling.tell_period(calendar),
        day_page=day_page,
        link_to=lambda warning: _link_to(cell_of(warning, resolved, at), same_view, who.team.zone),
        empty=not any(rota.layers or rota.overrides for rota in rotas.values()),
    )


def _link_to(cell: Meant, page: str, zone: ZoneInfo) -> str:
    """Return the address of the calendar with a cell marked in it; `page` is that of a day to be named."""
    return f"{page}{cell.at.astimezone(zone).date()}&cell={cell}"


@lru_cache(maxsize=256)
def _draw_code(address: str) -> str:
    return str(segno.make(address, error="m").svg_inline(scale=2, border=2))


@rota.get("/history")
def history() -> str:
    """Who has changed what and why, the newest first."""
    notes = list_history(
        database(), visitor().team.id, HISTORY_PAGE + 1, read_number(request.args.get("before", ""))
    )
    return render_template(
        "rota/history.html",
        notes=notes[:HISTORY_PAGE],
        older=notes[HISTORY_PAGE - 1].seq if len(notes) > HISTORY_PAGE else None,
    )


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
    who = visitor()
    return show_form("rota/change.html", _fields_of_cell(who.team, request.args.get("cell", ""), now()))


@rota.post("/change")
def save_change() -> ResponseReturnValue:
    """Before and after; then saved."""
    return take(read_shift, "rota/change.html")


@rota.get("/absences")
def absences() -> str:
    """Who is away when, and a form for more."""
    team = visitor().team
    local = now().astimezone(team.zone).replace(hour=0, minute=0) + timedelta(days=1)
    return show_form(
        "rota/absences.html",
        {**fill("from", local, team.zone), **fill("to", local + timedelta(days=7), team.zone)},
    )


@rota.post("/absences")
def save_absence() -> ResponseReturnValue:
    """Before and after; then saved."""
    return take(_read_absence, "rota/absences.html")


@rota.get("/layers")
def show_layers() -> str:
    """Which layers each tier has, and who answers where they leave nobody."""
    return show_form("rota/layers.html", {})


@rota.get("/layers/edit")
def edit_layer() -> str:
    """The form of a new layer, or of one that stands."""
    team = visitor().team
    tier = Tier(request.args["tier"]) if request.args.get("tier") in list(Tier) else Tier.DUTY
    for layer in standing_layers(team, tier):
        if layer.id == request.args.get("layer"):
            return show_form("rota/layer.html", fill_layer(layer, tier))
    today = now().astimezone(team.zone).date()
    monday = today + timedelta(days=7 - today.weekday())
    fields = {"first_day": monday.isoformat(), "handover_time": "08:00", "turn_days": "7", "hours": "all"}
    return show_form("rota/layer.html", {"tier": tier.value, **fields})


@rota.post("/layers/edit")
def save_layer() -> ResponseReturnValue:
    """Before and after; then saved."""
    return take(_read_layer, "rota/layers.html" if "answers" in request.form else "rota/layer.html")


@rota.post("/restore")
def restore() -> ResponseReturnValue:
    """The rota ahead is again as it was before a version: before and after, then saved."""
    return take(_read_version, "rota/history.html")


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
        return take(_read_version, "rota/history.html")
    except NothingChanged:
        return redirect(url_for(".show"))
    return redirect(url_for(".show", saved=saved.team.version))


def take(parse: Parse, form: str) -> ResponseReturnValue:
    """Weigh an edit and show what it would change or, confirmed, save it; the input is kept throughout."""
    who, at = visitor(), now()
    fields = {name: value[:LONGEST_TEXT] for name, value in request.form.items()}
    step = fields.get("step", "preview")
    if step == "edit":
        return show_form(form, fields)
    stale, gap = False, ""
    try:
        edit = parse(fields, who.team, at)
        if step == "confirm":
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
            return redirect(url_for(".show", **_where(saved.team, edit, at), saved=saved.team.version))
    except InvalidForm as fault:
        return show_form(form, fields, fault.errors), 422
    except EditRefused as fault:
        if fault.field != "fallback":
            return show_form(form, fields, refusal(fault)), 422
        gap = refusal(fault)["fallback"]
    except NothingChanged:
        return redirect(url_for(".show"))
    except Stale:
        stale = True
    except GapNotAccepted:
        gap = gettext("Tick that nobody shall be there, and name who answers instead.")
    try:
        preview = preview_edit(database(), who.team.id, edit, at)
    except EditRefused as fault:
        return show_form(form, fields, refusal(fault)), 422
    seen = version_of(fields)
    others = list_history(database(), who.team.id, 20) if stale and seen is not None else ()
    page = render_template(
        "rota/preview.html",
        preview=preview,
        fields={name: value for name, value in fields.items() if name not in MACHINERY},
        others=[note for note in others if int(str(note.detail.get("version", 0))) > (seen or 0)],
        stale=stale,
        gap=gap,
        ticked=bool(gap) and "gap" in fields,  # not where somebody has changed the rota: it is another gap
        fallback=fields.get("fallback", ""),
    )
    return page, 409 if stale else 422 if gap else 200


def show_form(template: str, fields: Mapping[str, str], errors: Mapping[str, str] | None = None) -> str:
    """Return the page of a form, with what was written in it and what is wrong."""
    team = visitor().team
    template = template.replace("change.html", "change_form.html") if "part" in request.args else template
    people = [one for one in team.people.values() if one.on_call]
    more: dict[str, Any] = {}
    if template == "rota/layer.html":
        chosen = [read_number(name[5:]) or 0 for name in fields if name.startswith("turn-")]
        more = {"places": min(max(len(people) + 2, *chosen, 0), MOST_PARTICIPANTS)}
    if template == "rota/layers.html":
        more = _describe_layers(team, now())
    if template == "rota/history.html":
        more = {"notes": list_history(database(), team.id, HISTORY_PAGE), "older": None}
    if template == "rota/absences.html":
        away = {one.id: one for rota in team.rotas.values() for one in rota.absences if one.end > now()}
        more = {"away": sorted(away.values(), key=lambda one: one.start)}
    return render_template(template, fields=fields, errors=errors or {}, people=people, at=now(), **more)


def _describe_layers(team: Team, at: datetime) -> dict[str, Any]:
    rotas = complete_rotas(team)
    return {
        "standing": {tier: standing_layers(team, tier) for tier in Tier},
        "unmanned": {tier: gaps(rota, at, at + AHEAD) for tier, rota in rotas.items()},
        "answering": {tier: lasting_fallback(rota) for tier, rota in rotas.items()},
    }


def _fields_of_cell(team: Team, cell: str, at: datetime) -> dict[str, str]:
    """Return the fields for a cell, named "tier.start.end"; without one, for who is on duty now."""
    tier, _, interval = cell.partition(".")
    start, _, end = interval.partition(".")
    which = Tier(tier) if tier in list(Tier) else Tier.DUTY
    if start.isdecimal() and end.isdecimal() and len(start) < 12 and len(end) < 12 and int(start) < int(end):
        begins, ends = (datetime.fromtimestamp(int(one), UTC) for one in (start, end))
        ends = _end_of_cut(team, which, begins, ends)
        return fill_shift(which, max(begins, at), max(ends, at + timedelta(hours=1)), team.zone)
    held = shifts(complete_rotas(team)[which], at, at + LONGEST_PREFILL)[0]
    return fill_shift(which, held.start, held.end, team.zone)


def _end_of_cut(team: Team, tier: Tier, begins: datetime, ends: datetime) -> datetime:
    """Return when the shift of a cell ends that may be cut at the calendar's last midnight."""
    if ends.astimezone(team.zone).time() != time(0):
        return ends
    furthest = ends + LONGEST_PREFILL
    held = shifts(complete_rotas(team)[tier], begins, furthest)[0]
    return held.end if ends < held.end < furthest else ends


def _read_layer(fields: Mapping[str, str], team: Team, at: datetime) -> SetLayers | NameFallback:
    if fields.get("tier") in list(Tier) and "answers" in fields:
        return NameFallback(Tier(fields["tier"]), PersonId(fields["answers"]))
    if fields.get("tier") in list(Tier) and (fields.get("remove") or fields.get("raise")):
        tier = Tier(fields["tier"])
        standing = list(standing_layers(team, tier))
        chosen = [
            n for n, one in enumerate(standing) if one.id in (fields.get("remove"), fields.get("raise"))
        ]
        for place in chosen[:1]:
            layer = standing.pop(place)
            if fields.get("raise"):
                standing.insert(place + 1, layer)
        return SetLayers({tier: tuple(standing)})
    return read_layer(fields, team, at)


def _read_absence(fields: Mapping[str, str], team: Team, at: datetime) -> AddAbsence | EndAbsence:
    return EndAbsence(fields["end"]) if fields.get("end") else read_absence(fields, team, at)


def _read_version(fields: Mapping[str, str], team: Team, _: datetime) -> Restore:
    return _find_earlier(team, read_number(fields.get("before", "")))


def _find_earlier(team: Team, version: int | None) -> Restore:
    """Return the step back to what was before the version; stop with 404 where there was none such."""
    edit = None if version is None else find_earlier(database(), team.id, version)
    return edit or abort(404)


def version_of(fields: Mapping[str, str]) -> int | None:
    """Return from which version a form was made; None where it does not say."""
    return read_number(fields.get("version", ""))


def _where(team: Team, edit: Edit, at: datetime) -> dict[str, Any]:
    """Return the address of the month in which the edit begins."""
    start = getattr(edit, "start", at)
    return {"day": start.astimezone(team.zone).date().isoformat()}
