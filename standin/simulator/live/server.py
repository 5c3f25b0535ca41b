"""How the stand-in is reached over HTTP: the REST API, the control API and the page with the phones."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, jsonify, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from standin.simulator.live.control import control_api
from standin.simulator.live.simulation import Simulation
from standin.simulator.rest.api import RestApi
from standin.simulator.rest.requests import TimedOut, read_basic_auth

CLIENT_PATIENCE = 30  # seconds; longer than any client of the REST API waits
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def create_app(simulation: Simulation, *, hosts: frozenset[str] | None = None) -> Flask:
    """The stand-in as a WSGI application; `hosts` are the names that it may be called by, None for any."""
    app = Flask(__name__)
    app.register_blueprint(control_api(simulation))
    _add_rest(app, RestApi(simulation.carrier))

    @app.get("/")
    def page() -> str:
        return render_template("phones.html")

    @app.before_request
    def refuse_other_names() -> None:
        # Without this, a page elsewhere whose name is made to point here could play with the phones.
        if hosts is not None and (urlsplit(f"//{request.host}").hostname or "") not in hosts:
            abort(421)

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CONTENT_POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> tuple[Response, int]:
        return jsonify(error=error.description), error.code or 500

    return app


def _add_rest(app: Flask, api: RestApi) -> None:
    def rest(_path: str) -> Response:
        user, password = read_basic_auth(request.headers.get("Authorization", ""))
        target = request.full_path if request.query_string else request.path
        form = request.form.items(multi=True)
        try:
            reply = api.handle(request.method, target, form, user, password)
        except TimedOut:
            time.sleep(CLIENT_PATIENCE)
            return Response(status=504)
        if reply.media is not None:
            return Response(reply.media, content_type=reply.media_type)
        return Response(reply.text, reply.status, content_type="application/json")

    app.add_url_rule("/2010-04-01/<path:_path>", view_func=rest, methods=["GET", "POST", "DELETE"])
    app.add_url_rule("/v1/<path:_path>", "voice", view_func=rest, methods=["GET"])


class _QuietHandler(WSGIRequestHandler):
    """Answers over kept-open connections, and writes no line for every request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: Any) -> None:
        """Nothing: the page shows what happens."""


def make_http_server(simulation: Simulation, host: str, port: int) -> BaseWSGIServer:
    """A server on `host`, ready to `serve_forever()`; other machines reach it only if `host` lets them."""
    names = frozenset({"127.0.0.1", "localhost", "::1", host})
    hosts = None if host in ("0.0.0.0", "::") else names  # noqa: S104 - compared, not bound
    app = create_app(simulation, hosts=hosts)
    return make_server(host, port, app, threaded=True, request_handler=_QuietHandler)
