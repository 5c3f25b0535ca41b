"""What the REST resources hold, in the carrier's own field names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlencode

from oncall.simulator.flow import run_call
from oncall.simulator.legs import Direction, Leg, Line, Status, StatusCallback
from oncall.simulator.rest import PREFIX, Handler, Params, RestError, RestReply
from oncall.simulator.session import Ask, Redirected, Session
from oncall.simulator.twiml import CALL_EVENTS, E164

if TYPE_CHECKING:
    from oncall.simulator.carrier import Carrier
    from oncall.simulator.messages import CarrierMessage
    from oncall.simulator.queues import Member, Queue
    from oncall.simulator.recording import Recording

MAX_TWIML = 4000
MAX_BODY = 1600
Route = tuple[str, re.Pattern[str], Handler]


def routes(carrier: Carrier) -> tuple[Route, ...]:
    """Which handler answers which method and path, the path without its account."""
    calls, messages, queues, account = (
        CallResource(carrier),
        MessageResource(carrier),
        QueueResource(carrier),
        AccountResource(carrier),
    )
    sid = r"([A-Z]{2}[0-9a-f]{32})"
    table: tuple[tuple[str, str, Handler], ...] = (
        ("GET", r"/Calls\.json", calls.listing),
        ("POST", r"/Calls\.json", calls.create),
        ("GET", rf"/Calls/{sid}\.json", calls.fetch),
        ("POST", rf"/Calls/{sid}\.json", calls.update),
        ("GET", r"/Messages\.json", messages.listing),
        ("POST", r"/Messages\.json", messages.create),
        ("GET", rf"/Messages/{sid}\.json", messages.fetch),
        ("POST", rf"/Messages/{sid}\.json", messages.update),
        ("DELETE", rf"/Messages/{sid}\.json", messages.delete),
        ("GET", r"/Queues\.json", queues.listing),
        ("POST", r"/Queues\.json", queues.create),
        ("GET", rf"/Queues/{sid}\.json", queues.fetch),
        ("POST", rf"/Queues/{sid}\.json", queues.update),
        ("DELETE", rf"/Queues/{sid}\.json", queues.delete),
        ("GET", rf"/Queues/{sid}/Members\.json", queues.members),
        ("GET", rf"/Queues/{sid}/Members/(\w+)\.json", queues.member),
        ("POST", rf"/Queues/{sid}/Members/(\w+)\.json", queues.take),
        ("GET", r"/IncomingPhoneNumbers\.json", account.numbers),
        ("GET", rf"/IncomingPhoneNumbers/{sid}\.json", account.number),
        ("POST", rf"/IncomingPhoneNumbers/{sid}\.json", account.update_number),
        ("GET", r"/Balance\.json", account.balance),
        ("GET", r"\.json", account.account),
        ("GET", rf"/Recordings/{sid}\.json", account.recording),
        ("GET", rf"/Recordings/{sid}(?:\.wav|\.mp3)?", account.media),
        ("DELETE", rf"/Recordings/{sid}(?:\.json)?", account.delete_recording),
    )
    return tuple((method, re.compile(pattern), handler) for method, pattern, handler in table)


def rfc2822(moment: datetime | None) -> str | None:
    return None if moment is None else format_datetime(moment.astimezone(UTC).replace(microsecond=0))


def _missing(what: str) -> NoReturn:
    raise RestError(404, 20404, f"The requested resource {what} was not found")


class Resource:
    """What all resources share."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier = carrier

    def uri(self, rest: str) -> str:
        return f"{PREFIX}{self.carrier.account_sid}{rest}"

    def page(self, name: str, path: str, rows: Sequence[dict[str, Any]], params: Params) -> RestReply:
        """One page of the rows, with the addresses of its neighbours."""
        size, page = params.number("PageSize", 50, 1, 1000), params.number("Page", 0, 0, 1_000_000)
        filters = {
            key: value
            for key, value in params.as_dict().items()
            if key not in ("Page", "PageSize", "PageToken")
        }

        def address(number: int) -> str:
            return f"{self.uri(path)}?{urlencode({**filters, 'PageSize': size, 'Page': number})}"

        begin = page * size
        shown = rows[begin : begin + size]
        return RestReply(
            200,
            {
                name: shown,
                "first_page_uri": address(0),
                "next_page_uri": address(page + 1) if begin + size < len(rows) else None,
                "previous_page_uri": address(page - 1) if page else None,
                "page": page,
                "page_size": size,
                "start": begin,
                "end": begin + max(0, len(shown) - 1),
                "uri": address(page),
            },
        )

    def within(self, params: Params, field: str, moment: datetime | None) -> bool:
        """Whether the moment passes the filters `Field=`, `Field<` and `Field>`, each a day or an instant."""
        for suffix in ("", "<", ">"):
            value = params.get(field + suffix)
            if value is None:
                continue
            low, high = _span(value)
            if moment is None:
                return False
            fits = {"": low <= moment < high, "<": moment < high, ">": moment >= low}[suffix]
            if not fits:
                return False
        return True


