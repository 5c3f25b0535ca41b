"""How a webhook reaches the service under test."""

from __future__ import annotations

import http.client
import io
import ssl
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]
WEBHOOK_SECONDS = 15  # the carrier waits no longer for an answer


@dataclass(frozen=True)
class Request:
    method: str
    url: str  # without fragment
    headers: Mapping[str, str]
    body: bytes = b""
    timeout: float = WEBHOOK_SECONDS


@dataclass(frozen=True)
class Response:
    status: int = 0  # 0 when there was no answer at all
    content_type: str = ""
    body: bytes = b""
    failure: str | None = None  # "refused", "reset", "timeout" or "crash"; None when an answer came
    crash: BaseException | None = field(default=None, compare=False)

    @property
    def ok(self) -> bool:
        return self.failure is None and 200 <= self.status < 300


Deliver = Callable[[Response], None]


class Transport(Protocol):
    def send(self, request: Request, deliver: Deliver) -> None:
        """Carry the request there, and hand its answer to `deliver`, now or later, once."""


class WsgiTransport:
    """Calls a WSGI application in this thread, for virtual time.

    `others` maps further host names to applications of their own: whatever is not named goes to `app`.
    """

    def __init__(self, app: WsgiApp, others: Mapping[str, WsgiApp] | None = None) -> None:
        self._app = app
        self._others = dict(others or {})

    def send(self, request: Request, deliver: Deliver) -> None:
        app = self._others.get(urlsplit(request.url).hostname or "", self._app)
        try:
            answer = call_wsgi(app, request)
        except Exception as crash:  # noqa: BLE001 - whatever breaks the service is its answer
            answer = Response(500, "text/html", repr(crash).encode(), "crash", crash)
        deliver(answer)


def call_wsgi(app: WsgiApp, request: Request) -> Response:
    """What `app` answers; whatever it raises comes through."""
    parts = urlsplit(request.url)
    raw_target = parts.path + (f"?{parts.query}" if parts.query else "")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path or "/", "latin-1"),
        "QUERY_STRING": parts.query,
        "REQUEST_URI": raw_target,
        "RAW_URI": raw_target,
        "SERVER_NAME": parts.hostname or "localhost",
        "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc.rpartition("@")[2],
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    started: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], _failure: Any = None
    ) -> Callable[[bytes], Any]:
        started.append((status, headers))
        return written.append

    chunks = app(environ, start_response)
    try:
        body = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    status, headers = started[-1]
    content_type = next((value for name, value in headers if name.lower() == "content-type"), "")
    return Response(int(status.split()[0]), content_type, b"".join(written) + body)


class HttpTransport:
    """Sends real HTTP requests from a few threads, for real and scaled time."""

    def __init__(self, threads: int = 8) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="carrier-http")

    def send(self, request: Request, deliver: Deliver) -> None:
        self._pool.submit(lambda: deliver(fetch(request)))

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def fetch(request: Request) -> Response:
    """What the server at the request's address answers; a failure to answer is an Answer too."""
    parts = urlsplit(request.url)
    host, port = parts.hostname or "", parts.port
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, port, timeout=request.timeout, context=context)
    else:
        connection = http.client.HTTPConnection(host, port, timeout=request.timeout)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.connect()
    except OSError:
        return Response(failure="refused")
    try:
        connection.request(request.method, target, request.body or None, dict(request.headers))
        response = connection.getresponse()
        return Response(response.status, response.getheader("Content-Type", ""), response.read())
    except TimeoutError:
        return Response(failure="timeout")
    except (OSError, http.client.HTTPException):
        return Response(failure="reset")
    finally:
        connection.close()
