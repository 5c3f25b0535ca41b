"""Whether what callers leave is recorded after a key alone, kept by us, and by nobody else."""

from collections.abc import Iterator
from datetime import timedelta

from oncall.store.contacts.contacts import load_contact
from oncall.store.contacts.voicemails import contact_of_call
from oncall.telephony.documents import VOICEMAIL_KEY
from oncall.usecases.contacts.voicemail import list_messages
from standin.drill.nights.random_night import RandomNight
from standin.simulator.events import EventKind

Faults = Iterator[str]

TAKEN_WITHIN = timedelta(minutes=7)  # the longest pause between attempts, and a look at the carrier's records


def find_mislaid_messages(night: RandomNight) -> Faults:
    """A message was agreed to by a key; soon after calm it is with us, sealed, and not at the carrier."""
    for recording in night.carrier.recordings.values():
        if night.now - recording.created_at > TAKEN_WITHIN:
            yield f"the message of {recording.created_at:%H:%M:%S} still lies at the carrier"
    pressed = {
        event.sid
        for event in night.carrier.events
        if event.kind is EventKind.PRESSED and event.detail == VOICEMAIL_KEY
    }
    with night.service.db.reading() as reading:
        agreed = {contact_of_call(reading, sid) for sid in pressed}
        for contact in night.list_contacts():
            stored = load_contact(reading, contact.id, night.team_id)
            for message in list_messages(reading, stored) if stored else ():
                if (night.team_id, contact.id) not in agreed:
                    yield f"the message of {message.at:%H:%M:%S} was recorded without a key"
                if not (message.kept or message.lost) and night.now - message.at > TAKEN_WITHIN:
                    yield f"the message of {message.at:%H:%M:%S} is not kept"
