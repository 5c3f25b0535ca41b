"""How somebody joins a team, and what is known of them is changed."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from oncall.alerts.team import Person, Team
from oncall.rota.model import PersonId
from oncall.store.session import Database
from oncall.store.team.changes import save_team
from oncall.store.team.teams import current_team, is_known, load_staff
from oncall.usecases.fingerprint import fingerprint
from oncall.usecases.rota.saving import NothingChanged, Stale
from oncall.usecases.team.sections import Hand

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ð": "d", "þ": "th", "ß": "ss", "đ": "d", "ŋ": "ng"})
_LONGEST_KEY = 30
NEVER_KEYS = frozenset({PersonId("new")})  # the address of the form for somebody new


class StaffRefused(Exception):
    """The person cannot be as the form has them; nothing has changed. `field` is the form's, `why` a code."""

    def __init__(self, field: str, why: str) -> None:
        """Say which field is at fault, and why."""
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


def fingerprint_of(person: Person | None) -> str:
    """Return by what a form knows whether the person is still as it shows them; "" of nobody."""
    return (
        ""
        if person is None
        else fingerprint({**_detail_of_change(person), "name": person.name, "phone": person.phone})
    )


def add_person(db: Database, team_id: int, person: Person, hand: Hand) -> Person:
    """Somebody new is in the team, under a key of their own that nobody had before them; return them.

    Raises StaffRefused where the phone is a colleague's or a line's.
    """
    with db.writing(team_id) as writing:
        team = current_team(writing)
        taken = {one.id for one, _ in load_staff(writing, team_id)} | NEVER_KEYS
        person = replace(person, id=_make_key(person.name, taken))
        _check(team, person)
        told = {"setting": "person", "person": person.id, "was": {}, "is": _detail_of_change(person)}
        wanted = replace(team, people={**team.people, person.id: person})
        save_team(writing, wanted, hand.now, hand.actor, _with_reason(told, hand))
        return person


def change_person(
    db: Database,
    team_id: int,
    person: Person,
    hand: Hand,
) -> None:
    """The person is as given; somebody who had left is in the team again.

    Raises Stale unless they are still as `hand` has seen them; NothingChanged; and StaffRefused. Who is to
    be rung no more, or to leave, goes by `TakeOff`: their duty passes to somebody.
    """
    with db.writing(team_id) as writing:
        team = current_team(writing)
        everybody = {one.id: one for one, _ in load_staff(writing, team_id)}
        before = everybody.get(person.id)
        if before is None or not is_known(before):
            raise StaffRefused("form", "unknown")
        if fingerprint_of(before) != hand.seen:
            raise Stale
        _check(team, person)
        was = team.people.get(person.id)
        if was is not None and was.on_call and not person.on_call:
            raise StaffRefused("on_call", "has_duty")
        told: dict[str, Any] = {
            "setting": "person",
            "person": person.id,
            "was": _detail_of_change(was) if was else {},
            "is": _detail_of_change(person),
            "fields": [name for name in ("name", "phone") if getattr(before, name) != getattr(person, name)],
        }
        wanted = replace(team, people={**team.people, person.id: person})
        if not save_team(writing, wanted, hand.now, hand.actor, _with_reason(told, hand)):
            raise NothingChanged


def _check(team: Team, person: Person) -> None:
    others = [one for one in team.people.values() if one.id != person.id]
    if person.phone in (team.voice_line, team.text_line):
        raise StaffRefused("phone", "own_line")
    if any(one.phone == person.phone for one in others):
        raise StaffRefused("phone", "taken")
    if not any(one.is_leader for one in (*others, person)):
        raise StaffRefused("roles", "last_leader")


def _detail_of_change(person: Person) -> dict[str, Any]:
    """Return what the journal may say of them: no name and no number."""
    return {
        "roles": sorted(role.value for role in person.roles),
        "language": person.language,
        "on_call": person.on_call,
    }


def _with_reason(told: dict[str, Any], hand: Hand) -> dict[str, Any]:
    return {**told, "reason": hand.reason} if hand.reason else told


def _make_key(name: str, taken: Collection[str]) -> PersonId:
    """Return a key made of the first name, never used before: the journal names people by it for ever."""
    first = name.split(" ", 1)[0].lower().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", first).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]", "", plain)[:_LONGEST_KEY] or "person"
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return PersonId(key)
