"""Which cases and contacts a team's rules want erased, what stands against it, and how it is done."""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import MetaData, Table, bindparam, delete, func, insert, select, update

from oncall.contacts.case import Phase
from oncall.contacts.model import Detail, Entry, Kind
from oncall.store.cases import load_case_key
from oncall.store.contact_log import read_contact
from oncall.store.contacts import save_projection
from oncall.store.journal import Note, append, append_notes, in_chain
from oncall.store.session import Reading, Writing, team_chain
from oncall.store.tables.contacts import ContactRow
from oncall.store.tables.families import CaseRow, CompromisedRow
from oncall.store.tables.journal import EntryRow
from oncall.store.tables.privacy import RetentionRow

RULES_CHANGED = "retention_changed"
CASE_EXPORTED = "case_exported"
HOLD_PLACED = "legal_hold_placed"
HOLD_LIFTED = "legal_hold_lifted"
CASE_ERASED = "case_erased"
CONTACT_ERASED = cast("Kind", "contact_erased")
LOOSE_ERASED = "loose_contacts_erased"

ABOUT_KEEPING = (CASE_EXPORTED, HOLD_PLACED, HOLD_LIFTED)  # entries of a case that say nothing of the family
EVERYWHERE = ""  # in a row, for a rule that holds where a municipality has none of its own

# What of a case or a contact stays when it is erased: that it was, when, and what the machine did. Whatever
# else belongs to it goes, tables that are still to be made included.
STAYS = frozenset({"contact", "entry", "family_case", "message", "outbox", "compromised_number"})


class ContactStillOpen(Exception):
    """The contact is not dealt with yet; erased, it would be lost."""


class NotToBeErased(Exception):
    """Something stands against erasing; `why` is a code."""

    def __init__(self, why: str) -> None:
        """Say why: held, open, not_closed, not_exported, erased; of staff, what `Departed` names."""
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Rule:
    """How long cases of a municipality are kept after they were closed."""

    municipality: str | None  # None: of every other one; and calls and texts of no case
    months: int
    automatic: bool  # False: somebody of the team confirms each erasure


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed case, and what is to become of it."""

    id: str
    label: str
    municipality: str | None
    closed_on: date | None  # None: closed before that was noted down, and without a contact
    contacts: int
    open: bool  # one of its contacts still waits for somebody
    held: bool
    exported: bool  # with all that was said since
    due_on: date | None  # None: no rule
    automatic: bool

    def obstacle(self) -> str | None:
        """Return what stands against erasing it, as a code; None: nothing does."""
        found = {"held": self.held, "open": self.open, "not_exported": not self.exported}
        return next((why for why, stands in found.items() if stands), None)

    def is_due(self, today: date) -> bool:
        """Whether its rule wants it erased."""
        return self.due_on is not None and self.due_on <= today


# -------------------------------------------------------------------------------------------- rules


def load_rules(reading: Reading, team_id: int) -> tuple[Rule, ...]:
    """Return the team's rules, that for everywhere first; none: nothing is ever due."""
    rows = reading.conn.execute(select(RetentionRow).where(RetentionRow.team_id == team_id))
    found = (Rule(row.municipality or None, row.months, row.automatic) for row in rows)
    return tuple(sorted(found, key=lambda rule: rule.municipality or ""))


def save_rules(
    writing: Writing, rules: Sequence[Rule], at: datetime, actor: str, staff: Detail | None = None
) -> None:
    """The team's rules are these, and the journal says who has set them, and that for staff with them."""
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
    told = [{name: row[name] for name in ("municipality", "months", "automatic")} for row in rows]
    append_notes(writing, [Note(at, RULES_CHANGED, actor, {"rules": told, "staff": staff})])


def rule_for(rules: Iterable[Rule], municipality: str | None) -> Rule | None:
    """Return the rule that holds for a municipality; None where there is none."""
    by_place = {rule.municipality: rule for rule in rules}
    return by_place.get(municipality, by_place.get(None))


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


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


def closed_cases(reading: Reading, team_id: int) -> tuple[Closed, ...]:
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


def _closed(row: Any, contacts: Any, notes: Mapping[str, int], rules: Sequence[Rule]) -> Closed:
    said = [seq for kind, seq in notes.items() if kind not in ABOUT_KEEPING]
    said += [contacts.last_seq] if contacts else []
    since = row.closed_on or (contacts.newest.date() if contacts else None)
    rule = rule_for(rules, row.municipality)
    return Closed(
        row.id,
        row.label,
        row.municipality,
        since,
        contacts.contacts if contacts else 0,
        open=bool(contacts and contacts.open),
        held=notes.get(HOLD_PLACED, 0) > notes.get(HOLD_LIFTED, 0),
        exported=notes.get(CASE_EXPORTED, 0) > max(said, default=0),
        due_on=months_after(since, rule.months) if rule and since else None,
        automatic=bool(rule and rule.automatic),
    )


