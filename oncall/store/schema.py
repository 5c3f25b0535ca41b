"""Does the database have the tables that this version works with?"""

from sqlalchemy import Select, column, inspect, select, table

from oncall.store.session import Reading

_REVISION: Select[str] = select(column("version_num")).select_from(table("alembic_version"))


def newest_revision() -> str:
    """Return the revision that this version's code expects."""
    # Imported late, as by `migrate`: what takes calls neither migrates nor asks for this.
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "oncall:migrations")
    config.set_main_option("recursive_version_locations", "true")
    return str(ScriptDirectory.from_config(config).get_current_head())


def revision_of(reading: Reading) -> str | None:
    """Return the revision at which the database is, None before the first migration."""
    if not inspect(reading.conn).has_table("alembic_version"):
        return None
    revision: str | None = reading.conn.scalar(_REVISION)
    return revision


def is_current(reading: Reading) -> bool:
    """Say whether the database is at the newest revision."""
    return revision_of(reading) == newest_revision()
