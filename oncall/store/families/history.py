"""What a case's entries say of its brief and of its changes, and how they get there."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from oncall.contacts.brief import (
    BRIEF_REVIEWED,
    BRIEF_REVISED,
    Brief,
    Revision,
    brief_detail,
    brief_from,
)
from oncall.contacts.case import Case
from oncall.contacts.case_changes import (
    CASE_KINDS,
    CaseChange,
    changes_detail,
    changes_from,
    compare_cases,
    kind_of,
)
from oncall.contacts.model import JournalDetail
from oncall.store.families.cases import load_case_key
from oncall.store.journal.entries import DAMAGED, STORED_COLUMNS, Note, append_notes, in_chain, open_entry
from oncall.store.session import Reading, Writing, team_chain
from oncall.store.tables.families import CaseRow
from oncall.store.tables.journal import EntryRow

BRIEF_KINDS = (BRIEF_REVISED, BRIEF_REVIEWED)
MOST = 500  # entries of a kind that a page looks through

_OF_CASE = (
    select(*STORED_COLUMNS)
    .where(
        EntryRow.case_id == bindparam("of_case"),
        in_chain(bindparam("chain_name")),
        EntryRow.kind.in_(bindparam("kinds", expanding=True)),
    )
    .order_by(EntryRow.seq.desc())
    .limit(bindparam("at_most"))
)
_REVIEWED = (
    select(EntryRow.case_id, func.max(EntryRow.at).label("reviewed_at"))
    .join(CaseRow, CaseRow.id == EntryRow.case_id)
    .where(CaseRow.team_id == bindparam("team"), EntryRow.kind.in_(bindparam("kinds", expanding=True)))
    .group_by(EntryRow.case_id)
)
_KNOWN = (
    select(EntryRow.case_id, func.min(EntryRow.at).label("known_since"))
    .join(CaseRow, CaseRow.id == EntryRow.case_id)
    .where(CaseRow.team_id == bindparam("team"))
    .group_by(EntryRow.case_id)
)
_REVISED = (
    select(EntryRow.case_id, CaseRow.label, EntryRow.at, EntryRow.actor)
    .join(CaseRow, CaseRow.id == EntryRow.case_id)
    .where(
        CaseRow.team_id == bindparam("team"),
        EntryRow.kind == BRIEF_REVISED,
        EntryRow.at >= bindparam("since"),
    )
    .order_by(EntryRow.at.desc())
)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a case, as its history shows it."""

    at: datetime
    kind: str
    by: str | None  # staff key; None: a team file
    changes: tuple[CaseChange, ...]


@dataclass(frozen=True, slots=True)
class CaseEntries:
    """What a case's entries say, each of them opened once."""

    revisions: tuple[Revision, ...]  # of the brief, the newest first
    edits: tuple[Edit, ...]  # the newest first
    damaged: tuple[int, ...]  # numbers of those that are not as they were written, the lowest first


OpenedEntry = tuple[Any, str | None, JournalDetail]  # an entry's row, who did it, and what it says


def current_brief(reading: Reading, team_id: int, case_id: str) -> Revision | None:
    """Return the brief as it was last written, with when it was last looked at, or None without any."""
    found = list_revisions(reading, team_id, case_id, limit=1)
    return found[0] if found else None


def list_revisions(reading: Reading, team_id: int, case_id: str, limit: int = 50) -> tuple[Revision, ...]:
    """Return the versions of the brief, the newest first; none once the case is erased.

    One that is not as it was written is left out: `read_case_entries` names it.
    """
    return _revisions(_open_entries(reading, team_id, case_id, BRIEF_KINDS, limit))


def read_case_entries(reading: Reading, team_id: int, case_id: str) -> CaseEntries:
    """Return what the case's newest entries say, MOST of its brief and as many of its changes."""
    of_brief, of_case = (
        tuple(_open_entries(reading, team_id, case_id, kinds, MOST)) for kinds in (BRIEF_KINDS, CASE_KINDS)
    )
    edits = tuple(
        Edit(row.at, row.kind, actor, changes_from(detail))
        for row, actor, detail in of_case
        if detail is not DAMAGED
    )
    damaged = sorted(row.seq for row, _, detail in (*of_brief, *of_case) if detail is DAMAGED)
    return CaseEntries(_revisions(of_brief), edits, tuple(damaged))


def _revisions(told: Iterable[OpenedEntry]) -> tuple[Revision, ...]:
    return tuple(
        Revision(row.seq, row.at, actor, brief_from(detail), row.kind == BRIEF_REVIEWED)
        for row, actor, detail in told
        if "brief" in detail
    )


def reviewed_at(reading: Reading, team_id: int) -> dict[str, datetime]:
    """Return when each case's brief was last looked at, by the case's id; who has none is not there."""
    rows = reading.conn.execute(_REVIEWED, {"team": team_id, "kinds": list(BRIEF_KINDS)})
    return {row.case_id: row.reviewed_at for row in rows}


def known_since(reading: Reading, team_id: int) -> dict[str, datetime]:
    """Return when the journal first tells of each case, by the case's id."""
    return {row.case_id: row.known_since for row in reading.conn.execute(_KNOWN, {"team": team_id})}


def revised_since(
    reading: Reading, team_id: int, since: datetime
) -> tuple[tuple[str, str, datetime, str | None], ...]:
    """Return whose briefs say something else since then: case id, label, when, by whom; the newest first."""
    rows = reading.conn.execute(_REVISED, {"team": team_id, "since": since})
    return tuple((row.case_id, row.label, row.at, row.actor) for row in rows)


def _open_entries(
    reading: Reading, team_id: int, case_id: str, kinds: Sequence[str], limit: int
) -> Iterator[OpenedEntry]:
    """Yield the case's newest entries of these kinds, each with who did it and what it says."""
    asked = {"of_case": case_id, "chain_name": team_chain(team_id), "kinds": list(kinds), "at_most": limit}
    key = load_case_key(reading, team_id, case_id)
    for row in reading.conn.execute(_OF_CASE, asked):
        yield row, *open_entry(reading, row, key)


def add_revision(
    writing: Writing,
    case_id: str,
    brief: Brief,
    by: str | None,
    now: datetime,
    *,
    reviewed_only: bool = False,
) -> None:
    """The brief is in the journal as it is from now on, sealed by the case's key.

    A review repeats what it found to hold: the newest entry is always the whole brief.
    """
    kind = BRIEF_REVIEWED if reviewed_only else BRIEF_REVISED
    _append(writing, case_id, Note(now, kind, by, brief_detail(brief)))


def note_changes(writing: Writing, before: Case | None, after: Case, by: str | None, now: datetime) -> None:
    """What was changed in the case is in the journal, sealed by its key; nothing where nothing was."""
    if changes := compare_cases(before, after):
        _append(writing, after.id, Note(now, kind_of(before, after), by, changes_detail(changes)))


def _append(writing: Writing, case_id: str, note: Note) -> None:
    key = load_case_key(writing, writing.team, case_id)
    append_notes(writing, [note], case_id=case_id, key=key)
