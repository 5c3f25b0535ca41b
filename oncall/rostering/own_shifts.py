"""How do therapists look after their own shifts: take over, fall sick, ask, answer?

Somebody holds every shift meanwhile: in a swap whoever asks keeps it until a colleague has taken it,
and whoever falls sick is followed by the leader at once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from oncall.alerts.team import Role, Team
from oncall.rostering.changing import NothingChanged, save_under_lock
from oncall.rostering.edits import ChangeShift, EditRefused, Exchange, complete_rotas
from oncall.rostering.tell import tell
from oncall.rostering.watch import who_is_warned
from oncall.rota.duty import on_duty, shifts
from oncall.rota.model import PersonId, Rota, Shift, Tier
from oncall.store.requests import (
    ACCEPTED,
    DECLINED,
    DONE,
    OPEN,
    WITHDRAWN,
    ShiftRequest,
    Span,
    add_request,
    change_request,
    load_request,
    load_requests,
)
from oncall.store.rota_settings import load_limits
from oncall.store.session import Database, Writing
from oncall.store.teams import current_team

COMING = timedelta(days=92)
EXCHANGES_SHOWN = 4  # shifts of each colleague that are offered in return
LONGEST_STAND_IN = timedelta(days=31)  # a leader's shift may last for years
SAME_TAP = timedelta(seconds=15)  # what is asked for again within this was a second tap on the same button


class RequestRefused(Exception):
    """The request cannot be made or answered; nothing has changed. `why` is a code."""

    def __init__(self, why: str) -> None:
        """Say why."""
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Held:
    """A shift in one tier."""

    tier: Tier
    shift: Shift


def coming_shifts(team: Team, person: PersonId, now: datetime) -> tuple[Held, ...]:
    """Return the person's shifts from now on, the one that goes on included, in order of time."""
    found = [
        Held(tier, shift)
        for tier, rota in complete_rotas(team).items()
        for shift in shifts(rota, now, now + COMING)
        if shift.person == person
    ]
    return tuple(sorted(found, key=lambda held: (held.shift.start, list(Tier).index(held.tier))))


def find_exchanges(
    team: Team, asker: PersonId, given: Span, now: datetime
) -> Mapping[PersonId, tuple[Held, ...]]:
    """Return, for each colleague who can be rung, the next shifts that the asker could take in return."""
    found: dict[PersonId, list[Held]] = {
        one.id: [] for one in team.people.values() if one.on_call and one.id != asker
    }
    for tier, rota in complete_rotas(team).items():
        for shift in shifts(rota, now, now + COMING)[1:]:
            meets = tier == given.tier and shift.start < given.end and shift.end > given.start
            if shift.person in found and not meets:
                found[shift.person].append(Held(tier, shift))
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
        _save(writing, team, edit, person, now, "take over")
        return Shift(now, current.end, person)


def fall_sick(db: Database, team_id: int, person: PersonId, now: datetime) -> tuple[Held, ...]:
    """Whoever leads has the person's tiers at once, and colleagues are asked; return who has what now.

    A call that goes on stays with whoever is in it. Raises RequestRefused where the person is not on
    duty, or nobody else can be.
    """
    given: list[Held] = []
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
            team = _save(writing, team, edit, person, now, "sick")
            for other in load_requests(writing, team_id, now):
                if (
                    (other.asker, other.tier) == (person, tier)
                    and other.start < current.end
                    and _pends(other)
                ):
                    change_request(writing, other, WITHDRAWN, None, person, now)
            request = add_request(writing, tier, now, current.end, taker, None, now, sick=person)
            _tell_colleagues(writing, team, request, but={person, taker}, now=now)
            given.append(Held(tier, Shift(now, current.end, taker)))
        if not given:
            given = [
                Held(one.tier, Shift(one.start, one.end, one.asker))
                for one in load_requests(writing, team_id, now)
                if one.sick == person and now - one.made_at <= SAME_TAP
            ]
    if not given:
        raise RequestRefused("not_on_duty")
    return tuple(given)


