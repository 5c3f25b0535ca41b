"""Which files families have sent with a text, sealed with their contact's key."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, insert, select

from oncall.store.keys import DataKey
from oncall.store.session import Reading, Transaction
from oncall.store.tables.contacts import AttachmentRow


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that we have taken off the carrier."""

    sid: str  # the carrier's name for it
    content_type: str
    content: bytes = field(repr=False)


def save_attachment(
    transaction: Transaction, team_id: int, contact_id: str, key: DataKey, file: Attachment, now: datetime
) -> None:
    """The file is kept, sealed; it must not have been before."""
    transaction.conn.execute(
        insert(AttachmentRow),
        {
            "sid": file.sid,
            "team_id": team_id,
            "contact_id": contact_id,
            "content_type": file.content_type,
            "kept_at": now,
            "content": key.seal(file.content, _place(file.sid)),
        },
    )


def is_kept(reading: Reading, sid: str) -> bool:
    """Whether we have the file."""
    return bool(reading.conn.scalar(select(exists().where(AttachmentRow.sid == sid))))


def find_attachment(
    reading: Reading, team_id: int, contact_id: str, key: DataKey, sid: str
) -> Attachment | None:
    """Return a file of the contact, None if we do not have it."""
    row = reading.conn.execute(
        select(AttachmentRow.content_type, AttachmentRow.content).where(
            AttachmentRow.team_id == team_id,
            AttachmentRow.contact_id == contact_id,
            AttachmentRow.sid == sid,
        )
    ).one_or_none()
    return None if row is None else Attachment(sid, row.content_type, key.open(row.content, _place(sid)))


def _place(sid: str) -> bytes:
    return f"attachment:{sid}:content".encode()
