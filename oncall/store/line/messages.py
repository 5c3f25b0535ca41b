"""Which text at the carrier belongs to which contact, and by which code a page is answered."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from oncall.rota.model import PersonId
from oncall.store.session import Reading, Transaction, Writing
from oncall.store.tables.contacts import ContactIndexRow, ContactRow, MessageRow, PageCodeRow
from oncall.store.tables.families import NumberIndexRow

CODES = 10_000


class NoCodeLeft(Exception):
    """A person holds so many codes that no four digits are free."""


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A text at the carrier."""

    sid: str
    team_id: int
    contact_id: str | None  # None: of no contact
    about: str | None  # the entry's seq; None: no entry tells of it
    inbound: bool
    at: datetime


_SQLITE, _POSTGRES = sqlite.insert(MessageRow), postgresql.insert(MessageRow)
# What was inserted is returned: a driver's count of rows is not to be had on every engine.
_INSERT = {
    "sqlite": _SQLITE.on_conflict_do_nothing(index_elements=[MessageRow.sid]).returning(MessageRow.sid),
    "postgresql": _POSTGRES.on_conflict_do_nothing(index_elements=[MessageRow.sid]).returning(MessageRow.sid),
}
_COLUMNS = (
    MessageRow.sid,
    MessageRow.team_id,
    MessageRow.contact_id,
    MessageRow.about,
    MessageRow.inbound,
    MessageRow.at,
)
_OPEN_CONVERSATION = (
    select(ContactRow.id)
    .join(ContactIndexRow, ContactIndexRow.contact_id == ContactRow.id)
    .where(
        ContactIndexRow.team_id == bindparam("team"),
        ContactIndexRow.digest == bindparam("of_digest"),
        ContactRow.follow_up,
    )
    .order_by(ContactRow.started_at)
)


def save_message(transaction: Transaction, message: TextMessage) -> bool:
    """The text is known by the carrier's name; False if it was known before."""
    result = transaction.conn.execute(
        _INSERT[transaction.conn.dialect.name],
        {
            "sid": message.sid,
            "team_id": message.team_id,
            "contact_id": message.contact_id,
            "about": message.about,
            "inbound": message.inbound,
            "at": message.at,
            "redacted_at": None,
        },
    )
    return result.first() is not None


def find_message(reading: Reading, sid: str) -> TextMessage | None:
    """Return the text of this name, or None if we have never heard of it."""
    row = reading.conn.execute(select(*_COLUMNS).where(MessageRow.sid == sid)).one_or_none()
    return TextMessage(*row) if row else None


def unredacted(reading: Reading, before: datetime, limit: int) -> tuple[TextMessage, ...]:
    """Return the texts older than `before` whose words still lie at the carrier, the oldest first."""
    rows = reading.conn.execute(
        select(*_COLUMNS)
        .where(MessageRow.redacted_at.is_(None), MessageRow.at < before)
        .order_by(MessageRow.at)
        .limit(limit)
    )
    return tuple(TextMessage(*row) for row in rows)


def note_redacted(transaction: Transaction, sid: str, now: datetime) -> None:
    """The text's words are gone from the carrier."""
    transaction.conn.execute(update(MessageRow).where(MessageRow.sid == sid).values(redacted_at=now))


def open_conversation(writing: Writing, number: str, other_than: str = "") -> str | None:
    """Return the contact that waits for a human because of this number, or None: the oldest, if several."""
    digest = writing.keyring.digest(writing.team, number)
    rows: Sequence[str] = writing.conn.scalars(
        _OPEN_CONVERSATION, {"team": writing.team, "of_digest": digest}
    ).all()
    return next((contact for contact in rows if contact != other_than), None)


def staff_with(reading: Reading, team_id: int, number: str) -> tuple[PersonId, ...]:
    """Return the staff members of the team whose number this is: two people may share a phone."""
    digest = reading.keyring.digest(team_id, number)
    found = reading.conn.scalars(
        select(NumberIndexRow.staff_key)
        .where(
            NumberIndexRow.team_id == team_id,
            NumberIndexRow.digest == digest,
            NumberIndexRow.staff_key.is_not(None),
        )
        .order_by(NumberIndexRow.id)
    )
    return tuple(PersonId(key) for key in found if key)


def code_for(writing: Writing, contact_id: str, person: PersonId) -> str:
    """Return the person's code for the contact: the one they have, or a fresh random one.

    Raises NoCodeLeft.
    """
    held = dict(
        writing.conn.execute(
            select(PageCodeRow.contact_id, PageCodeRow.code).where(
                PageCodeRow.team_id == writing.team, PageCodeRow.person == person
            )
        ).all()
    )
    if contact_id in held:
        return str(held[contact_id])
    if len(held) >= CODES:
        raise NoCodeLeft(person)
    while (code := f"{secrets.randbelow(CODES):04}") in held.values():
        pass
    writing.conn.execute(
        insert(PageCodeRow),
        {"contact_id": contact_id, "person": person, "team_id": writing.team, "code": code},
    )
    return code


def contact_of_code(reading: Reading, team_id: int, person: PersonId, code: str) -> str | None:
    """Return the contact that the person's code stands for, or None: it is not, or no longer, valid."""
    found: str | None = reading.conn.scalar(
        select(PageCodeRow.contact_id).where(
            PageCodeRow.team_id == team_id, PageCodeRow.person == person, PageCodeRow.code == code
        )
    )
    return found


def drop_codes(transaction: Transaction, contact_id: str) -> None:
    """Nobody's code stands for the contact any more."""
    transaction.conn.execute(delete(PageCodeRow).where(PageCodeRow.contact_id == contact_id))
