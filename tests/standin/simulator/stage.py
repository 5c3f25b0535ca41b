"""A tiny service of the tests' own, and a carrier around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, request
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from standin.simulator import Carrier, Phone, WsgiTransport
from standin.simulator.rest.clients import InProcessHttpClient
from tests.cast import LINE, MOTHER

START = datetime(2026, 11, 21, 1, 40, tzinfo=UTC)

Page = str | Callable[[dict[str, str]], str]


@dataclass
class Asked:
    path: str
    form: dict[str, str]
    headers: dict[str, str]
    signed: bool


@dataclass
class TinyService:
    """Answers each path with TwiML, given or computed from the form; keeps what it was asked."""

    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def app(self, token: str) -> Flask:
        app = Flask("tiny")
        validator = RequestValidator(token)

        def answer(path: str) -> Response:
            form = request.form.to_dict() or request.args.to_dict()
            posted = request.form.to_dict() if request.method == "POST" else {}
            signature = request.headers.get("X-Twilio-Signature", "")
            url = f"{request.scheme}://{request.host}{request.environ['REQUEST_URI']}"
            signed = bool(validator.validate(url, posted, signature))
            self.asked.append(Asked(f"/{path}", form, dict(request.headers), signed))
            page = self.pages.get(f"/{path}")
            if page is None:
                return Response(status=204) if "status" in path else Response("no such page", status=404)
            body = page(form) if callable(page) else page
            return Response(body, content_type="text/xml")

        app.add_url_rule("/<path:path>", view_func=answer, methods=["GET", "POST"])
        return app

    def forms(self, path: str) -> list[dict[str, str]]:
        return [asked.form for asked in self.asked if asked.path == path]


@dataclass
class SimulatorStage:
    service: TinyService
    carrier: Carrier
    client: Any
    mother: Phone

    def pages(self, **pages: Page) -> None:
        """Set pages by name, `dial_action` for `/dial_action`; what is given is wrapped in <Response>."""
        for name, page in pages.items():
            self.service.pages[f"/{name}"] = page if callable(page) else f"<Response>{page}</Response>"

    def forms(self, name: str) -> list[dict[str, str]]:
        return self.service.forms(f"/{name}")


def set_up(**options: Any) -> SimulatorStage:
    service = TinyService()
    token = "secret-of-the-tests"
    carrier = Carrier(
        transport=WsgiTransport(service.app(token)), start=START, auth_token=token, call_setup=0.0, **options
    )
    carrier.line(LINE, voice_url="https://line.example/incoming", text_url="https://line.example/text")
    client = Client(carrier.account_sid, token, http_client=InProcessHttpClient(carrier))
    return SimulatorStage(service, carrier, client, carrier.phone(MOTHER, name="Mor"))
