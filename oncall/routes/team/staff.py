"""Show and change the people of the team, and take somebody off duty."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from oncall.alerts.team import Person, Role, Team
from oncall.rota.model import PersonId
from oncall.routes.rota import edits as rota_edits
from oncall.routes.rota import rota
from oncall.routes.team.parts import differences, take, words
from oncall.routes.web.forms import Fields, InvalidForm
from oncall.routes.web.languages import write_short
from oncall.routes.web.person_form import NEW, fill_person, read_person, refusing
from oncall.routes.web.service import database, now
from oncall.routes.web.visitor import visitor
from oncall.routes.wording.rota import TIERS
from oncall.usecases.rota.edits import TakeOff
from oncall.usecases.rota.own_shifts import COMING, OwnShift
from oncall.usecases.rota.phone_tests import TestUnderWay, try_phone
from oncall.usecases.team.sections import Hand
from oncall.usecases.team.staff import add_person, change_person, fingerprint_of
from oncall.usecases.team.staff_directory import Colleague, find_colleague, read_duties, read_staff

settings_staff = Blueprint("settings_staff", __name__, url_prefix="/settings/staff")
settings_staff.context_processor(words)
settings_staff.context_processor(rota.words)

SHIFTS_SHOWN = 6


@settings_staff.get("")
def show() -> str:
    """Everybody of the team, and who has left it."""
    at = now()
    staff = read_staff(database(), visitor().team, at)
    next_of = {key: _describe_held(held, at) if held else "" for key, held in staff.next_shifts.items()}
    return render_template("team/staff.html", staff=staff, next_of=next_of, saved="saved" in request.args)


@settings_staff.get("/new")
def begin() -> str:
    """The form of somebody new."""
    team = visitor().team
    return _show_new({"language": team.language, "role-therapist": "on", "on_call": "on"}, {})


@settings_staff.post("/new")
def add() -> ResponseReturnValue:
    """Somebody new is in the team; the rota does not name them yet."""

    def save(fields: Fields, hand: Hand) -> None:
        with refusing():
            add_person(database(), visitor().team.id, read_person(fields, visitor().team, NEW), hand)

    return take(save, _show_new, ".show")


@settings_staff.get("/<person>")
def edit(person: str) -> str:
    """The form of somebody who is, or was, of the team."""
    return _show_person(person, {}, {})


@settings_staff.post("/<person>")
def change(person: str) -> ResponseReturnValue:
    """The person is as the form has them."""

    def save(fields: Fields, hand: Hand) -> None:
        changed = read_person(fields, visitor().team, PersonId(person))
        with refusing():
            change_person(database(), visitor().team.id, changed, hand)

    return take(save, partial(_show_person, person), ".show")


@settings_staff.get("/<person>/off")
def leave(person: str) -> str:
    """The form that takes somebody off duty, or out of the team."""
    return _show_off(_present(person), {"leaves": "yes"}, {})


@settings_staff.post("/<person>/off")
def take_off(person: str) -> ResponseReturnValue:
    """What it changes in the rota is shown; then the person has no duty any more."""
    found = _present(person)
    return rota_edits.take(partial(_read_off, found.id), partial(_show_off, found))


@settings_staff.post("/<person>/phone")
def try_it(person: str) -> ResponseReturnValue:
    """The person's phone gets a text with a code, and rings."""
    found = _present(person)
    try:
        try_phone(database(), visitor().team.id, found.id, now())
    except TestUnderWay:
        return redirect(url_for(".edit", person=person, phone="wait"))
    return redirect(url_for(".edit", person=person, phone="asked"))


def _read_off(person: PersonId, fields: Fields, team: Team, _: object) -> TakeOff:
    successor = fields.get("successor", "")
    if successor and successor not in team.people:
        raise InvalidForm({"successor": gettext("There is no such choice.")})
    return TakeOff(person, fields.get("leaves") == "yes", PersonId(successor) if successor else None)


def _show_off(person: Person, fields: Fields, errors: Mapping[str, str]) -> str:
    team, at = visitor().team, now()
    duties = read_duties(database(), team, person.id, at)
    return render_template(
        "team/off.html",
        person=person,
        shifts=[_describe_held(held, at) for held in duties.shifts[:SHIFTS_SHOWN]],
        more_shifts=max(0, len(duties.shifts) - SHIFTS_SHOWN),
        cases=duties.cases,
        fields=fields,
        errors=errors,
        people=rota_edits.people_on_call(team),
    )


def _describe_held(held: OwnShift, at: datetime) -> str:
    """Return whose tier it is and until when; a shift that goes on did not begin at the present."""
    zone = visitor().team.zone
    start, end = write_short(held.shift.start, zone), write_short(held.shift.end, zone)
    match held.shift.start <= at, held.shift.end >= at + COMING:
        case True, True:
            hours = gettext("for three months at least")
        case True, False:
            hours = gettext("until %(at)s", at=end)
        case False, True:
            hours = gettext("from %(at)s", at=start)
        case _:
            hours = f"{start} – {end}"
    return f"{TIERS[held.tier]}: {hours}"


def _show_new(fields: Fields, errors: Mapping[str, str], *, stale: bool = False) -> str:
    return _show(None, fields, errors, stale=stale)


def _show_person(key: str, fields: Fields, errors: Mapping[str, str], *, stale: bool = False) -> str:
    """Return the form of somebody who is or was in the team; stop with 404 where nobody was."""
    found = find_colleague(database(), visitor().team, key) or abort(404)
    return _show(found, fields, errors, stale=stale)


def _show(colleague: Colleague | None, fields: Fields, errors: Mapping[str, str], *, stale: bool) -> str:
    person = colleague.person if colleague else None
    standing = fill_person(person) if person else {}
    return render_template(
        "team/person.html",
        person=person,
        here=person is not None and person.id in visitor().team.people,
        fields=fields or standing,
        theirs=differences(standing, fields) if stale else {},
        stale=stale,
        seen=fields.get("seen", "") if errors else fingerprint_of(person),
        errors=errors,
        phone=colleague.phone if colleague else None,
        asked=request.args.get("phone"),
        roles=Role,
    )


def _present(key: str) -> Person:
    """Return somebody of the team; stop with 404 where nobody is called so."""
    return visitor().team.people.get(PersonId(key)) or abort(404)
