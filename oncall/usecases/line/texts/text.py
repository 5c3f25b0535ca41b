"""A text as it arrives on a line."""

from dataclasses import dataclass
from datetime import datetime

from oncall import opt_out
from oncall.phone_numbers import Sender, read_sender
from oncall.store.jobs import outbox
from oncall.store.line import messages
from oncall.store.line.messages import TextMessage
from oncall.store.session import Writing
from oncall.usecases.line.planning import plan_fetching_files


@dataclass(frozen=True, slots=True)
class Incoming:
    """A text as the carrier hands it over."""

    sid: str
    line: str
    number: str
    body: str
    media: tuple[str, ...] = ()  # the carrier's addresses of what came with it
    found_sent_at: datetime | None = None  # of one found at the carrier, whose webhook has not reached us
    opt_out_type: str = ""  # what the carrier says that the text does to the number: "STOP"

    @property
    def sender(self) -> Sender:
        """Who has written."""
        return read_sender(self.number, names=True)

    @property
    def mutes(self) -> bool:
        """Whether the carrier may have muted the number upon it."""
        return opt_out.mutes(self.body, self.opt_out_type)


def keep_text(
    writing: Writing, text: Incoming, contact_id: str | None, about: int | None, now: datetime
) -> None:
    """Store that the text has arrived, and fetch what came with it."""
    message = TextMessage(
        text.sid, writing.team, contact_id, None if about is None else str(about), inbound=True, at=now
    )
    messages.save_message(writing, message)
    outbox.put(writing, plan_fetching_files(writing.team, contact_id, text.sid, text.media, now), now)
