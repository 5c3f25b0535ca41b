"""Does the database have the tables that this version works with?"""

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from oncall.store.session import Reading


def newest_revision() -> str:
    """Return the revision that this version's code expects."""
    config = Config()
    config.set_main_option("script_location", "oncall:migrations")
    return str(ScriptDirectory.from_config(config).get_current_head())


def revision_of(reading: Reading) -> str | None:
    """Return the revision at which the database is, None before the first migration."""
    return MigrationContext.configure(reading.conn).get_current_revision()


def is_current(reading: Reading) -> bool:
    """Say whether the database is at the newest revision."""
    return revision_of(reading) == newest_revision()
