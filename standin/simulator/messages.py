"""How texts travel between the service and people's phones."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from oncall.opt_out import CARRIER
from standin.simulator.account import CarrierNumber
from standin.simulator.core import Core
from standin.simulator.events import EventKind, Unexpected
from standin.simulator.phones.handset import Handset
from standin.simulator.phones.memories import Media, ReceivedText
from standin.simulator.transport import Response
from standin.simulator.twiml.parsing import TwimlError, parse
from standin.simulator.twiml.verbs import Context, Message, Redirect
from standin.simulator.webhooks import Webhooks

START_WORDS = frozenset({"START", "UNSTOP", "YES"})
GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_DOUBLE = frozenset("^{}\\[~]|€")
BURST, BURST_SECONDS = 30, 30  # texts between one pair of numbers
REASONS = {
    30003: "Unreachable destination handset",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    14107: "Message rate limit exceeded",
    21610: "Attempt to send to unsubscribed recipient",
}


@dataclass(eq=False)
class CarrierMessage:
    """One text as the carrier keeps it, until it is redacted."""

    sid: str
    from_number: str
    to: str
    body: str
    direction: str  # "inbound", "outbound-api", "outbound-reply"
    status: str
    created_at: datetime
    updated_at: datetime
    segments: int
    sent_at: datetime | None = None
    error_code: int | None = None
    callback: str | None = None
    base: str = ""
    media: dict[str, Media] = field(default_factory=dict)  # by sid

    @property
    def error_message(self) -> str | None:
        return None if self.error_code is None else REASONS.get(self.error_code, "Delivery failed")


def count_segments(body: str) -> int:
    """How many segments the text is billed as: one foreign character makes every segment shorter."""
    if all(char in GSM7 or char in GSM7_DOUBLE for char in body):
        length = sum(2 if char in GSM7_DOUBLE else 1 for char in body)
        return 1 if length <= 160 else -(-length // 153)
    length = len(body.encode("utf-16-be")) // 2
    return 1 if length <= 70 else -(-length // 67)


class Messages:
    """All texts that passed the core."""

    def __init__(self, core: Core, webhooks: Webhooks, phones: Mapping[str, Handset]) -> None:
        self._core = core
        self._webhooks = webhooks
        self._phones = phones  # by number
        self._sent: dict[tuple[str, str], deque[datetime]] = {}
        self.by_sid: dict[str, CarrierMessage] = {}
        self.opted_out: set[tuple[str, str]] = set()  # (line, number)

    # -- from a phone ---------------------------------------------------------------------------------

    def send_from_phone(
        self, phone: Handset, to: str, body: str, sender: str, media: tuple[Media, ...] = ()
    ) -> ReceivedText:
        """The text is on its way to a line, to another phone or to nowhere."""
        core = self._core
        text = ReceivedText(core.now(), sender, to, body, core.new_sid("MM" if media else "SM"), media)
        phone.sent.append(text)
        phone.changed()
        core.note(EventKind.TEXT_SENT, sender, to, text.sid, body)
        core.engine.after(core.options.text_seconds, lambda: self._arrive(text))
        return text

    def _arrive(self, text: ReceivedText) -> None:
        line = self._core.lines.get(text.to)
        phone = self._phones.get(text.to)
        if line is not None:
            self._receive(line, text)
        elif phone is not None:
            self._hand_over(phone, text)
        else:
            self._nobody(text)

    def _nobody(self, text: ReceivedText) -> None:
        core = self._core
        core.unexpected.append(Unexpected(core.now(), "text", text.to, text.from_number, text.body))
        core.note(
            EventKind.UNEXPECTED, text.to, text.from_number, text.sid, "text to a number that nobody has"
        )

    def _hand_over(self, phone: Handset, text: ReceivedText) -> None:
        arrived = ReceivedText(self._core.now(), text.from_number, text.to, text.body, text.sid)
        phone.texts.append(arrived)
        phone.changed()
        self._core.note(EventKind.TEXT_DELIVERED, phone.number, text.from_number, text.sid, text.body)

    def _receive(self, line: CarrierNumber, text: ReceivedText) -> None:
        now, segments = self._core.now(), count_segments(text.body)
        message = CarrierMessage(
            text.sid, text.from_number, line.number, text.body, "inbound", "received", now, now, segments, now
        )
        message.media = {self._core.new_sid("ME"): media for media in text.media}
        self.by_sid[message.sid] = message
        word = text.body.strip().upper()
        opt_out = {}
        if self._core.options.handles_opt_out and word.lower() in CARRIER:
            self.opted_out.add((line.number, text.from_number))
            opt_out = {"OptOutType": "STOP"}
        elif word in START_WORDS:
            self.opted_out.discard((line.number, text.from_number))
        if line.text_url:
            self._ask(line, message, line.text_url, line.text_method, "text", **opt_out)
        else:
            self._core.complain(11100, f"{line.number} has no URL for texts", sid=message.sid)

    def _ask(
        self,
        line: CarrierNumber,
        message: CarrierMessage,
        url: str,
        method: str,
        purpose: str,
        base: str = "",
        **extra: str,
    ) -> None:
        params = {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsMessageSid": message.sid,
            "AccountSid": self._core.account_sid,
            "From": message.from_number,
            "To": message.to,
            "Body": message.body,
            "NumMedia": str(len(message.media)),
            "NumSegments": str(message.segments),
            "SmsStatus": "received",
            "ApiVersion": "2010-04-01",
        }
        account = f"{self._core.api_url}/2010-04-01/Accounts/{self._core.account_sid}"
        files = f"{account}/Messages/{message.sid}/Media"
        for nth, (sid, media) in enumerate(message.media.items()):
            params |= {f"MediaUrl{nth}": f"{files}/{sid}", f"MediaContentType{nth}": media.content_type}

        def answered(answer: Response) -> None:
            self._answered(line, message, asked, purpose, answer)

        asked = self._webhooks.send(
            url,
            params | extra,
            method=method,
            purpose=purpose,
            sid=message.sid,
            base=base,
            channel="text",
            on_answer=answered,
        )

    def _answered(
        self, line: CarrierNumber, message: CarrierMessage, url: str, purpose: str, answer: Response
    ) -> None:
        code, kind = 0, answer.content_type.partition(";")[0].strip().lower()
        if not answer.ok:
            code = self._webhooks.complain(url, message.sid, answer)
        elif answer.body.strip() and kind == "text/plain":
            self.send(line.number, message.from_number, answer.body.decode(), direction="outbound-reply")
        elif answer.body.strip():
            try:
                self._reply(line, message, answer.body, url)
            except TwimlError as error:
                code = error.code
                self._core.complain(code, f"{error.message} (from {url})", url=url, sid=message.sid)
        if code and line.text_fallback_url and purpose != "text fallback":
            self._ask(
                line,
                message,
                line.text_fallback_url,
                "POST",
                "text fallback",
                ErrorCode=str(code),
                ErrorUrl=url,
            )

    def _reply(self, line: CarrierNumber, message: CarrierMessage, body: bytes, url: str) -> None:
        document = parse(body, url, Context.TEXT, strict=self._core.options.strict)
        for verb in document.verbs:
            if isinstance(verb, Message):
                self.send(
                    verb.from_ or line.number, verb.to or message.from_number, verb.body,
                    direction="outbound-reply", callback=verb.status_callback or verb.action, base=url,
                )  # fmt: skip
            elif isinstance(verb, Redirect):
                self._ask(line, message, verb.url, verb.method, "text redirect", url)
                return

    # -- to a phone -----------------------------------------------------------------------------------

    def send(
        self, sender: str, to: str, body: str, *, direction: str, callback: str | None = None, base: str = ""
    ) -> CarrierMessage:
        """A text of the account's is queued; what becomes of it goes to `callback`."""
        core = self._core
        now = core.now()
        message = CarrierMessage(
            core.new_sid("SM"), sender, to, body, direction, "queued", now, now, count_segments(body),
            callback=callback, base=base,
        )  # fmt: skip
        self.by_sid[message.sid] = message
        core.note(EventKind.TEXT_SENT, sender, to, message.sid, body)
        core.engine.after(core.options.text_seconds / 2, lambda: self._dispatch(message, body))
        return message

    def _dispatch(self, message: CarrierMessage, body: str) -> None:
        now = self._core.now()
        if (message.from_number, message.to) in self.opted_out:
            self._update(message, "failed", 21610)
            return
        recent = self._sent.setdefault((message.from_number, message.to), deque())
        while recent and now - recent[0] > timedelta(seconds=BURST_SECONDS):
            recent.popleft()
        if len(recent) >= BURST:
            self._update(message, "failed", 14107)
            return
        recent.append(now)
        message.sent_at = now
        self._update(message, "sent", None)
        self._core.engine.after(self._core.options.text_seconds, lambda: self._deliver(message, body))

    def _deliver(self, message: CarrierMessage, body: str) -> None:
        core = self._core
        text = ReceivedText(core.now(), message.from_number, message.to, body, message.sid)
        line, phone = core.lines.get(message.to), self._phones.get(message.to)
        failure = core.text_failures.get(message.to)
        if failure is None and phone is not None:
            failure = 30006 if phone.landline else phone.text_error
        if failure is not None:
            self._update(message, "undelivered", failure)
        elif phone is not None:
            self._hand_over(phone, text)
            self._update(message, "delivered", None)
        elif line is not None:
            self._update(message, "delivered", None)
            copy = ReceivedText(text.at, text.from_number, text.to, text.body, core.new_sid("SM"))
            self._receive(line, copy)
        else:
            self._nobody(text)
            self._update(message, "undelivered", 30005)

    def _update(self, message: CarrierMessage, status: str, error: int | None) -> None:
        core = self._core
        message.status, message.error_code, message.updated_at = status, error, core.now()
        if error is not None:
            core.note(
                EventKind.TEXT_FAILED, message.to, message.from_number, message.sid, f"{status} {error}"
            )
        if message.callback is None:
            return
        params = {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "AccountSid": core.account_sid,
            "MessageStatus": status,
            "SmsStatus": status,
            "From": message.from_number,
            "To": message.to,
            "ApiVersion": "2010-04-01",
        }
        if error is not None:
            params["ErrorCode"] = str(error)
        url, base = message.callback, message.base

        def report() -> None:
            self._webhooks.send(
                url, params, purpose="text status", sid=message.sid, base=base, channel="text"
            )

        core.engine.after(core.callback_delay(), report)
