"""Which messages callers have left, sealed with their contact's key, and who has listened to them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, insert, select, update

from oncall.store.keys import DataKey
from oncall.store.session import Reading, Transaction
from oncall.store.tables.contacts import ContactRow, VoicemailHeardRow, VoicemailRow


@dataclass(frozen=True, slots=True)
class Listening:
    """Somebody has listened to a message."""

    person: str  # the staff key, or account:<id>
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredVoicemail:
    """A message that we have taken off the carrier."""

    sid: str  # the carrier's name for it
    seconds: int
    kept_at: datetime
    heard: tuple[Listening, ...] = ()  # the earliest first


def save_voicemail(
    transaction: Transaction,
    team_id: int,
    contact_id: str,
    key: DataKey,
    voicemail: StoredVoicemail,
    sound: bytes,
) -> None:
    """The message is kept, sealed; it must not have been before."""
    transaction.conn.execute(
        insert(VoicemailRow),
        {
            "sid": voicemail.sid,
            "team_id": team_id,
            "contact_id": contact_id,
            "seconds": voicemail.seconds,
            "kept_at": voicemail.kept_at,
            "sound": key.seal(sound, _place(voicemail.sid)),
            "off_carrier_at": None,
        },
    )


def is_kept(reading: Reading, sid: str) -> bool:
    """Whether we have the message."""
    return bool(reading.conn.scalar(select(exists().where(VoicemailRow.sid == sid))))


def list_voicemails(reading: Reading, team_id: int, contact_id: str) -> tuple[StoredVoicemail, ...]:
    """Return the messages of a contact that we have, the earliest first."""
    of_contact = (VoicemailRow.team_id == team_id, VoicemailRow.contact_id == contact_id)
    rows = reading.conn.execute(
        select(VoicemailRow.sid, VoicemailRow.seconds, VoicemailRow.kept_at)
        .where(*of_contact)
        .order_by(VoicemailRow.kept_at)
    ).all()
    heard: dict[str, list[Listening]] = {row.sid: [] for row in rows}
    if rows:
        listened = reading.conn.execute(
            select(VoicemailHeardRow.sid, VoicemailHeardRow.person, VoicemailHeardRow.at)
            .where(VoicemailHeardRow.sid.in_(heard))
            .order_by(VoicemailHeardRow.at)
        )
        for row in listened:
            heard[row.sid].append(Listening(row.person, row.at))
    return tuple(StoredVoicemail(*row, tuple(heard[row.sid])) for row in rows)


def read_sound(reading: Reading, team_id: int, contact_id: str, key: DataKey, sid: str) -> bytes | None:
    """Return what was said in a message of the contact, None if there is no such message."""
    sealed = reading.conn.scalar(
        select(VoicemailRow.sound).where(
            VoicemailRow.team_id == team_id, VoicemailRow.contact_id == contact_id, VoicemailRow.sid == sid
        )
    )
    return None if sealed is None else key.open(sealed, _place(sid))


def note_heard(transaction: Transaction, sid: str, person: str, at: datetime) -> None:
    """The message shows that the person has listened to it."""
    transaction.conn.execute(insert(VoicemailHeardRow), {"sid": sid, "person": person, "at": at})


def note_off_carrier(transaction: Transaction, sid: str, at: datetime) -> None:
    """The message lies with us alone."""
    transaction.conn.execute(update(VoicemailRow).where(VoicemailRow.sid == sid).values(off_carrier_at=at))


def contact_of_call(reading: Reading, call_sid: str) -> tuple[int, str] | None:
    """Return the team and the contact of a caller's leg, by the carrier's name for it; None: not ours."""
    row = reading.conn.execute(
        select(ContactRow.team_id, ContactRow.id).where(
            ContactRow.channel == "voice", ContactRow.sid == call_sid
        )
    ).first()
    return None if row is None else (row.team_id, row.id)


def _place(sid: str) -> bytes:
    return f"voicemail:{sid}:sound".encode()
