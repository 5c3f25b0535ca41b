"""What a web process runs: the application, and a watch over the clock."""

import sys
from typing import NoReturn

from flask import Flask

from oncall import monitoring
from oncall.app import create_app
from oncall.scheduler import StandbyTicker
from oncall.service import Service, build_service
from oncall.settings import UnsafeSettings, load_settings
from oncall.store.refusals import REFUSALS, NoDatabase, explain, require_file

_SERVICE = "oncall.service"


def build() -> Flask:
    """Return the application for gunicorn (`oncall.serving:build()`).

    Unsafe settings, and a database that cannot be read, end the process with one line: while it is not
    there the carrier's own fallback rings, and whatever looks after the process starts it again.

    It has no thread and no open connection yet, so that workers may be forked from it; each then calls
    `begin`.
    """
    try:
        settings = load_settings()
    except UnsafeSettings as error:
        _refuse(str(error))
    monitoring.start("web", sentry_dsn=settings.sentry_dsn, with_requests=True)
    service = build_service(settings)
    try:
        require_file(settings.database_url)
        app = create_app(service)
        service.time.measure(service.db)
    except NoDatabase as error:
        _refuse(str(error))
    except REFUSALS as refusal:
        _refuse(explain(service.db, refusal))
    app.extensions[_SERVICE] = service
    service.db.close()  # the lines were read: two processes must not share a connection
    return app


def _refuse(why: str) -> NoReturn:
    sys.stderr.write(f"oncall cannot start: {why}\n")
    raise SystemExit(2) from None


def begin(app: Flask) -> None:
    """From now on this process answers with the application, and watches the clock."""
    service: Service | None = app.extensions.get(_SERVICE)
    if service is not None:  # other applications may be served with the same settings, to be compared
        service.time.start_over()
        StandbyTicker(service).start()
