"""What a web process runs: the application, and a watch over the clock."""

import sys

from flask import Flask

from oncall import monitoring
from oncall.app import create_app
from oncall.scheduler import StandIn
from oncall.service import build_service
from oncall.settings import UnsafeSettings, load_settings


def build() -> Flask:
    """Return the application for gunicorn (`oncall.serving:build()`); unsafe settings end the process."""
    try:
        settings = load_settings()
    except UnsafeSettings as error:
        sys.stderr.write(f"oncall: {error}\n")
        raise SystemExit(2) from None
    monitoring.start("web", sentry_dsn=settings.sentry_dsn, with_requests=True)
    service = build_service(settings)
    app = create_app(service)
    StandIn(service).start()
    return app
