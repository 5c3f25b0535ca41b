"""Who may open a family's brief, what it shows at 03:00, and how it is kept."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from oncall.alerts.team import LastResort, Person, Role, Team
from oncall.contacts.brief import Brief, Revision
from oncall.contacts.case import Case
from oncall.contacts.check_in import CheckIn, fold_agreed
from oncall.rota.model import PersonId
from oncall.rota.wallclock import instant_of
from oncall.store.contacts.by_case import latest_of_case
from oncall.store.contacts.contacts import ContactLine, StoredContact, load_contact
from oncall.store.families.cases import find_case_id, find_owners, load_case
from oncall.store.families.check_ins import DUE, PLANNED, list_check_ins
from oncall.store.families.history import add_revision, current_brief, list_revisions, read_case_entries
from oncall.store.privacy.access import is_granted
from oncall.store.session import Database, Reading
from oncall.store.team.teams import load_staff
from oncall.usecases.families.cases import lacks_brief, note_reading
from oncall.usecases.folding import fold_stored
from oncall.usecases.people import Names, short_names
from oncall.usecases.privacy.access_log import BRIEF_READ

LATEST = 3  # contacts on a brief
MORNING = time(8)  # when the night is over
OVERDUE = timedelta(hours=12)  # for so long an agreed call that nobody has marked is still expected
WRITING_UP = timedelta(hours=24)  # for so long whoever answered still needs the brief


class BriefClosed(Exception):
    """The brief is not for this reader now."""


class BriefChangedMeanwhile(Exception):
    """Somebody else has revised the brief since the form was opened."""

    def __init__(self, current: Revision) -> None:
        """The brief as it is now."""
        super().__init__(str(current.seq))
        self.current = current


@dataclass(frozen=True, slots=True)
class BriefPage:
    """A brief with all that the case itself knows of that night."""

    case: Case
    versions: tuple[Revision, ...]  # the newest first; none: nobody has written one
    stale: bool
    week: int | None  # of treatment
    emergency: LastResort | None  # the agreed service of the family's municipality
    expected: tuple[CheckIn, ...]  # calls agreed on for tonight
    latest: tuple[ContactLine, ...]
    names: Names
    damaged: tuple[int, ...]  # numbers of the case's entries that are not as they were written

    @property
    def revision(self) -> Revision | None:
        """The newest version, or None."""
        return self.versions[0] if self.versions else None

    @property
    def brief(self) -> Brief:
        """Its words; empty where nobody has written one."""
        return self.revision.brief if self.revision else Brief()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A case whose number this contact came from, for the therapist to confirm."""

    case_id: str
    label: str
    relations: tuple[str, ...]  # of those whose number it is there
    page: BriefPage | None  # None: not for this reader, or one of several


def may_open_brief(case: Case, reader: Person | None, contact: StoredContact | None, now: datetime) -> bool:
    """Whether the brief opens to the reader: the one rule.

    It does to who leads the team and to the family's own therapist; and, with a contact that came from
    the family, to whoever is rung or alerted for it, and to whoever has it. Whoever else needs it breaks
    the glass (`access.break_glass`).
    """
    if reader is None or reader.roles == {Role.ADMINISTRATOR}:
        return False
    if reader.leads or case.own_therapist == reader.id:
        return True
    return contact is not None and reader.id in _at_hand(contact, now)


def _at_hand(contact: StoredContact, now: datetime) -> frozenset[PersonId]:
    """Return who is rung or alerted for the contact, and who has it."""
    told, waiting = contact.projection, contact.waiting
    people = set(told.engaged) | {waiting.owner, waiting.offered_to} - {None}
    if told.answered_by and (told.ended_at is None or now - told.ended_at < WRITING_UP):
        people.add(told.answered_by)
    if waiting.open and waiting.owner is None:
        people |= {page.person for page in waiting.pages}
    agreed = fold_agreed(contact.entries)
    if agreed is not None and not agreed.marked and waiting.opened_at is None:
        people |= {page.person for page in waiting.pages}  # who is to call the family now
    call = fold_stored(contact)
    if call is not None and not call.over:
        people |= {leg.person for leg in call.legs if leg.live and leg.person}
    return frozenset(PersonId(person) for person in people if person)


def open_brief(
    db: Database, team: Team, case_id: str, reader: Person | None, contact_id: str | None, now: datetime
) -> BriefPage | None:
    """Return the brief, and note who has read it; None if the team has no such case. Raises BriefClosed."""
    with db.reading() as reading:
        page = _read(reading, team, case_id, reader, contact_id, now)
    if page is not None and reader is not None:
        note_reading(db, team.id, BRIEF_READ, page.case, reader.id, now, contact_id)
    return page


