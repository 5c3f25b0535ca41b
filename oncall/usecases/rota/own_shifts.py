"""Which shifts does a therapist have, and how does one take over now or fall sick?

Whoever falls sick is followed by the leader at once. How a colleague is asked for a shift: swaps.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from oncall.alerts.team import Team
from oncall.rota.duty import on_duty, shifts
from oncall.rota.model import PersonId, Rota, Shift, Tier
from oncall.rota.swaps import WITHDRAWN, Span
from oncall.store.rota.requests import add_request, change_request, load_requests
from oncall.store.session import Database, Writing
from oncall.store.team.teams import current_team
from oncall.usecases.rota.editing.swap_rules import SAME_TAP, RequestRefused
from oncall.usecases.rota.edits import ChangeShift, complete_rotas
from oncall.usecases.rota.swaps import ask_colleagues, change_rota

COMING = timedelta(days=92)
EXCHANGES_SHOWN = 4  # shifts of each colleague that are offered in return
LONGEST_STAND_IN = timedelta(days=31)  # a leader's shift may last for years


@dataclass(frozen=True, slots=True)
class OwnShift:
    """A shift in one tier."""

    tier: Tier
    shift: Shift


def coming_shifts(team: Team, person: PersonId, now: datetime) -> tuple[OwnShift, ...]:
    """Return the person's shifts from now on, the one that goes on included, in order of time."""
    found = [
        OwnShift(tier, shift)
        for tier, rota in complete_rotas(team).items()
        for shift in shifts(rota, now, now + COMING)
        if shift.person == person
    ]
    return tuple(sorted(found, key=lambda held: (held.shift.start, list(Tier).index(held.tier))))


def find_exchanges(
    team: Team, asker: PersonId, given: Span, now: datetime
) -> Mapping[PersonId, tuple[OwnShift, ...]]:
    """Return, for each colleague who can be rung, the next shifts that the asker could take in return."""
    found: dict[PersonId, list[OwnShift]] = {
        one.id: [] for one in team.people.values() if one.on_call and one.id != asker
    }
    for tier, rota in complete_rotas(team).items():
        for shift in shifts(rota, now, now + COMING)[1:]:
            meets = tier == given.tier and shift.start < given.end and shift.end > given.start
            if shift.person in found and not meets:
                found[shift.person].append(OwnShift(tier, shift))
    return {
        person: tuple(sorted(held, key=lambda one: one.shift.start)[:EXCHANGES_SHOWN])
        for person, held in found.items()
    }


def shift_now(team: Team, now: datetime) -> Shift:
    """Return what is left of the duty that goes on, by whoever has it: what a colleague takes over."""
    return _current(complete_rotas(team)[Tier.DUTY], now)


def take_over(db: Database, team_id: int, person: PersonId, now: datetime) -> Shift:
    """The person is on duty from now until the next handover, and whoever was is told; return the shift.

    Raises RequestRefused, where nothing changes: the holder keeps duty.
    """
    with db.writing(team_id) as writing:
        team = current_team(writing)
        current = shift_now(team, now)
        if current.person == person and _has_just_taken(team, person, now):
            return current
        if current.person == person:
            raise RequestRefused("already")
        edit = ChangeShift(Tier.DUTY, now, current.end, person)
        change_rota(writing, team, edit, person, now, "take over")
        return Shift(now, current.end, person)


def fall_sick(db: Database, team_id: int, person: PersonId, now: datetime) -> tuple[OwnShift, ...]:
    """Whoever leads has the person's tiers at once, and colleagues are asked; return who has what now.

    A call that goes on stays with whoever is in it. Raises RequestRefused where the person is not on
    duty, or nobody else can be.
    """
    given: list[OwnShift] = []
    with db.writing(team_id) as writing:
        team = current_team(writing)
        for tier, rota in complete_rotas(team).items():
            current = _current(rota, now)
            if current.person != person:
                continue
            taker = next(
                _stand_ins(team, person, {one.shift.person for one in given}, now, current.end), None
            )
            if taker is None:
                raise RequestRefused("nobody")
            edit = ChangeShift(tier, now, current.end, taker)
            team = change_rota(writing, team, edit, person, now, "sick")
            _ask_no_more(writing, OwnShift(tier, current), now)
            request = add_request(writing, tier, now, current.end, taker, None, now, sick=person)
            ask_colleagues(writing, team, request, but={person, taker}, now=now)
            given.append(OwnShift(tier, Shift(now, current.end, taker)))
        if not given:
            given = [
                OwnShift(one.tier, Shift(one.start, one.end, one.asker))
                for one in load_requests(writing, team_id, now)
                if one.sick == person and now - one.made_at <= SAME_TAP
            ]
    if not given:
        raise RequestRefused("not_on_duty")
    return tuple(given)


def _ask_no_more(writing: Writing, held: OwnShift, now: datetime) -> None:
    """What the holder has asked colleagues about the shift is withdrawn."""
    for request in load_requests(writing, writing.team, now):
        theirs = (request.asker, request.tier) == (held.shift.person, held.tier)
        if theirs and request.start < held.shift.end and request.is_pending:
            change_request(writing, request, WITHDRAWN, None, request.asker, now)


def _has_just_taken(team: Team, person: PersonId, now: datetime) -> bool:
    duty = complete_rotas(team)[Tier.DUTY].overrides
    return any(one.person == person and timedelta(0) <= now - one.start <= SAME_TAP for one in duty)


def _current(rota: Rota, now: datetime) -> Shift:
    """Return the shift that goes on, from now until it ends, a month at the most."""
    return shifts(rota, now, now + LONGEST_STAND_IN)[0]


def _stand_ins(
    team: Team, sick: PersonId, taken: set[PersonId | None], now: datetime, until: datetime
) -> Iterator[PersonId]:
    """Yield who may stand in, the leader first; who has been given a tier already comes last."""
    rotas = complete_rotas(team)
    holding = (on_duty(rotas[tier], now) for tier in (Tier.LEADER, Tier.BACKUP))
    leading = [one.id for one in team.leading]
    first, *others = holding
    wanted = [one for one in (first, *leading, *others, *team.people) if one is not None and one != sick]
    away = {
        one.person for rota in rotas.values() for one in rota.absences if one.start < until and one.end > now
    }
    present = [
        one
        for one in dict.fromkeys(wanted)
        if one in team.people and team.people[one].on_call and one not in away
    ]
    yield from sorted(present, key=lambda one: one in taken)
