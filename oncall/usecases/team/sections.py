"""How is one part of what a leader has set about a team changed, and nothing of two editors lost?"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from oncall.alerts.team import Team
from oncall.store.journal.entries import Note
from oncall.store.rota.agreements import ROTA_SETTINGS_CHANGED
from oncall.store.session import Database, Writing
from oncall.store.team.changes import TEAM_CHANGED, save_team
from oncall.store.team.document import encode_settings
from oncall.store.team.history import list_changes
from oncall.store.team.teams import current_team
from oncall.usecases.fingerprint import fingerprint
from oncall.usecases.rota.saving import NothingChanged, Stale

MOST_AT_ONCE = 200  # entries read while settings are looked for among changes of the rota
_NUMBER = re.compile(r"\+[0-9]{3,15}")


@dataclass(frozen=True, slots=True)
class Hand:
    """Who changes something, when, why, and what they had before their eyes."""

    actor: str
    now: datetime
    seen: str | None = None  # the fingerprint that the form was made from; None: it does not matter
    reason: str = ""


class Section(StrEnum):
    """What is changed, and guarded against a second editor, as one."""

    TEAM = "team"
    MUNICIPALITIES = "municipalities"
    STATIC_NUMBER = "static_number"
    VOICEMAIL = "voicemail"
    DANGER_WORDS = "danger_words"
    LADDERS = "ladders"
    PAGE_LADDER = "page_ladder"
    REASONS = "reasons"


_OTHER_FIELDS = {
    Section.TEAM: ("name", "language", "on_call"),
    Section.LADDERS: ("daytime", "ladders", "fixed_numbers"),
}


def read_section(team: Team, section: Section) -> dict[str, Any]:
    """Return that part of the team, as JSON values."""
    document = encode_settings(team) | {
        "name": team.name,
        "language": team.language,
        "on_call": team.on_call,
    }
    return {name: document[name] for name in fields_of(section)}


def fields_of(section: Section) -> tuple[str, ...]:
    """Return which fields of the team these are."""
    return _OTHER_FIELDS.get(section, (section.value,))


def change_section(
    db: Database,
    team_id: int,
    section: Section,
    change: Callable[[Team], Team],
    hand: Hand,
    check: Callable[[Writing, Team], None] | None = None,
) -> Team:
    """The part is as `change` has it, and the journal says what it was and is; return the team.

    `check` may refuse by raising. Raises Stale or NothingChanged, and then nothing is saved. The journal
    holds no number: only that one has changed.
    """
    with db.writing(team_id) as writing:
        team = current_team(writing)
        was = read_section(team, section)
        if hand.seen is not None and fingerprint(was) != hand.seen:
            raise Stale
        wanted = change(team)
        if check is not None:
            check(writing, wanted)
        now_is = read_section(wanted, section)
        told = {"setting": section.value, "was": without_numbers(was), "is": without_numbers(now_is)}
        if told["was"] == told["is"]:
            told["number"] = "changed"
        if hand.reason:
            told["reason"] = hand.reason
        if not save_team(writing, wanted, hand.now, hand.actor, told):
            raise NothingChanged
        return replace(wanted, version=writing.team_version)


def without_numbers(part: Any) -> Any:
    """Return the same with every phone number left out: none is ever written into the journal."""
    match part:
        case dict():
            return {name: without_numbers(value) for name, value in part.items()}
        case list() | tuple():
            return [without_numbers(value) for value in part]
        case str() if _NUMBER.fullmatch(part):
            return "+"
        case _:
            return part


def list_settings(db: Database, team_id: int, limit: int, before: int | None = None) -> tuple[Note, ...]:
    """Return who has changed which setting and why, the newest first; what concerns the rota is left out."""
    found: list[Note] = []
    with db.reading() as reading:
        kinds = (TEAM_CHANGED, ROTA_SETTINGS_CHANGED)
        while notes := list_changes(reading, team_id, MOST_AT_ONCE, before, kinds):
            found += [note for note in notes if "edit" not in note.detail or "setting" in note.detail]
            if len(found) >= limit or len(notes) < MOST_AT_ONCE:
                break
            before = notes[-1].seq
    return tuple(found[:limit])
