"""What the REST API says of the files that come with texts, and how it hands them out."""

from __future__ import annotations

from typing import Any

from standin.simulator.messages import CarrierMessage
from standin.simulator.phones.memories import Media
from standin.simulator.rest.requests import Params, RestReply
from standin.simulator.rest.resource import Resource, missing, rfc2822


class MediaResource(Resource):
    """Which files came with a message."""

    def listing(self, path: tuple[str, ...], params: Params) -> RestReply:
        message = self._message(path[0])
        rows = [self.render(message, sid) for sid in message.media]
        return self.page("media_list", f"/Messages/{message.sid}/Media.json", rows, params)

    def fetch(self, path: tuple[str, ...], _params: Params) -> RestReply:
        message, sid, _ = self._find(path)
        return RestReply(200, self.render(message, sid))

    def content(self, path: tuple[str, ...], _params: Params) -> RestReply:
        _, _, media = self._find(path)
        return RestReply(200, media=media.content, media_type=media.content_type)

    def delete(self, path: tuple[str, ...], _params: Params) -> RestReply:
        message, sid, _ = self._find(path)
        del message.media[sid]
        return RestReply(204)

    def render(self, message: CarrierMessage, sid: str) -> dict[str, Any]:
        return {
            "sid": sid,
            "account_sid": self.carrier.account_sid,
            "parent_sid": message.sid,
            "content_type": message.media[sid].content_type,
            "date_created": rfc2822(message.created_at),
            "date_updated": rfc2822(message.created_at),
            "uri": self.uri(f"/Messages/{message.sid}/Media/{sid}.json"),
        }

    def _find(self, path: tuple[str, ...]) -> tuple[CarrierMessage, str, Media]:
        message, sid = self._message(path[0]), path[1]
        return message, sid, message.media.get(sid) or missing(f"/Messages/{path[0]}/Media/{sid}.json")

    def _message(self, sid: str) -> CarrierMessage:
        return self.carrier.messages.by_sid.get(sid) or missing(f"/Messages/{sid}.json")
