"""Ask colleagues to take a shift, and let it change hands when one has said yes.

The asker holds the shift until a colleague has taken it, so that somebody holds it at every moment.
"""

from datetime import datetime

from oncall.alerts.team import Team
from oncall.alerts.wording import rota as wording
from oncall.alerts.wording.rota import ShiftSentence, ShiftText
from oncall.rota.model import PersonId, Tier
from oncall.rota.swaps import ACCEPTED, DECLINED, DONE, OPEN, WITHDRAWN, ShiftRequest, Span
from oncall.store.rota.agreements import load_limits
from oncall.store.rota.requests import add_request, change_request, load_request, load_requests
from oncall.store.session import Database, Writing
from oncall.store.team.teams import current_team
from oncall.usecases.rota.editing.swap_rules import (
    SAME_TAP,
    RequestRefused,
    check_free,
    check_holder,
    check_present,
    check_still,
    has_taken,
    is_same,
)
from oncall.usecases.rota.edits import ChangeShift, EditRefused, Exchange
from oncall.usecases.rota.gaps import alert_recipients
from oncall.usecases.rota.saving import NothingChanged, save_under_lock
from oncall.usecases.rota.texts.staff_texts import queue_staff_text


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
        check_holder(team, given, asker)
        pending = [one for one in load_requests(writing, team_id, now) if one.is_pending]
        for same in pending:
            if is_same(same, given, asker, asked, in_return) and now - same.made_at <= SAME_TAP:
                return same
        check_free(given, asker, pending, "overlaps")
        if in_return is not None:
            if asked is None or in_return.start < now:
                raise RequestRefused("over")
            check_holder(team, in_return, asked, "not_theirs")
            check_free(in_return, asked, pending, "return_overlaps")
            check_present(team, given, asked, "they_are_absent")
            check_present(team, in_return, asker, "absent")
        request = add_request(writing, tier, start, end, asker, asked, now, in_return)
        if asked is not None:
            _queue_text(writing, team, wording.ASKED, asked, request, now)
        else:
            ask_colleagues(writing, team, request, but={asker}, now=now)
            for leader in alert_recipients(team):
                _queue_text(writing, team, wording.CANNOT, leader, request, now)
        return request


def answer(db: Database, team_id: int, request_id: str, person: PersonId, *, yes: bool, now: datetime) -> str:
    """The request is taken or declined; return its state. Raises RequestRefused."""
    with db.writing(team_id) as writing:
        team = current_team(writing)
        known = load_request(writing, team_id, request_id)
        if known is not None and yes and has_taken(team, known, person, now):
            return known.state
        request = _load(writing, team_id, request_id, OPEN)
        if not request.is_put_to(person):
            raise RequestRefused("not_asked")
        if not yes:
            if request.asked is None:
                return OPEN  # somebody else may still take it
            change_request(writing, request, DECLINED, None, person, now)
            _queue_text(writing, team, wording.DECLINED, request.asker, request, now)
            return DECLINED
        if load_limits(writing, team_id).swaps_approved and person not in alert_recipients(team):
            check_still(team, request, now)
            change_request(writing, request, ACCEPTED, person, person, now)
            for leader in alert_recipients(team):
                _queue_text(writing, team, wording.APPROVE, leader, request, now)
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
        if request.state == DONE and has_taken(team, request, request.taker, now):
            return DONE
        if yes:
            _swap(writing, team, request, request.taker, leader, now)
            return DONE
        change_request(writing, request, DECLINED, None, leader, now)
        _queue_text(writing, team, wording.DECLINED, request.asker, request, now)
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
    check_still(team, request, now)
    back = request.in_return
    given = ChangeShift(request.tier, max(request.start, now), request.end, taker)
    returned = back and ChangeShift(back.tier, back.start, back.end, request.asker)
    change_rota(writing, team, Exchange(given, returned) if returned else given, actor, now, "swap")
    change_request(writing, request, DONE, taker, actor, now)
    if request.asked is None and request.sick is None:  # of this the leaders were told that somebody cannot
        for leader in alert_recipients(team):
            if leader not in (taker, actor):
                _queue_text(writing, team, wording.COVERED, leader, request, now, about=taker)


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


def _load(writing: Writing, team_id: int, request_id: str, *states: str) -> ShiftRequest:
    request = load_request(writing, team_id, request_id)
    if request is None or request.state not in states:
        raise RequestRefused("gone")
    return request


def ask_colleagues(
    writing: Writing, team: Team, request: ShiftRequest, but: set[PersonId], now: datetime
) -> None:
    """Ask everybody who can be rung to take the shift, except those in `but`."""
    for person in team.people.values():
        if person.on_call and person.id not in but:
            _queue_text(writing, team, wording.ASKED, person.id, request, now)


def _queue_text(
    writing: Writing,
    team: Team,
    sentence: ShiftSentence,
    person: PersonId,
    request: ShiftRequest,
    now: datetime,
    *,
    about: PersonId | None = None,
) -> None:
    text = ShiftText(sentence, person, request.tier, request.start, request.end, about)
    queue_staff_text(writing, team, text, now, now, request.id)
