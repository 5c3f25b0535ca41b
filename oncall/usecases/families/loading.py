"""How do a team's families become what its team file says, without undoing what was changed on a page?"""

import json
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from oncall.contacts.brief import Brief
from oncall.contacts.case import Case
from oncall.store.families.cases import load_cases
from oncall.store.families.history import add_revision, current_brief, note_changes
from oncall.store.families.saving import loaded_digests, note_loaded, save_case
from oncall.store.session import Writing
from oncall.teamfile import TeamDraft


def load_families(writing: Writing, draft: TeamDraft, now: datetime) -> tuple[str, ...]:
    """The families are as the file has them; return the labels of those that were changed.

    What the file says of a family counts when it says something new: as long as it repeats itself, what
    was changed on a page since stays. Families that it does not name stay too.
    """
    stored = {case.label: case for case in load_cases(writing, writing.team)}
    heard = loaded_digests(writing)
    changed = []
    for case in draft.cases:
        brief = draft.briefs.get(case.label)
        digest = writing.keyring.document_digest(writing.team, _encode(case, brief))
        if heard.get(case.label) == digest:
            continue
        before = stored.get(case.label)
        if _load_family(writing, before, case, brief, now, digest):
            changed.append(case.label)
    return tuple(changed)


def _load_family(
    writing: Writing, before: Case | None, case: Case, brief: Brief | None, now: datetime, digest: str
) -> bool:
    after = before
    if before != case or after is None:
        after = save_case(writing, replace(case, id=before.id if before else ""))
        note_changes(writing, before, after, None, now)
    note_loaded(writing, after.id, digest)
    if brief is None:
        return before != case
    current = current_brief(writing, writing.team, after.id)
    if current is not None and current.brief == brief:
        return before != case
    add_revision(writing, after.id, brief, None, now)
    return True


def _encode(case: Case, brief: Brief | None) -> str:
    """Return what the file says; a field that a later version adds, and the file has not, changes nothing."""
    return json.dumps(_said([asdict(case), asdict(brief) if brief else {}]), default=str, sort_keys=True)


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _said(each) for name, each in value.items() if each}
    return [_said(each) for each in value] if isinstance(value, list | tuple) else value
