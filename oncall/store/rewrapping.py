"""How data keys get a new wrapping while calls go on."""

from typing import Any

from sqlalchemy import bindparam, select, update

from oncall.store.session import Database
from oncall.store.tables import CaseRow, ContactRow, HeadRow, TeamRow

PAGE = 500

_KEPT: tuple[tuple[Any, Any], ...] = (
    (TeamRow, TeamRow.id),
    (HeadRow, HeadRow.chain),
    (CaseRow, CaseRow.id),
    (ContactRow, ContactRow.id),
)


def rewrap_all(db: Database) -> int:
    """Every data key is wrapped by the newest wrapping key; return how many.

    The older wrapping keys may then be thrown away. What the data keys seal is not touched, and a key
    that is destroyed meanwhile stays destroyed.
    """
    return sum(_rewrap_table(db, table, column) for table, column in _KEPT)


def _rewrap_table(db: Database, table: Any, column: Any) -> int:
    page = select(column.label("row_id"), table.data_key).where(table.data_key.is_not(None)).order_by(column)
    change = update(table).where(column == bindparam("row_id"), table.data_key == bindparam("as_read"))
    count, last = 0, None
    while True:
        with db.transaction() as transaction:
            after = page if last is None else page.where(column > last)
            rows = transaction.conn.execute(after.limit(PAGE)).all()
            if not rows:
                return count
            transaction.conn.execute(
                change,
                [
                    {
                        "row_id": row.row_id,
                        "as_read": row.data_key,
                        "data_key": db.keyring.rewrap(row.data_key),
                    }
                    for row in rows
                ],
            )
        count, last = count + len(rows), rows[-1].row_id
