"""Lead through the three steps that give a team its first rota."""

from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from oncall.alerts.team import Person, Role, Team
from oncall.rota.duty import shifts
from oncall.rota.model import LONGEST_TURN, Layer, PersonId, Tier
from oncall.routes.rota.edits import people_on_call, version_of
from oncall.routes.rota.forms import refusal
from oncall.routes.rota.layer_forms import MOST_PARTICIPANTS, read_participants
from oncall.routes.rota.rota import words
from oncall.routes.web.forms import Fields, Form, InvalidForm
from oncall.routes.web.person_form import NEW, read_person, refusing
from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import find_visitor, visitor
from oncall.usecases.rota.agreements import read_limits
from oncall.usecases.rota.edits import EditRefused, SetLayers, complete_rotas
from oncall.usecases.rota.saving import GapNotAccepted, NothingChanged, Stale, preview_edit, save_edit
from oncall.usecases.team.sections import Hand
from oncall.usecases.team.staff import add_person

rota_start = Blueprint("rota_start", __name__, url_prefix="/rota")
rota_start.context_processor(words)

WEEKS_SHOWN = timedelta(weeks=8)
A_WEEK = 7  # days


@rota_start.get("/start")
def show() -> str:
    """The first step, with everybody who is on call in it."""
    team = visitor().team
    on_call = people_on_call(team)
    therapists = [one for one in on_call if not one.is_leader]
    chosen = {f"turn-{n}": str(one.id) for n, one in enumerate(therapists or on_call, start=1)}
    today = now().astimezone(team.zone).date().isoformat()
    nights = read_limits(database(), team.id).nights
    turn = str(min(A_WEEK, nights))  # of whole weeks, each would break the team's own rule
    return _page(1, {**chosen, "first_day": today, "handover_time": "08:00", "turn_days": turn}, {})


@rota_start.post("/start")
def go_on() -> ResponseReturnValue:
    """The next step, or the rota is there."""
    fields = dict(request.form.items())
    step = fields.get("step", "1")
    added = None
    if step == "add" or fields.get("name") or fields.get("phone"):
        try:
            added = _add_person(fields)
        except InvalidForm as fault:
            return _page(1, fields, fault.errors), 422
        fields = {**_with_turn(fields, added), "name": "", "phone": ""}
        find_visitor()  # the team has one more
    if step == "add":
        return _page(1, fields, {}, added=added)
    if step in ("1", "2"):
        form = Form(fields, visitor().team.zone)
        read_participants(form)
        return (_page(1, fields, form.errors), 422) if form.errors else _page(int(step), fields, {})
    try:
        edit = read_start(fields, visitor().team)
        return _save(edit, fields) if step == "confirm" else _preview(edit, fields)
    except InvalidForm as fault:
        return _page(1 if "turn-1" in fault.errors else 2, fields, fault.errors), 422
    except EditRefused as fault:
        return _page(1, fields, refusal(fault)), 422


def _save(edit: SetLayers, fields: Fields) -> ResponseReturnValue:
    who, seen = visitor(), version_of(fields)
    try:
        saved = save_edit(
            database(), who.team.id, edit, actor=who.key, now=now(), seen=-1 if seen is None else seen
        )
    except NothingChanged:
        return redirect(url_for("rota.show"))
    except GapNotAccepted:  # there is a rota already, and these turns would begin after it
        sentence = gettext("There is a rota already, and this would leave a gap in it. Change its layers.")
        return _page(2, fields, {"first_day": sentence}), 422
    except Stale:
        return _preview(edit, fields, stale=True), 409
    return redirect(url_for("rota.show", saved=saved.team.version))


def _preview(edit: SetLayers, fields: Fields, *, stale: bool = False) -> str:
    """Return the last step: eight weeks of the new rota, beside what stands if that has changed."""
    at = now()
    preview = preview_edit(database(), visitor().team.id, edit, at)
    held = {tier: shifts(rota, at, at + WEEKS_SHOWN) for tier, rota in complete_rotas(preview.after).items()}
    standing = shifts(complete_rotas(preview.before)[Tier.DUTY], at, at + WEEKS_SHOWN) if stale else ()
    return _page(3, fields, {}, held=held, found=preview.consequences, standing=standing)


def _add_person(fields: Fields) -> Person:
    """Somebody new is in the team and may have turns; raises InvalidForm."""
    team = visitor().team
    asked = {"name": fields.get("name", ""), "phone": fields.get("phone", ""), "language": team.language}
    asked |= {f"role-{Role.THERAPIST}": "on", "on_call": "on"}
    with refusing():
        return add_person(database(), team.id, read_person(asked, team, NEW), Hand(visitor().key, now()))


def _with_turn(fields: Fields, person: Person) -> dict[str, str]:
    """Return the fields with a turn for somebody, after everybody else's."""
    last = max((n for n in range(1, MOST_PARTICIPANTS) if fields.get(f"turn-{n}")), default=0)
    return {**fields, f"turn-{last + 1}": str(person.id)}


def read_start(fields: Fields, team: Team) -> SetLayers:
    """Return the first layers of a team; raises InvalidForm.

    Backup goes to whoever has the next turn of duty, and the leader's tier to the leader.
    """
    form = Form(fields, team.zone)
    participants = read_participants(form)
    first, clock = form.day("first_day"), form.clock("handover_time")
    turn = form.number("turn_days", 1, LONGEST_TURN)
    if form.errors or first is None or clock is None or turn is None:
        raise InvalidForm(form.errors)
    leaders = tuple(one.id for one in team.leaders if one.on_call)

    def layer(people: tuple[PersonId, ...]) -> tuple[Layer, ...]:
        return (Layer("", people, first, clock, turn, now(), None),) if people else ()

    backups = (*participants[1:], participants[0]) if len(set(participants)) > 1 else ()
    return SetLayers(
        {Tier.DUTY: layer(participants), Tier.BACKUP: layer(backups), Tier.LEADER: layer(leaders[:1])}
    )


def _page(step: int, fields: Fields, errors: Mapping[str, str], **more: object) -> str:
    team = visitor().team
    people = people_on_call(team)
    kept = {name: value for name, value in fields.items() if name not in ("csrf_token", "step", "version")}
    return render_template(
        "rota/start.html",
        step=step,
        fields=kept,
        errors=errors,
        people=people,
        places=len(people) + 1,
        nights=read_limits(database(), team.id).nights,
        **more,
    )
