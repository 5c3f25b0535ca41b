"""What a process would tell its operator: its lines, and what would have been sent to Sentry."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import sentry_sdk
import structlog
from sentry_sdk.envelope import Envelope

from oncall import monitoring


class Mailbox(sentry_sdk.Transport):
    """Keeps what would have been sent to Sentry, as the bytes that would have left."""

    sent: ClassVar[list[bytes]] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent.append(envelope.serialize())


@contextmanager
def reporting() -> Iterator[io.StringIO]:
    """Yield the lines that this process logs from here on as in life; its reports go to an empty Mailbox."""
    root, spoken = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers, root.level
    Mailbox.sent.clear()
    stream = io.StringIO()
    monitoring.start(
        "web",
        sentry_dsn="https://key@errors.example.no/1",
        stream=stream,
        transport=Mailbox,
        with_requests=True,
    )
    try:
        yield stream
    finally:
        sentry_sdk.get_global_scope().set_client(None)
        structlog.configure(**spoken)
        root.handlers = handlers
        root.setLevel(level)
