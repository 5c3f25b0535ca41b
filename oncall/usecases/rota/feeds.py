"""Give, revoke and read the addresses from which calendar programs fetch shifts."""

from dataclasses import dataclass
from datetime import datetime

from oncall.alerts.team import Person, Team
from oncall.rota.model import PersonId
from oncall.store.rota.feeds import drop_feed, feed_of, make_feed
from oncall.store.session import Database
from oncall.store.team.teams import read_team


@dataclass(frozen=True, slots=True)
class FeedSource:
    """The team and the person whose shifts a calendar address shows."""

    team: Team
    reader: Person  # whose address it is
    whole_team: bool


def give_feed(db: Database, team_id: int, person: PersonId, now: datetime, *, whole_team: bool) -> str:
    """Return the secret of a new address; the one that the person had for the same is dead."""
    with db.writing(team_id) as writing:
        return make_feed(writing, person, now, whole_team=whole_team)


def revoke_feed(db: Database, team_id: int, person: PersonId, *, whole_team: bool) -> None:
    """Revoke the address that the person had, if any."""
    with db.writing(team_id) as writing:
        drop_feed(writing, person, whole_team=whole_team)


def read_feed(db: Database, secret: str) -> FeedSource | None:
    """Return what an address shows; None for one that is none of ours, revoked, or whose owner has left."""
    with db.reading() as reading:
        feed = feed_of(reading, secret)
        team = read_team(reading, feed.team_id) if feed else None
    if feed is None or team is None or feed.person not in team.people:
        return None
    return FeedSource(team, team.people[feed.person], feed.whole_team)
