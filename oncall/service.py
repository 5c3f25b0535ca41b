"""What every process of ours works with; the clock's needs no web application."""

from dataclasses import dataclass

from oncall.clock import Clock
from oncall.jobs.calls import JobRunner
from oncall.jobs.worker import Worker
from oncall.settings import Settings
from oncall.store.keys import KeyRing
from oncall.store.session import Database, open_database
from oncall.telephony.files import Files
from oncall.telephony.orders import Orders
from oncall.usecases.health import Watch
from oncall.usecases.line.context import CallContext, Lines
from oncall.usecases.timekeeping import Timekeeper, keep_time, make_up_time


@dataclass(frozen=True)
class Service:
    """Everything that a process of ours works with."""

    settings: Settings
    db: Database
    context: CallContext
    worker: Worker
    time: Timekeeper
    watch: Watch
    files: Files

    @property
    def clock(self) -> Clock:
        """Return the present, by which everything is decided and stored."""
        return self.time.now


def build_service(
    settings: Settings,
    *,
    clock: Clock | None = None,
    time: Timekeeper | None = None,
    orders: Orders | None = None,
) -> Service:
    """Return the service's parts, connected; the database is not touched yet.

    `clock` makes up the time, for a drill; `time` is kept from other clocks than the machine's.
    """
    time = time or (keep_time() if clock is None else make_up_time(clock))
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
    worker = Worker(db, JobRunner(context, carrier, time.now), time.now)
    return Service(settings, db, context, worker, time, Watch(time), Files(carrier))