def _span(value: str) -> tuple[datetime, datetime]:
    """A day is a whole day; an instant is its second."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise RestError(400, 20001, f"{value!r} is not a date") from error
    if len(value) == 10:
        start = moment.replace(tzinfo=UTC)
        return start, start + timedelta(days=1)
    instant = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return instant, instant + timedelta(seconds=1)


class CallResource(Resource):
    def render(self, leg: Leg) -> dict[str, Any]:
        over = leg.ended_at is not None
        status = Status.QUEUED if leg.status is Status.INITIATED else leg.status
        return {
            "sid": leg.sid,
            "account_sid": self.carrier.account_sid,
            "parent_call_sid": leg.parent.sid if leg.parent else None,
            "from": leg.from_number,
            "from_formatted": leg.from_number,
            "to": leg.to,
            "to_formatted": leg.to,
            "phone_number_sid": leg.line.sid if leg.line else None,
            "status": str(status),
            "direction": str(leg.direction),
            "start_time": rfc2822(leg.answered_at or (leg.started_at if over else None)),
            "end_time": rfc2822(leg.ended_at),
            "duration": str(leg.seconds(self.carrier.now())) if over else None,
            "date_created": rfc2822(leg.created_at),
            "date_updated": rfc2822(leg.ended_at or leg.answered_at or leg.created_at),
            "answered_by": None,
            "api_version": "2010-04-01",
            "caller_name": None,
            "forwarded_from": leg.forwarded_from,
            "group_sid": None,
            "price": None,
            "price_unit": "USD",
            "queue_time": "0",
            "trunk_sid": None,
            "uri": self.uri(f"/Calls/{leg.sid}.json"),
            "subresource_uris": {},
        }

    def listing(self, _path: tuple[str, ...], params: Params) -> RestReply:
        equal: dict[str, Callable[[Leg], str | None]] = {
            "To": lambda leg: leg.to,
            "From": lambda leg: leg.from_number,
            "Status": lambda leg: str(leg.status),
            "ParentCallSid": lambda leg: leg.parent.sid if leg.parent else None,
        }
        found = [
            leg
            for leg in self.carrier.calls.legs.values()
            if all(params.get(name) in (None, read(leg)) for name, read in equal.items())
            and self.within(params, "StartTime", leg.answered_at or leg.started_at)
            and self.within(params, "EndTime", leg.ended_at)
        ]
        found.sort(key=lambda leg: leg.created_at, reverse=True)
        return self.page("calls", "/Calls.json", [self.render(leg) for leg in found], params)

    def create(self, _path: tuple[str, ...], params: Params) -> RestReply:
        to = params.need("To", 21201, "No 'To' number is specified")
        shown = params.need("From", 21213, "No 'From' number is specified")
        if not E164.fullmatch(to):
            raise RestError(400, 21211, f"Invalid 'To' Phone Number: {to}")
        if not E164.fullmatch(shown):
            raise RestError(400, 21212, f"Invalid 'From' Phone Number: {shown}")
        if shown not in self.carrier.lines and shown not in self.carrier.verified_numbers:
            raise RestError(400, 21210, f"'From' phone number not verified: {shown}")
        ask, fallback = self._ask(params), params.get("FallbackUrl")
        if ask is None:
            raise RestError(400, 21205, "Url parameter is required")
        leg = self.carrier.calls.place(
            to, shown,
            direction=Direction.API,
            timeout=params.number("Timeout", 60, 1, 600),
            callback=self._callback(params),
            on_answer=lambda leg: self._begin(leg, ask, fallback),
        )  # fmt: skip
        limit = params.number("TimeLimit", 14_400, 1, 86_400)
        leg.on_answer.append(lambda leg: self._limit(leg, limit))
        return RestReply(201, self.render(leg))

    def _begin(self, leg: Leg, ask: Ask, fallback: str | None) -> None:
        leg.session = Session(self.carrier, leg)
        leg.session.fallback = fallback
        leg.session.begin(run_call(leg.session, ask))

    def _limit(self, leg: Leg, seconds: int) -> None:
        self.carrier.engine.after(seconds, lambda: self.carrier.calls.cut(leg), background=True)

    def _ask(self, params: Params) -> Ask | None:
        twiml, url = params.get("Twiml"), params.get("Url")
        if twiml:
            if len(twiml) > MAX_TWIML:
                raise RestError(400, 21218, f"Twiml has {len(twiml)} characters, {MAX_TWIML} are allowed")
            return Ask("", twiml=twiml.encode())
        if not url:
            return None
        if not url.startswith(("http://", "https://")):
            raise RestError(400, 21205, f"Url is not a valid URL: {url}")
        return Ask(url, params.get("Method") or "POST")

    def _callback(self, params: Params) -> StatusCallback | None:
        url = params.get("StatusCallback")
        if not url:
            return None
        events = tuple(each for value in params.all("StatusCallbackEvent") for each in value.split())
        unknown = [event for event in events if event not in CALL_EVENTS]
        if unknown:
            raise RestError(400, 21626, f"Invalid statusCallbackEvent: {unknown[0]}")
        return StatusCallback(url, params.get("StatusCallbackMethod") or "POST", events or ("completed",))

    def _find(self, sid: str) -> Leg:
        return self.carrier.calls.legs.get(sid) or _missing(f"/Calls/{sid}.json")

    def fetch(self, path: tuple[str, ...], _params: Params) -> RestReply:
        return RestReply(200, self.render(self._find(path[0])))

    def update(self, path: tuple[str, ...], params: Params) -> RestReply:
        """End the call, or send it to another document."""
        leg = self._find(path[0])
        status, ask = params.get("Status"), self._ask(params)
        if leg.is_over:
            raise RestError(400, 21220, f"Call is not in-progress. Cannot redirect. Status is {leg.status}")
        if status == "completed":
            self.carrier.calls.cut(leg)
        elif status == "canceled":
            if leg.status is Status.IN_PROGRESS:
                raise RestError(400, 21220, "Call is in-progress. Cannot cancel.")
            self.carrier.calls.end(leg, Status.CANCELED)
        elif status is not None:
            raise RestError(400, 21221, f"Invalid status: {status}")
        elif ask is not None:
            if leg.status is not Status.IN_PROGRESS and not self._may_redirect_ringing(leg):
                raise RestError(
                    400, 21220, f"Call is not in-progress. Cannot redirect. Status is {leg.status}"
                )
            redirect(self.carrier, leg, ask, params.get("FallbackUrl"))
        return RestReply(200, self.render(leg))

    def _may_redirect_ringing(self, leg: Leg) -> bool:
        return not leg.is_outbound and self.carrier.options.redirects_unanswered


def redirect(carrier: Carrier, leg: Leg, ask: Ask, fallback: str | None = None) -> None:
    """The leg leaves what it was doing, a Dial, a queue or a bridge, and goes on with `ask`'s document."""
    if leg.parent is not None:
        # The parent's Dial is over for it, though the leg itself lives on.
        carrier.calls.detach(leg)
    if leg.session is None or leg.session.is_over:
        leg.session = Session(carrier, leg)
        leg.session.fallback = fallback
        leg.session.begin(run_call(leg.session, ask))
    else:
        leg.session.fallback = fallback or leg.session.fallback
        carrier.calls.unbridge(leg)
        leg.session.interrupt(Redirected(ask))


