"""Read the page of a therapist's own shifts, and confirm a changed one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from oncall.alerts.team import Team
from oncall.rota.model import PersonId, Tier
from oncall.rota.swaps import ACCEPTED, OPEN, Confirmation, ShiftRequest
from oncall.rota.working_time import earliest_start
from oncall.store.rota.agreements import load_limits
from oncall.store.rota.feeds import Feed, feeds_of
from oncall.store.rota.phone_tests import PhoneCheck, load_phone_checks
from oncall.store.rota.requests import confirm, load_confirmations, load_requests
from oncall.store.session import Database
from oncall.store.team.history import load_call_outs
from oncall.usecases.rota.own_shifts import OwnShift, coming_shifts
from oncall.usecases.rota.saving import LOOK_BACK


@dataclass(frozen=True, slots=True)
class MyShifts:
    """What one person has to know and to do about their duty; empty for somebody who never takes any."""

    shifts: tuple[OwnShift, ...]  # from now on, in order of time
    for_me: tuple[ShiftRequest, ...]  # that the person may answer
    my_own: tuple[ShiftRequest, ...]  # that the person has made
    to_approve: tuple[ShiftRequest, ...]  # accepted by a colleague; a leader's to approve
    to_confirm: tuple[Confirmation, ...]
    feeds: Mapping[bool, Feed]  # by whether it shows the whole team
    rest_until: datetime | None  # None: rested enough
    phone: PhoneCheck | None  # None: never tried


def read_my_shifts(db: Database, team: Team, person: PersonId | None, now: datetime) -> MyShifts:
    """Return everything about a person's own shifts; `person` is None for somebody who never takes duty."""
    with db.reading() as reading:
        pending = [one for one in load_requests(reading, team.id, now) if one.is_pending]
        unconfirmed = load_confirmations(reading, team.id)
        feeds = feeds_of(reading, team.id, person) if person else ()
        phones = load_phone_checks(reading, team)
        calls = load_call_outs(reading, team.id, now - LOOK_BACK, now)
        limits = load_limits(reading, team.id)
    rest = earliest_start(person, calls, limits) if person else None
    return MyShifts(
        shifts=coming_shifts(team, person, now) if person else (),
        for_me=tuple(one for one in pending if one.state == OPEN and one.is_put_to(person)),
        my_own=tuple(one for one in pending if one.asker == person),
        to_approve=tuple(one for one in pending if one.state == ACCEPTED),
        to_confirm=tuple(one for one in unconfirmed if one.person == person and one.start > now - LOOK_BACK),
        feeds={one.whole_team: one for one in feeds},
        rest_until=rest if rest and rest > now else None,
        phone=phones.get(person) if person else None,
    )


def confirm_shift(
    db: Database, team_id: int, tier: Tier, start: datetime, person: PersonId, now: datetime
) -> None:
    """Record that the person knows of the changed shift."""
    with db.writing(team_id) as writing:
        confirm(writing, tier, start, person, now)
