"""The people of the team: who they are, how they are reached, and what follows when one leaves."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from oncall.alerts.team import Person, Role, Team
from oncall.rostering.edits import TakeOff
from oncall.rostering.own_shifts import COMING, Held, coming_shifts
from oncall.rostering.reachability import TestUnderWay, try_phone
from oncall.rostering.sections import Hand
from oncall.rostering.staff import StaffRefused, add_person, change_person, fingerprint_of, list_staff
from oncall.rota.model import PersonId
from oncall.routes import rota
from oncall.routes.languages import write_short
from oncall.routes.rota_telling import TIERS
from oncall.routes.settings_forms import fill_person, read_person
from oncall.routes.settings_parts import differences, take, words
from oncall.routes.visitor import visitor
from oncall.routes.web.forms import Fields, InvalidForm
from oncall.routes.web.service import database, now
from oncall.store.cases import load_cases
from oncall.store.credentials import accounts_of
from oncall.store.phone_checks import load_phone_checks

settings_staff = Blueprint("settings_staff", __name__, url_prefix="/settings/staff")
settings_staff.context_processor(words)
settings_staff.context_processor(rota.words)

NEW = PersonId("")
SHIFTS_SHOWN = 6


@settings_staff.get("")
def show() -> str:
    """Everybody of the team, and who has left it."""
    team, at = visitor().team, now()
    with database().reading() as reading:
        staff = list_staff(reading, team.id)
        phones = load_phone_checks(reading, team)
        accounts = {one.staff_key for one in accounts_of(reading, team.id) if one.active and one.protected}
    return render_template(
        "settings/staff.html",
        staff=staff,
        phones=phones,
        accounts=accounts,
        next_of={
            one.id: [_tell_held(held, at) for held in coming_shifts(team, one.id, at)[:1]]
            for one in staff.present
        },
        saved="saved" in request.args,
    )


@settings_staff.get("/new")
def begin() -> str:
    """The form of somebody new."""
    team = visitor().team
    return _show(None, {"language": team.language, "role-therapist": "on", "on_call": "on"}, {})


@settings_staff.post("/new")
def add() -> ResponseReturnValue:
    """Somebody new is in the team; the rota does not name them yet."""

    def save(fields: Fields, hand: Hand) -> None:
        with refusing():
            add_person(database(), visitor().team.id, read_person(fields, visitor().team, NEW), hand)

    return take(save, lambda *told, **more: _show(None, *told, **more), ".show")


@settings_staff.get("/<person>")
def edit(person: str) -> str:
    """The form of somebody who is, or was, of the team."""
    return _show(_find(person), {}, {})


@settings_staff.post("/<person>")
def change(person: str) -> ResponseReturnValue:
    """The person is as the form has them."""
    found = _find(person)

    def save(fields: Fields, hand: Hand) -> None:
        with refusing():
            change_person(database(), visitor().team.id, read_person(fields, visitor().team, found.id), hand)

    return take(save, lambda *told, **more: _show(found, *told, **more), ".show")


@settings_staff.get("/<person>/off")
def leave(person: str) -> str:
    """The form that takes somebody off duty, or out of the team."""
    _present(person)
    return rota.show_form("settings/off.html", {"leaves": "yes"})


@settings_staff.post("/<person>/off")
def take_off(person: str) -> ResponseReturnValue:
    """What it changes in the rota is shown; then the person has no duty any more."""
    _present(person)
    return rota.take(_read_off, "settings/off.html")


@settings_staff.post("/<person>/phone")
def try_it(person: str) -> ResponseReturnValue:
    """The person's phone gets a text with a code, and rings."""
    found = _present(person)
    try:
        try_phone(database(), visitor().team.id, found.id, now())
    except TestUnderWay:
        return redirect(url_for(".edit", person=person, phone="wait"))
    return redirect(url_for(".edit", person=person, phone="asked"))


def _read_off(fields: Mapping[str, str], team: Team, _: object) -> TakeOff:
    successor = fields.get("successor", "")
    if successor and successor not in team.people:
        raise InvalidForm({"successor": gettext("There is no such choice.")})
    person = PersonId((request.view_args or {})["person"])
    return TakeOff(person, fields.get("leaves") == "yes", PersonId(successor) if successor else None)


@settings_staff.context_processor
def about_leaving() -> dict[str, Any]:
    """What the pages about one person tell of what hangs on them."""

    def follows(person: Person) -> dict[str, Any]:
        team, at = visitor().team, now()
        with database().reading() as reading:
            cases = load_cases(reading, team.id)
        shifts = coming_shifts(team, person.id, at)
        return {
            "cases": [one.label for one in cases if one.own_therapist == person.id and one.phase != "closed"],
            "shifts": [_tell_held(held, at) for held in shifts[:SHIFTS_SHOWN]],
            "more_shifts": max(0, len(shifts) - SHIFTS_SHOWN),
        }

    def leaving() -> Person:
        return _present((request.view_args or {})["person"])

    return {"follows": follows, "leaving": leaving}


def _tell_held(held: Held, at: datetime) -> str:
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


@contextmanager
def refusing() -> Iterator[None]:
    """What the team's rules refuse is wrong at a field of the form."""
    try:
        yield
    except StaffRefused as fault:
        sentences = {
            "own_line": gettext("This is the team's own line."),
            "taken": gettext("This is a colleague's phone."),
            "last_leader": gettext("Nobody else leads the team. Give somebody else the role first."),
            "has_duty": gettext("Use “Take off duty” below: it shows which shifts somebody else must have."),
            "unknown": gettext("This person is not in the team."),
        }
        raise InvalidForm({fault.field: sentences[fault.why]}) from None


def _show(person: Person | None, fields: Fields, errors: Mapping[str, str], *, stale: bool = False) -> str:
    team = visitor().team
    standing = fill_person(person) if person else {}
    with database().reading() as reading:
        phone = load_phone_checks(reading, team).get(person.id) if person else None
    return render_template(
        "settings/person.html",
        person=person,
        here=person is not None and person.id in team.people,
        fields=fields or standing,
        theirs=differences(standing, fields) if stale else {},
        stale=stale,
        seen=fields.get("seen", "") if errors else fingerprint_of(person),
        errors=errors,
        phone=phone,
        asked=request.args.get("phone"),
        roles=Role,
    )


def _find(key: str) -> Person:
    """Return somebody who is or was of the team; stop with 404 where nobody was."""
    with database().reading() as reading:
        staff = list_staff(reading, visitor().team.id)
    found = next((one for one in (*staff.present, *staff.left) if one.id == key), None)
    return found or abort(404)


def _present(key: str) -> Person:
    """Return somebody of the team; stop with 404 where nobody is called so."""
    return visitor().team.people.get(PersonId(key)) or abort(404)