class MessageResource(Resource):
    def render(self, message: CarrierMessage) -> dict[str, Any]:
        return {
            "sid": message.sid,
            "account_sid": self.carrier.account_sid,
            "from": message.from_number,
            "to": message.to,
            "body": message.body,
            "status": message.status,
            "direction": message.direction,
            "num_segments": str(message.segments),
            "num_media": "0",
            "error_code": message.error_code,
            "error_message": message.error_message,
            "date_created": rfc2822(message.created_at),
            "date_sent": rfc2822(message.sent_at),
            "date_updated": rfc2822(message.updated_at),
            "messaging_service_sid": None,
            "price": None,
            "price_unit": "USD",
            "api_version": "2010-04-01",
            "uri": self.uri(f"/Messages/{message.sid}.json"),
            "subresource_uris": {},
        }

    def listing(self, _path: tuple[str, ...], params: Params) -> RestReply:
        found = [
            message
            for message in self.carrier.messages.by_sid.values()
            if params.get("To") in (None, message.to)
            and params.get("From") in (None, message.from_number)
            and self.within(params, "DateSent", message.sent_at or message.created_at)
        ]
        found.sort(key=lambda message: message.created_at, reverse=True)
        return self.page("messages", "/Messages.json", [self.render(message) for message in found], params)

    def create(self, _path: tuple[str, ...], params: Params) -> RestReply:
        to = params.need("To", 21604, "A 'To' phone number is required.")
        sender = params.need("From", 21603, "A 'From' phone number is required.")
        body = params.need("Body", 21602, "Message body is required.")
        if not E164.fullmatch(to):
            raise RestError(400, 21211, f"Invalid 'To' Phone Number: {to}")
        if not E164.fullmatch(sender):
            raise RestError(400, 21212, f"Invalid 'From' Phone Number: {sender}")
        if sender not in self.carrier.lines:
            raise RestError(400, 21606, f"The 'From' phone number {sender} is not a number of this account.")
        if len(body) > MAX_BODY:
            raise RestError(400, 21617, f"The message body exceeds the {MAX_BODY} character limit")
        if (sender, to) in self.carrier.messages.opted_out:
            raise RestError(400, 21610, "Attempt to send to unsubscribed recipient")
        phone = self.carrier.phones.get(to)
        if phone is not None and phone.landline:
            raise RestError(400, 21614, f"'To' number is not a valid mobile number: {to}")
        callback = params.get("StatusCallback")
        message = self.carrier.messages.send(sender, to, body, direction="outbound-api", callback=callback)
        return RestReply(201, self.render(message))

    def _find(self, sid: str) -> CarrierMessage:
        return self.carrier.messages.by_sid.get(sid) or _missing(f"/Messages/{sid}.json")

    def fetch(self, path: tuple[str, ...], _params: Params) -> RestReply:
        return RestReply(200, self.render(self._find(path[0])))

    def update(self, path: tuple[str, ...], params: Params) -> RestReply:
        """Redact the text: only emptying its body is allowed, and only once it has gone."""
        message = self._find(path[0])
        if params.get("Body") != "":
            raise RestError(400, 20001, "Only redaction (an empty Body) is supported")
        if message.status in ("queued", "sending"):
            raise RestError(400, 20009, "Cannot redact a message that is still on its way")
        message.body = ""
        return RestReply(200, self.render(message))

    def delete(self, path: tuple[str, ...], _params: Params) -> RestReply:
        message = self._find(path[0])
        if message.status in ("queued", "sending"):
            raise RestError(409, 20009, "Cannot delete a message that is still on its way")
        del self.carrier.messages.by_sid[message.sid]
        return RestReply(204)


