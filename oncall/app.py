"""How the parts are put together to a web application."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask

from oncall.clock import Clock, utc_now
from oncall.dispatch.errands import Errands
from oncall.dispatch.worker import Pool, Worker
from oncall.routes.health import health
from oncall.routes.pages import register_pages
from oncall.routes.paging import paging
from oncall.routes.text import text
from oncall.routes.voice import voice
from oncall.settings import Settings
from oncall.store.keys import KeyRing
from oncall.store.session import Database, open_database
from oncall.switchboard.desk import Desk, Lines
from oncall.telephony.orders import Orders

HandOut = Callable[[Sequence[str]], None]
"""Takes the keys of jobs that are due at once, right after the commit that put them."""


@dataclass(frozen=True)
class Service:
    """Everything that a process of ours works with."""

    settings: Settings
    db: Database
    desk: Desk
    worker: Worker
    clock: Clock


def build_service(settings: Settings, *, clock: Clock = utc_now, orders: Orders | None = None) -> Service:
    """Return the service's parts, connected; the database is not touched yet."""
    keyring = KeyRing(settings.oncall_keys, settings.oncall_index_key)
    db = open_database(settings.database_url, keyring)
    desk = Desk(db, settings.public_url, Lines(db, settings.last_resort_number))
    carrier = orders or Orders(
        settings.twilio_account_sid,
        settings.twilio_auth_token[0],
        settings.twilio_api_url,
        region=settings.twilio_region,
        edge=settings.twilio_edge,
    )
    return Service(settings, db, desk, Worker(db, Errands(desk, carrier, clock), clock), clock)


def create_app(service: Service, hand_out: HandOut | None = None) -> Flask:
    """Return the web application; due jobs go to `hand_out`, by default to threads of this process."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY=service.settings.secret_key, MAX_CONTENT_LENGTH=1024 * 1024)
    app.extensions["oncall.settings"] = service.settings
    app.extensions["oncall.desk"] = service.desk
    app.extensions["oncall.clock"] = service.clock
    app.register_blueprint(voice)
    app.register_blueprint(paging)
    app.register_blueprint(text)
    app.register_blueprint(health)
    register_pages(app)
    service.db.after_commit.append(hand_out or Pool(service.worker).take)
    service.desk.lines.refresh()
    return app
