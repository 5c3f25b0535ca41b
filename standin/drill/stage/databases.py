"""Where each scenario gets a database of its own, which can also be lost in the middle of a call."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL, Engine, NullPool, create_engine, make_url, text

from oncall.store.engines import read_address
from oncall.store.schema import migrate

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - where it exists, nothing of a drill touches a disk


class ScenarioDatabase(Protocol):
    """One scenario's database."""

    @property
    def url(self) -> str:
        """Its address."""

    def lose(self) -> None:
        """Whoever connects from now on is refused."""

    def bring_back(self) -> None:
        """The database is there again, with all that it had."""

    def remove(self) -> None:
        """The database is gone for good; nobody may be using it."""


class SqliteFile:
    """A database in a file."""

    def __init__(self, path: Path) -> None:
        self._path, self._hidden = path, path.with_suffix(".lost")
        self.url = f"sqlite:///{path}"

    def lose(self) -> None:
        """A folder stands where the file was: it cannot be opened, nor made anew."""
        self._path.rename(self._hidden)
        self._path.mkdir()

    def bring_back(self) -> None:
        """The file is back."""
        self._path.rmdir()
        self._hidden.rename(self._path)

    def remove(self) -> None:
        """No file of it is left."""
        for left in self._path.parent.glob(f"{self._path.name}*"):
            left.unlink()


class PostgresDatabase:
    """A database of a server."""

    def __init__(self, admin: Engine, address: URL) -> None:
        self._admin, self._name = admin, address.database
        self.url = address.render_as_string(hide_password=False)

    def lose(self) -> None:
        """The server lets nobody in, and whoever was is thrown out."""
        _order(self._admin, f"ALTER DATABASE {self._name} ALLOW_CONNECTIONS false")
        with self._admin.connect() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
                {"name": self._name},
            )

    def bring_back(self) -> None:
        """The server lets everybody in again."""
        _order(self._admin, f"ALTER DATABASE {self._name} ALLOW_CONNECTIONS true")

    def remove(self) -> None:
        """The server has it no more."""
        _order(self._admin, f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")


class Databases(Protocol):
    """Hands out databases."""

    def fresh(self) -> ScenarioDatabase:
        """Return a new one, migrated and without a row."""

    def copy(self, place: ScenarioDatabase) -> ScenarioDatabase:
        """Return a new one with all that is in `place`, which nobody may be using."""


class _SqliteFiles:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0
        self._template = folder / "template.sqlite3"
        migrate(f"sqlite:///{self._template}")

    def fresh(self) -> ScenarioDatabase:
        return self._copy(self._template)

    def copy(self, place: ScenarioDatabase) -> ScenarioDatabase:
        return self._copy(Path(str(make_url(place.url).database)))

    def _copy(self, template: Path) -> SqliteFile:
        self._made += 1
        path = self._folder / f"{self._made}.sqlite3"
        shutil.copyfile(template, path)
        return SqliteFile(path)


class _PostgresDatabases:
    def __init__(self, address: URL) -> None:
        self._address = address
        self._admin = create_engine(address, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._made: list[str] = []
        self._template: str | None = None  # name of the migrated database; None until it is needed

    def fresh(self) -> ScenarioDatabase:
        if self._template is None:
            template = self._create("template0")
            migrate(template.render_as_string(hide_password=False))
            self._template = str(template.database)
        return PostgresDatabase(self._admin, self._create(self._template))

    def copy(self, place: ScenarioDatabase) -> ScenarioDatabase:
        return PostgresDatabase(self._admin, self._create(str(make_url(place.url).database)))

    def remove_all(self) -> None:
        for name in self._made:
            _order(self._admin, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._admin.dispose()

    def _create(self, template: str) -> URL:
        name = f"oncall_drill_{secrets.token_hex(8)}"
        _order(self._admin, f"CREATE DATABASE {name} TEMPLATE {template}")
        self._made.append(name)
        return self._address.set(database=name)


@contextmanager
def open_databases(url: str | None = None) -> Iterator[Databases]:
    """Yield where the drill's databases come from; at the end none of them is left.

    Without `url` they are SQLite files in a temporary folder. With the address of a PostgreSQL database
    they are made beside it, on the same server, and that database itself is not touched.
    """
    address = None if url is None else read_address(url)
    if address is not None and address.get_backend_name() == "postgresql":
        server = _PostgresDatabases(address)
        try:
            yield server
        finally:
            server.remove_all()
        return
    folder = Path(address.database or "").parent if address else IN_MEMORY if IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="oncall-drill-", dir=folder) as temporary:
        yield _SqliteFiles(Path(temporary))


def _order(admin: Engine, statement: str) -> None:
    with admin.connect() as connection:
        connection.execute(text(statement))
