"""Begin contacts and record what happens in them.

This is the only way to add entries to a contact: import-linter lets nothing else import `rows`.
Each function appends the entries and saves, in the same transaction, what the contact comes to with them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import bindparam, select, update

from oncall.contacts.contact import Contact
from oncall.contacts.fold import fold
from oncall.contacts.model import Entry, Kind, number_entries
from oncall.contacts.projection import Projection, project
from oncall.store.contacts import rows as contact_journal
from oncall.store.contacts.contacts import NewContact, StoredContact
from oncall.store.session import Writing
from oncall.store.tables.contacts import ContactRow

CONTACT_ERASED = cast("Kind", "contact_erased")

_DATA_KEY = select(ContactRow.data_key).where(
    ContactRow.id == bindparam("contact"), ContactRow.team_id == bindparam("team")
)
_FORGET = (
    update(ContactRow)
    .where(ContactRow.id == bindparam("contact"), ContactRow.team_id == bindparam("team"))
    .values(data_key=None, number=None)
)


def begin(
    writing: Writing, new: NewContact, entries: Sequence[Entry], contact: Contact | None = None
) -> StoredContact:
    """Store a new contact with its first entries, and return it.

    `contact` is what the entries come to, where it is known already. Raises ValueError where the entries
    or `contact` were numbered for another moment.
    """
    if contact is None:
        contact = fold(new.id, number_entries(entries, writing.seq))
    _expect(contact, writing.seq + len(entries))
    projection = project(contact)
    key = contact_journal.insert_contact(writing, new, projection, len(entries))
    appended = contact_journal.append(writing, new.id, entries, key)
    return StoredContact(
        id=new.id,
        team_id=writing.team,
        channel=new.channel,
        sid=new.sid,
        known=new.caller.known,
        number=new.caller.number,
        sender=new.caller.sender,
        case=new.caller.case,
        started_at=new.started_at,
        projection=projection,
        last_seq=contact.last_seq,
        erased=False,
        key=key,
        entries=appended,
    )


def record(
    writing: Writing, stored: StoredContact, entries: Sequence[Entry], contact: Contact | None = None
) -> Contact:
    """Append further entries to a contact, and return it as it then stands; without entries, as it stood.

    `contact` is what all its entries come to, where it is known already. Raises ValueError where the
    entries or `contact` were numbered for another moment.
    """
    appended = contact_journal.append(writing, stored.id, entries, stored.key)
    if contact is None:
        contact = fold(stored.id, (*stored.entries, *appended))
    if appended:
        _expect(contact, writing.seq)
        contact_journal.save_projection(writing, stored.id, project(contact), contact.last_seq)
    return contact


def erase(writing: Writing, stored: StoredContact, at: datetime, actor: str | None) -> None:
    """Destroy the contact's data key and its number, and append that it was erased; twice changes nothing.

    Its columns stay as they are, for nobody can read any more what they follow from.
    """
    where = {"contact": stored.id, "team": writing.team}
    wrapped = writing.conn.scalar(_DATA_KEY, where)
    if wrapped is None:
        return
    writing.conn.execute(_FORGET, where)
    writing.keyring.forget(wrapped)
    writing.entries_of.forget(stored.id)
    contact_journal.append(writing, stored.id, [Entry(0, at, CONTACT_ERASED, actor=actor)], None)
    save_columns(writing, stored.id, stored.projection, writing.seq)


def save_columns(writing: Writing, contact_id: str, projection: Projection, last_seq: int) -> None:
    """Save columns without an entry: they were wrong, or the entries are damaged."""
    contact_journal.save_projection(writing, contact_id, projection, last_seq)


def _expect(contact: Contact, last_seq: int) -> None:
    if contact.last_seq != last_seq:
        raise ValueError(f"contact {contact.id} was folded to {contact.last_seq}, not to {last_seq}")
