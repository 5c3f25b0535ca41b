"""What has a team's file said before? What it only repeats does not undo what was set on a page since."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime

from oncall.alerts.team import Person, Team
from oncall.rota.model import Tier
from oncall.store.journal.entries import Note, append_notes
from oncall.store.session import Writing
from oncall.store.team.history import list_changes
from oncall.usecases.team.sections import Section, fields_of, read_section

FILE_HEARD = "file_heard"

FileDigests = Mapping[str, str]
"""The digest of each part of what a file says, by the part's name."""

NOT_IN_THE_FILE = frozenset({Section.REASONS})


def digest_file(writing: Writing, draft: Team) -> FileDigests:
    """Return by what each part of the file is known again; the journal keeps these, and nothing it says."""

    def digest(part: object) -> str:
        return writing.keyring.document_digest(writing.team, json.dumps(part, default=str, sort_keys=True))

    sections = {section.value: digest(read_section(draft, section)) for section in _sections()}
    people = {_of_person(person.id): digest(_encode_person(person)) for person in draft.people.values()}
    layers = {
        _of_tier(tier): digest([{**asdict(layer), "id": ""} for layer in rota.layers])
        for tier, rota in draft.rotas.items()
    }
    return {**sections, **people, **layers}


def load_digests(writing: Writing) -> FileDigests:
    """Return what the file said when it was last loaded; nothing where that is not known."""
    notes = list_changes(writing, writing.team, 1, kinds=(FILE_HEARD,))
    said = notes[0].detail.get("said") if notes else None
    return said if isinstance(said, dict) else {}


def save_digests(writing: Writing, current: FileDigests, previous: FileDigests, now: datetime) -> None:
    """The journal says what the file has said, unless it has repeated itself."""
    if current != previous:
        append_notes(writing, [Note(now, FILE_HEARD, detail={"said": dict(current)})])


def keep_page_edits(stored: Team, draft: Team, current: FileDigests, previous: FileDigests) -> Team:
    """Return the team of the file, but as it is stored wherever the file only repeats itself."""
    if not previous:
        return draft
    repeated = {part for part, digest in current.items() if previous.get(part) == digest}
    kept = [name for section in _sections() if section in repeated for name in fields_of(section)]
    people = {key: one for key, one in draft.people.items() if _of_person(key) not in repeated}
    for key, one in stored.people.items():
        new_on_a_page = key not in draft.people and _of_person(key) not in previous
        if _of_person(key) in repeated or new_on_a_page:
            people[key] = one
    changes = {name: getattr(stored, name) for name in kept}
    numbers = {**draft.fixed_numbers, **stored.fixed_numbers} if kept else draft.fixed_numbers
    return replace(draft, **{**changes, "fixed_numbers": numbers, "people": people})


def repeats_layers(tier: Tier, current: FileDigests, previous: FileDigests) -> bool:
    """Whether the file says of the tier's layers what it said before."""
    return _of_tier(tier) in previous and current.get(_of_tier(tier)) == previous[_of_tier(tier)]


def _sections() -> tuple[Section, ...]:
    return tuple(section for section in Section if section not in NOT_IN_THE_FILE)


def _of_person(key: str) -> str:
    return f"person:{key}"


def _of_tier(tier: Tier) -> str:
    return f"layers:{tier}"


def _encode_person(person: Person) -> dict[str, object]:
    return {**asdict(person), "roles": sorted(person.roles)}