class QueueResource(Resource):
    def render(self, queue: Queue) -> dict[str, Any]:
        return {
            "sid": queue.sid,
            "account_sid": self.carrier.account_sid,
            "friendly_name": queue.name,
            "current_size": len(queue.members),
            "max_size": queue.max_size,
            "average_wait_time": queue.average_wait(self.carrier.now()),
            "date_created": rfc2822(queue.created_at),
            "date_updated": rfc2822(queue.created_at),
            "uri": self.uri(f"/Queues/{queue.sid}.json"),
            "subresource_uris": {"members": self.uri(f"/Queues/{queue.sid}/Members.json")},
        }

    def render_member(self, queue: Queue, member: Member) -> dict[str, Any]:
        return {
            "call_sid": member.leg.sid,
            "queue_sid": queue.sid,
            "date_enqueued": rfc2822(member.since),
            "position": queue.position(member.leg),
            "wait_time": queue.seconds_waited(member.leg, self.carrier.now()),
            "uri": self.uri(f"/Queues/{queue.sid}/Members/{member.leg.sid}.json"),
        }

    def _find(self, sid: str) -> Queue:
        return self.carrier.queues.by_sid.get(sid) or _missing(f"/Queues/{sid}.json")

    def listing(self, _path: tuple[str, ...], params: Params) -> RestReply:
        return self.page(
            "queues", "/Queues.json", [self.render(queue) for queue in self.carrier.queues], params
        )

    def create(self, _path: tuple[str, ...], params: Params) -> RestReply:
        name = params.need("FriendlyName", 20001, "FriendlyName is required")
        if self.carrier.queues.named(name) is not None:
            raise RestError(400, 22003, f"A queue named {name} exists already")
        queue = self.carrier.queues.create(name, params.number("MaxSize", 1000, 1, 5000))
        return RestReply(201, self.render(queue))

    def fetch(self, path: tuple[str, ...], _params: Params) -> RestReply:
        return RestReply(200, self.render(self._find(path[0])))

    def update(self, path: tuple[str, ...], params: Params) -> RestReply:
        queue = self._find(path[0])
        queue.name = params.get("FriendlyName") or queue.name
        queue.max_size = params.number("MaxSize", queue.max_size, 1, 5000)
        return RestReply(200, self.render(queue))

    def delete(self, path: tuple[str, ...], _params: Params) -> RestReply:
        """Only an empty queue can be deleted."""
        queue = self._find(path[0])
        if queue.members:
            raise RestError(400, 22001, "The queue is not empty")
        self.carrier.queues.delete(queue)
        return RestReply(204)

    def members(self, path: tuple[str, ...], params: Params) -> RestReply:
        queue = self._find(path[0])
        rows = [self.render_member(queue, member) for member in queue.members]
        return self.page("queue_members", f"/Queues/{queue.sid}/Members.json", rows, params)

    def _member(self, queue: Queue, who: str) -> Member:
        if who == "Front" and queue.members:
            return queue.members[0]
        found = next((member for member in queue.members if member.leg.sid == who), None)
        return found or _missing(f"/Queues/{queue.sid}/Members/{who}.json")

    def member(self, path: tuple[str, ...], _params: Params) -> RestReply:
        queue = self._find(path[0])
        return RestReply(200, self.render_member(queue, self._member(queue, path[1])))

    def take(self, path: tuple[str, ...], params: Params) -> RestReply:
        """Take the member out of the queue, to the document at `Url`."""
        queue = self._find(path[0])
        member = self._member(queue, path[1])
        url = params.need("Url", 21205, "Url parameter is required")
        rendered = self.render_member(queue, member)
        redirect(self.carrier, member.leg, Ask(url, params.get("Method") or "POST"))
        return RestReply(200, rendered)


