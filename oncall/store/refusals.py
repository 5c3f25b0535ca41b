"""Why can the database not be worked with, and what is to be done about it?"""

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from oncall.store.keys import UnreadableSecret
from oncall.store.schema import is_current
from oncall.store.session import Database, DatabaseBusy

NOT_MIGRATED = "the database has no tables, or those of another version: run `oncall release`"
NO_ANSWER = "the database does not answer: check DATABASE_URL, and that it runs"
WRONG_KEYS = "ONCALL_KEYS do not open what the database holds: put the key it was written with among them"
BUSY = "the database is held by another process: try again"
REFUSALS = (UnreadableSecret, DatabaseBusy, DBAPIError)  # what `explain` knows


class NoDatabase(Exception):
    """There is no database yet; the text is one line that says what to do."""


def require_file(url: str) -> None:
    """Raise NoDatabase where SQLite's file is not there: opening it would make an empty one."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        raise NoDatabase(f"there is no database file {address.database}: run `oncall release`")


def explain(db: Database, refusal: Exception) -> str:
    """Return one line that says what to do about a refusal."""
    match refusal:
        case UnreadableSecret():
            return WRONG_KEYS
        case DatabaseBusy():
            return BUSY
        case _:
            return _diagnose(db)


def _diagnose(db: Database) -> str:
    try:
        with db.reading() as reading:
            return NO_ANSWER if is_current(reading) else NOT_MIGRATED
    except SQLAlchemyError:
        return NO_ANSWER
