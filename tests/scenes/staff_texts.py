"""Read which texts to staff wait to be sent."""

from oncall.store.session import Database
from oncall.store.tables.jobs import JobRow
from tests.scenes.rotating_team import NOW


def told(db: Database) -> set[tuple[str, str]]:
    with db.reading() as reading:
        rows = reading.conn.execute(JobRow.__table__.select().where(JobRow.kind == "tell_staff"))
        about_handovers = ("begins", "now", "ends")
        return {
            (row.payload["person"], row.payload["what"])
            for row in rows
            if row.payload["what"] not in about_handovers or row.due_at <= NOW
        }