def _read(
    reading: Reading,
    team: Team,
    case_id: str,
    reader: Person | None,
    contact_id: str | None,
    now: datetime,
) -> BriefPage | None:
    case = load_case(reading, team.id, case_id)
    if case is None:
        return None
    contact = load_contact(reading, contact_id, team.id) if contact_id else None
    if contact is not None and case_id not in _suggested(reading, team, contact):
        contact = None
    granted = reader is not None and is_granted(reading, team.id, reader.id, case.id, now)
    if not granted and not may_open_brief(case, reader, contact, now):
        raise BriefClosed(case_id)
    return compose_brief(reading, team, case, now)


def compose_brief(reading: Reading, team: Team, case: Case, now: datetime) -> BriefPage:
    """Return the brief with what the case itself knows."""
    told = read_case_entries(reading, team.id, case.id)
    reviewed = told.revisions[0].at if told.revisions else None
    services = (place.last_resort for place in team.municipalities if place.name == case.municipality)
    return BriefPage(
        case=case,
        versions=told.revisions,
        stale=lacks_brief(case, reviewed, now),
        week=case.week_on(now.astimezone(team.zone).date()),
        emergency=next((service for service in services if service), None),
        expected=_expect(reading, team, case, now),
        latest=latest_of_case(reading, team.id, case.id, LATEST),
        names=short_names(person for person, _ in load_staff(reading, team.id)),
        damaged=told.damaged,
    )


def _expect(reading: Reading, team: Team, case: Case, now: datetime) -> tuple[CheckIn, ...]:
    """Return the calls agreed on with the family until the morning, and those that are overdue."""
    local = now.astimezone(team.zone)
    morning = local.date() + timedelta(days=0 if local.time() < MORNING else 1)
    until = instant_of(morning, MORNING, team.zone)
    agreed = list_check_ins(reading, team.id, now - OVERDUE, until, (PLANNED, DUE))
    return tuple(one for one in agreed if one.case == case.label)


def suggest_cases(
    reading: Reading, team: Team, contact: StoredContact, reader: Person | None, now: datetime
) -> tuple[Suggestion, ...]:
    """Return the cases to which the contact may belong, with the brief where it is one that opens."""
    relations = _suggested(reading, team, contact)
    found = []
    for case_id, whose in relations.items():
        case = load_case(reading, team.id, case_id)
        if case is None:
            continue
        opens = len(relations) == 1 and may_open_brief(case, reader, contact, now)
        page = compose_brief(reading, team, case, now) if opens else None
        found.append(Suggestion(case_id, case.label, whose, page))
    return tuple(found)


def _suggested(reading: Reading, team: Team, contact: StoredContact) -> dict[str, tuple[str, ...]]:
    """Return, by their ids, the case that the contact is of, or else those that have its number."""
    owners = find_owners(reading, team.id, [contact.number]) if contact.number else {}
    of_number = owners.get(contact.number or "", ())
    if contact.case is not None:
        case_id = find_case_id(reading, team.id, contact.case)
        chosen = [case_id] if case_id else []
    else:
        chosen = list(dict.fromkeys(owner.case_id for owner in of_number))
    return {
        case_id: tuple(dict.fromkeys(each.relation for each in of_number if each.case_id == case_id))
        for case_id in chosen
    }


def revise_brief(
    db: Database, team: Team, case_id: str, brief: Brief, seen: int, by: PersonId, now: datetime
) -> None:
    """The brief says this from now on, and was reviewed by that; `seen` is the version that was revised.

    Nothing new is a review. Raises BriefChangedMeanwhile, and LookupError for a case that is not there.
    """
    with db.writing(team.id) as writing:
        case = load_case(writing, team.id, case_id)
        if case is None or case.erased:
            raise LookupError(case_id)
        current = current_brief(writing, team.id, case_id)
        if current is not None and current.seq != seen and current.brief != brief:
            versions = list_revisions(writing, team.id, case_id)
            if next((each.brief for each in versions if each.seq == seen), None) != current.brief:
                raise BriefChangedMeanwhile(current)
        same = current is not None and current.brief == brief
        add_revision(writing, case_id, brief, by, now, reviewed_only=same)


def review_brief(db: Database, team: Team, case_id: str, seen: int, by: PersonId, now: datetime) -> None:
    """Somebody has read the brief and found it to hold.

    Raises BriefChangedMeanwhile where it was not the newest that they read, and LookupError.
    """
    with db.writing(team.id) as writing:
        current = current_brief(writing, team.id, case_id)
        if current is None:
            raise LookupError(case_id)
        if current.seq != seen:
            raise BriefChangedMeanwhile(current)
        add_revision(writing, case_id, current.brief, by, now, reviewed_only=True)
