"""Bring the database to the tables that this version works with, and tell whether it has them."""

from typing import TYPE_CHECKING

from sqlalchemy import NullPool, Select, column, create_engine, event, inspect, select, table, text

from oncall.store.engines import leave_no_trace, merge_log, prepare_file, read_address
from oncall.store.keys import KeyRing
from oncall.store.session import Reading

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATION_LOCK = 0x6F6E63616C6C  # any number that nobody else locks in PostgreSQL

_REVISION: Select[str] = select(column("version_num")).select_from(table("alembic_version"))


def migrations() -> "Config":
    """Return where Alembic finds the migrations: in folders of fifteen."""
    # Imported late: a process that takes calls never migrates, and need not hold what doing so takes.
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "oncall:migrations")
    config.set_main_option("recursive_version_locations", "true")
    return config


def migrate(url: str, revision: str = "head", keyring: KeyRing | None = None) -> None:
    """The schema is at `revision`; several processes may ask at once, and one of them does it.

    `keyring` is needed where the database holds a team already: some steps seal what they find.
    """
    from alembic import command

    address = read_address(url)
    config = migrations()
    if address.get_backend_name() == "sqlite":
        # Not the writers' engine: rebuilding a table needs foreign keys to be off.
        prepare_file(address)
        engine = create_engine(
            address, poolclass=NullPool, connect_args={"isolation_level": None, "timeout": 60}
        )
        begin = "BEGIN IMMEDIATE"
        event.listen(engine, "connect", leave_no_trace)
    else:
        engine = create_engine(address, poolclass=NullPool)
        begin = f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"
    with engine.begin() as connection:
        connection.execute(text(begin))
        config.attributes.update(connection=connection, keyring=keyring)
        command.upgrade(config, revision)
    engine.dispose()
    if address.get_backend_name() == "sqlite":
        merge_log(address)  # it may still hold, in the clear, what this version seals


def newest_revision() -> str:
    """Return the revision that this version's code expects."""
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory.from_config(migrations()).get_current_head())


def revision_of(reading: Reading) -> str | None:
    """Return the revision at which the database is, None before the first migration."""
    if not inspect(reading.conn).has_table("alembic_version"):
        return None
    revision: str | None = reading.conn.scalar(_REVISION)
    return revision


def is_current(reading: Reading) -> bool:
    """Say whether the database is at the newest revision."""
    return revision_of(reading) == newest_revision()
