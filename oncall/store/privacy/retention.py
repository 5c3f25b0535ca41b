"""Read and set a team's retention rules, find what they want erased, and note exports and holds."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select

from oncall.contacts.case import Phase
from oncall.contacts.model import JournalDetail
from oncall.contacts.retention import (
    ClosedCase,
    NotToBeErased,
    RetentionRule,
    StaffRetentionRule,
    months_after,
    rule_for,
)
from oncall.store.families.cases import load_case_key
from oncall.store.journal.entries import Note, append_notes, in_chain
from oncall.store.session import Reading, Writing, team_chain
from oncall.store.tables.contacts import ContactRow
from oncall.store.tables.families import CaseRow
from oncall.store.tables.journal import EntryRow
from oncall.store.tables.privacy import RetentionRow, StaffRetentionRow

RULES_CHANGED = "retention_changed"
CASE_EXPORTED = "case_exported"
HOLD_PLACED = "legal_hold_placed"
HOLD_LIFTED = "legal_hold_lifted"

ABOUT_RETENTION = (
    CASE_EXPORTED,
    HOLD_PLACED,
    HOLD_LIFTED,
)  # entries of a case that say nothing of the family
EVERYWHERE = ""  # in a row, for a rule that holds where a municipality has none of its own


# -------------------------------------------------------------------------------------------- rules


def load_rules(reading: Reading, team_id: int) -> tuple[RetentionRule, ...]:
    """Return the team's rules, that for everywhere first; none: nothing is ever due."""
    rows = reading.conn.execute(select(RetentionRow).where(RetentionRow.team_id == team_id))
    found = (RetentionRule(row.municipality or None, row.months, row.automatic) for row in rows)
    return tuple(sorted(found, key=lambda rule: rule.municipality or ""))


def save_rules(
    writing: Writing,
    rules: Sequence[RetentionRule],
    at: datetime,
    actor: str,
    staff: JournalDetail | None = None,
) -> None:
    """Set the team's rules, and note them in the journal with who set them and with the rule for staff."""
    writing.conn.execute(delete(RetentionRow).where(RetentionRow.team_id == writing.team))
    rows = [
        {
            "team_id": writing.team,
            "municipality": rule.municipality or EVERYWHERE,
            "months": rule.months,
            "automatic": rule.automatic,
        }
        for rule in rules
    ]
    if rows:
        writing.conn.execute(insert(RetentionRow), rows)
    noted = [{name: row[name] for name in ("municipality", "months", "automatic")} for row in rows]
    append_notes(writing, [Note(at, RULES_CHANGED, actor, {"rules": noted, "staff": staff})])


def load_staff_rule(reading: Reading, team_id: int) -> StaffRetentionRule | None:
    """Return how long the team keeps the names of former staff; None: for ever."""
    row = reading.conn.execute(
        select(StaffRetentionRow.months, StaffRetentionRow.automatic).where(
            StaffRetentionRow.team_id == team_id
        )
    ).one_or_none()
    return None if row is None else StaffRetentionRule(*row)


def save_staff_rule(writing: Writing, rule: StaffRetentionRule | None) -> None:
    """Set the team's rule for former staff; None removes it."""
    writing.conn.execute(delete(StaffRetentionRow).where(StaffRetentionRow.team_id == writing.team))
    if rule is not None:
        row = {"team_id": writing.team, "months": rule.months, "automatic": rule.automatic}
        writing.conn.execute(insert(StaffRetentionRow), row)


# ------------------------------------------------------------------------------------- what is due

