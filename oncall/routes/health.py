"""Answer whether the service is alive, ready and well."""

from flask import Blueprint, Response, jsonify

from oncall.monitoring import metrics_page
from oncall.routes.web.service import database, watch
from oncall.usecases.health import ClockState

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Response:
    """Answer that this process is alive; ask nothing else."""
    return jsonify(status="ok")


@health.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Answer 200 where calls can be taken in full: the database answers and a clock beats; else 503."""
    try:
        watch().look(database())
    except Exception:  # noqa: BLE001 - whatever is wrong, the answer is the same
        return jsonify(status="unready", database="down"), 503
    if not watch().is_fresh():  # somebody has been reading for too long: the database hangs
        return jsonify(status="unready", database="down"), 503
    clock, skew = watch().clock_state(), watch().worst_skew()
    said = {} if skew is None else {"skew_seconds": round(skew.total_seconds(), 1)}
    if clock is not ClockState.OK:
        return jsonify(status="unready", database="ok", clock=clock, **said), 503
    return jsonify(status="ok", database="ok", clock="ok", **said), 200


@health.get("/metrics")
def metrics() -> Response:
    """Return counts and durations for Prometheus; they name nobody."""
    body, content_type = metrics_page()
    return Response(body, content_type=content_type)
