"""What goes wrong on the way, when, and how often."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class WebhookPlan:
    """What shall happen to one webhook request; without change, it arrives and is answered."""

    request_delay: float = 0.0
    answer_delay: float = 0.0
    drop: bool = False  # it never arrives, and the carrier waits in vain
    refuse: bool = False  # no connection
    reset_before: bool = False  # the connection breaks before the service has read the request
    reset_after: bool = False  # ... after the service has acted on it
    status_before: int | None = None  # something in front of the service answers with this
    status_after: int | None = None  # the service acted, and its answer was lost behind this
    duplicate_after: float | None = None  # a second copy arrives so much later
    hold: bool = False  # it lets the next one pass

    @property
    def is_fault(self) -> bool:
        return self != WebhookPlan()


@dataclass(frozen=True)
class RestPlan:
    """What shall happen to one REST request."""

    status: int | None = None
    code: int | None = None
    time_out: str | None = None  # "before" it had an effect or "after"


WebhookFault = Callable[[WebhookPlan], WebhookPlan]
RestFault = RestPlan


def delay_request(seconds: float) -> WebhookFault:
    return lambda plan: replace(plan, request_delay=plan.request_delay + seconds)


def delay_answer(seconds: float) -> WebhookFault:
    return lambda plan: replace(plan, answer_delay=plan.answer_delay + seconds)


def drop() -> WebhookFault:
    return lambda plan: replace(plan, drop=True)


def refuse() -> WebhookFault:
    return lambda plan: replace(plan, refuse=True)


def reset(*, after: bool = False) -> WebhookFault:
    return lambda plan: replace(plan, reset_after=True) if after else replace(plan, reset_before=True)


def server_error(status: int = 503, *, after: bool = False) -> WebhookFault:
    """Answer `status`; with `after`, only once the service has acted on the request."""
    return lambda plan: replace(plan, status_after=status) if after else replace(plan, status_before=status)


def duplicate(after: float = 0.0) -> WebhookFault:
    return lambda plan: replace(plan, duplicate_after=after)


def reorder() -> WebhookFault:
    """Hold the request until the next webhook has been sent, at most three seconds."""
    return lambda plan: replace(plan, hold=True)


def too_many_requests() -> RestFault:
    return RestPlan(status=429, code=20429)


def rest_error(status: int = 503, code: int = 20503) -> RestFault:
    return RestPlan(status=status, code=code)


def time_out() -> RestFault:
    """The request never reached the carrier: the client gives up waiting."""
    return RestPlan(time_out="before")


def accept_and_time_out() -> RestFault:
    """The carrier did as asked, and the client never learned of it."""
    return RestPlan(time_out="after")


@dataclass
class FaultRule:
    """When a fault strikes: at the `nth` matching hits (None: every one), with a probability."""

    pattern: re.Pattern[str]
    nth: frozenset[int] | None
    probability: float
    method: str | None = None
    webhook: WebhookFault | None = None
    rest: RestFault | None = None
    hits: int = 0

    def strikes(self, chance: random.Random, subject: str, method: str) -> bool:
        if not self.pattern.search(subject) or self.method not in (None, method):
            return False
        self.hits += 1
        if self.nth is not None and self.hits not in self.nth:
            return False
        return self.probability >= 1 or chance.random() < self.probability


class Faults:
    """All faults that are armed."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._rules: list[FaultRule] = []

    def on_webhook(
        self,
        url: str,
        fault: WebhookFault,
        *,
        nth: int | Iterable[int] | None = None,
        probability: float = 1.0,
    ) -> FaultRule:
        """Let `fault` strike webhooks whose URL matches the regular expression `url`."""
        return self._arm(FaultRule(re.compile(url), _hits(nth), probability, webhook=fault))

    def on_rest(
        self,
        path: str,
        fault: RestFault,
        *,
        method: str | None = None,
        nth: int | Iterable[int] | None = None,
        probability: float = 1.0,
    ) -> FaultRule:
        """Let `fault` strike REST requests whose path matches the regular expression `path`."""
        return self._arm(FaultRule(re.compile(path), _hits(nth), probability, method=method, rest=fault))

    def disarm(self, rule: FaultRule) -> None:
        self._rules.remove(rule)

    def clear(self) -> None:
        self._rules.clear()

    def plan_webhook(self, url: str, method: str) -> WebhookPlan:
        """What shall happen to this request, all armed faults together; each rule it matches counts a hit."""
        plan = WebhookPlan()
        for rule in self._rules:
            if rule.webhook is not None and rule.strikes(self._chance, url, method):
                plan = rule.webhook(plan)
        return plan

    def plan_rest(self, path: str, method: str) -> RestPlan:
        for rule in self._rules:
            if rule.rest is not None and rule.strikes(self._chance, path, method):
                return rule.rest
        return RestPlan()

    def _arm(self, rule: FaultRule) -> FaultRule:
        self._rules.append(rule)
        return rule


def _hits(nth: int | Iterable[int] | None) -> frozenset[int] | None:
    if nth is None:
        return None
    return frozenset({nth}) if isinstance(nth, int) else frozenset(nth)
