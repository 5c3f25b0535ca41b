"""What the database holds, so that a test can say that nothing has changed."""

from sqlalchemy import MetaData, func, select

from oncall.store.tables.journal import HeadRow
from standin.drill.stage.stage import Stage


def state_of(night: Stage) -> dict[str, object]:
    """How many rows each table has, and where each chain ends."""
    with night.service.db.reading() as reading:
        schema = MetaData()
        schema.reflect(reading.conn)
        counts = {
            name: reading.conn.scalar(select(func.count()).select_from(table))
            for name, table in schema.tables.items()
        }
        heads = reading.conn.execute(select(HeadRow.chain, HeadRow.hash, HeadRow.seq)).all()
    return {**counts, "heads": heads}
