"""How the operator hears of trouble: log lines and Sentry, by ids alone."""

import logging
import sys
import traceback
from typing import TYPE_CHECKING, Any, TextIO

import sentry_sdk
import structlog
from sentry_sdk.integrations import Integration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.types import Event, Hint
from structlog.typing import EventDict, WrappedLogger

from oncall import __version__
from oncall.monitoring.metrics import problem_reported
from oncall.monitoring.scrubbing import scrub, scrub_message

if TYPE_CHECKING:
    from sentry_sdk._types import DataCollectionUserOptions

# Below a warning these write what they send and receive: numbers, texts, addresses with codes in them.
TALKATIVE = ("alembic", "apscheduler", "sqlalchemy", "twilio", "urllib3", "werkzeug")

# Of what Sentry's integrations collect by themselves, nothing: the successor of send_default_pii=False.
NOTHING_ABOUT_PEOPLE: "DataCollectionUserOptions" = {
    "user_info": False,
    "cookies": {"mode": "off"},
    "http_headers": {"request": {"mode": "off"}},
    "http_bodies": [],
    "url_query_params": {"mode": "off"},
    "database_query_data": False,
    "queues": False,
    "stack_frame_variables": False,
}

# Packages whose exceptions may speak; a builtin's message is whatever the line at fault has put into it.
SPEAKABLE = ("oncall.", "sqlalchemy.", "psycopg", "sqlite3")
_STACK_DEPTH = 30
_log = structlog.get_logger("oncall")


def start(
    process: str,
    *,
    sentry_dsn: str | None = None,
    with_requests: bool = False,
    stream: TextIO = sys.stderr,
    transport: type[sentry_sdk.Transport] | None = None,
) -> None:
    """From here on this process logs JSON lines to `stream` and, with a DSN, reports to Sentry.

    `process` (web, clock, ...) stands in every line and report; `with_requests` adds the path that was
    asked for, where there are any. Other transports than Sentry's own are for tests.
    """
    _write_json_lines(process, stream)
    # `report` tells Sentry itself; what its integration logs beside that would be a second event.
    integrations: list[Integration] = [LoggingIntegration(event_level=None)]
    if with_requests and sentry_dsn:  # it costs every request, and tells nobody else
        from sentry_sdk.integrations.flask import FlaskIntegration

        integrations.append(FlaskIntegration())
    sentry_sdk.init(
        dsn=sentry_dsn,
        release=__version__,
        transport=transport,
        # A family's words are in the variables, in the forms and in the addresses of every request.
        data_collection=NOTHING_ABOUT_PEOPLE,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=_scrub_event,
        before_breadcrumb=_scrub_breadcrumb,
        integrations=integrations,
        # By itself Sentry loads one for every package that is installed: the clock would hold two web
        # frameworks in memory, and every statement of a call would be timed for nobody.
        auto_enabling_integrations=False,
        enable_logs=False,
        traces_sample_rate=0,
        auto_session_tracking=False,
        send_client_reports=False,
    )
    sentry_sdk.set_tag("process", process)


def report(exception: BaseException, place: str, **ids: object) -> None:
    """The operator learns that `exception` happened at `place`, with the ids of what it concerned."""
    problem_reported(place)
    _log.error("exception", place=place, **ids, exc_info=exception)
    if not sentry_sdk.is_initialized():  # as in a drill: it would draw every variable, to send it nowhere
        return
    with sentry_sdk.new_scope() as scope:
        scope.set_tag("place", place)
        for name, value in ids.items():
            scope.set_tag(name, str(value))
        scope.capture_exception(exception)


def alert_operator(message_key: str, **ids: object) -> None:
    """The operator learns of a fact that no exception stands for, such as a call to an unknown line.

    `message_key` is one of a few fixed texts; what differs from time to time is in the ids.
    """
    problem_reported(message_key)
    _log.error("operator alert", message_key=message_key, **ids)
    with sentry_sdk.new_scope() as scope:
        scope.fingerprint = [message_key]
        for name, value in ids.items():
            scope.set_tag(name, str(value))
        scope.capture_message(message_key, level="error")


def _write_json_lines(process: str, stream: TextIO) -> None:
    """Our lines and those of every package go through the same scrubbing, to `stream`."""
    before_rendering: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        lambda _logger, _method, line: {**line, "process": process},
        _describe_exception,
        _scrub_line,
    ]
    structlog.configure(
        processors=[*before_rendering, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before_rendering,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _describe_exception(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """The line names the exception, its scrubbed message and its places in the code, but no variable."""
    given = line.pop("exc_info", None)
    exception = sys.exception() if given is True else given[1] if isinstance(given, tuple) else given
    if not isinstance(exception, BaseException):
        return line
    stack = traceback.extract_tb(exception.__traceback__)[-_STACK_DEPTH:]
    cause = exception.__cause__ or exception.__context__
    return {
        **line,
        "exception": type(exception).__qualname__,
        "message": _describe(exception),
        "stack": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in stack],
        "cause": f"{type(cause).__qualname__}: {_describe(cause)}" if cause else None,
    }


def _describe(exception: BaseException) -> str:
    return _speakable(type(exception).__module__, str(exception))


def _speakable(module: str, message: str) -> str:
    """Return what may be told of an exception's message, by the module of its class.

    Ours hold codes and ids, a database's are understood; any other may have a family's words in it, put there
    without quotes, which nothing can tell from its own.
    """
    return scrub_message(message) if module.startswith(SPEAKABLE) else "[message]"


def _scrub_line(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    # Names that begin with an underscore are structlog's own, and taken out before the line is written.
    return {key: value if key.startswith("_") else scrub(value) for key, value in line.items()}


def _scrub_event(event: Event, _hint: Hint) -> Event:
    """The report keeps type, code places and ids; of a request only its method and path."""
    cleaned: dict[str, Any] = dict(event)
    cleaned.pop("user", None)
    cleaned.pop("server_name", None)
    if request := cleaned.pop("request", None):
        path = str(request.get("url", "")).partition("?")[0]
        cleaned["request"] = {"method": request.get("method"), "url": path}
    for exception in (cleaned.get("exception") or {}).get("values", ()):
        exception["value"] = _speakable(str(exception.get("module") or ""), str(exception.get("value") or ""))
    scrubbed: Event = scrub(cleaned)
    return scrubbed


def _scrub_breadcrumb(crumb: dict[str, Any], _hint: dict[str, Any]) -> dict[str, Any]:
    scrubbed: dict[str, Any] = scrub(crumb)
    return scrubbed