def count_loose(reading: Reading, team_id: int, before: datetime) -> int:
    """Return how many contacts of no case began before then that nobody waits for and that can be read."""
    return reading.conn.scalar(_COUNT_LOOSE, {"team": team_id, "before": before}) or 0


def list_loose(
    reading: Reading, team_id: int, before: datetime, since: datetime, at_most: int
) -> tuple[tuple[str, datetime], ...]:
    """Return so many of them at most, the oldest from `since` on first, each with when it began."""
    asked = {"team": team_id, "before": before, "since": since, "at_most": at_most}
    return tuple((row.id, row.started_at) for row in reading.conn.execute(_LOOSE, asked))


# ------------------------------------------------------------------------------ holding, exporting


def note_about_keeping(
    writing: Writing, case_id: str, kind: str, at: datetime, actor: str | None, detail: Detail
) -> None:
    """The case's journal says that it was exported, or that a hold was placed or lifted, and why."""
    key = load_case_key(writing, writing.team, case_id)
    if key is None:
        raise NotToBeErased("erased")
    append_notes(writing, [Note(at, kind, actor, detail)], case_id=case_id, key=key)


# ------------------------------------------------------------------------------------------ erasing


def erase_case(writing: Writing, case_id: str, at: datetime, actor: str | None) -> Closed:
    """Nobody can read what was known of the family or said with it; return what the case was.

    Its label, its municipality, how many contacts it had and when, and every entry's place in the journal
    stay, so that the figures and the proof of the journal hold. Raises NotToBeErased. In this order, in one
    transaction: 1. each contact, 2. members, numbers and their index, 3. the data key, 4. the journal.
    """
    case = next((each for each in closed_cases(writing, writing.team) if each.id == case_id), None)
    if case is None:
        raise NotToBeErased("not_closed")
    if obstacle := case.obstacle():
        raise NotToBeErased(obstacle)
    parts = _parts(writing)
    contacts = select(ContactRow.id).where(ContactRow.team_id == writing.team, ContactRow.case_id == case_id)
    for contact_id in writing.conn.scalars(contacts).all():
        _erase_contact(writing, contact_id, at, actor, parts)
        writing.conn.execute(delete(CompromisedRow).where(CompromisedRow.contact_id == contact_id))
    key = load_case_key(writing, writing.team, case_id)
    _drop_parts(writing, parts, "case_id", case_id)
    writing.conn.execute(
        update(CaseRow)
        .where(CaseRow.team_id == writing.team, CaseRow.id == case_id)
        .values(data_key=None, own_therapist=None, loaded=None)
    )
    if key is not None:
        writing.keyring.forget(key.wrapped)
    append_notes(writing, [Note(at, CASE_ERASED, actor)], case_id=case_id, key=None)
    return case


def erase_contact(writing: Writing, contact_id: str, at: datetime, actor: str | None = None) -> None:
    """Nobody can read what was said in the contact, nor find it by its number; its entries still stand.

    Raises ContactStillOpen, or LookupError if the team has no such contact.
    """
    _erase_contact(writing, contact_id, at, actor, _parts(writing))


def _erase_contact(
    writing: Writing, contact_id: str, at: datetime, actor: str | None, parts: Sequence[Table]
) -> None:
    """In one transaction: 1. the data key and the number, 2. the index and all else, 3. the journal."""
    contact = read_contact(writing, writing.team, contact_id)  # a damaged one must be erasable, too
    if contact is None:
        raise LookupError(contact_id)
    if contact.projection.is_open:
        raise ContactStillOpen(contact_id)
    its = (ContactRow.id == contact_id, ContactRow.team_id == writing.team)
    wrapped = writing.conn.scalar(select(ContactRow.data_key).where(*its))
    writing.conn.execute(update(ContactRow).where(*its).values(data_key=None, number=None))
    _drop_parts(writing, parts, "contact_id", contact_id)
    if wrapped is not None:
        writing.keyring.forget(wrapped)
        writing.told.forget(contact_id)
        append(writing, contact_id, [Entry(0, at, CONTACT_ERASED, actor=actor)], None)
        save_projection(writing, contact_id, contact.projection, writing.seq)


def erase_loose(writing: Writing, contacts: Iterable[str], at: datetime, actor: str | None) -> int:
    """Nobody can read what was said in these contacts; return how many there were."""
    parts, count = _parts(writing), 0
    for contact_id in contacts:
        _erase_contact(writing, contact_id, at, actor, parts)
        count += 1
    if count:
        append_notes(writing, [Note(at, LOOSE_ERASED, actor, {"contacts": count})])
    return count


def _parts(writing: Writing) -> Sequence[Table]:
    """Return every table that holds part of a case or a contact, as the database has them."""
    schema = MetaData()
    schema.reflect(writing.conn)
    return [table for table in reversed(schema.sorted_tables) if table.name not in STAYS]


def _drop_parts(writing: Writing, parts: Sequence[Table], column: str, identity: str) -> None:
    for table in parts:
        if column in table.columns:
            writing.conn.execute(delete(table).where(table.c[column] == identity))
