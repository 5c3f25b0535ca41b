"""Give out, hold and erase what is kept of a family, each step noted in the journal."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time

from oncall.alerts.team import Team
from oncall.contacts.retention import ClosedCase, RetentionRule, StaffRetentionRule, months_after, rule_for
from oncall.store.columns import to_json
from oncall.store.families.cases import load_cases
from oncall.store.privacy.access import case_facts
from oncall.store.privacy.erasure import erase_case, erase_loose
from oncall.store.privacy.retention import (
    CASE_EXPORTED,
    HOLD_LIFTED,
    HOLD_PLACED,
    closed_cases,
    count_loose,
    list_loose,
    load_rules,
    load_staff_rule,
    note_retention,
    save_rules,
    save_staff_rule,
)
from oncall.store.session import Database
from oncall.usecases.privacy.access_log import RECORD_TAKEN_OUT, append_read, note_read
from oncall.usecases.privacy.departures import Departed, StaffReceipt, erase_due_staff, look_at_departed
from oncall.usecases.privacy.subject_record import record_of_case, record_of_number, record_of_staff

LONGEST_KEPT = 12 * 50  # months
BATCH = 25  # contacts of no case that are erased in one transaction: the team's calls wait for it


@dataclass(frozen=True, slots=True)
class RetentionOverview:
    """What a team keeps of closed cases and of staff who have left, by which rules, and until when."""

    rules: tuple[RetentionRule, ...]
    closed: tuple[ClosedCase, ...]
    loose_due: int  # contacts of no case that the rule for everywhere wants erased
    staff_rule: StaffRetentionRule | None  # None: who has left is known for ever
    departed: tuple[Departed, ...]


@dataclass(frozen=True, slots=True)
class ErasureReceipt:
    """That a case was erased: to be kept, since nothing else tells of it any more."""

    team: str
    case: str
    municipality: str | None
    contacts: int
    erased_at: datetime
    erased_by: str | None

    def encode(self) -> dict[str, object]:
        """Return it as JSON values."""
        return {
            "team": self.team,
            "case": self.case,
            "municipality": self.municipality,
            "contacts": self.contacts,
            "erased_at": self.erased_at.isoformat(),
            "erased_by": self.erased_by,
        }


def read_retention(db: Database, team: Team, now: datetime) -> RetentionOverview:
    """Return the team's rules, its closed cases, who has left it, and how much else is due."""
    with db.reading() as reading:
        rules = load_rules(reading, team.id)
        before = _loose_before(team, rules, now)
        return RetentionOverview(
            rules,
            closed_cases(reading, team.id),
            count_loose(reading, team.id, before) if before else 0,
            load_staff_rule(reading, team.id),
            look_at_departed(reading, team, now),
        )


def find_closed(db: Database, team: Team, case_id: str) -> ClosedCase | None:
    """Return the team's closed case with this id; None where it has no such case."""
    with db.reading() as reading:
        closed = closed_cases(reading, team.id)
    return next((case for case in closed if case.id == case_id), None)


def change_rules(
    db: Database,
    team: Team,
    rules: tuple[RetentionRule, ...],
    actor: str,
    now: datetime,
    staff: StaffRetentionRule | None = None,
) -> None:
    """The team's rules for families are these, and that for staff who have left is `staff`; None: no rule."""
    with db.writing(team.id) as writing:
        save_staff_rule(writing, staff)
        save_rules(writing, rules, now, actor, asdict(staff) if staff else None)


def export_case(db: Database, team: Team, case_id: str, actor: str, reason: str, now: datetime) -> bytes:
    """Return everything that is kept about the family, as JSON; the journal says who took it out, and why.

    Raises LookupError for a case that the team does not have, or has no longer.
    """
    with db.writing(team.id) as writing:
        content = to_json(record_of_case(writing, team, case_id, now)).encode()
        detail = {"reason": reason, "sha256": hashlib.sha256(content).hexdigest()}
        note_retention(writing, case_id, CASE_EXPORTED, now, actor, detail)
        case = case_facts(writing, team.id, case_id)
    note_read(db, team.id, RECORD_TAKEN_OUT, actor, now, case=case.label if case else None, reason=reason)
    return content


