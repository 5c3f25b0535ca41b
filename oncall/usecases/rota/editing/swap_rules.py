"""Rules of a swap: when a request is refused, repeated or answered already."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from oncall.alerts.team import Team
from oncall.rota.duty import on_duty, shifts
from oncall.rota.model import PersonId
from oncall.rota.swaps import ACCEPTED, DONE, ShiftRequest, Span
from oncall.usecases.rota.edits import complete_rotas

SAME_TAP = timedelta(seconds=15)  # what is ordered again within this is a finger that trembled, or a slow net


class RequestRefused(Exception):
    """The request cannot be made or answered; nothing has changed. `why` is a code."""

    def __init__(self, why: str) -> None:
        """Take the code of the reason."""
        super().__init__(why)
        self.why = why


def has_taken(team: Team, request: ShiftRequest, person: PersonId, now: datetime) -> bool:
    """Return whether the person has said yes already: they hold the shift, or it waits for the leader."""
    if request.taker != person or request.state not in (ACCEPTED, DONE) or request.end <= now:
        return False
    held = on_duty(complete_rotas(team)[request.tier], max(request.start, now))
    return request.state == ACCEPTED or held == person


def is_same(
    request: ShiftRequest, given: Span, asker: PersonId, asked: PersonId | None, in_return: Span | None
) -> bool:
    """Return whether this was asked already.

    A shift that goes on begins a moment later when it is asked for again.
    """
    return (
        (request.tier, request.end, request.asker) == (given.tier, given.end, asker)
        and (request.asked, request.in_return) == (asked, in_return)
        and timedelta(0) <= given.start - request.start <= SAME_TAP
    )


def check_holder(team: Team, span: Span, holder: PersonId, why: str = "changed") -> None:
    """Refuse if somebody else holds the hours, or a part of them."""
    held = shifts(complete_rotas(team)[span.tier], span.start, span.end)
    if [shift.person for shift in held] != [holder]:
        raise RequestRefused(why)


def check_still(team: Team, request: ShiftRequest, now: datetime) -> None:
    """Refuse if the rota is no longer what the two have agreed about."""
    start = max(request.start, now)
    if request.end <= start:
        raise RequestRefused("over")
    check_holder(team, Span(request.tier, start, request.end), request.asker)
    if request.in_return is not None and request.asked is not None:
        if request.in_return.start < now:
            raise RequestRefused("over")
        check_holder(team, request.in_return, request.asked, "return_changed")


def check_free(span: Span, holder: PersonId, pending: Iterable[ShiftRequest], why: str) -> None:
    """Refuse if the holder's hours are part of another swap already, on either side of it."""
    for other in pending:
        promised = [(other.asker, Span(other.tier, other.start, other.end))]
        if other.in_return is not None and other.asked is not None:
            promised.append((other.asked, other.in_return))
        for whose, hours in promised:
            meet = hours.start < span.end and hours.end > span.start
            if (whose, hours.tier) == (holder, span.tier) and meet:
                raise RequestRefused(why)


def check_present(team: Team, span: Span, person: PersonId, why: str) -> None:
    """Refuse if the person is away during the hours."""
    away = complete_rotas(team)[span.tier].absences
    if any(one.person == person and one.start < span.end and one.end > span.start for one in away):
        raise RequestRefused(why)
