"""The command that prepares the database."""

import click
from sqlalchemy.exc import SQLAlchemyError

from oncall.cli.command import CannotGoOn, say
from oncall.cli.opening import open_data, read_keyring, read_settings
from oncall.settings import Settings
from oncall.store.keys import UnreadableSecret
from oncall.store.refusals import NO_ANSWER, WRONG_KEYS
from oncall.store.schema import migrate, revision_of
from oncall.store.session import Database
from oncall.usecases.accounts.enrolment import make_set_up_code
from oncall.usecases.timekeeping import read_present


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
    code = make_set_up_code(db, read_present(db))
    if code is not None:
        say(f"Nobody can sign in yet. {code} lets the first leader in at {settings.public_url}/set-up.")
