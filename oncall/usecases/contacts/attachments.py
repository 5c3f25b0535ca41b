"""Which files a family has sent with a text, and who has opened them."""

from datetime import datetime

from oncall.store.contacts.attachments import Attachment, find_attachment
from oncall.store.contacts.contacts import StoredContact, load_contact
from oncall.store.session import Database
from oncall.telephony.files import file_name_of
from oncall.usecases.folding import fold_stored
from oncall.usecases.privacy.access_log import ATTACHMENT_READ, note_read


def open_attachment(
    db: Database, team_id: int, contact_id: str, text_id: str, nth: int, reader: str, now: datetime
) -> Attachment | str | None:
    """Return the text's `nth` file, counted from 1, and note who opens it.

    The address of one that still lies at the carrier; None if the team has no such contact, or the contact
    no such file.
    """
    with db.reading() as reading:
        stored = load_contact(reading, contact_id, team_id)
        reference = _find_reference(stored, text_id, nth) if stored else None
        if stored is None or stored.key is None or reference is None:
            return None
        kept = find_attachment(reading, team_id, contact_id, stored.key, file_name_of(reference))
    detail = {"contact": stored.id, "case": stored.case, "text": text_id, "attachment": nth}
    note_read(db, team_id, ATTACHMENT_READ, reader, now, **detail)
    return kept or reference


def _find_reference(stored: StoredContact, text_id: str, nth: int) -> str | None:
    """Return the carrier's address of the text's `nth` file; None where nothing of it can be told."""
    if fold_stored(stored) is None:
        return None
    text = next((text for text in stored.waiting.texts if text.id == text_id), None)
    return text.media[nth - 1] if text and 1 <= nth <= len(text.media) else None