def ask(
    db: Database,
    team_id: int,
    asker: PersonId,
    tier: Tier,
    start: datetime,
    end: datetime,
    asked: PersonId | None,
    now: datetime,
    in_return: Span | None = None,
) -> ShiftRequest:
    """A colleague, or every one of them, is asked to take the shift; until then the asker holds it.

    `in_return` is a shift of the colleague's that the asker takes for it; until then they hold that one.
    Where all are asked, the leader is told that the asker cannot come. Raises RequestRefused.
    """
    with db.writing(team_id) as writing:
        team = current_team(writing)
        start = max(start, now)
        if end <= start:
            raise RequestRefused("over")
        if asked is not None and (asked == asker or asked not in team.people):
            raise RequestRefused("not_in_team")
        if asked is not None and not team.people[asked].on_call:
            raise RequestRefused("never_rung")
        given = Span(tier, start, end)
        _check_holder(team, given, asker)
        pending = [one for one in load_requests(writing, team_id, now) if _pends(one)]
        for same in pending:
            if _is_same(same, given, asker, asked, in_return) and now - same.made_at <= SAME_TAP:
                return same
        _check_free(given, asker, pending, "overlaps")
        if in_return is not None:
            if asked is None or in_return.start < now:
                raise RequestRefused("over")
            _check_holder(team, in_return, asked, "not_theirs")
            _check_free(in_return, asked, pending, "return_overlaps")
            _check_present(team, given, asked, "they_are_absent")
            _check_present(team, in_return, asker, "absent")
        request = add_request(writing, tier, start, end, asker, asked, now, in_return)
        if asked is not None:
            tell(writing, team, "asked", asked, tier, start, end, now, now, request.id)
        else:
            _tell_colleagues(writing, team, request, but={asker}, now=now)
            for leader in who_is_warned(team):
                tell(writing, team, "cannot", leader, tier, start, end, now, now, request.id)
        return request


def answer(db: Database, team_id: int, request_id: str, person: PersonId, *, yes: bool, now: datetime) -> str:
    """The request is taken or declined; return its state. Raises RequestRefused."""
    with db.writing(team_id) as writing:
        team = current_team(writing)
        known = load_request(writing, team_id, request_id)
        if known is not None and yes and _has_taken(team, known, person, now):
            return known.state
        request = _load(writing, team_id, request_id, OPEN)
        if not request.is_put_to(person):
            raise RequestRefused("not_asked")
        if not yes:
            if request.asked is None:
                return OPEN  # somebody else may still take it
            change_request(writing, request, DECLINED, None, person, now)
            told = (request.tier, request.start, request.end, now, now, request.id)
            tell(writing, team, "declined", request.asker, *told)
            return DECLINED
        if load_limits(writing, team_id).swaps_approved and person not in who_is_warned(team):
            _check_still(team, request, now)
            change_request(writing, request, ACCEPTED, person, person, now)
            for leader in who_is_warned(team):
                told = (request.tier, request.start, request.end, now, now, request.id)
                tell(writing, team, "approve", leader, *told)
            return ACCEPTED
        _swap(writing, team, request, person, person, now)
        return DONE


def approve(
    db: Database, team_id: int, request_id: str, leader: PersonId, *, yes: bool, now: datetime
) -> str:
    """The swap that a colleague has accepted holds, or does not; return its state. Raises RequestRefused."""
    with db.writing(team_id) as writing:
        team = current_team(writing)
        request = _load(writing, team_id, request_id, ACCEPTED, *((DONE,) if yes else ()))
        if request.taker is None:
            raise RequestRefused("gone")
        if request.state == DONE and _has_taken(team, request, request.taker, now):
            return DONE
        if yes:
            _swap(writing, team, request, request.taker, leader, now)
            return DONE
        change_request(writing, request, DECLINED, None, leader, now)
        told = (request.tier, request.start, request.end, now, now, request.id)
        tell(writing, team, "declined", request.asker, *told)
        return DECLINED


def withdraw(db: Database, team_id: int, request_id: str, asker: PersonId, now: datetime) -> None:
    """Nobody is asked any more; the asker holds the shift. Raises RequestRefused."""
    with db.writing(team_id) as writing:
        request = _load(writing, team_id, request_id, OPEN, ACCEPTED, WITHDRAWN)
        if request.asker != asker:
            raise RequestRefused("not_asked")
        if request.state == WITHDRAWN:
            return
        change_request(writing, request, WITHDRAWN, None, asker, now)


def _swap(
    writing: Writing, team: Team, request: ShiftRequest, taker: PersonId, actor: PersonId, now: datetime
) -> None:
    _check_still(team, request, now)
    back = request.in_return
    given = ChangeShift(request.tier, max(request.start, now), request.end, taker)
    returned = back and ChangeShift(back.tier, back.start, back.end, request.asker)
    _save(writing, team, Exchange(given, returned) if returned else given, actor, now, "swap")
    change_request(writing, request, DONE, taker, actor, now)
    if request.asked is None and request.sick is None:  # of this the leaders were told that somebody cannot
        told = (request.tier, request.start, request.end, now, now, request.id)
        for leader in who_is_warned(team):
            if leader not in (taker, actor):
                tell(writing, team, "covered", leader, *told, about=taker)


