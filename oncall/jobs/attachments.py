"""How the files of a text are taken off the carrier: fetched, sealed and deleted there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from oncall.clock import Clock
from oncall.monitoring import alert_operator
from oncall.store.contacts import attachments, contacts
from oncall.store.contacts.attachments import Attachment
from oncall.store.contacts.contacts import StoredContact
from oncall.store.jobs import outbox
from oncall.store.jobs.outbox import Job
from oncall.telephony.files import LARGEST_ATTACHMENT, FileGone, Files, FileTooLarge, file_name_of
from oncall.telephony.orders import Orders
from oncall.usecases.line import planning as kinds
from oncall.usecases.line.calls import UnknownContact
from oncall.usecases.line.context import CallContext
from oncall.usecases.line.planning import plan_deleting_files


@dataclass(frozen=True)
class AttachmentJobs:
    """Carries out the jobs about the files of texts."""

    context: CallContext
    orders: Orders
    clock: Clock

    @property
    def handlers(self) -> Mapping[str, Callable[[Job], bool]]:
        """Which job is carried out how."""
        return {kinds.FETCH_FILES: self._fetch, kinds.DELETE_FILES: self._delete}

    def _fetch(self, job: Job) -> bool:
        """Sealed with the contact's key; the carrier's own are deleted once ours are committed."""
        team_id, contact_id = job.where
        with self.context.db.reading() as reading:
            stored = contacts.load_contact(reading, contact_id, team_id)
        if stored is None:
            raise UnknownContact(contact_id)
        done = [reference for reference in job.payload["files"] if self._keep(stored, reference)]
        now = self.clock()
        with self.context.db.transaction() as transaction:
            outbox.put(transaction, plan_deleting_files(team_id, str(job.payload["text"]), done, now), now)
            outbox.finish(transaction, job, now)
        return True

    def _keep(self, stored: StoredContact, reference: str) -> bool:
        """Return whether the file need not lie at the carrier any more: we have it, or nobody may read it."""
        sid = file_name_of(reference)
        with self.context.db.reading() as reading:
            kept = attachments.is_kept(reading, sid)
        if kept or stored.key is None:
            return True
        try:
            found = Files(self.orders).open(reference, LARGEST_ATTACHMENT)
            file = Attachment(sid, found.content_type, b"".join(found.chunks))
        except FileGone:
            return False
        except FileTooLarge:
            alert_operator("attachment_too_large", contact=stored.id)
            return False
        with self.context.db.transaction() as transaction:
            attachments.save_attachment(
                transaction, stored.team_id, stored.id, stored.key, file, self.clock()
            )
        return True

    def _delete(self, job: Job) -> bool:
        for reference in job.payload["files"]:
            self.orders.delete_attachment(str(job.payload["text"]), file_name_of(reference))
        return False
