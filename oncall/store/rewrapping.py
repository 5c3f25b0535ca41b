"""How data keys get a new wrapping while calls go on, and whether an older wrapping key is still needed."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, bindparam, func, select, update

from oncall.store.session import Database

PAGE = 200  # data keys in one transaction: a call that comes meanwhile waits for no more
ROUNDS = 3  # a row that a call holds is passed over, and met again in the next round

KEY = "data_key"


@dataclass(frozen=True, slots=True)
class Wrapped:
    """How many data keys a table has, and how many of them an older wrapping key has wrapped."""

    table: str
    keys: int
    older: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the rewrapping has come."""

    looked_at: int
    rewrapped: int
    total: int


def count_wrapped(db: Database) -> tuple[Wrapped, ...]:
    """Return every table that holds data keys; once none is `older`, the older keys may go."""
    found = []
    with db.reading(unhurried=True) as reading:
        for table in _tables(reading.conn):
            wrapped = [row.data_key for page in _pages(reading.conn, table) for row in page]
            older = sum(not db.keyring.is_wrapped_anew(each) for each in wrapped)
            found.append(Wrapped(table.name, len(wrapped), older))
    return tuple(found)


def rewrap_all(db: Database) -> Generator[Progress]:
    """Wrap every data key by the newest wrapping key, and yield how far that has come after each step.

    What the data keys seal is not touched, and a key that is destroyed meanwhile stays destroyed. Stopped at
    any moment and begun again, it goes on where it was.
    """
    with db.reading() as reading:
        tables = _tables(reading.conn)
        total = sum(reading.conn.scalar(_count(table)) or 0 for table in tables)
    looked_at = rewrapped = 0
    for nth in range(ROUNDS):
        passed_over = False
        for table in tables:
            for looked, older, changed in _rewrap_table(db, table):
                looked_at += looked if nth == 0 else 0
                rewrapped += changed
                passed_over |= changed < older
                yield Progress(looked_at, rewrapped, total)
        if not passed_over:
            return


def _tables(conn: Connection) -> tuple[Table, ...]:
    """Return the tables with data keys, as the database has them: none can be forgotten here."""
    schema = MetaData()
    schema.reflect(conn)
    return tuple(table for table in schema.sorted_tables if KEY in table.columns)


def _identity(table: Table) -> Column[Any]:
    (column,) = table.primary_key.columns
    return column


def _count(table: Table) -> Any:
    return select(func.count()).select_from(table).where(table.c[KEY].is_not(None))


def _pages(conn: Connection, table: Table) -> Iterator[Any]:
    column = _identity(table)
    page = select(column.label("row_id"), table.c[KEY]).where(table.c[KEY].is_not(None)).order_by(column)
    last = None
    while rows := conn.execute((page if last is None else page.where(column > last)).limit(PAGE)).all():
        yield rows
        last = rows[-1].row_id


def _rewrap_table(db: Database, table: Table) -> Iterator[tuple[int, int, int]]:
    """Yield for each page how many keys there were, how many were older, and how many of those are not."""
    column = _identity(table)
    held = select(column).where(column.in_(bindparam("ids", expanding=True)))
    change = update(table).where(column == bindparam("row_id"), table.c[KEY] == bindparam("as_read"))
    with db.reading(unhurried=True) as reading:
        for rows in _pages(reading.conn, table):
            older = {row.row_id: row.data_key for row in rows if not db.keyring.is_wrapped_anew(row.data_key)}
            changed = 0
            if older:
                with db.transaction() as transaction:
                    # Those that somebody else is writing are left to the next round: nobody waits for us.
                    free = transaction.conn.scalars(
                        held.with_for_update(skip_locked=True), {"ids": list(older)}
                    ).all()
                    for row_id in free:
                        wrapped = older[row_id]
                        values = {"row_id": row_id, "as_read": wrapped, KEY: db.keyring.rewrap(wrapped)}
                        changed += transaction.conn.execute(change, values).rowcount
            yield len(rows), len(older), changed
