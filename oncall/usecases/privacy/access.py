"""Decide who may open a contact or a case and why, and open a case to somebody who gives a reason."""

from datetime import datetime, timedelta
from enum import StrEnum

from oncall.alerts.team import Person, Role, Team
from oncall.alerts.wording import accounts as wording
from oncall.rota.duty import answers
from oncall.store.privacy.access import CaseFacts, ContactFacts, case_facts, contact_facts, grant, is_granted
from oncall.store.session import Database, Reading
from oncall.usecases.accounts.texts import queue_account_text
from oncall.usecases.privacy.access_log import GLASS_BROKEN, append_read

GLASS_STAYS_BROKEN = timedelta(hours=12)


class AccessReason(StrEnum):
    """Why somebody may open a contact or a case; noted with every read."""

    OWN_CASE = "own case"
    ON_DUTY = "on duty"
    TOOK_PART = "took part"
    STILL_OPEN = "still open"  # whoever is free may help
    NO_CASE = "no case"  # nobody's family, as far as is known
    LEADS = "leads"
    REVIEWS = "reviews"
    KEEPS_NUMBERS = "keeps numbers"
    BROKE_GLASS = "broke the glass"


class NotTheirs(Exception):
    """A reviewer asks for something outside their municipality; to them it does not exist."""


class BreakGlassRequired(Exception):
    """Nothing shows that the person needs this case: they must give a reason, of which the leader hears."""

    def __init__(self, case_id: str) -> None:
        """Take the case in question."""
        super().__init__(case_id)
        self.case_id = case_id


def check_contact_access(
    db: Database, team: Team, person: Person | None, municipality: str | None, contact_id: str, now: datetime
) -> AccessReason | None:
    """Return why they may see the contact, None if there is none; raises BreakGlassRequired, NotTheirs."""
    with db.reading() as reading:
        facts = contact_facts(reading, team.id, contact_id, person.id if person else None)
        return _find(reading, team, person, municipality, facts, now) if facts else None


def check_case_access(
    db: Database, team: Team, person: Person | None, municipality: str | None, case_id: str, now: datetime
) -> AccessReason | None:
    """Return why they may see the case, None if there is none; raises BreakGlassRequired, NotTheirs."""
    with db.reading() as reading:
        facts = case_facts(reading, team.id, case_id)
        return _find(reading, team, person, municipality, facts, now) if facts else None


def _find(
    reading: Reading,
    team: Team,
    person: Person | None,
    municipality: str | None,
    facts: ContactFacts | CaseFacts,
    now: datetime,
) -> AccessReason:
    case = facts.case if isinstance(facts, ContactFacts) else facts
    if person is None:
        if case is None or case.municipality is None or case.municipality != municipality:
            raise NotTheirs
        return AccessReason.REVIEWS
    if case is None:
        return AccessReason.NO_CASE
    if case.own_therapist == person.id:
        return AccessReason.OWN_CASE
    if any(answers(rota, now) == person.id for rota in team.rotas.values()):
        return AccessReason.ON_DUTY
    if isinstance(facts, ContactFacts) and facts.took_part:
        return AccessReason.TOOK_PART
    if isinstance(facts, ContactFacts) and facts.is_open:
        return AccessReason.STILL_OPEN
    if person.leads:
        return AccessReason.LEADS
    if isinstance(facts, CaseFacts) and Role.ADMINISTRATOR in person.roles:
        return AccessReason.KEEPS_NUMBERS
    if is_granted(reading, team.id, person.id, case.id, now):
        return AccessReason.BROKE_GLASS
    raise BreakGlassRequired(case.id)


def find_case_label(db: Database, team_id: int, case_id: str) -> str | None:
    """Return what the case is called; None if the team has no such case."""
    with db.reading() as reading:
        facts = case_facts(reading, team_id, case_id)
    return facts.label if facts else None


def break_glass(db: Database, team: Team, person: Person, case_id: str, reason: str, now: datetime) -> bool:
    """Open the case to them for a shift, and text the leaders; return False if the team has no such case.

    The reason stands in the access log; the text to the leaders holds neither it nor the label.
    """
    with db.noting_reads(team.id) as reads:
        case = case_facts(reads, team.id, case_id)
        if case is None:
            return False
        append_read(reads, GLASS_BROKEN, person.id, now, case=case.label, case_id=case.id, reason=reason)
        grant(reads, team.id, person.id, case.id, now + GLASS_STAYS_BROKEN)
        for leader in team.leaders:
            if leader.id != person.id:
                once = f"{person.id}:{now.isoformat()}"
                queue_account_text(reads, team.id, leader.id, wording.GLASS, once, now)
    return True
