"""What every process of ours works with; the clock's needs no web application."""

from dataclasses import dataclass

from oncall.clock import Clock, utc_now
from oncall.jobs.calls import JobRunner
from oncall.jobs.worker import Worker
from oncall.settings import Settings
from oncall.store.keys import KeyRing
from oncall.store.session import Database, open_database
from oncall.telephony.files import Files
from oncall.telephony.orders import Orders
from oncall.usecases.line.context import CallContext, Lines


@dataclass(frozen=True)
class Service:
    """Everything that a process of ours works with."""

    settings: Settings
    db: Database
    context: CallContext
    worker: Worker
    clock: Clock
    files: Files


def build_service(settings: Settings, *, clock: Clock = utc_now, orders: Orders | None = None) -> Service:
    """Return the service's parts, connected; the database is not touched yet."""
    keyring = KeyRing(settings.oncall_keys, settings.oncall_index_key)
    db = open_database(settings.database_url, keyring)
    context = CallContext(db, settings.public_url, Lines(db, settings.last_resort_number))
    carrier = orders or Orders(
        settings.twilio_account_sid,
        settings.twilio_auth_token[0],
        settings.twilio_api_url,
        region=settings.twilio_region,
        edge=settings.twilio_edge,
    )
    worker = Worker(db, JobRunner(context, carrier, clock), clock)
    return Service(settings, db, context, worker, clock, Files(carrier))
