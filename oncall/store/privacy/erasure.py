"""Erase cases and contacts so that nobody can read them while the journal still verifies."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import MetaData, Table, delete, select, update

from oncall.contacts.retention import ClosedCase, NotToBeErased
from oncall.store.contacts import entries as contact_entries
from oncall.store.contacts.log import read_contact
from oncall.store.families.cases import load_case_key
from oncall.store.journal.entries import Note, append_notes
from oncall.store.privacy.retention import closed_cases
from oncall.store.session import Writing
from oncall.store.tables.contacts import ContactRow
from oncall.store.tables.families import CaseRow, CompromisedRow

CASE_ERASED = "case_erased"
LOOSE_ERASED = "loose_contacts_erased"

# What of a case or a contact stays when it is erased: that it was, when, and what the machine did. Whatever
# else belongs to it goes, tables that are still to be made included.
STAYS = frozenset({"contact", "entry", "family_case", "message", "outbox", "compromised_number"})


class ContactStillOpen(Exception):
    """The contact is not dealt with yet; erased, it would be lost."""


def erase_case(writing: Writing, case_id: str, at: datetime, actor: str | None) -> ClosedCase:
    """Erase what was known of the family and said with it; return what the case was.

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


def _erase_contact(
    writing: Writing, contact_id: str, at: datetime, actor: str | None, parts: Sequence[Table]
) -> None:
    """In one transaction: 1. the data key and the number, 2. the journal, 3. the index and all else.

    Raises ContactStillOpen, or LookupError if the team has no such contact.
    """
    contact = read_contact(writing, writing.team, contact_id)  # a damaged one must be erasable, too
    if contact is None:
        raise LookupError(contact_id)
    if contact.projection.is_open:
        raise ContactStillOpen(contact_id)
    contact_entries.erase(writing, contact, at, actor)
    _drop_parts(writing, parts, "contact_id", contact_id)


def erase_loose(writing: Writing, contacts: Iterable[str], at: datetime, actor: str | None) -> int:
    """Erase what was said in these contacts; return how many there were."""
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
