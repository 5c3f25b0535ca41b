"""What the REST API says of queues and of who waits in them."""

from __future__ import annotations

from typing import Any

from standin.simulator.calls.documents import redirect
from standin.simulator.calls.queues import Queue, QueueMember
from standin.simulator.calls.steps import Ask
from standin.simulator.rest.requests import Params, RestError, RestReply
from standin.simulator.rest.resource import Resource, missing, rfc2822


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

    def render_member(self, queue: Queue, member: QueueMember) -> dict[str, Any]:
        return {
            "call_sid": member.leg.sid,
            "queue_sid": queue.sid,
            "date_enqueued": rfc2822(member.since),
            "position": queue.position(member.leg),
            "wait_time": queue.seconds_waited(member.leg, self.carrier.now()),
            "uri": self.uri(f"/Queues/{queue.sid}/Members/{member.leg.sid}.json"),
        }

    def _find(self, sid: str) -> Queue:
        return self.carrier.queues.by_sid.get(sid) or missing(f"/Queues/{sid}.json")

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

    def _member(self, queue: Queue, who: str) -> QueueMember:
        if who == "Front" and queue.members:
            return queue.members[0]
        found = next((member for member in queue.members if member.leg.sid == who), None)
        return found or missing(f"/Queues/{queue.sid}/Members/{who}.json")

    def member(self, path: tuple[str, ...], _params: Params) -> RestReply:
        queue = self._find(path[0])
        return RestReply(200, self.render_member(queue, self._member(queue, path[1])))

    def take(self, path: tuple[str, ...], params: Params) -> RestReply:
        """Take the member out of the queue, to the document at `Url`."""
        queue = self._find(path[0])
        member = self._member(queue, path[1])
        url = params.need("Url", 21205, "Url parameter is required")
        rendered = self.render_member(queue, member)
        redirect(self.carrier.exchange, member.leg, Ask(url, params.get("Method") or "POST"))
        return RestReply(200, rendered)
