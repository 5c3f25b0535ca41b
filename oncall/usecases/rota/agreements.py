"""Read and change what a team has agreed about its rota: limits on working time, and special days."""

from collections.abc import Mapping
from datetime import date, datetime

from oncall.rota.limits import Limits
from oncall.store.rota.agreements import (
    load_limits,
    load_special_days,
    save_limits,
    save_special_days,
    write_limits,
)
from oncall.store.session import Database
from oncall.usecases.fingerprint import fingerprint


class LimitsChanged(Exception):
    """Somebody else has changed the limits since the form was opened; nothing has been saved."""

    def __init__(self, standing: Limits) -> None:
        """Take the limits as they are now."""
        super().__init__("the limits have been changed meanwhile")
        self.standing = standing


def read_limits(db: Database, team_id: int) -> Limits:
    """Return the team's limits; the usual ones where it has set none."""
    with db.reading() as reading:
        return load_limits(reading, team_id)


def version_of_limits(limits: Limits) -> str:
    """Return a name of these limits, so that a form knows whether they are still what it shows."""
    return fingerprint(write_limits(limits))


def set_limits(
    db: Database, team_id: int, limits: Limits, seen: str | None, actor: str, now: datetime
) -> None:
    """Set the team's limits; raises LimitsChanged.

    `seen` is the version that the form was made from; None where it does not say.
    """
    with db.writing(team_id) as writing:
        standing = load_limits(writing, team_id)
        if seen is not None and seen != version_of_limits(standing):
            raise LimitsChanged(standing)
        save_limits(writing, limits, now, actor)


def read_special_days(db: Database, team_id: int) -> Mapping[date, str]:
    """Return the team's special days with their names, in order."""
    with db.reading() as reading:
        return load_special_days(reading, team_id)


def set_special_days(
    db: Database, team_id: int, added: Mapping[date, str], removed: set[date], actor: str, now: datetime
) -> None:
    """Add and remove special days of the team."""
    with db.writing(team_id) as writing:
        save_special_days(writing, added, removed, now, actor)
