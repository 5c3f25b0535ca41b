"""A tiny service and the stand-in, each on a port of its own, and a hand on its control API."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import requests
from twilio.rest import Client
from werkzeug.serving import make_server

from standin.simulator.__main__ import read_arguments, set_up
from standin.simulator.live.server import make_http_server
from standin.simulator.transport import HttpTransport
from tests.cast import KARIS_PHONE, LINE, MOTHER, OLAS_PHONE
from tests.serving import serving
from tests.standin.simulator.stage import TinyService

TOKEN = "secret-of-the-tests"


@dataclass
class House:
    address: str
    service: TinyService
    client: Client

    def post(self, path: str, **body: Any) -> requests.Response:
        return requests.post(f"{self.address}/_{path}", json=body, timeout=5)

    def state(self) -> dict[str, Any]:
        answer = requests.get(f"{self.address}/_/state", timeout=5)
        state: dict[str, Any] = answer.json()
        return state

    def phone(self, number: str) -> dict[str, Any]:
        return next(phone for phone in self.state()["phones"] if phone["number"] == number)

    def until(self, true: Callable[[], object]) -> None:
        """Wait until it is true, at most ten seconds."""
        deadline = time.monotonic() + 10
        while not true():
            assert time.monotonic() < deadline, self.state()
            time.sleep(0.02)


def open_house() -> Iterator[House]:
    """A tiny service and the stand-in, each on a port of its own, at twenty times the speed."""
    service = TinyService()
    tiny = make_server("127.0.0.1", 0, service.app(TOKEN), threaded=True)
    base = f"http://127.0.0.1:{tiny.port}"
    arguments = ["--voice-url", f"{base}/incoming", "--text-url", f"{base}/text", "--auth-token", TOKEN]
    arguments += [
        "--line",
        f"{LINE}@Vestfold={OLAS_PHONE}",
        "--phone",
        f"{KARIS_PHONE}=Kari:staff@Vestfold",
        "--speed",
        "20",
    ]
    simulation = set_up(read_arguments([*arguments, "--phone", f"{MOTHER}=Mor:family@Vestfold"]))
    server = make_http_server(simulation, "127.0.0.1", 0)
    simulation.carrier.engine.start()
    address = f"http://127.0.0.1:{server.port}"
    client = Client(simulation.carrier.account_sid, TOKEN)
    client.api.base_url = address
    with serving(tiny), serving(server):
        yield House(address, service, client)
    simulation.carrier.engine.stop()
    if isinstance(simulation.carrier.transport, HttpTransport):
        simulation.carrier.transport.close()
    client.http_client.session.close()


SCREENED = (
    f'<Response><Dial answerOnBridge="true" callerId="{LINE}">'
    f'<Number url="/screen">{KARIS_PHONE}</Number></Dial></Response>'
)
GATE = '<Response><Gather numDigits="1" timeout="60"><Say>Press 1.</Say></Gather><Hangup/></Response>'
