"""How often, how fast and with what outcome the service does its work."""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

_registry = CollectorRegistry()

_webhooks = Counter("oncall_webhooks", "Webhooks answered", ("place", "outcome"), registry=_registry)
_contacts = Counter("oncall_contacts", "Contacts that came into a state", ("state",), registry=_registry)
_jobs = Counter("oncall_jobs", "Attempts at jobs of the outbox", ("kind", "outcome"), registry=_registry)
_reports = Counter(
    "oncall_reports", "Exceptions reported and operator alerts", ("place",), registry=_registry
)
_seconds_to_human = Histogram(
    "oncall_seconds_to_human",
    "Seconds from a family's call until a human was connected",
    buckets=(5, 10, 15, 20, 25, 30, 45, 60, 75, 90, 120, 150, 180, 240, 300, 600),
    registry=_registry,
)

_skew = Gauge(
    "oncall_clock_skew_seconds",
    "By how much this machine's clock is ahead of the database's",
    multiprocess_mode="livemostrecent",
    registry=_registry,
)


def webhook_answered(place: str, outcome: str) -> None:
    """One more webhook of this place is counted, as answered, duplicate, refused or failed."""
    _webhooks.labels(place, outcome).inc()


def contact_became(state: str) -> None:
    """One more contact is counted that came into this state."""
    _contacts.labels(state).inc()


def job_ended(kind: str, outcome: str) -> None:
    """One more attempt at a job of this kind is counted, as done, retried, given up or out of its lease."""
    _jobs.labels(kind, outcome).inc()


def human_reached(seconds: float) -> None:
    """The seconds that a family waited for a human are counted."""
    _seconds_to_human.observe(seconds)


def problem_reported(place: str) -> None:
    """One more problem that the operator was told of is counted."""
    _reports.labels(place).inc()


def skew_measured(seconds: float) -> None:
    """Show by how much the clock of this machine is ahead of the database's."""
    _skew.set(seconds)


def metrics_page() -> tuple[bytes, str]:
    """The figures of all processes, and the content type they are served as.

    Processes add up when all of them were started with PROMETHEUS_MULTIPROC_DIR naming one folder;
    without it each shows its own.
    """
    registry = _registry
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry), CONTENT_TYPE_LATEST


def process_gone(pid: int) -> None:
    """A process that ended no longer counts as one of those that live."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        mark_process_dead(pid)  # type: ignore[no-untyped-call]
