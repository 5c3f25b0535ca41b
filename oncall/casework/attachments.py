"""Where the files lie that a family has sent with a text, and who has opened them."""

from datetime import datetime

from oncall.casework.folding import fold_stored
from oncall.casework.reading import ATTACHMENT_READ, note_read
from oncall.contacts.waiting import fold_waiting
from oncall.store.contacts import load_contact
from oncall.store.session import Database


def open_attachment(
    db: Database, team_id: int, contact_id: str, text_id: str, nth: int, reader: str, now: datetime
) -> str | None:
    """Return where the text's `nth` file lies at the carrier, counted from 1, and note who opens it.

    None if the team has no such contact, or the contact no such file.
    """
    with db.reading() as reading:
        stored = load_contact(reading, contact_id, team_id)
    if stored is None or fold_stored(stored) is None:
        return None
    texts = {text.id: text for text in fold_waiting(stored.entries).texts}
    text = texts.get(text_id)
    if text is None or not 1 <= nth <= len(text.media):
        return None
    said = {"contact": stored.id, "case": stored.case, "text": text_id, "attachment": nth}
    note_read(db, team_id, ATTACHMENT_READ, reader, now, **said)
    return text.media[nth - 1]
