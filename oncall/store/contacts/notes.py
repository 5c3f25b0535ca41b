"""Where what staff write down about a contact is kept while they write, and whom the contact concerns."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from oncall.contacts.model import Kind
from oncall.contacts.note import NoteDraft, NoteText, fold_record, read_note
from oncall.store.columns import to_json
from oncall.store.contacts.contacts import StoredContact
from oncall.store.families.cases import find_case_id, name_place
from oncall.store.keys import DataKey
from oncall.store.session import Reading, Transaction, Writing
from oncall.store.tables.contacts import ContactChildRow, ContactRow, NoteDraftRow
from oncall.store.tables.families import CaseRow, MemberRow

_DRAFT = select(NoteDraftRow.body, NoteDraftRow.based_on, NoteDraftRow.saved_at).where(
    NoteDraftRow.team_id == bindparam("team"),
    NoteDraftRow.contact_id == bindparam("contact"),
    NoteDraftRow.author == bindparam("by"),
)
_DROP_DRAFT = delete(NoteDraftRow).where(
    NoteDraftRow.team_id == bindparam("team"),
    NoteDraftRow.contact_id == bindparam("contact"),
    NoteDraftRow.author == bindparam("by"),
)
_KEY = select(ContactRow.data_key).where(
    ContactRow.id == bindparam("contact"), ContactRow.team_id == bindparam("team")
)


def read_draft(reading: Reading, contact: StoredContact, author: str) -> NoteDraft | None:
    """Return what the author has begun to write about the contact, or None."""
    where = {"team": contact.team_id, "contact": contact.id, "by": author}
    row = reading.conn.execute(_DRAFT, where).first()
    if row is None or contact.key is None:
        return None
    written = json.loads(contact.key.open_text(row.body, _draft_place(contact.id, author)))
    return NoteDraft(read_note(written), row.based_on, row.saved_at)


def keep_draft(
    transaction: Transaction,
    team_id: int,
    contact_id: str,
    author: str,
    text: NoteText,
    based_on: int,
    at: datetime,
) -> bool:
    """What the author has written so far is kept, sealed; False: no such contact, or it was erased."""
    where = {"team": team_id, "contact": contact_id}
    wrapped = transaction.conn.scalar(_KEY, where)
    if wrapped is None:
        return False
    key: DataKey = transaction.keyring.unwrap(wrapped)
    transaction.conn.execute(_DROP_DRAFT, {**where, "by": author})
    row = {
        "contact_id": contact_id,
        "author": author,
        "team_id": team_id,
        "based_on": based_on,
        "saved_at": at,
        "body": key.seal_text(to_json(text.encode()), _draft_place(contact_id, author)),
    }
    transaction.conn.execute(insert(NoteDraftRow), row)
    return True


def drop_draft(transaction: Transaction, team_id: int, contact_id: str, author: str) -> bool:
    """Nothing is kept of what the author had begun; False: there was nothing."""
    where = {"team": team_id, "contact": contact_id, "by": author}
    return transaction.conn.execute(_DROP_DRAFT, where).rowcount > 0


def _draft_place(contact_id: str, author: str) -> str:
    return f"draft:{contact_id}:{author}"


# ------------------------------------------------------------------------------------------- links

_RELINK = update(ContactRow).where(
    ContactRow.id == bindparam("contact"), ContactRow.team_id == bindparam("team")
)
_CHILDREN = select(ContactChildRow.child_id).where(ContactChildRow.contact_id == bindparam("contact"))
_DROP_CHILDREN = delete(ContactChildRow).where(ContactChildRow.contact_id == bindparam("contact"))
_CASE_ID = select(ContactRow.case_id).where(ContactRow.id == bindparam("contact"))
_CASES = select(CaseRow.id, CaseRow.label).where(CaseRow.team_id == bindparam("team"))


def label_cases(
    reading: Reading, team_id: int, municipality: str | None = None, *, closed: bool = True
) -> Mapping[str, str]:
    """Return the labels of the team's cases by their ids, in their order; of one municipality, or of all."""
    wanted = _CASES if municipality is None else _CASES.where(CaseRow.municipality == municipality)
    if not closed:
        wanted = wanted.where(CaseRow.phase != "closed")
    rows = reading.conn.execute(wanted, {"team": team_id})
    return {row.id: row.label for row in sorted(rows, key=lambda row: row.label)}


_CHILDREN_OF_TEAM = (
    select(MemberRow.id, MemberRow.name, CaseRow.data_key)
    .join(CaseRow, CaseRow.id == MemberRow.case_id)
    .where(MemberRow.team_id == bindparam("team"), MemberRow.relation == "child")
)


def name_children(reading: Reading, team_id: int) -> Mapping[str, str]:
    """Return the first names of the children of all the team's cases, by their ids."""
    rows = reading.conn.execute(_CHILDREN_OF_TEAM, {"team": team_id})
    return {
        row.id: reading.keyring.unwrap(row.data_key).open_text(row.name, name_place(row.id))
        for row in rows
        if row.data_key is not None
    }


def save_link(writing: Writing, contact_id: str, case_id: str | None, children: Sequence[str]) -> None:
    """The contact is found under this case and these children alone."""
    where = {"contact": contact_id, "team": writing.team}
    writing.conn.execute(_RELINK, {**where, "case_id": case_id})
    writing.conn.execute(_DROP_CHILDREN, {"contact": contact_id})
    rows: list[dict[str, Any]] = [
        {"team_id": writing.team, "child_id": child, "contact_id": contact_id} for child in children
    ]
    if rows:
        writing.conn.execute(insert(ContactChildRow), rows)


def restore_link(writing: Writing, contact: StoredContact) -> bool:
    """The contact is found where its entries say that it belongs; return whether it was not."""
    link = fold_record(contact.entries).link
    if link is not None:
        case_id, children = link.case_id, link.children
    else:
        label = next(
            (entry.detail.get("case") for entry in contact.entries if entry.kind in _BEGINNINGS), None
        )
        case_id, children = find_case_id(writing, writing.team, str(label)) if label else None, ()
        if label is not None and case_id is None:
            return False  # the case has another label by now: it was not moved
    where = {"contact": contact.id}
    found = (writing.conn.scalar(_CASE_ID, where), set(writing.conn.scalars(_CHILDREN, where)))
    if found == (case_id, set(children)):
        return False
    save_link(writing, contact.id, case_id, children)
    return True


_BEGINNINGS = frozenset({Kind.CALL_RECEIVED, Kind.TEXT_RECEIVED})
