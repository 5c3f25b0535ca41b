"""Read the history of a team's rota, and find earlier versions of it."""

from oncall.store.journal.entries import Note
from oncall.store.session import Database
from oncall.store.team.history import list_changes
from oncall.usecases.rota.edits import Restore

__all__ = ["Note", "find_earlier", "list_history"]

MOST_AT_ONCE = 200  # entries read while an earlier version is looked for


def list_history(db: Database, team_id: int, limit: int = 50, before: int | None = None) -> tuple[Note, ...]:
    """Return who has changed what and why, the newest first, from `before` (a seq) on."""
    with db.reading() as reading:
        return list_changes(reading, team_id, limit, before)


def find_earlier(db: Database, team_id: int, version: int) -> Restore | None:
    """Return the edit that brings back the rota as it was before a version; None where it is not known."""
    before = None
    with db.reading() as reading:
        while notes := list_changes(reading, team_id, MOST_AT_ONCE, before):
            for note in notes:
                if note.detail.get("version") == version:
                    snapshot = note.detail.get("before")
                    return Restore(snapshot) if isinstance(snapshot, dict) else None
            before = notes[-1].seq
    return None
