"""What the REST API says of texts, and how it sends and redacts them."""

from __future__ import annotations

from typing import Any

from standin.simulator.messages import CarrierMessage
from standin.simulator.rest.requests import Params, RestError, RestReply
from standin.simulator.rest.resource import Resource, missing, rfc2822
from standin.simulator.twiml.parsing import E164

MAX_BODY = 1600


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
            "num_media": str(len(message.media)),
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
        return self.carrier.messages.by_sid.get(sid) or missing(f"/Messages/{sid}.json")

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
