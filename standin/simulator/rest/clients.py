"""How a client in this process asks the REST API without a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.exceptions import ReadTimeout

from standin.simulator.carrier import Carrier
from standin.simulator.rest.api import RestApi
from standin.simulator.rest.requests import TimedOut, read_basic_auth


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
