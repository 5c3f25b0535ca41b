"""Give requests access to the service that the application was created with."""

from datetime import datetime
from typing import cast

from flask import Flask, current_app

from oncall.clock import Clock
from oncall.service import Service
from oncall.settings import Settings
from oncall.store.session import Database
from oncall.telephony.files import Files
from oncall.usecases.health import Watch
from oncall.usecases.line.context import CallContext

_KEY = "oncall"


def connect_service(app: Flask, service: Service) -> None:
    """Let the requests of this application use this service."""
    app.extensions[_KEY] = service


def service_of(app: Flask) -> Service:
    """Return the service of an application."""
    return cast("Service", app.extensions[_KEY])


def database() -> Database:
    """Return the service's database."""
    return service_of(current_app).db


def call_context() -> CallContext:
    """Return what every use-case of the switchboard works with."""
    return service_of(current_app).context


def files() -> Files:
    """Return the carrier's files."""
    return service_of(current_app).files


def settings() -> Settings:
    """Return the operator's settings."""
    return service_of(current_app).settings


def public_url() -> str:
    """Return where families' carrier and staff reach us: scheme, host and port, no slash at the end."""
    return service_of(current_app).settings.public_url


def clock() -> Clock:
    """Return the service's clock, for work that goes on after the request."""
    return service_of(current_app).clock


def now() -> datetime:
    """Return the present by the service's clock."""
    return service_of(current_app).clock()


def watch() -> Watch:
    """Return what is known of the processes' heartbeats."""
    return service_of(current_app).watch
