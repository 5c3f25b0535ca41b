"""How the parts are put together to a web application."""

from collections.abc import Callable, Sequence

from flask import Flask

from oncall.jobs.worker import Pool
from oncall.routes.health import health
from oncall.routes.line.phone_tests import phones
from oncall.routes.line.staff_calls import paging
from oncall.routes.line.text import text
from oncall.routes.line.voice import voice
from oncall.routes.line.voicemail import voicemail
from oncall.routes.pages import register_pages
from oncall.routes.web.service import connect_service
from oncall.service import Service

HandOut = Callable[[Sequence[str]], None]
"""Takes the keys of jobs that are due at once, right after the commit that put them."""


def create_app(service: Service, hand_out: HandOut | None = None) -> Flask:
    """Return the web application; due jobs go to `hand_out`, by default to threads of this process."""
    app = create_webhooks(service, hand_out)
    register_pages(app)
    return app


def create_webhooks(service: Service, hand_out: HandOut | None = None) -> Flask:
    """Return what the carrier speaks with: the web application without its pages."""
    app = Flask(__name__)
    for part in (voice, paging, phones, voicemail, text, health):
        app.register_blueprint(part)
    connect(app, service, hand_out)
    return app


def connect(app: Flask, service: Service, hand_out: HandOut | None = None) -> None:
    """From now on the application works with this service."""
    app.config.update(SECRET_KEY=service.settings.secret_key, MAX_CONTENT_LENGTH=1024 * 1024)
    connect_service(app, service)
    service.db.after_commit.append(hand_out or Pool(service.worker).take)
    service.context.lines.refresh()
