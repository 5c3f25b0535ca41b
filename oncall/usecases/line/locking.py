"""Load a contact under its team's lock, for somebody who is about to change it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from oncall.contacts.contact import Contact
from oncall.contacts.model import Entry
from oncall.store.contacts.contacts import StoredContact
from oncall.store.session import Writing
from oncall.usecases.line.calls import UnknownContact, require_contact


@dataclass(frozen=True, slots=True)
class LockedContact:
    """A contact that nobody else changes until the end of the transaction, and what it comes to."""

    writing: Writing
    stored: StoredContact
    contact: Contact


Act = Callable[[LockedContact], Sequence[Entry]]
"""Returns the entries by which something is done with a contact; none where there is nothing to do."""


def lock_contact(writing: Writing, contact_id: str) -> LockedContact:
    """Return the team's contact; raises UnknownContact where there is none, or nobody can read it."""
    stored = require_contact(writing, contact_id)
    try:
        contact = stored.contact
    except ValueError:
        raise UnknownContact(contact_id) from None
    return LockedContact(writing, stored, contact)
