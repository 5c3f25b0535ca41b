"""How the two databases are connected to, so that both keep the same promises."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

PRIVATE = 0o600
# Of each connection to SQLite, at most: there are some twenty in a process, and the system keeps the file's
# pages in memory once for all of them.
CACHE_KIB = 2048
PATIENCE = 8  # seconds to wait for a lock or a connection: the carrier hangs up on us after 15

POSTGRES_OPTIONS = " ".join(
    (
        "-c timezone=UTC",
        f"-c lock_timeout={PATIENCE}s",
        # A process that hangs in mid-transaction must not keep a team's head locked for the night.
        "-c idle_in_transaction_session_timeout=60s",
    )
)


def read_address(url: str) -> URL:
    """Return the address with the driver that we use; raises ValueError for any other database."""
    for scheme in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(scheme):
            return make_url("postgresql+psycopg://" + url.removeprefix(scheme))
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or address.database in (None, "", ":memory:"):
        raise ValueError("the database must be a SQLite file or PostgreSQL")
    return address


def connect_to_write(address: URL, connections: int) -> Engine:
    """Return the engine for transactions that write; on SQLite it has one connection, for one writer."""
    if address.get_backend_name() == "sqlite":
        return _connect_sqlite(address, begin="BEGIN IMMEDIATE", connections=1)
    return create_engine(
        address,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=PATIENCE,
        # The one used last knows the statements of a call already; the others would have to plan them anew.
        pool_use_lifo=True,
        # A database that was restarted must not cost the next caller the call.
        pool_pre_ping=True,
        hide_parameters=True,  # an error's text goes to logs, and parameters may be somebody's number
        connect_args={"options": POSTGRES_OPTIONS, "connect_timeout": 4, "keepalives_idle": 30},
    )


def connect_to_read(address: URL, writer: Engine, connections: int) -> Engine:
    """Return the engine for transactions that only read; each sees one instant, and blocks nobody."""
    if address.get_backend_name() == "sqlite":
        return _connect_sqlite(address, begin="BEGIN", connections=connections)
    return writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def prepare_file(address: URL) -> None:
    """A SQLite file is there for its owner alone, and its readers and writer do not block each other."""
    path = Path(address.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=PRIVATE)
    path.chmod(PRIVATE)  # whatever made it before; SQLite gives its log the same
    engine = _connect_sqlite(address, begin="BEGIN", connections=1)
    engine.connect().close()
    engine.dispose()


def leave_no_trace(connection: sqlite3.Connection, _record: Any) -> None:
    """A destroyed key, or a name that is sealed now, does not stay in the file's free pages."""
    connection.execute("PRAGMA secure_delete = ON")


def merge_log(address: URL) -> None:
    """What the write-ahead log held is in the file, and the log is empty, if nobody is reading meanwhile."""
    engine = _connect_sqlite(address, begin="BEGIN", connections=1)
    with engine.connect() as conn, closing(conn.connection.cursor()) as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def _connect_sqlite(address: URL, *, begin: str, connections: int) -> Engine:
    Path(address.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        address,
        poolclass=QueuePool,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=PATIENCE,
        hide_parameters=True,
        # None: the driver begins nothing by itself, so that ours is the only BEGIN.
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": PATIENCE},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: Any) -> None:
        for pragma in (
            "journal_mode = WAL",  # readers and the writer do not block each other
            "synchronous = FULL",  # a commit that was answered survives a power cut
            "foreign_keys = ON",
            "recursive_triggers = ON",  # else INSERT OR REPLACE deletes an entry without asking the trigger
            "temp_store = MEMORY",
            f"cache_size = -{CACHE_KIB}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        leave_no_trace(connection, record)
        if begin == "BEGIN":
            connection.execute("PRAGMA query_only = ON")

    def begin_ourselves(connection: Any) -> None:
        connection.execute(begin)

    # In place of a listener: with a single one, SQLAlchemy goes a longer way for every statement.
    engine.dialect.do_begin = begin_ourselves  # type: ignore[assignment, method-assign]
    return engine
