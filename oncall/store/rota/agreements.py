"""What has a team agreed about its rota: limits on working time, and its special days?"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select

from oncall.rota.limits import USUAL, Limits
from oncall.rota.model import PersonId
from oncall.store.journal.entries import Note, append_notes
from oncall.store.session import Reading, Writing
from oncall.store.tables.rota import LimitsRow, SpecialDayRow
from oncall.store.team.document import decode_window, encode_window

ROTA_SETTINGS_CHANGED = "rota_settings_changed"


def load_limits(reading: Reading, team_id: int) -> Limits:
    """Return the team's limits; the usual ones where it has set none."""
    document = reading.conn.scalar(select(LimitsRow.limits).where(LimitsRow.team_id == team_id))
    return USUAL if document is None else _read(document)


def save_limits(writing: Writing, limits: Limits, at: datetime, actor: str) -> None:
    """The team's limits are these, and the journal says who has set them."""
    document = write_limits(limits)
    writing.conn.execute(delete(LimitsRow).where(LimitsRow.team_id == writing.team))
    writing.conn.execute(insert(LimitsRow), {"team_id": writing.team, "limits": document})
    append_notes(writing, [Note(at, ROTA_SETTINGS_CHANGED, actor, {"limits": document})])


def load_special_days(reading: Reading, team_id: int) -> Mapping[date, str]:
    """Return the team's special days with their names, in order."""
    rows = reading.conn.execute(
        select(SpecialDayRow.day, SpecialDayRow.name)
        .where(SpecialDayRow.team_id == team_id)
        .order_by(SpecialDayRow.day)
    )
    return {row.day: row.name for row in rows}


def save_special_days(
    writing: Writing, added: Mapping[date, str], removed: set[date], at: datetime, actor: str
) -> None:
    """The days are, or are no longer, special to the team; the journal says who has said so."""
    dropped = sorted({*removed, *added})
    writing.conn.execute(
        delete(SpecialDayRow).where(SpecialDayRow.team_id == writing.team, SpecialDayRow.day.in_(dropped))
    )
    if added:
        rows = [{"team_id": writing.team, "day": day, "name": name} for day, name in added.items()]
        writing.conn.execute(insert(SpecialDayRow), rows)
    told = {
        "added": {day.isoformat(): name for day, name in added.items()},
        "removed": [day.isoformat() for day in sorted(removed - set(added))],
    }
    append_notes(writing, [Note(at, ROTA_SETTINGS_CHANGED, actor, {"special_days": told})])


def write_limits(limits: Limits) -> dict[str, Any]:
    """Return the limits as JSON values, the same for the same limits."""
    return {
        **asdict(limits),
        "ordinary": None if limits.ordinary is None else encode_window(limits.ordinary),
        "newcomers": sorted(limits.newcomers),
    }


def _read(document: Mapping[str, Any]) -> Limits:
    ordinary = document["ordinary"]
    return Limits(
        **{
            **document,
            "ordinary": None if ordinary is None else decode_window(ordinary),
            "newcomers": frozenset(PersonId(one) for one in document["newcomers"]),
        }
    )
