"""What a contact that is stored comes to."""

from oncall.contacts.contact import Contact
from oncall.contacts.fold import fold
from oncall.store.contacts import StoredContact


def fold_stored(stored: StoredContact) -> Contact | None:
    """Return what the entries tell; None where they are erased, or begin as no contact that folds."""
    if stored.erased:
        return None
    try:
        return fold(stored.id, stored.entries)
    except ValueError:
        return None
