"""What the REST API says of calls, and how it begins, ends and redirects them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from standin.simulator.calls.documents import redirect, start_call
from standin.simulator.calls.legs import CallLeg, Direction, Status, StatusCallback
from standin.simulator.calls.steps import Ask
from standin.simulator.rest.requests import Params, RestError, RestReply
from standin.simulator.rest.resource import Resource, missing, rfc2822
from standin.simulator.twiml.parsing import CALL_EVENTS, E164

MAX_TWIML = 4000


class CallResource(Resource):
    def render(self, leg: CallLeg) -> dict[str, Any]:
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
        equal: dict[str, Callable[[CallLeg], str | None]] = {
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
        if any(to.startswith(prefix) for prefix in self.carrier.closed_countries.values()):
            raise RestError(400, 21215, f"Account not authorized to call {to}")
        ask, fallback = self._ask(params), params.get("FallbackUrl")
        if ask is None:
            raise RestError(400, 21205, "Url parameter is required")
        leg = self.carrier.calls.place(
            to, shown,
            direction=Direction.API,
            timeout=params.number("Timeout", 60, 1, 600),
            callback=self._callback(params),
            on_answer=lambda leg: start_call(self.carrier.exchange, leg, ask, fallback),
        )  # fmt: skip
        limit = params.number("TimeLimit", 14_400, 1, 86_400)
        leg.on_answer.append(lambda leg: self._limit(leg, limit))
        return RestReply(201, self.render(leg))

    def _limit(self, leg: CallLeg, seconds: int) -> None:
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

    def _find(self, sid: str) -> CallLeg:
        return self.carrier.calls.legs.get(sid) or missing(f"/Calls/{sid}.json")

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
            redirect(self.carrier.exchange, leg, ask, params.get("FallbackUrl"))
        return RestReply(200, self.render(leg))

    def _may_redirect_ringing(self, leg: CallLeg) -> bool:
        return not leg.is_outbound and self.carrier.options.redirects_unanswered
