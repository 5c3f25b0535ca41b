"""How the statements of a call's path reach the driver without being put together anew each time."""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import UpdateBase

from oncall.store.columns import DeterministicText

Convert = Callable[[Any], Any]

watchers: list[Callable[[str, Any], None]] = []
"""Told every prepared statement and its parameters: SQLAlchemy's own events do not see them."""


@dataclass(frozen=True, slots=True, eq=False)
class _Compiled:
    """A statement in the words of one driver."""

    sql: str
    constants: Mapping[str, Any]
    order: Sequence[str] | None  # names of the parameters by position; None: the driver takes names
    binders: Sequence[tuple[str, Convert]]
    encrypted: Sequence[tuple[str, DeterministicText]]  # apart: each database has a cipher of its own

    def bind(self, given: Mapping[str, Any], dialect: Dialect) -> Any:
        values = {**self.constants, **given}
        for name, convert in self.binders:
            values[name] = convert(values[name])
        for name, kind in self.encrypted:
            values[name] = kind.process_bind_param(values[name], dialect)
        return values if self.order is None else [values[name] for name in self.order]


@dataclass(frozen=True, slots=True, eq=False)
class _Shape:
    """What one driver's rows become."""

    readers: Sequence[tuple[int, Convert]]
    encrypted: Sequence[tuple[int, DeterministicText]]
    make_row: Callable[[Sequence[Any]], Any]

    def read(self, row: Sequence[Any], dialect: Dialect) -> Any:
        values = list(row)
        for position, convert in self.readers:
            values[position] = convert(values[position])
        for position, kind in self.encrypted:
            values[position] = kind.process_result_value(values[position], dialect)
        return self.make_row(values)


class Prepared:
    """A statement that is compiled once for each driver and then only given its parameters.

    An incoming call costs eight statements, and SQLAlchemy's way from a statement to the driver takes
    several times as long as the driver itself. What it knows of types, names and dialects still counts: it
    compiles the statement, and its converters are used. Parameters must have the same names every time.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement: Any = statement
        self._compiled: dict[str, _Compiled] = {}
        self._shapes: dict[str, _Shape] = {}

    def rows(self, conn: Connection, parameters: Mapping[str, Any]) -> list[Any]:
        """Return all rows, with the columns as attributes."""
        compiled = self._compile(conn, parameters)
        cursor = self._execute(conn, compiled.sql, compiled.bind(parameters, conn.dialect), many=False)
        shape = self._shapes.get(conn.dialect.name)
        if shape is None:
            shape = self._shapes[conn.dialect.name] = _shape(self._statement, conn, cursor.description)
        found = [shape.read(row, conn.dialect) for row in cursor.fetchall()]
        cursor.close()
        return found

    def run(self, conn: Connection, parameters: Mapping[str, Any]) -> int:
        """The statement is done; return how many rows it has met."""
        compiled = self._compile(conn, parameters)
        cursor = self._execute(conn, compiled.sql, compiled.bind(parameters, conn.dialect), many=False)
        met: int = cursor.rowcount
        cursor.close()
        return met

    def run_many(self, conn: Connection, parameters: Sequence[Mapping[str, Any]]) -> None:
        """The statement is done once for each of the parameters; there must be one at least."""
        compiled = self._compile(conn, parameters[0])
        bound = [compiled.bind(given, conn.dialect) for given in parameters]
        if len(bound) == 1:  # PostgreSQL's driver would open and close a pipeline for it
            self._execute(conn, compiled.sql, bound[0], many=False).close()
        else:
            self._execute(conn, compiled.sql, bound, many=True).close()

    def _execute(self, conn: Connection, sql: str, parameters: Any, *, many: bool) -> Any:
        for watcher in watchers:
            watcher(sql, parameters)
        cursor = conn.connection.cursor()
        try:
            if many:
                cursor.executemany(sql, parameters)
            else:
                cursor.execute(sql, parameters)
        except conn.dialect.loaded_dbapi.Error as error:
            # As SQLAlchemy itself would raise it, and like there without the parameters.
            raise DBAPIError.instance(
                sql, None, error, conn.dialect.loaded_dbapi.Error, hide_parameters=True, dialect=conn.dialect
            ) from error
        return cursor

    def _compile(self, conn: Connection, parameters: Mapping[str, Any]) -> _Compiled:
        compiled = self._compiled.get(conn.dialect.name)
        if compiled is None:
            compiled = self._compiled[conn.dialect.name] = _compile(self._statement, conn, list(parameters))
        return compiled


def _compile(statement: Any, conn: Connection, names: Sequence[str]) -> _Compiled:
    dialect = conn.dialect
    options = {"column_keys": names, "for_executemany": True} if isinstance(statement, UpdateBase) else {}
    made = statement.compile(dialect=dialect, **options)
    binders, encrypted = {}, {}  # by name: one parameter may stand in several places
    for bind, name in made.bind_names.items():
        if isinstance(bind.type, DeterministicText):
            encrypted[name] = bind.type
            continue
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            binders[name] = convert
    return _Compiled(
        str(made), made.params, made.positiontup, tuple(binders.items()), tuple(encrypted.items())
    )


def _shape(statement: Any, conn: Connection, description: Sequence[Sequence[Any]]) -> _Shape:
    columns = tuple(statement.selected_columns)
    readers, encrypted = [], []
    for position, (column, described) in enumerate(zip(columns, description, strict=True)):
        if isinstance(column.type, DeterministicText):
            encrypted.append((position, column.type))
            continue
        convert = column.type.dialect_impl(conn.dialect).result_processor(conn.dialect, described[1])
        if convert is not None:
            readers.append((position, convert))
    make_row: Any = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]
    return _Shape(tuple(readers), tuple(encrypted), make_row._make)
