"""How a caller's message is taken off the carrier: fetched, sealed and deleted there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from oncall.clock import Clock
from oncall.contacts.model import Kind
from oncall.monitoring import alert_operator
from oncall.store.contacts import contacts, voicemails
from oncall.store.contacts.voicemails import StoredVoicemail
from oncall.store.jobs import outbox
from oncall.store.jobs.outbox import Job, NewJob
from oncall.telephony.files import FileGone, Files, FileTooLarge
from oncall.telephony.orders import CarrierRefused, Orders
from oncall.usecases.line import planning as kinds
from oncall.usecases.line.calls import UnknownContact, fact, record_facts
from oncall.usecases.line.context import CallContext

LARGEST = 8 * 1024 * 1024  # bytes; four times what the longest message takes
NOT_YET = 404
LOOKS = 10  # then the carrier will not have the sound any more: a quarter of an hour


@dataclass(frozen=True)
class RecordingJobs:
    """Carries out the jobs about callers' messages."""

    context: CallContext
    orders: Orders
    clock: Clock

    @property
    def handlers(self) -> Mapping[str, Callable[[Job], bool]]:
        """Which job is carried out how."""
        return {kinds.FETCH_RECORDING: self._fetch, kinds.DELETE_RECORDING: self._delete}

    def _fetch(self, job: Job) -> bool:
        """Sealed with the contact's key; the carrier's own is deleted once ours is committed."""
        (team_id, contact_id), sid = job.where, str(job.payload["sid"])
        with self.context.db.reading() as reading:
            stored = contacts.load_contact(reading, contact_id, team_id)
            kept = voicemails.is_kept(reading, sid)
        if stored is None:
            raise UnknownContact(contact_id)
        seconds = int(job.payload["seconds"])
        sound = b"" if kept or stored.key is None or not seconds else self._fetch_sound(job, sid)
        if sound is None:
            return True
        now, kind = self.clock(), kinds.DELETE_RECORDING
        deletion = NewJob(f"{kind}:{sid}", kind, team_id, contact_id, now, {"sid": sid})
        with self.context.db.transaction() as transaction:
            if sound and stored.key is not None:
                message = StoredVoicemail(sid, seconds, now)
                voicemails.save_voicemail(transaction, team_id, contact_id, stored.key, message, sound)
            outbox.put(transaction, (deletion,), now)
            outbox.finish(transaction, job, now)
        return True

    def _fetch_sound(self, job: Job, sid: str) -> bytes | None:
        """Return the sound; None where there is none to be had, which is then in the journal."""
        try:
            return b"".join(Files(self.orders).recording(sid, LARGEST).chunks)
        except FileGone:
            if job.attempts < LOOKS:
                raise CarrierRefused(NOT_YET, permanent=False) from None
        except FileTooLarge:
            pass
        alert_operator("voicemail_lost", contact=job.where[1])
        now = self.clock()
        lost = fact(now, Kind.VOICEMAIL_LOST, sid=sid)
        record_facts(self.context, *job.where, (lost,), now, job=job)
        return None

    def _delete(self, job: Job) -> bool:
        sid = str(job.payload["sid"])
        self.orders.delete_recording(sid)
        now = self.clock()
        with self.context.db.transaction() as transaction:
            voicemails.note_off_carrier(transaction, sid, now)
            outbox.finish(transaction, job, now)
        return True
