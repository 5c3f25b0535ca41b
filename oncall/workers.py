"""How many processes and threads answer requests: the settings of gunicorn."""

import gc
import os
import sys
from typing import Any
from urllib.parse import urlsplit

from oncall import monitoring
from oncall.serving import begin
from oncall.settings import UnsafeSettings, load_settings

try:
    _settings = load_settings()
except UnsafeSettings as error:
    print(f"oncall cannot start: {error}", file=sys.stderr)  # noqa: T201  # one line, before there is a log
    sys.exit(2)

_on_sqlite = _settings.database_url.startswith("sqlite")
_at_home = urlsplit(_settings.public_url).scheme == "http"  # settings allow that on loopback alone

# gunicorn reads the names below.
bind = f"{'127.0.0.1' if _at_home else '0.0.0.0'}:{_settings.port}"  # noqa: S104  # behind the operator's proxy
worker_class = "gthread"
preload_app = True  # workers are forked from the built application, and share its memory
# SQLite has one writer, and one process orders its writers without waiting on a lock of the file.
workers = int(os.environ.get("WEB_CONCURRENCY") or (1 if _on_sqlite else 2))
threads = 32
timeout = 30
graceful_timeout = 10  # the carrier gives up on a webhook after 15 s
keepalive = 75
accesslog = None  # addresses carry codes
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108


def on_starting(server: Any) -> None:
    """gunicorn's own lines go the way of ours, scrubbed and as JSON."""
    monitoring.start("web-master", sentry_dsn=_settings.sentry_dsn)
    server.log.error_log.handlers.clear()
    server.log.error_log.propagate = True


def pre_fork(_server: Any, _worker: Any) -> None:
    """What is loaded is collected no more: a worker's collector would copy every page that it looks at."""
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    """A worker's threads are its own: none outlives a fork."""
    begin(worker.wsgi)


def child_exit(_server: Any, worker: Any) -> None:
    """A worker that is gone is not counted among the living."""
    monitoring.process_gone(worker.pid)
