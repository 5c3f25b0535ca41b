"""Which messages a caller has left, and who has listened to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from oncall.contacts.model import Entry, Kind
from oncall.store.contacts.contacts import StoredContact, load_contact
from oncall.store.contacts.voicemails import Listening, list_voicemails, note_heard, read_sound
from oncall.store.session import Database, Reading
from oncall.usecases.privacy.access_log import VOICEMAIL_HEARD, append_read


@dataclass(frozen=True, slots=True)
class VoicemailMessage:
    """A message as the contact's page shows it."""

    sid: str
    seconds: int
    at: datetime  # when it was left
    kept: bool  # False: not yet with us
    lost: bool  # the carrier had no sound for it
    heard: tuple[Listening, ...]


def list_messages(reading: Reading, contact: StoredContact) -> tuple[VoicemailMessage, ...]:
    """Return the messages of a contact, the earliest first; none of one that was erased."""
    if contact.key is None:
        return ()
    told = _told(contact.entries)
    lost = {str(e.detail["sid"]) for e in contact.entries if e.kind is Kind.VOICEMAIL_LOST}
    kept = {message.sid: message for message in list_voicemails(reading, contact.team_id, contact.id)}
    found = [
        VoicemailMessage(sid, seconds, at, sid in kept, sid in lost, kept[sid].heard if sid in kept else ())
        for sid, (seconds, at) in told.items()
    ]
    # of one whose news was lost and that was found at the carrier later, only the row tells
    found += [
        VoicemailMessage(row.sid, row.seconds, row.kept_at, True, False, row.heard)
        for row in kept.values()
        if row.sid not in told
    ]
    return tuple(sorted(found, key=lambda message: message.at))


def listen(
    db: Database, team_id: int, contact_id: str, sid: str, listener: str, now: datetime, *, noted: bool
) -> bytes | None:
    """Return the sound of a message; with `noted` it is kept who has listened. None: no such message."""
    with db.reading() as reading:
        stored = load_contact(reading, contact_id, team_id)
        if stored is None or stored.key is None:
            return None
        sound = read_sound(reading, team_id, contact_id, stored.key, sid)
    if sound is not None and noted:
        with db.noting_reads(team_id) as reads:
            detail = {"contact": stored.id, "case": stored.case, "voicemail": sid}
            append_read(reads, VOICEMAIL_HEARD, listener, now, **detail)
            note_heard(reads, sid, listener, now)
    return sound


def _told(entries: Iterable[Entry]) -> dict[str, tuple[int, datetime]]:
    """Return the length of each message, and when it was first told of."""
    told: dict[str, tuple[int, datetime]] = {}
    for entry in sorted(entries, key=lambda entry: entry.at):
        if entry.kind in (Kind.VOICEMAIL_LEFT, Kind.VOICEMAIL_READY):
            seconds = int(str(entry.detail["seconds"]))
            if seconds:
                told.setdefault(str(entry.detail["sid"]), (seconds, entry.at))
    return told
