"""What has passed between the carrier and the service: each webhook and each REST request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from standin.simulator.faults import WebhookPlan
from standin.simulator.transport import Response


@dataclass
class Webhook:
    """One request as it was sent, and its answer when that has come."""

    at: datetime
    method: str
    url: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    purpose: str  # "voice", "action", "screening", "wait", "status", "text" ...
    sid: str  # of the call or message it is about
    attempt: int = 1
    copy: bool = False  # made by a duplicate fault
    plan: WebhookPlan = field(default_factory=WebhookPlan)
    answered_at: datetime | None = None  # None while the carrier waits
    answer: Response | None = None

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def status(self) -> int | None:
        return self.answer.status if self.answer else None

    @property
    def body(self) -> str:
        return self.answer.body.decode("utf-8", "replace") if self.answer else ""


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
