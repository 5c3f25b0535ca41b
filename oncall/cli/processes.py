"""Commands that prepare the database and run the clock."""

import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING

import click
from sqlalchemy.exc import SQLAlchemyError

from oncall.cli.command import CannotGoOn, say
from oncall.cli.opening import expect_file, open_data, read_keyring, read_settings
from oncall.clock import utc_now
from oncall.settings import Settings
from oncall.store.keys import UnreadableSecret
from oncall.store.refusals import NO_ANSWER, NOT_MIGRATED, WRONG_KEYS
from oncall.store.schema import migrate, revision_of
from oncall.store.session import Database

if TYPE_CHECKING:
    from oncall.service import Service


@click.command
def release() -> None:
    """Bring the database to this version's tables.

    Run it once before the web and clock processes of a new version start; running it again changes
    nothing, and several at once do it one after the other.
    """
    settings = read_settings()
    try:
        migrate(settings.database_url, keyring=read_keyring(settings))
    except (SQLAlchemyError, OSError):
        raise CannotGoOn(NO_ANSWER) from None
    except UnreadableSecret:
        raise CannotGoOn(WRONG_KEYS) from None
    with open_data(settings) as db, db.reading() as reading:
        say(f"The database is at revision {revision_of(reading)}.")
    with open_data(settings) as db:
        _let_the_first_in(db, settings)


def _let_the_first_in(db: Database, settings: Settings) -> None:
    """While nobody can sign in, the console says how the first leader does."""
    # Imported late: the clock would hold the sign-in's packages, which it does not use.
    from oncall.usecases.accounts.enrolment import make_set_up_code

    code = make_set_up_code(db, utc_now())
    if code is not None:
        say(f"Nobody can sign in yet. {code} lets the first leader in at {settings.public_url}/set-up.")


@click.command
def clock() -> None:
    """Run the clock: once a second it does what is due.

    One is enough, several are safe, and none is survived: a web process stands in. It stops after its
    present second when it is told to (SIGTERM, Ctrl-C).
    """
    # Imported late: every other command would wait for the carrier's client, which it does not use.
    from oncall import monitoring
    from oncall.scheduler import run_clock
    from oncall.service import build_service

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


def _expect_tables_and_keys(service: "Service") -> None:
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
