"""The command that runs the clock."""

import signal
import sys
from contextlib import suppress
from types import FrameType

import click
from sqlalchemy.exc import SQLAlchemyError

from oncall import monitoring
from oncall.cli.command import CannotGoOn
from oncall.cli.opening import expect_file, read_settings
from oncall.scheduler import run_clock
from oncall.service import Service, build_service
from oncall.store.keys import UnreadableSecret
from oncall.store.refusals import NOT_MIGRATED, WRONG_KEYS
from oncall.store.schema import revision_of


@click.command
def clock() -> None:
    """Run the clock: once a second it does what is due.

    One is enough, several are safe, and none is survived: a web process stands in. It stops after its
    present second when it is told to (SIGTERM, Ctrl-C).
    """
    settings = read_settings()
    expect_file(settings)
    monitoring.start("clock", sentry_dsn=settings.sentry_dsn)
    service = build_service(settings)
    try:
        _expect_tables_and_keys(service)
        signal.signal(signal.SIGTERM, _stop)
        signal.signal(signal.SIGINT, _stop)
        run_clock(service)
    finally:
        service.db.close()


def _expect_tables_and_keys(service: Service) -> None:
    """Raise CannotGoOn where there is no table, or our keys do not open what stands in them.

    With such keys the clock would beat, so that nobody stands in for it, and could do nothing. A database
    that does not answer now may do so later.
    """
    with suppress(SQLAlchemyError):
        with service.db.reading() as reading:
            if revision_of(reading) is None:
                raise CannotGoOn(NOT_MIGRATED)
        try:
            service.context.lines.refresh()
        except UnreadableSecret:
            raise CannotGoOn(WRONG_KEYS) from None


def _stop(_signal: int, _frame: FrameType | None) -> None:
    # Raised in the main thread, which only waits; the job under way on its own thread is finished first.
    # Told once more meanwhile, it would break off that with an error.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(0)
