"""How is a colleague asked to take a shift, and when does it change hands?

Somebody holds every shift meanwhile: whoever asks keeps it until a colleague has taken it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from oncall.alerts.team import Team
from oncall.rostering.changing import NothingChanged, save_under_lock
from oncall.rostering.edits import ChangeShift, EditRefused, Exchange, complete_rotas
from oncall.rostering.tell import tell
from oncall.rostering.watch import who_is_warned
from oncall.rota.duty import on_duty, shifts
from oncall.rota.model import PersonId, Tier
from oncall.rota.swaps import ACCEPTED, DECLINED, DONE, OPEN, WITHDRAWN, ShiftRequest, Span
from oncall.store.requests import add_request, change_request, load_request, load_requests
from oncall.store.rota_settings import load_limits
from oncall.store.session import Database, Writing
from oncall.store.teams import current_team

SAME_TAP = timedelta(seconds=15)  # what is ordered again within this is a finger that trembled, or a slow net


class RequestRefused(Exception):
    """The request cannot be made or answered; nothing has changed. `why` is a code."""

    def __init__(self, why: str) -> None:
        """Say why."""
        super().__init__(why)
        self.why = why


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
        pending = [one for one in load_requests(writing, team_id, now) if one.is_pending]
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
            _tell(writing, team, "asked", asked, request, now)
        else:
            tell_colleagues(writing, team, request, but={asker}, now=now)
            for leader in who_is_warned(team):
                _tell(writing, team, "cannot", leader, request, now)
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
            _tell(writing, team, "declined", request.asker, request, now)
            return DECLINED
        if load_limits(writing, team_id).swaps_approved and person not in who_is_warned(team):
            _check_still(team, request, now)
            change_request(writing, request, ACCEPTED, person, person, now)
            for leader in who_is_warned(team):
                _tell(writing, team, "approve", leader, request, now)
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
        _tell(writing, team, "declined", request.asker, request, now)
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
    change_rota(writing, team, Exchange(given, returned) if returned else given, actor, now, "swap")
    change_request(writing, request, DONE, taker, actor, now)
    if request.asked is None and request.sick is None:  # of this the leaders were told that somebody cannot
        for leader in who_is_warned(team):
            if leader not in (taker, actor):
                _tell(writing, team, "covered", leader, request, now, about=taker)


def change_rota(
    writing: Writing, team: Team, edit: ChangeShift | Exchange, actor: PersonId, now: datetime, reason: str
) -> Team:
    """The rota is changed, and the team returned as it is then. Raises RequestRefused."""
    try:
        return save_under_lock(writing, team, edit, actor, now, reason, gaps_allowed=True).team
    except EditRefused as fault:
        raise RequestRefused(fault.why) from fault
    except NothingChanged as fault:
        raise RequestRefused("already") from fault


def _has_taken(team: Team, request: ShiftRequest, person: PersonId, now: datetime) -> bool:
    """Whether the person's yes stands already: they hold the shift, or it waits for the leader."""
    if request.taker != person or request.state not in (ACCEPTED, DONE) or request.end <= now:
        return False
    held = on_duty(complete_rotas(team)[request.tier], max(request.start, now))
    return request.state == ACCEPTED or held == person


def _is_same(
    request: ShiftRequest, given: Span, asker: PersonId, asked: PersonId | None, in_return: Span | None
) -> bool:
    """Whether just this was asked already; a shift that goes on begins a moment later the second time."""
    return (
        (request.tier, request.end, request.asker) == (given.tier, given.end, asker)
        and (request.asked, request.in_return) == (asked, in_return)
        and timedelta(0) <= given.start - request.start <= SAME_TAP
    )


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


def _load(writing: Writing, team_id: int, request_id: str, *states: str) -> ShiftRequest:
    request = load_request(writing, team_id, request_id)
    if request is None or request.state not in states:
        raise RequestRefused("gone")
    return request


def tell_colleagues(
    writing: Writing, team: Team, request: ShiftRequest, but: set[PersonId], now: datetime
) -> None:
    """Everybody who can be rung is asked, but for those."""
    for person in team.people.values():
        if person.on_call and person.id not in but:
            _tell(writing, team, "asked", person.id, request, now)


def _tell(
    writing: Writing,
    team: Team,
    what: str,
    person: PersonId,
    request: ShiftRequest,
    now: datetime,
    *,
    about: PersonId | None = None,
) -> None:
    shift = (request.tier, request.start, request.end)
    tell(writing, team, what, person, *shift, now, now, request.id, about=about)
