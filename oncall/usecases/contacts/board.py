"""Who is on duty at this moment, which calls are going on, and who still waits for a human."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from oncall.alerts.ladder import choose_ladder
from oncall.alerts.safe_contact import Verdict, Way, Wish, may_reach
from oncall.alerts.team import Person, Team
from oncall.contacts.check_in import CheckIn
from oncall.contacts.contact import Contact
from oncall.contacts.model import State
from oncall.contacts.search import Filters
from oncall.rota.duty import answers, next_handover, on_duty
from oncall.rota.model import Handover, PersonId, Tier
from oncall.rota.swaps import OPEN, Confirmation, ShiftRequest
from oncall.store.contacts.contacts import StoredContact
from oncall.store.contacts.log import export_contacts
from oncall.store.families.callers import rules_for
from oncall.store.families.check_ins import PLANNED, list_check_ins
from oncall.store.rota.phone_tests import PhoneCheck, load_phone_checks
from oncall.store.rota.requests import load_confirmations, load_requests
from oncall.store.session import Database, Reading
from oncall.store.team.teams import read_team
from oncall.usecases.contacts.open_contacts import LiveCall, WaitingContact, summarise_live, summarise_waiting
from oncall.usecases.folding import fold_stored, is_damaged
from oncall.usecases.health import Health, examine
from oncall.usecases.people import name_colleague, short_names
from oncall.usecases.privacy.chains import report_damage
from oncall.usecases.rota.phone_tests import Unverified, find_unverified

HORIZON = timedelta(days=62)  # how far ahead the end of a turn is looked for
TONIGHT = timedelta(hours=18)  # how far ahead agreed calls are shown

LIVE = frozenset({State.RINGING, State.GATHERING, State.ACCEPTED, State.CONNECTED, State.LAST_RESORT})

Folded = tuple[StoredContact, Contact | None]  # None: nothing can be told of it


@dataclass(frozen=True, slots=True)
class Seat:
    """Who has a tier now."""

    tier: Tier
    person: Person | None  # None: nobody
    until: datetime | None  # None: no change within the horizon
    next: Person | None  # None: nobody follows, or no change within the horizon


@dataclass(frozen=True, slots=True)
class Board:
    """Everything of the start page, of one instant."""

    team: Team
    at: datetime
    duty: Seat
    backup: Seat
    leader: Seat
    handover: Handover | None  # of duty; None: none within the horizon
    instead: tuple[str, ...]  # where calls go, in order: names, or targets that are nobody in particular
    calls: tuple[LiveCall, ...]  # the oldest first
    waiting: tuple[WaitingContact, ...]  # those that nobody has taken first, then the oldest first
    damaged: tuple[StoredContact, ...]  # those of both whose journal does not verify
    health: Health
    phones: Mapping[PersonId, PhoneCheck]  # of those whose phone has been tried
    unverified: tuple[Unverified, ...]  # who has duty now or soon with a phone that nobody has seen work
    unconfirmed: tuple[Confirmation, ...]  # changed shifts of which their holder has not said that they know
    cannot: tuple[ShiftRequest, ...]  # shifts that their holders cannot make, and nobody has taken yet
    check_ins: tuple[CheckIn, ...]  # agreed calls of the next hours; those that are due wait already


def read_board(db: Database, team_id: int, now: datetime) -> Board:
    """Return the start page of the team as it is now; pass on that a journal does not verify."""
    with db.reading() as reading:
        board = compose_board(reading, team_id, now)
    pass_on_damage(db, board)
    return board


def pass_on_damage(db: Database, board: Board) -> None:
    """Have the chains looked through for each contact on the page whose journal does not verify."""
    for line in board.damaged:
        report_damage(db, board.team.id, line.id, board.at)


def compose_board(reading: Reading, team_id: int, now: datetime) -> Board:
    """Return the start page of the team as this transaction sees it."""
    team = read_team(reading, team_id)
    stored = tuple(export_contacts(reading, team_id, Filters(is_open=True)))
    contacts = [(contact, fold_stored(contact)) for contact in stored]
    phones = load_phone_checks(reading, team)
    duty = team.rotas.get(Tier.DUTY)
    return Board(
        team=team,
        at=now,
        duty=_seat(team, Tier.DUTY, now),
        backup=_seat(team, Tier.BACKUP, now),
        leader=_seat(team, Tier.LEADER, now),
        handover=next_handover(duty, now, HORIZON) if duty else None,
        instead=tuple(dict.fromkeys(_where_calls_go(team, now))),
        calls=tuple(_list_live(team, contacts)),
        waiting=tuple(sorted(_list_waiting(reading, team, contacts, now), key=_is_taken)),
        damaged=tuple(line for line, call in contacts if is_damaged(line, call)),
        health=examine(reading, now),
        phones=phones,
        unverified=find_unverified(team, phones, now),
        unconfirmed=tuple(one for one in load_confirmations(reading, team_id) if _holds(team, one, now)),
        cannot=tuple(one for one in load_requests(reading, team_id, now) if _needs_somebody(one)),
        check_ins=list_check_ins(reading, team_id, now, now + TONIGHT, (PLANNED,)),
    )


def _list_live(team: Team, contacts: Iterable[Folded]) -> Iterator[LiveCall]:
    names = short_names(team.people.values())
    for line, call in contacts:
        if call and _is_live(call):
            yield summarise_live(line, call, names, name_colleague(team, line.number))


def _list_waiting(
    reading: Reading, team: Team, contacts: Iterable[Folded], now: datetime
) -> Iterator[WaitingContact]:
    names = short_names(team.people.values())
    for line, call in contacts:
        if call is None or not _is_live(call):
            colleague, may_call = (
                name_colleague(team, line.number),
                _may_call(reading, team, line.number, now),
            )
            yield summarise_waiting(line, call, names, colleague, may_call=may_call)


def _is_taken(contact: WaitingContact) -> bool:
    return contact.acknowledged_by is not None


def _needs_somebody(request: ShiftRequest) -> bool:
    """Whether nobody has taken over the shift, and nobody in particular is asked to."""
    return request.state == OPEN and request.asked is None and request.sick is None


def _holds(team: Team, asked: Confirmation, now: datetime) -> bool:
    """Whether the shift to be confirmed goes on or comes, and is still theirs."""
    rota = team.rotas.get(asked.tier)
    return rota is not None and on_duty(rota, max(asked.start, now)) == asked.person


def _seat(team: Team, tier: Tier, now: datetime) -> Seat:
    rota = team.rotas.get(tier)
    if rota is None:
        return Seat(tier, None, None, None)
    holder, handover = on_duty(rota, now), next_handover(rota, now, HORIZON)
    return Seat(
        tier,
        team.people.get(holder) if holder else None,
        handover.at if handover else None,
        team.people.get(handover.taking) if handover and handover.taking else None,
    )


def _where_calls_go(team: Team, now: datetime) -> Iterator[str]:
    """Yield whom the ladder rings now, wave by wave, leaving out the tiers that nobody has."""
    for wave in choose_ladder(team, now).waves:
        for target in wave.targets:
            if target not in list(Tier):
                yield target
            elif (rota := team.rotas.get(Tier(target))) and (key := answers(rota, now)):
                person = team.people.get(key)
                if person and person.on_call:
                    yield person.name


def _is_live(call: Contact) -> bool:
    """Whether a caller is on the line, or has just been cut off and may come straight back."""
    return call.state in LIVE or call.state is State.ENDED


def _may_call(reading: Reading, team: Team, number: str | None, now: datetime) -> bool:
    if number is None:
        return False
    wish = Wish(Way.CALL, by_machine=True)  # as for a machine: what a recent call excuses is not agreed
    return may_reach(rules_for(reading, team, number), wish, None, now) is Verdict.YES
