"""What would have been sent to Sentry."""

from typing import ClassVar

import sentry_sdk
from sentry_sdk.envelope import Envelope


class Mailbox(sentry_sdk.Transport):
    """Keeps what would have been sent to Sentry, as the bytes that would have left."""

    sent: ClassVar[list[bytes]] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent.append(envelope.serialize())
