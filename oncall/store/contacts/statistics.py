"""What statistics are counted from: columns alone, nothing that is sealed."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Text, bindparam, select, type_coerce

from oncall.contacts.statistics import Fact
from oncall.store.columns import from_micros
from oncall.store.contacts.contacts import OURS
from oncall.store.journal.entries import decrypt_actor
from oncall.store.session import Reading
from oncall.store.tables.contacts import ContactRow
from oncall.store.tables.families import CaseRow

# As the database has them: a type for each value of thousands of rows costs more than all the counting.
_FACTS = select(
    type_coerce(ContactRow.started_at, BigInteger),
    ContactRow.channel,
    ContactRow.seconds_to_human,
    type_coerce(ContactRow.answered_by, Text),
    ContactRow.escalated,
    type_coerce(ContactRow.ended_at, BigInteger),
    ContactRow.follow_up,
    ContactRow.sid.startswith(OURS),
    ContactRow.case_id,
).where(
    ContactRow.team_id == bindparam("team"),
    ContactRow.started_at >= bindparam("since"),
    ContactRow.started_at < bindparam("until"),
)
_CASES = select(CaseRow.id, CaseRow.municipality, CaseRow.started_on).where(
    CaseRow.team_id == bindparam("team")
)


def load_facts(reading: Reading, team_id: int, since: datetime, until: datetime) -> tuple[Fact, ...]:
    """Return the team's contacts that began in [since, until), erased ones too, in no order."""
    rows: Any = reading.conn.execute(_FACTS, {"team": team_id, "since": since, "until": until}).all()
    cases: Any = reading.conn.execute(_CASES, {"team": team_id})
    families = {case: (municipality, started_on) for case, municipality, started_on in cases}
    people = {encrypted: decrypt_actor(reading, encrypted) for encrypted in {row[3] for row in rows}}
    return tuple(
        Fact(
            from_micros(began),
            channel,
            seconds,
            people[person],
            escalated,
            None if ended is None else from_micros(ended),
            follow_up,
            ours,
            case,
            *families.get(case, (None, None)),
        )
        for began, channel, seconds, person, escalated, ended, follow_up, ours, case in rows
    )
