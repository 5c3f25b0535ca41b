"""How the service's REST requests are let in, logged, failed on purpose and answered."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.exceptions import ReadTimeout

from oncall.simulator.events import Kind
from oncall.simulator.faults import RestPlan

if TYPE_CHECKING:
    from oncall.simulator.carrier import Carrier

PREFIX = "/2010-04-01/Accounts/"
VOICE_PREFIX = "/v1/"  # of the carrier's voice interface, a host of its own in life


class RestError(Exception):
    """The carrier refuses the request, with its own number for why."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def body(self) -> dict[str, Any]:
        info = f"https://www.twilio.com/docs/errors/{self.code}"
        return {"code": self.code, "message": self.message, "more_info": info, "status": self.status}


class TimedOut(Exception):
    """The client is to believe that no answer came."""


class Params:
    """What a request was asked with; a name may come several times."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._pairs = tuple(pairs)

    def get(self, name: str) -> str | None:
        return next((value for key, value in self._pairs if key == name), None)

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self._pairs if key == name)

    def need(self, name: str, code: int, message: str) -> str:
        value = self.get(name)
        if not value:
            raise RestError(400, code, message)
        return value

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self.get(name)
        if value is None:
            return default
        if not value.isdigit() or not low <= int(value) <= high:
            raise RestError(400, 20001, f"{name} must be a number from {low} to {high}")
        return int(value)

    def as_dict(self) -> dict[str, str]:
        return dict(self._pairs)


@dataclass(frozen=True)
class RestReply:
    status: int
    payload: Any = None  # JSON; None for an empty body
    media: bytes | None = None  # a file instead
    media_type: str = "audio/wav"

    @property
    def text(self) -> str:
        return "" if self.payload is None else json.dumps(self.payload)


@dataclass(frozen=True)
class RestExchange:
    """One REST request, and what became of it."""

    at: datetime
    method: str
    path: str  # without /2010-04-01/Accounts/AC...
    params: Mapping[str, str]
    status: int  # 0 when the client saw no answer
    payload: Any = field(default=None, compare=False)
    fault: str = ""


Handler = Callable[[tuple[str, ...], Params], RestReply]


class RestApi:
    """The carrier's REST face, without HTTP around it."""

    def __init__(self, carrier: Carrier) -> None:
        from oncall.simulator.resources import routes  # the resources are built on this module

        self._carrier = carrier
        self._routes = routes(carrier)

    def handle(
        self, method: str, target: str, form: Iterable[tuple[str, str]], user: str, password: str
    ) -> RestReply:
        """Answer one request. Raises TimedOut where a fault says that the client saw no answer."""
        parts = urlsplit(target)
        params = Params([*parse_qsl(parts.query, keep_blank_values=True), *form])
        path = parts.path
        account = f"{PREFIX}{self._carrier.account_sid}"
        short = path.removeprefix(account)
        with self._carrier.engine.lock:
            plan = self._carrier.faults.plan_rest(path, method)
            reply = self._answer(method, path, short, params, (user, password), plan)
            seen = 0 if plan.time_out else reply.status
            fault = "" if plan == RestPlan() else _describe(plan)
            self._carrier.rest_log.append(
                RestExchange(self._carrier.now(), method, short, params.as_dict(), seen, reply.payload, fault)
            )
            detail = f"{method} {short} {seen or 'no answer'}"
            self._carrier.note(Kind.REST, params.get("To") or "", params.get("From") or "", detail=detail)
        if plan.time_out:
            raise TimedOut
        return reply

    def _answer(
        self, method: str, path: str, short: str, params: Params, auth: tuple[str, str], plan: RestPlan
    ) -> RestReply:
        try:
            if plan.status is not None:
                raise RestError(plan.status, plan.code or 20500, "an armed fault")
            if plan.time_out == "before":
                return RestReply(0)
            if auth != (self._carrier.account_sid, self._carrier.auth_token):
                raise RestError(401, 20003, "Authenticate")
            if not path.startswith((PREFIX + self._carrier.account_sid, VOICE_PREFIX)):
                raise RestError(404, 20404, f"The requested resource {path} was not found")
            return self._route(method, short, path, params)
        except RestError as error:
            return RestReply(error.status, error.body())

    def _route(self, method: str, short: str, path: str, params: Params) -> RestReply:
        allowed = False
        for verb, pattern, handler in self._routes:
            match = pattern.fullmatch(short)
            if match and verb == method:
                return handler(match.groups(), params)
            allowed = allowed or match is not None
        if allowed:
            raise RestError(405, 20004, "Method not allowed")
        raise RestError(404, 20404, f"The requested resource {path} was not found")


def _describe(plan: RestPlan) -> str:
    return f"timed out {plan.time_out} its effect" if plan.time_out else f"answered {plan.status}"


@dataclass
class ClientResponse:
    """What the carrier's Python client expects of an HTTP answer."""

    status_code: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)
    cached: bool = False

    @property
    def content(self) -> str:
        return self.text

    @property
    def ok(self) -> bool:
        return self.status_code < 400


class InProcessHttpClient:
    """Stands where the carrier's Python client keeps its HTTP client, and asks the stand-in directly.

    twilio.rest.Client(account_sid, auth_token, http_client=InProcessHttpClient(carrier))
    """

    def __init__(self, carrier: Carrier, timeout: float | None = None) -> None:
        self._api = RestApi(carrier)
        self.timeout = timeout
        self.is_async = False

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002 - the client's own signature
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002
        allow_redirects: bool = False,  # noqa: ARG002
    ) -> ClientResponse:
        """Raises ReadTimeout where a fault says that no answer came, as the real client does."""
        user, password = auth or ("", "")
        form = [*_pairs(params), *_pairs(data)]
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            reply = self._api.handle(method.upper(), target, form, user, password)
        except TimedOut as fault:
            raise ReadTimeout("the carrier did not answer in time") from fault
        return ClientResponse(reply.status, reply.text, {"Content-Type": "application/json"})


class InProcessAdapter(BaseAdapter):
    """Answers a `requests` session's requests to the carrier without a network: files, above all.

    session.mount(carrier.api_url, InProcessAdapter(carrier))
    """

    def __init__(self, carrier: Carrier) -> None:
        super().__init__()
        self._api = RestApi(carrier)

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: object = None,
        verify: object = True,
        cert: object = None,
        proxies: object = None,
    ) -> Response:
        """Raises ReadTimeout where a fault says that no answer came."""
        del stream, timeout, verify, cert, proxies  # there is no connection that they could be about
        parts = urlsplit(request.url or "")
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        user, password = read_basic_auth(str(request.headers.get("Authorization", "")))
        try:
            reply = self._api.handle(request.method or "GET", target, (), user, password)
        except TimedOut as fault:
            raise ReadTimeout("the carrier did not answer in time") from fault
        content = reply.text.encode() if reply.media is None else reply.media
        response = Response()
        response.status_code, response.request, response.url = reply.status, request, request.url or ""
        response.raw = BytesIO(content)
        response.headers["Content-Type"] = "application/json" if reply.media is None else reply.media_type
        response.headers["Content-Length"] = str(len(content))
        return response

    def close(self) -> None:
        """There is nothing to close."""


def _pairs(values: Mapping[str, object] | None) -> Iterable[tuple[str, str]]:
    for name, value in (values or {}).items():
        if isinstance(value, list | tuple):
            for each in value:
                yield name, _word(each)
        elif value is not None:
            yield name, _word(value)


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def read_basic_auth(header: str) -> tuple[str, str]:
    """User and password of an Authorization header; two empty words when there are none."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password
