"""What the operator learns of the service, and nobody of the families."""

from oncall.monitoring.metrics import (
    contact_became,
    human_reached,
    job_ended,
    metrics_page,
    process_gone,
    skew_measured,
    webhook_answered,
)
from oncall.monitoring.reports import alert_operator, report, start
from oncall.monitoring.watchdog import ping

__all__ = [
    "alert_operator",
    "contact_became",
    "human_reached",
    "job_ended",
    "metrics_page",
    "ping",
    "process_gone",
    "report",
    "skew_measured",
    "start",
    "webhook_answered",
]
