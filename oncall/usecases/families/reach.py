"""What has been agreed about a number, and what stands against calling it or writing to it now."""

from dataclasses import dataclass
from datetime import datetime

from oncall.alerts.safe_contact import NEEDS_REASON, Objection, Rules, Way, Wish, find_objections
from oncall.alerts.team import Team
from oncall.contacts.case import Member
from oncall.store.families.callers import rules_for
from oncall.store.families.cases import owners_of
from oncall.store.families.check_ins import find_member
from oncall.store.session import Database, Reading


@dataclass(frozen=True, slots=True)
class Against:
    """What a human sees before they act, in the order of its gravity."""

    objections: tuple[Objection, ...]

    @property
    def needs_reason(self) -> bool:
        """Whether having been warned is not enough."""
        return bool(NEEDS_REASON & frozenset(self.objections))


@dataclass(frozen=True, slots=True)
class Reach:
    """How a contact's number may be reached."""

    owners: tuple[tuple[str, Member], ...]  # the case's label, and the member with this number alone
    rules: Rules
    call: Against
    text: Against


def read_reach(
    reading: Reading,
    team: Team,
    number: str,
    heard_at: datetime | None,
    now: datetime,
    refused: Wish | None = None,
) -> Reach:
    """Return how the number may be reached at `now`; `refused` is what somebody has just wished in vain."""
    rules = rules_for(reading, team, number)
    wishes = {way: Wish(way, by_machine=False) for way in (Way.CALL, Way.TEXT)}
    if refused is not None:
        wishes[refused.way] = refused
    against = {way: Against(find_objections(rules, wish, heard_at, now)) for way, wish in wishes.items()}
    return Reach(owners_of(reading, team.id, number), rules, against[Way.CALL], against[Way.TEXT])


def read_reach_of_member(
    db: Database, team: Team, case: str, number_id: str, now: datetime, refused: Wish
) -> Reach | None:
    """Return how a number of the case of this label may be reached; None where it has no such number."""
    with db.reading() as reading:
        member = find_member(reading, team.id, case, number_id)
        return read_reach(reading, team, member.number, None, now, refused) if member else None