class AccountResource(Resource):
    def render(self, line: Line) -> dict[str, Any]:
        return {
            "sid": line.sid,
            "account_sid": self.carrier.account_sid,
            "phone_number": line.number,
            "friendly_name": line.friendly_name,
            "voice_url": line.voice_url or "",
            "voice_method": line.voice_method,
            "voice_fallback_url": line.voice_fallback_url or "",
            "voice_fallback_method": "POST",
            "voice_caller_id_lookup": False,
            "voice_application_sid": "",
            "sms_url": line.text_url or "",
            "sms_method": line.text_method,
            "sms_fallback_url": line.text_fallback_url or "",
            "sms_fallback_method": "POST",
            "sms_application_sid": "",
            "status_callback": line.status_url or "",
            "status_callback_method": "POST",
            "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
            "status": "in-use",
            "origin": "twilio",
            "beta": False,
            "api_version": "2010-04-01",
            "date_created": rfc2822(line.created_at),
            "date_updated": rfc2822(line.created_at),
            "uri": self.uri(f"/IncomingPhoneNumbers/{line.sid}.json"),
            "subresource_uris": {},
        }

    def numbers(self, _path: tuple[str, ...], params: Params) -> RestReply:
        found = [
            self.render(line)
            for line in self.carrier.lines.values()
            if params.get("PhoneNumber") in (None, line.number)
            and params.get("FriendlyName") in (None, line.friendly_name)
        ]
        return self.page("incoming_phone_numbers", "/IncomingPhoneNumbers.json", found, params)

    def _line(self, sid: str) -> Line:
        found = next((line for line in self.carrier.lines.values() if line.sid == sid), None)
        return found or _missing(f"/IncomingPhoneNumbers/{sid}.json")

    def number(self, path: tuple[str, ...], _params: Params) -> RestReply:
        return RestReply(200, self.render(self._line(path[0])))

    def update_number(self, path: tuple[str, ...], params: Params) -> RestReply:
        line = self._line(path[0])
        fields = {
            "VoiceUrl": "voice_url",
            "VoiceMethod": "voice_method",
            "VoiceFallbackUrl": "voice_fallback_url",
            "SmsUrl": "text_url",
            "SmsMethod": "text_method",
            "SmsFallbackUrl": "text_fallback_url",
            "StatusCallback": "status_url",
            "FriendlyName": "friendly_name",
        }
        for name, attribute in fields.items():
            value = params.get(name)
            if value is not None:
                setattr(line, attribute, value or (None if attribute.endswith("_url") else value))
        return RestReply(200, self.render(line))

    def balance(self, _path: tuple[str, ...], _params: Params) -> RestReply:
        account = self.carrier.account_sid
        return RestReply(200, {"account_sid": account, "balance": self.carrier.balance, "currency": "USD"})

    def account(self, _path: tuple[str, ...], _params: Params) -> RestReply:
        return RestReply(
            200,
            {
                "sid": self.carrier.account_sid,
                "friendly_name": "Simulation",
                "status": self.carrier.account_status,
                "type": "Full",
                "auth_token": "",
                "owner_account_sid": self.carrier.account_sid,
                "date_created": None,
                "date_updated": None,
                "uri": self.uri(".json"),
                "subresource_uris": {},
            },
        )

    def _recording(self, sid: str) -> Recording:
        return self.carrier.recordings.get(sid) or _missing(f"/Recordings/{sid}.json")

    def recording(self, path: tuple[str, ...], _params: Params) -> RestReply:
        recording = self._recording(path[0])
        return RestReply(
            200,
            {
                "sid": recording.sid,
                "account_sid": self.carrier.account_sid,
                "call_sid": recording.call_sid,
                "status": recording.status,
                "duration": str(recording.seconds),
                "channels": 1,
                "source": "RecordVerb",
                "date_created": rfc2822(recording.created_at),
                "uri": self.uri(f"/Recordings/{recording.sid}.json"),
            },
        )

    def media(self, path: tuple[str, ...], _params: Params) -> RestReply:
        recording = self._recording(path[0])
        if recording.status != "completed":
            _missing(f"/Recordings/{recording.sid}")
        return RestReply(200, media=_silence(recording.seconds))

    def delete_recording(self, path: tuple[str, ...], _params: Params) -> RestReply:
        del self.carrier.recordings[self._recording(path[0]).sid]
        return RestReply(204)


def _silence(seconds: int) -> bytes:
    """A WAV file of so many seconds: 8,000 samples a second, one byte each."""
    size = 8000 * seconds
    header = b"RIFF" + (36 + size).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    header += b"".join(value.to_bytes(width, "little") for value, width in _WAV_FORMAT)
    return header + b"data" + size.to_bytes(4, "little") + b"\x80" * size


_WAV_FORMAT: Iterable[tuple[int, int]] = ((1, 2), (1, 2), (8000, 4), (8000, 4), (1, 2), (8, 2))
