"""When a process of ours dies: before or after a commit, before or after a call to the carrier."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Engine

from standin.simulator import Carrier
from standin.simulator.rest.clients import ClientResponse, InProcessHttpClient
from standin.simulator.transport import Deliver, Request, Response, WsgiApp, WsgiTransport

Reach = Callable[[str], None]
"""Told that a process has come to a point at which it may die; raises Died where it does."""

BEFORE_COMMIT, AFTER_COMMIT = "before a commit", "after a commit"
BEFORE_ORDER, AFTER_ORDER = "before a call to the carrier", "after a call to the carrier"
POINTS = (BEFORE_COMMIT, AFTER_COMMIT, BEFORE_ORDER, AFTER_ORDER)


class Died(BaseException):
    """The process is gone, in the middle of what it did; no handler of its own learns of it."""


class MortalHttpClient(InProcessHttpClient):
    """The way to the carrier, on which a process may die."""

    def __init__(self, carrier: Carrier, timeout: float, reach: Reach) -> None:
        super().__init__(carrier, timeout)
        self._reach = reach

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> ClientResponse:
        """Ask the carrier, unless the process dies before; its answer may find nobody any more."""
        self._reach(BEFORE_ORDER)
        answer = super().request(method, url, params, data, headers, auth, timeout, allow_redirects)
        self._reach(AFTER_ORDER)
        return answer


def let_die_at_commits(engine: Engine, reach: Reach) -> None:
    """Each transaction that writes passes two points: what it wrote is nowhere yet, and is there to stay."""
    dialect = engine.dialect

    def do_commit(connection: Any) -> None:
        reach(BEFORE_COMMIT)
        type(dialect).do_commit(dialect, connection)  # not what an earlier night has put in its place
        reach(AFTER_COMMIT)

    dialect.do_commit = do_commit  # type: ignore[assignment, method-assign]


class Doorstep(WsgiTransport):
    """The address of the web process: nobody answers while it is dead, and a death breaks the connection."""

    def __init__(self, web: WsgiApp, is_alive: Callable[[], bool]) -> None:
        """Lead requests to the web process `web` while it is alive."""
        super().__init__(web)
        self._is_alive = is_alive

    def send(self, request: Request, deliver: Deliver) -> None:
        """Hand the request to the process, if it lives."""
        if not self._is_alive():
            deliver(Response(failure="refused"))
            return
        try:
            super().send(request, deliver)
        except Died:
            deliver(Response(failure="reset"))
