"""Is the service alive, ready and well?"""

from datetime import timedelta

from flask import Blueprint, Response, jsonify

from oncall.monitoring import metrics_page
from oncall.routes.web.service import desk, now
from oncall.store.heartbeats import newest_beat

health = Blueprint("health", __name__)

CLOCK_MAY_BE_SILENT_FOR = timedelta(seconds=30)


@health.get("/healthz")
def healthz() -> Response:
    """This process answers; nothing else is asked."""
    return jsonify(status="ok")


@health.get("/readyz")
def readyz() -> tuple[Response, int]:
    """200 where calls can be taken in full: the database answers and a clock beats; 503 otherwise."""
    ours = desk()
    at = now()
    try:
        with ours.db.reading() as reading:
            beat = newest_beat(reading, "clock")
    except Exception:  # noqa: BLE001 - whatever is wrong, the answer is the same
        return jsonify(status="unready", database="down"), 503
    clock = "ok" if beat and at - beat < CLOCK_MAY_BE_SILENT_FOR else "silent"
    status = 200 if clock == "ok" else 503
    return jsonify(status="ok" if status == 200 else "unready", database="ok", clock=clock), status


@health.get("/metrics")
def metrics() -> Response:
    """Counts and durations for Prometheus; they name nobody."""
    body, content_type = metrics_page()
    return Response(body, content_type=content_type)
