"""What statistics are counted from: columns alone, nothing that is sealed."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from oncall.contacts.statistics import Fact
from oncall.store.contacts import OURS
from oncall.store.session import Reading
from oncall.store.tables import CaseRow, ContactRow

_FACTS = (
    select(  # in the order of a fact's fields
        ContactRow.started_at,
        ContactRow.channel,
        ContactRow.seconds_to_human,
        ContactRow.answered_by,
        ContactRow.escalated,
        ContactRow.ended_at,
        ContactRow.follow_up,
        ContactRow.sid.startswith(OURS).label("ours"),
        ContactRow.case_id,
        CaseRow.municipality,
        CaseRow.started_on,
    )
    .outerjoin(CaseRow, CaseRow.id == ContactRow.case_id)
    .where(
        ContactRow.team_id == bindparam("team"),
        ContactRow.started_at >= bindparam("since"),
        ContactRow.started_at < bindparam("until"),
    )
)


def load_facts(reading: Reading, team_id: int, since: datetime, until: datetime) -> tuple[Fact, ...]:
    """Return the team's contacts that began in [since, until), erased ones too, in no order."""
    rows: Any = reading.conn.execute(_FACTS, {"team": team_id, "since": since, "until": until})
    return tuple(Fact(*row) for row in rows)