_CLOSED = select(CaseRow.id, CaseRow.label, CaseRow.municipality, CaseRow.closed_on).where(
    CaseRow.team_id == bindparam("team"),
    CaseRow.data_key.is_not(None),
    CaseRow.phase == Phase.CLOSED.value,
)
_CONTACTS = (
    select(
        ContactRow.case_id,
        func.count().label("contacts"),
        func.max(ContactRow.started_at).label("newest"),
        func.max(ContactRow.last_seq).label("last_seq"),
        func.count().filter(ContactRow.is_open).label("open"),
    )
    .where(ContactRow.case_id.in_(bindparam("cases", expanding=True)))
    .group_by(ContactRow.case_id)
)
_NOTES = (
    select(EntryRow.case_id, EntryRow.kind, func.max(EntryRow.seq).label("seq"))
    .where(EntryRow.case_id.in_(bindparam("cases", expanding=True)), in_chain(bindparam("chain_name")))
    .group_by(EntryRow.case_id, EntryRow.kind)
)
_IS_LOOSE = (
    ContactRow.team_id == bindparam("team"),
    ContactRow.case_id.is_(None),
    ContactRow.data_key.is_not(None),
    ~ContactRow.is_open,
    ContactRow.started_at < bindparam("before"),
)
_COUNT_LOOSE = select(func.count()).where(*_IS_LOOSE)
_LOOSE = (
    select(ContactRow.id, ContactRow.started_at)
    .where(*_IS_LOOSE, ContactRow.started_at >= bindparam("since"))
    .order_by(ContactRow.started_at, ContactRow.id)
    .limit(bindparam("at_most"))
)


def closed_cases(reading: Reading, team_id: int) -> tuple[ClosedCase, ...]:
    """Return the team's closed cases that are not erased, those due first."""
    rules = load_rules(reading, team_id)
    rows = reading.conn.execute(_CLOSED, {"team": team_id}).all()
    cases = [row.id for row in rows]
    contacts = {row.case_id: row for row in reading.conn.execute(_CONTACTS, {"cases": cases})}
    notes = _newest_notes(reading, team_id, cases)
    found = (_closed(row, contacts.get(row.id), notes.get(row.id, {}), rules) for row in rows)
    return tuple(sorted(found, key=lambda case: (case.due_on or date.max, case.label)))


def _newest_notes(reading: Reading, team_id: int, cases: list[str]) -> Mapping[str, Mapping[str, int]]:
    """Return, for each case, the newest entry's number by kind."""
    newest: dict[str, dict[str, int]] = {}
    asked = {"cases": cases, "chain_name": team_chain(team_id)}
    for row in reading.conn.execute(_NOTES, asked) if cases else ():
        newest.setdefault(row.case_id, {})[row.kind] = row.seq
    return newest


def _closed(row: Any, contacts: Any, notes: Mapping[str, int], rules: Sequence[RetentionRule]) -> ClosedCase:
    detail = [seq for kind, seq in notes.items() if kind not in ABOUT_RETENTION]
    detail += [contacts.last_seq] if contacts else []
    since = row.closed_on or (contacts.newest.date() if contacts else None)
    rule = rule_for(rules, row.municipality)
    return ClosedCase(
        row.id,
        row.label,
        row.municipality,
        since,
        contacts.contacts if contacts else 0,
        open=bool(contacts and contacts.open),
        held=notes.get(HOLD_PLACED, 0) > notes.get(HOLD_LIFTED, 0),
        exported=notes.get(CASE_EXPORTED, 0) > max(detail, default=0),
        due_on=months_after(since, rule.months) if rule and since else None,
        automatic=bool(rule and rule.automatic),
    )


def count_loose(reading: Reading, team_id: int, before: datetime) -> int:
    """Return how many readable contacts of no case, for which nobody waits, began before then."""
    return reading.conn.scalar(_COUNT_LOOSE, {"team": team_id, "before": before}) or 0


def list_loose(
    reading: Reading, team_id: int, before: datetime, since: datetime, at_most: int
) -> tuple[tuple[str, datetime], ...]:
    """Return at most `at_most` of them, each with when it began, the oldest from `since` on first."""
    asked = {"team": team_id, "before": before, "since": since, "at_most": at_most}
    return tuple((row.id, row.started_at) for row in reading.conn.execute(_LOOSE, asked))


# ------------------------------------------------------------------------------ holding, exporting


def note_retention(
    writing: Writing, case_id: str, kind: str, at: datetime, actor: str | None, detail: JournalDetail
) -> None:
    """Note in the case's journal that it was exported, or that a hold was placed or lifted, and why."""
    key = load_case_key(writing, writing.team, case_id)
    if key is None:
        raise NotToBeErased("erased")
    append_notes(writing, [Note(at, kind, actor, detail)], case_id=case_id, key=key)
