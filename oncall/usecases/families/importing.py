"""Plan what importing a list of families would change, and carry the plan out."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from oncall.alerts.team import Team
from oncall.contacts.case import Case, Phase
from oncall.store.families.cases import find_owners, load_cases
from oncall.store.families.history import note_changes
from oncall.store.families.saving import save_case
from oncall.store.session import Database, Reading
from oncall.usecases.families.import_rows import CellFault, RowReader
from oncall.usecases.families.spreadsheets import SheetRow


@dataclass(frozen=True, slots=True)
class Changed:
    """A case that would be otherwise."""

    before: Case
    after: Case


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do."""

    new: tuple[Case, ...]
    changed: tuple[Changed, ...]
    unchanged: tuple[str, ...]  # labels
    shared: Mapping[str, tuple[str, ...]]  # by number: the labels of all cases that would have it
    faults: tuple[CellFault, ...]

    @property
    def mark(self) -> str:
        """By what it is known that the plan is still the one that was looked at."""
        return hashlib.sha256(repr((self.new, self.changed, self.shared)).encode()).hexdigest()


class OtherThanSeen(Exception):
    """The import would do something else by now."""


def plan_import(db: Database, team: Team, rows: Sequence[SheetRow], today: date) -> ImportPlan:
    """Return what importing the rows would do; nothing is changed."""
    with db.reading() as reading:
        return _plan(reading, team, rows, today)


def carry_out_import(
    db: Database, team: Team, rows: Sequence[SheetRow], mark: str, by: str, now: datetime
) -> ImportPlan:
    """Save all the rows in the team's cases, note it in the journal, and return what was done.

    Raises OtherThanSeen, and nothing is changed, unless the plan is the one of `mark` and without a fault.
    """
    with db.writing(team.id) as writing:
        plan = _plan(writing, team, rows, now.astimezone(team.zone).date())
        if plan.faults or plan.mark != mark:
            raise OtherThanSeen
        pairs = [(None, case) for case in plan.new] + [(each.before, each.after) for each in plan.changed]
        for before, wanted in pairs:
            note_changes(writing, before, save_case(writing, wanted), by, now)
    return plan


def _plan(reading: Reading, team: Team, rows: Sequence[SheetRow], today: date) -> ImportPlan:
    stored = {case.label: case for case in load_cases(reading, team.id) if not case.erased}
    reader = RowReader(team, today)
    cases: dict[str, Case] = {}
    for row in rows:
        label = reader.label(row)
        begun = cases.get(label) or stored.get(label) or Case(label, None, None, Phase.ACTIVE)
        cases[label] = reader.add(begun, row)
    new = tuple(case for label, case in cases.items() if label not in stored)
    changed = tuple(
        Changed(stored[label], case)
        for label, case in cases.items()
        if label in stored and stored[label] != case
    )
    unchanged = tuple(label for label in cases if label in stored and stored[label] == cases[label])
    shared = {} if reader.faults else _find_shared(reading, team, cases)
    return ImportPlan(new, changed, unchanged, shared, tuple(reader.faults))


def _find_shared(reading: Reading, team: Team, cases: Mapping[str, Case]) -> dict[str, tuple[str, ...]]:
    """Return the numbers of the file that more than one case would have, with the cases."""
    having: dict[str, set[str]] = {}
    for label, case in cases.items():
        for member in case.members:
            for phone in member.phones:
                having.setdefault(phone.number, set()).add(label)
    owners = find_owners(reading, team.id, having)
    for number, of in owners.items():
        having[number] |= {owner.label for owner in of}
    return {number: tuple(sorted(labels)) for number, labels in having.items() if len(labels) > 1}
