"""From which address may a calendar program read whose shifts?"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from oncall.rota.model import PersonId
from oncall.store.session import Reading, Writing
from oncall.store.tables.rota import FeedRow


@dataclass(frozen=True, slots=True)
class Feed:
    """An address that somebody has been given, and what is read from it."""

    team_id: int
    person: PersonId
    whole_team: bool
    made_at: datetime


def make_feed(writing: Writing, person: PersonId, now: datetime, *, whole_team: bool) -> str:
    """Return the secret of a new address; the one that the person had for the same is dead."""
    drop_feed(writing, person, whole_team=whole_team)
    secret = secrets.token_urlsafe(32)
    row = {"digest": _digest(secret), "team_id": writing.team, "person": person}
    writing.conn.execute(insert(FeedRow), {**row, "whole_team": whole_team, "made_at": now})
    return secret


def drop_feed(writing: Writing, person: PersonId, *, whole_team: bool) -> bool:
    """Nothing is read any more from the address that the person had; False if they had none."""
    done = writing.conn.execute(
        delete(FeedRow).where(
            FeedRow.team_id == writing.team, FeedRow.person == person, FeedRow.whole_team == whole_team
        )
    )
    return done.rowcount == 1


def feeds_of(reading: Reading, team_id: int, person: PersonId) -> tuple[Feed, ...]:
    """Return which addresses a person has."""
    return _read(reading, FeedRow.team_id == team_id, FeedRow.person == person)


def feed_of(reading: Reading, secret: str) -> Feed | None:
    """Return what may be read with a secret; None where it is none of ours, or dead."""
    found = _read(reading, FeedRow.digest == _digest(secret))
    return found[0] if found else None


def _read(reading: Reading, *which: object) -> tuple[Feed, ...]:
    columns = (FeedRow.team_id, FeedRow.person, FeedRow.whole_team, FeedRow.made_at)
    rows = reading.conn.execute(select(*columns).where(*which).order_by(FeedRow.whole_team))  # type: ignore[arg-type]
    return tuple(Feed(row.team_id, PersonId(row.person), row.whole_team, row.made_at) for row in rows)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
