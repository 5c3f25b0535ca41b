"""What was found when the carrier was last asked where a team's numbers lead."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select

from oncall.store.session import Reading, Transaction
from oncall.store.tables.team import LineCheckRow


@dataclass(frozen=True, slots=True)
class LineCheck:
    """The carrier was asked about a team's lines."""

    at: datetime
    faults: tuple[str, ...]  # codes; empty: all is well


_CHECK = select(LineCheckRow).where(LineCheckRow.team_id == bindparam("team"))
_DROP = delete(LineCheckRow).where(LineCheckRow.team_id == bindparam("team"))


def load_line_check(reading: Reading, team_id: int) -> LineCheck | None:
    """Return the last check of the team's lines; None where there was none."""
    row = reading.conn.execute(_CHECK, {"team": team_id}).one_or_none()
    return None if row is None else LineCheck(row.at, tuple(row.faults))


def save_line_check(transaction: Transaction, team_id: int, check: LineCheck) -> None:
    """This is the last check of the team's lines."""
    transaction.conn.execute(_DROP, {"team": team_id})
    row = {"team_id": team_id, "at": check.at, "faults": list(check.faults)}
    transaction.conn.execute(insert(LineCheckRow), row)
