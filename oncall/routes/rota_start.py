"""How does a team without a rota get one: who, when, and a look at eight weeks?"""

from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from oncall.alerts.team import Person, Role, Team
from oncall.rostering.changing import GapNotAccepted, NothingChanged, Stale, preview_edit, save_edit
from oncall.rostering.edits import EditRefused, SetLayers, complete_rotas
from oncall.rostering.sections import Hand
from oncall.rostering.staff import add_person
from oncall.rota.duty import shifts
from oncall.rota.model import Layer, PersonId, Tier
from oncall.routes.rota import version_of, words
from oncall.routes.rota_forms import LONGEST_TURN, MOST_PARTICIPANTS, read_participants, refusal
from oncall.routes.settings_forms import read_person
from oncall.routes.settings_staff import NEW, refusing
from oncall.routes.visitor import find_visitor, visitor
from oncall.routes.web.forms import Form, InvalidForm
from oncall.routes.web.service import database, now
from oncall.store.rota_settings import load_limits

rota_start = Blueprint("rota_start", __name__, url_prefix="/rota")
rota_start.context_processor(words)

WEEKS_SHOWN = timedelta(weeks=8)
A_WEEK = 7  # days


@rota_start.get("/start")
def show() -> str:
    """The first step, with everybody who is on call in it."""
    team = visitor().team
    on_call = [one for one in team.people.values() if one.on_call]
    therapists = [one for one in on_call if Role.LEADER not in one.roles]
    chosen = {f"turn-{n}": str(one.id) for n, one in enumerate(therapists or on_call, start=1)}
    today = now().astimezone(team.zone).date().isoformat()
    turn = str(min(A_WEEK, _most_nights()))  # of whole weeks, each would break the team's own rule
    return _page(1, {**chosen, "first_day": today, "handover_time": "08:00", "turn_days": turn}, {})


@rota_start.post("/start")
def go_on() -> ResponseReturnValue:
    """The next step, or the rota is there."""
    who = visitor()
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
        form = Form(fields, who.team.zone)
        read_participants(form)
        return (_page(1, fields, form.errors), 422) if form.errors else _page(int(step), fields, {})
    stale = False
    try:
        edit = read_start(fields, who.team)
        if step == "confirm":
            seen = version_of(fields)
            saved = save_edit(
                database(), who.team.id, edit, actor=who.key, now=now(), seen=-1 if seen is None else seen
            )
            return redirect(url_for("rota.show", saved=saved.team.version))
    except InvalidForm as fault:
        at = 1 if "turn-1" in fault.errors else 2
        return _page(at, fields, fault.errors), 422
    except EditRefused as fault:
        return _page(1, fields, refusal(fault)), 422
    except NothingChanged:
        return redirect(url_for("rota.show"))
    except GapNotAccepted:  # there is a rota already, and these turns would begin after it
        sentence = gettext("There is a rota already, and this would leave a gap in it. Change its layers.")
        return _page(2, fields, {"first_day": sentence}), 422
    except Stale:
        stale = True
    try:
        preview = preview_edit(database(), who.team.id, edit, now())
    except EditRefused as fault:
        return _page(1, fields, refusal(fault)), 422
    held = {
        tier: shifts(rota, now(), now() + WEEKS_SHOWN) for tier, rota in complete_rotas(preview.after).items()
    }
    standing = shifts(complete_rotas(preview.before)[Tier.DUTY], now(), now() + WEEKS_SHOWN) if stale else ()
    page = _page(3, fields, {}, held=held, found=preview.consequences, standing=standing)
    return page, 409 if stale else 200


def _add_person(fields: Mapping[str, str]) -> Person:
    """Somebody new is in the team and may have turns; raises InvalidForm."""
    team = visitor().team
    asked = {"name": fields.get("name", ""), "phone": fields.get("phone", ""), "language": team.language}
    asked |= {f"role-{Role.THERAPIST}": "on", "on_call": "on"}
    with refusing():
        return add_person(database(), team.id, read_person(asked, team, NEW), Hand(visitor().key, now()))


def _with_turn(fields: Mapping[str, str], person: Person) -> dict[str, str]:
    """Return the fields with a turn for somebody, after everybody else's."""
    last = max((n for n in range(1, MOST_PARTICIPANTS) if fields.get(f"turn-{n}")), default=0)
    return {**fields, f"turn-{last + 1}": str(person.id)}


def read_start(fields: Mapping[str, str], team: Team) -> SetLayers:
    """Return the first layers of a team; raises InvalidForm.

    Backup goes to whoever has the next turn of duty, and the leader's tier to the leader.
    """
    form = Form(fields, team.zone)
    participants = read_participants(form)
    first, clock = form.day("first_day"), form.clock("handover_time")
    turn = form.number("turn_days", 1, LONGEST_TURN)
    if form.errors or first is None or clock is None or turn is None:
        raise InvalidForm(form.errors)
    leaders = tuple(one.id for one in team.people.values() if Role.LEADER in one.roles and one.on_call)

    def layer(people: tuple[PersonId, ...]) -> tuple[Layer, ...]:
        return (Layer("", people, first, clock, turn, now(), None),) if people else ()

    backups = (*participants[1:], participants[0]) if len(set(participants)) > 1 else ()
    return SetLayers(
        {Tier.DUTY: layer(participants), Tier.BACKUP: layer(backups), Tier.LEADER: layer(leaders[:1])}
    )


def _most_nights() -> int:
    """Return how many nights running the team lets anybody have."""
    with database().reading() as reading:
        return load_limits(reading, visitor().team.id).nights


def _page(step: int, fields: Mapping[str, str], errors: Mapping[str, str], **more: object) -> str:
    team = visitor().team
    people = [one for one in team.people.values() if one.on_call]
    kept = {name: value for name, value in fields.items() if name not in ("csrf_token", "step", "version")}
    return render_template(
        "rota/start.html",
        step=step,
        fields=kept,
        errors=errors,
        people=people,
        places=len(people) + 1,
        nights=_most_nights(),
        **more,
    )
