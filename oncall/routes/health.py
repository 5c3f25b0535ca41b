"""Answer whether the service is alive, ready and well."""

from flask import Blueprint, Response, jsonify

from oncall.monitoring import metrics_page
from oncall.routes.web.service import database, now
from oncall.usecases.health import is_clock_beating

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Response:
    """Answer that this process is alive; ask nothing else."""
    return jsonify(status="ok")


@health.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Answer 200 where calls can be taken in full: the database answers and a clock beats; else 503."""
    db, at = database(), now()
    try:
        beating = is_clock_beating(db, at)
    except Exception:  # noqa: BLE001 - whatever is wrong, the answer is the same
        return jsonify(status="unready", database="down"), 503
    if not beating:
        return jsonify(status="unready", database="ok", clock="silent"), 503
    return jsonify(status="ok", database="ok", clock="ok"), 200


@health.get("/metrics")
def metrics() -> Response:
    """Return counts and durations for Prometheus; they name nobody."""
    body, content_type = metrics_page()
    return Response(body, content_type=content_type)
