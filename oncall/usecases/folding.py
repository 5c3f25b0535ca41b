"""What a contact that is stored comes to, and whether what is stored can be believed."""

from oncall.contacts.contact import Contact
from oncall.store.contacts.contacts import StoredContact


def fold_stored(stored: StoredContact) -> Contact | None:
    """Return what the entries tell; None where they are erased or damaged, or begin as no contact."""
    if stored.erased or stored.damaged:
        return None
    try:
        return stored.contact
    except ValueError:
        return None


def is_damaged(stored: StoredContact, folded: Contact | None) -> bool:
    """Whether its journal is not as it was written: a seal does not open, or the beginning is gone."""
    return stored.damaged or (folded is None and not stored.erased)