def take_out(
    db: Database,
    team: Team,
    actor: str,
    reason: str,
    now: datetime,
    *,
    label: str | None = None,
    number: str | None = None,
    staff: str | None = None,
) -> bytes:
    """Return everything that is kept about one subject, as JSON; the journal says who took it out, and why.

    Raises LookupError where nothing is kept.
    """
    with db.noting_reads(team.id) as reads:
        if label is not None:
            case = next((each for each in load_cases(reads, team.id) if each.label == label), None)
            if case is None:
                raise LookupError(label)
            record = record_of_case(reads, team, case.id, now)
        elif number is not None:
            record = record_of_number(reads, team, number, now)
        else:
            record = record_of_staff(reads, team, staff or "", now)
        append_read(reads, RECORD_TAKEN_OUT, actor, now, case=label, staff=staff, reason=reason)
    return to_json(record).encode()


def hold(db: Database, team: Team, case_id: str, actor: str, reason: str, now: datetime) -> None:
    """The case is not erased, whatever the rules want, until the hold is lifted. Raises NotToBeErased."""
    with db.writing(team.id) as writing:
        note_retention(writing, case_id, HOLD_PLACED, now, actor, {"reason": reason})


def lift_hold(db: Database, team: Team, case_id: str, actor: str, reason: str, now: datetime) -> None:
    """The case may be erased again. Raises NotToBeErased."""
    with db.writing(team.id) as writing:
        note_retention(writing, case_id, HOLD_LIFTED, now, actor, {"reason": reason})


def erase(db: Database, team: Team, case_id: str, actor: str | None, now: datetime) -> ErasureReceipt:
    """The case is erased with all its contacts; return the receipt. Raises NotToBeErased."""
    with db.writing(team.id) as writing:
        case = erase_case(writing, case_id, now, actor)
    return ErasureReceipt(team.slug, case.label, case.municipality, case.contacts, now, actor)


def erase_due_loose(db: Database, team: Team, actor: str | None, now: datetime) -> int:
    """The contacts of no case that the rules want erased are; return how many there were."""
    with db.reading() as reading:
        before = _loose_before(team, load_rules(reading, team.id), now)
    count, since = 0, datetime.min.replace(tzinfo=UTC)
    while before:
        with db.writing(team.id) as writing:
            due = list_loose(writing, team.id, before, since, BATCH)
            count += erase_loose(writing, (contact for contact, _ in due), now, actor)
        if len(due) < BATCH:
            break
        since = due[-1][1]  # what began at the same instant is due still, unless it was erased just now
    return count


def erase_what_rules_erase(
    db: Database, team: Team, now: datetime
) -> tuple[tuple[ErasureReceipt, ...], tuple[StaffReceipt, ...]]:
    """What is due by a rule that erases by itself is erased, unless something stands against it."""
    overview = read_retention(db, team, now)
    today = now.astimezone(team.zone).date()
    receipts = tuple(
        erase(db, team, case.id, None, now)
        for case in overview.closed
        if case.automatic and case.is_due(today) and case.obstacle() is None
    )
    everywhere = rule_for(overview.rules, None)
    if everywhere and everywhere.automatic and overview.loose_due:
        erase_due_loose(db, team, None, now)
    return receipts, erase_due_staff(db, team, overview.departed, now)


def _loose_before(team: Team, rules: tuple[RetentionRule, ...], now: datetime) -> datetime | None:
    """Return before when a contact of no case has begun that is due; None: there is no rule."""
    rule = rule_for(rules, None)
    if rule is None:
        return None
    first_kept = months_after(now.astimezone(team.zone).date(), -rule.months)
    return datetime.combine(first_kept, time(), team.zone).astimezone(UTC)
