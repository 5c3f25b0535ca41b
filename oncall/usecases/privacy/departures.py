"""Find who has left the team and what still depends on them, and hold or erase who they were."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from oncall.alerts.team import Team
from oncall.alerts.wording.staff import FORMER_COLLEAGUE
from oncall.contacts.case import Phase
from oncall.contacts.retention import NotToBeErased, months_after
from oncall.contacts.search import Filters
from oncall.rota.model import PersonId
from oncall.store.accounts.credentials import Account
from oncall.store.contacts.log import export_contacts
from oncall.store.families.cases import load_cases
from oncall.store.privacy.departures import (
    Former,
    count_erased,
    erase_closed,
    erase_person,
    former_staff,
    hold_person,
    release_person,
)
from oncall.store.privacy.retention import load_staff_rule
from oncall.store.session import Database, Reading, Writing
from oncall.store.team.teams import current_team, load_staff


class NotDeparted(LookupError):
    """Nobody of this key has left the team, or they are erased already."""


@dataclass(frozen=True, slots=True)
class Departed:
    """Somebody who has left the team, and what is to become of their name and number."""

    key: PersonId
    name: str = field(repr=False)  # or, of somebody who never had duty, their e-mail
    left_on: date | None  # None: before days were kept
    due_on: date | None  # None: no rule, or no day to count from
    automatic: bool
    held: bool
    on_rota: bool  # a turn or a shift ahead is still theirs
    cases: tuple[str, ...]  # labels of families, not closed, whose own therapist they still are
    contacts: tuple[str, ...]  # that are open, and theirs
    rung: bool  # a number that the team's ladder or the service itself rings is theirs
    account: Account | None = None  # of somebody who never had duty; None: was of the staff

    def obstacle(self) -> str | None:
        """Return what stands against erasing them, as a code; None: nothing does."""
        found = {
            "held": self.held,
            "on_rota": self.on_rota,
            "own_therapist": bool(self.cases),
            "owner": bool(self.contacts),
            "still_rung": self.rung,
        }
        return next((why for why, stands in found.items() if stands), None)

    def is_due(self, today: date) -> bool:
        """Whether the team's rule wants them erased."""
        return self.due_on is not None and self.due_on <= today


@dataclass(frozen=True, slots=True)
class StaffReceipt:
    """That a former colleague was erased: to be kept, since nothing else tells who it was."""

    team: str
    staff: PersonId  # the key by which old contacts and the journal name them
    called: str  # what pages call them from now on
    left_on: date | None
    erased_at: datetime
    erased_by: str | None

    def encode(self) -> dict[str, object]:
        """Return it as JSON values."""
        return {
            "team": self.team,
            "staff": self.staff,
            "called": self.called,
            "left_on": self.left_on.isoformat() if self.left_on else None,
            "erased_at": self.erased_at.isoformat(),
            "erased_by": self.erased_by,
        }


def look_at_departed(reading: Reading, team: Team, now: datetime) -> tuple[Departed, ...]:
    """Return who has left the team and is not erased, those due first, with all that hangs on them."""
    former = former_staff(reading, team.id)
    if not former:
        return ()
    rule = load_staff_rule(reading, team.id)
    phones = {person.id: person.phone for person, _ in load_staff(reading, team.id)}
    rung = {team.static_number, *team.fixed_numbers.values()}
    cases = [case for case in load_cases(reading, team.id) if case.phase is not Phase.CLOSED]
    owned = _owned(reading, team)
    planned = _planned(team, now)
    found = (
        Departed(
            one.key,
            one.name,
            one.left_on,
            months_after(one.left_on, rule.months) if rule and one.left_on else None,
            automatic=bool(rule and rule.automatic),
            held=one.held,
            on_rota=one.key in planned,
            cases=tuple(sorted(case.label for case in cases if case.own_therapist == one.key)),
            contacts=tuple(contact for contact, people in owned.items() if one.key in people),
            rung=phones.get(one.key) in rung,
            account=one.account,
        )
        for one in former
    )
    return tuple(sorted(found, key=lambda one: (one.due_on or date.max, one.name)))


def find_departed(db: Database, team: Team, key: str, now: datetime) -> Departed | None:
    """Return who has left the team under this key; None where nobody has, or they are erased."""
    with db.reading() as reading:
        departed = look_at_departed(reading, team, now)
    return next((one for one in departed if one.key == key), None)


def hold_former(db: Database, team: Team, key: str, actor: str, reason: str, now: datetime) -> None:
    """Who the former colleague was is not erased until the hold is lifted. Raises NotDeparted."""
    _note(db, team, key, lambda writing, one: hold_person(writing, one, now, actor, reason))


def release_former(db: Database, team: Team, key: str, actor: str, reason: str, now: datetime) -> None:
    """Who the former colleague was may be erased again. Raises NotDeparted."""
    _note(db, team, key, lambda writing, one: release_person(writing, one, now, actor, reason))


def erase_former(db: Database, team: Team, key: str, actor: str | None, now: datetime) -> StaffReceipt:
    """Nobody can tell who the former colleague was; return the receipt.

    Raises NotDeparted where the team has no such, and NotToBeErased where something stands against it.
    """
    with db.writing(team.id) as writing:
        team = current_team(writing)
        departed = next((one for one in look_at_departed(writing, team, now) if one.key == key), None)
        if departed is None:
            raise NotDeparted(key)
        if obstacle := departed.obstacle():
            raise NotToBeErased(obstacle)
        if departed.account is not None:
            called: str = departed.key
            erase_closed(writing, departed.account, now, actor)
        else:
            called = _call_former(team, count_erased(writing, team.id) + 1)
            erase_person(writing, departed.key, called, now, actor)
    return StaffReceipt(team.slug, departed.key, called, departed.left_on, now, actor)


def erase_due_staff(
    db: Database, team: Team, departed: Iterable[Departed], now: datetime
) -> tuple[StaffReceipt, ...]:
    """Who of them is due by a rule that erases by itself is erased, unless something stands against it."""
    today = now.astimezone(team.zone).date()
    return tuple(
        erase_former(db, team, one.key, None, now)
        for one in departed
        if one.automatic and one.is_due(today) and one.obstacle() is None
    )


def _note(db: Database, team: Team, key: str, change: Callable[[Writing, Former], None]) -> None:
    with db.writing(team.id) as writing:
        found = next((one for one in former_staff(writing, team.id) if one.key == key), None)
        if found is None:
            raise NotDeparted(key)
        change(writing, found)


def _call_former(team: Team, number: int) -> str:
    """Return what pages call them: numbered, so that two in one old rota are told apart."""
    return f"{FORMER_COLLEAGUE.in_language(team.language)}\N{NO-BREAK SPACE}{number}"


def _planned(team: Team, now: datetime) -> set[PersonId]:
    """Return everybody who has a turn or a shift ahead."""
    people: set[PersonId] = set()
    for rota in team.rotas.values():
        for layer in rota.layers:
            if layer.retired_at is None or layer.retired_at > now:
                people.update(layer.participants)
        people.update(one.person for one in (*rota.overrides, *rota.fallbacks) if one.end > now)
    return people


def _owned(reading: Reading, team: Team) -> dict[str, set[PersonId]]:
    """Return whose each open contact is: who is kept busy by it, and who has it in hand."""
    found = {}
    for contact in export_contacts(reading, team.id, Filters(is_open=True)):
        waiting = contact.waiting
        found[contact.id] = {*contact.projection.engaged, *_people(waiting.owner, waiting.offered_to)}
    return found


def _people(*keys: PersonId | None) -> Iterable[PersonId]:
    return (key for key in keys if key is not None)