def _save(
    writing: Writing, team: Team, edit: ChangeShift | Exchange, actor: PersonId, now: datetime, reason: str
) -> Team:
    try:
        return save_under_lock(writing, team, edit, actor, now, reason, gaps_allowed=True).team
    except EditRefused as fault:
        raise RequestRefused(fault.why) from fault
    except NothingChanged as fault:
        raise RequestRefused("already") from fault


def _has_just_taken(team: Team, person: PersonId, now: datetime) -> bool:
    duty = complete_rotas(team)[Tier.DUTY].overrides
    return any(one.person == person and timedelta(0) <= now - one.start <= SAME_TAP for one in duty)


def _current(rota: Rota, now: datetime) -> Shift:
    """Return the shift that goes on, from now until it ends, a month at the most."""
    return shifts(rota, now, now + LONGEST_STAND_IN)[0]


def _is_same(
    request: ShiftRequest, given: Span, asker: PersonId, asked: PersonId | None, in_return: Span | None
) -> bool:
    """Whether just this was asked already; a shift that goes on begins a moment later the second time."""
    return (
        (request.tier, request.end, request.asker) == (given.tier, given.end, asker)
        and (request.asked, request.in_return) == (asked, in_return)
        and timedelta(0) <= given.start - request.start <= SAME_TAP
    )


def _pends(request: ShiftRequest) -> bool:
    return request.state in (OPEN, ACCEPTED)


def _check_holder(team: Team, span: Span, holder: PersonId, why: str = "changed") -> None:
    held = shifts(complete_rotas(team)[span.tier], span.start, span.end)
    if [shift.person for shift in held] != [holder]:
        raise RequestRefused(why)


def _check_still(team: Team, request: ShiftRequest, now: datetime) -> None:
    """Stop where the rota is no longer what the two have agreed about."""
    start = max(request.start, now)
    if request.end <= start:
        raise RequestRefused("over")
    _check_holder(team, Span(request.tier, start, request.end), request.asker)
    if request.in_return is not None and request.asked is not None:
        if request.in_return.start < now:
            raise RequestRefused("over")
        _check_holder(team, request.in_return, request.asked, "return_changed")


def _check_free(span: Span, holder: PersonId, pending: Iterable[ShiftRequest], why: str) -> None:
    """Stop where the holder's hours are in another swap already, on either side of it."""
    for other in pending:
        promised = [(other.asker, Span(other.tier, other.start, other.end))]
        if other.in_return is not None and other.asked is not None:
            promised.append((other.asked, other.in_return))
        for whose, hours in promised:
            meet = hours.start < span.end and hours.end > span.start
            if (whose, hours.tier) == (holder, span.tier) and meet:
                raise RequestRefused(why)


def _check_present(team: Team, span: Span, person: PersonId, why: str) -> None:
    away = complete_rotas(team)[span.tier].absences
    if any(one.person == person and one.start < span.end and one.end > span.start for one in away):
        raise RequestRefused(why)


def _stand_ins(
    team: Team, sick: PersonId, taken: set[PersonId | None], now: datetime, until: datetime
) -> Iterator[PersonId]:
    """Yield who may stand in, the leader first; who has been given a tier already comes last."""
    rotas = complete_rotas(team)
    holding = (on_duty(rotas[tier], now) for tier in (Tier.LEADER, Tier.BACKUP))
    leading = [
        one.id for role in (Role.LEADER, Role.DEPUTY) for one in team.people.values() if role in one.roles
    ]
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


def _has_taken(team: Team, request: ShiftRequest, person: PersonId, now: datetime) -> bool:
    """Whether the person's yes stands already: they hold the shift, or it waits for the leader."""
    if request.taker != person or request.state not in (ACCEPTED, DONE) or request.end <= now:
        return False
    held = on_duty(complete_rotas(team)[request.tier], max(request.start, now))
    return request.state == ACCEPTED or held == person


def _load(writing: Writing, team_id: int, request_id: str, *states: str) -> ShiftRequest:
    request = load_request(writing, team_id, request_id)
    if request is None or request.state not in states:
        raise RequestRefused("gone")
    return request


def _tell_colleagues(
    writing: Writing, team: Team, request: ShiftRequest, but: set[PersonId], now: datetime
) -> None:
    for person in team.people.values():
        if person.on_call and person.id not in but:
            told = (request.tier, request.start, request.end, now, now, request.id)
            tell(writing, team, "asked", person.id, *told)
