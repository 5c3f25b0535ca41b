"""What a web process runs: the application, and a watch over the clock."""

import sys

from flask import Flask

from oncall import monitoring
from oncall.app import create_app
from oncall.scheduler import StandIn
from oncall.service import Service, build_service
from oncall.settings import UnsafeSettings, load_settings

_SERVICE = "oncall.service"


def build() -> Flask:
    """Return the application for gunicorn (`oncall.serving:build()`); unsafe settings end the process.

    It has no thread and no open connection yet, so that workers may be forked from it; each then calls
    `begin`.
    """
    try:
        settings = load_settings()
    except UnsafeSettings as error:
        sys.stderr.write(f"oncall: {error}\n")
        raise SystemExit(2) from None
    monitoring.start("web", sentry_dsn=settings.sentry_dsn, with_requests=True)
    service = build_service(settings)
    app = create_app(service)
    app.extensions[_SERVICE] = service
    service.db.close()  # the lines were read: two processes must not share a connection
    return app


def begin(app: Flask) -> None:
    """From now on this process answers with the application, and watches the clock."""
    service: Service | None = app.extensions.get(_SERVICE)
    if service is not None:  # other applications may be served with the same settings, to be compared
        StandIn(service).start()
