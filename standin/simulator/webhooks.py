"""What the carrier asks the service, and what it was answered."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from standin.simulator.core import Core
from standin.simulator.events import EventKind
from standin.simulator.exchanges import Webhook
from standin.simulator.faults import WebhookPlan
from standin.simulator.signing import sign
from standin.simulator.transport import WEBHOOK_SECONDS, Request, Response

HOLD_SECONDS = 3.0  # how long a reordered request waits for another to pass it
OnResponse = Callable[[Response], None]


@dataclass(frozen=True)
class Overrides:
    """What the fragment of a webhook URL asks for: `#rc=2&rp=5xx,ct&rt=5000&tt=15000`."""

    retries: int = 1
    retry_on: frozenset[str] = frozenset({"ct"})
    read_seconds: float = WEBHOOK_SECONDS
    total_seconds: float = WEBHOOK_SECONDS


def read_overrides(url: str) -> tuple[str, Overrides]:
    """The URL without its fragment, and what that said."""
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.fragment))
    plain = urlunsplit((parts.scheme, parts.netloc, parts.path, parts.query, ""))
    return plain, Overrides(
        min(5, int(asked.get("rc", "1"))),
        frozenset(asked.get("rp", "ct").split(",")),
        min(WEBHOOK_SECONDS, int(asked.get("rt", "15000")) / 1000),
        min(WEBHOOK_SECONDS, int(asked.get("tt", "15000")) / 1000),
    )


@dataclass
class _Inquiry:
    """One thing to be asked, over as many attempts as that takes."""

    url: str
    method: str
    form: dict[str, str]
    purpose: str
    sid: str
    channel: str
    overrides: Overrides
    token: str
    begun: datetime
    on_answer: OnResponse | None


class Webhooks:
    """Sends the carrier's requests, with what is armed to go wrong, and keeps them all."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._held: list[Callable[[], None]] = []
        self.log: list[Webhook] = []

    def __iter__(self) -> Iterator[Webhook]:
        return iter(self.log)

    def __len__(self) -> int:
        return len(self.log)

    def __getitem__(self, index: int) -> Webhook:
        return self.log[index]

    def to(self, path: str) -> tuple[Webhook, ...]:
        """Those whose path is, or begins with, `path`."""
        return tuple(webhook for webhook in self.log if webhook.path.startswith(path))

    def send(
        self,
        url: str,
        params: Mapping[str, str],
        *,
        method: str = "POST",
        purpose: str,
        sid: str,
        base: str = "",
        channel: str = "voice",
        on_answer: OnResponse | None = None,
    ) -> str:
        """Ask `url` (relative to `base`); the answer, or that there was none, goes to `on_answer`."""
        absolute, overrides = read_overrides(urljoin(base, url) if base else url)
        form = dict(params)
        if method == "GET":
            parts = urlsplit(absolute)
            query = "&".join(filter(None, (parts.query, urlencode(form))))
            absolute = urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
        token = str(uuid.UUID(int=self._core.chance.getrandbits(128), version=4))
        inquiry = _Inquiry(
            absolute, method, form, purpose, sid, channel, overrides, token, self._core.now(), on_answer
        )
        self._core.engine.soon(lambda: self._attempt(inquiry, 1))
        return absolute

    def _attempt(self, inquiry: _Inquiry, attempt: int) -> None:
        plan = self._core.faults.plan_webhook(inquiry.url, inquiry.method)
        webhook = self._record(inquiry, attempt, plan)
        if plan.is_fault:
            self._core.note(
                EventKind.FAULT,
                sid=inquiry.sid,
                detail=f"{inquiry.purpose} {webhook.path}: {_describe(plan)}",
            )
        if plan.duplicate_after is not None:
            self._core.engine.after(plan.duplicate_after, lambda: self._send_copy(inquiry, attempt))
        if plan.hold:
            self._hold(lambda: self._transmit(inquiry, webhook, attempt))
        elif plan.request_delay:
            self._core.engine.after(plan.request_delay, lambda: self._transmit(inquiry, webhook, attempt))
        else:
            self._transmit(inquiry, webhook, attempt)

    def _record(self, inquiry: _Inquiry, attempt: int, plan: WebhookPlan, *, copy: bool = False) -> Webhook:
        form = inquiry.form if inquiry.method == "POST" else {}
        headers = {
            "X-Twilio-Signature": sign(self._core.auth_token, inquiry.url, form, channel=inquiry.channel),
            "I-Twilio-Idempotency-Token": inquiry.token,
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }
        if inquiry.method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        webhook = Webhook(
            self._core.now(), inquiry.method, inquiry.url, inquiry.form, headers, inquiry.purpose,
            inquiry.sid, attempt, copy, plan,
        )  # fmt: skip
        self.log.append(webhook)
        return webhook

    def _send_copy(self, inquiry: _Inquiry, attempt: int) -> None:
        webhook = self._record(inquiry, attempt, WebhookPlan(), copy=True)

        def keep(answer: Response) -> None:
            self._finish(webhook, answer)

        self._core.transport.send(
            self._request(inquiry, webhook), lambda answer: self._later(0, keep, answer)
        )

    def _hold(self, transmit: Callable[[], None]) -> None:
        done = False

        def once() -> None:
            nonlocal done
            if not done:
                done = True
                transmit()

        self._held.append(once)
        self._core.engine.after(HOLD_SECONDS, once)

    def _release_held(self) -> None:
        held, self._held = self._held, []
        for transmit in held:
            self._core.engine.soon(transmit)

    def _request(self, inquiry: _Inquiry, webhook: Webhook) -> Request:
        body = urlencode(inquiry.form).encode() if inquiry.method == "POST" else b""
        return Request(inquiry.method, inquiry.url, webhook.headers, body, inquiry.overrides.read_seconds)

    def _transmit(self, inquiry: _Inquiry, webhook: Webhook, attempt: int) -> None:
        plan, limit = webhook.plan, inquiry.overrides.read_seconds

        def finish(answer: Response) -> None:
            self._finish(webhook, answer)
            self._conclude(inquiry, answer, attempt)

        def receive(answer: Response) -> None:
            if plan.reset_after:
                answer = Response(failure="reset")
            elif plan.status_after is not None:
                answer = Response(plan.status_after, "text/html", b"<!doctype html><title>Error</title>")
            wait = plan.answer_delay + self._core.options.webhook_latency
            if wait >= limit:
                wait, answer = limit, Response(failure="timeout")
            self._later(wait, finish, answer)

        self._release_held()
        if plan.drop:
            self._later(limit, finish, Response(failure="timeout"))
        elif plan.refuse:
            self._later(0, finish, Response(failure="refused"))
        elif plan.reset_before:
            self._later(0, finish, Response(failure="reset"))
        elif plan.status_before is not None:
            body = b"<!doctype html><title>Error</title>"
            self._later(0, finish, Response(plan.status_before, "text/html", body))
        else:
            page = self._core.twiml_bins.get(inquiry.url.partition("?")[0])
            if page is not None:
                receive(Response(200, "text/xml", page))
            else:
                self._core.transport.send(self._request(inquiry, webhook), receive)

    def _later(self, seconds: float, finish: OnResponse, answer: Response) -> None:
        self._core.engine.after(seconds, lambda: finish(answer))

    def _finish(self, webhook: Webhook, answer: Response) -> None:
        webhook.answered_at, webhook.answer = self._core.now(), answer
        self._core.note(
            EventKind.WEBHOOK,
            sid=webhook.sid,
            detail=f"{webhook.purpose} {webhook.path} {answer.failure or answer.status}",
        )
        for listener in tuple(self._core.webhook_listeners):
            listener(webhook)

    def _conclude(self, inquiry: _Inquiry, answer: Response, attempt: int) -> None:
        spent = (self._core.now() - inquiry.begun).total_seconds()
        if (
            attempt <= inquiry.overrides.retries
            and _failure_class(answer) & inquiry.overrides.retry_on
            and spent < inquiry.overrides.total_seconds
        ):
            self._attempt(inquiry, attempt + 1)
        elif inquiry.on_answer is not None:
            inquiry.on_answer(answer)
        elif not answer.ok:
            self.complain(inquiry.url, inquiry.sid, answer)

    def complain(self, url: str, sid: str, answer: Response) -> int:
        """List the failed request among the carrier's errors; its code."""
        code = 11205 if answer.failure in ("refused", "reset") else 11200
        reason = answer.failure or f"HTTP {answer.status}"
        if answer.crash is not None:
            reason = f"crash: {answer.crash!r}"
        provoked = any(webhook.plan.is_fault and webhook.answer is answer for webhook in reversed(self.log))
        self._core.complain(code, f"{reason} from {url}", url=url, sid=sid, provoked=provoked)
        return code


def _failure_class(answer: Response) -> set[str]:
    if answer.failure == "refused":
        return {"ct", "all"}
    if answer.failure in ("timeout", "reset"):
        return {"rt", "all"}
    if answer.status >= 500:
        return {"5xx", "all"}
    return {"4xx", "all"} if answer.status >= 400 else set()


def _describe(plan: WebhookPlan) -> str:
    usual = WebhookPlan()
    changed = {name: value for name, value in vars(plan).items() if value != getattr(usual, name)}
    return ", ".join(name if value is True else f"{name}={value}" for name, value in changed.items())
