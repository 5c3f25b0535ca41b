"""Change a case and its members, so that of two editors neither loses anything."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from oncall.contacts.case import Case, Member, NumberOwner, Phase
from oncall.store.families.cases import load_case
from oncall.store.families.history import note_changes
from oncall.store.families.saving import save_case
from oncall.store.session import Database, Writing
from oncall.usecases.families.cases import other_owners


class UnknownCase(Exception):
    """The team has no such case, or the case no such member."""


class ChangedMeanwhile(Exception):
    """Somebody else has changed the same thing since the form was opened."""

    def __init__(self, current: Case) -> None:
        """Take the case as it is now."""
        super().__init__(current.id)
        self.current = current


class NumbersShared(Exception):
    """Another case has numbers that are new at the member."""

    def __init__(self, owners: Mapping[str, tuple[NumberOwner, ...]]) -> None:
        """Take who has each of the numbers in other cases."""
        super().__init__(len(owners))
        self.owners = owners


def fingerprint_case(value: Case | Member | None) -> str:
    """Return by what a form knows whether what it shows is still so; "" of nothing.

    A case is known by its own fields alone: two people may change two of its members at once.
    """
    if value is None:
        return ""
    said: dict[str, Any] = asdict(value)
    said.pop("members", None)
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()[:24]


def create_case(db: Database, team_id: int, case: Case, by: str, now: datetime) -> Case:
    """Save a new case of the team; raises LabelTaken."""
    with db.writing(team_id) as writing:
        return _save(writing, None, case, by, now)


def change_case(db: Database, team_id: int, wanted: Case, seen: str, by: str, now: datetime) -> Case:
    """Save the case's own fields as wanted, and leave its members as they are.

    Raises UnknownCase, LabelTaken, and ChangedMeanwhile unless it is still as `seen`, a fingerprint.
    """
    with db.writing(team_id) as writing:
        before = _load(writing, wanted.id)
        if fingerprint_case(before) != seen:
            raise ChangedMeanwhile(before)
        return _save(writing, before, replace(wanted, members=before.members), by, now)


def close_case(db: Database, team_id: int, case_id: str, day: date, by: str, now: datetime) -> Case:
    """End the treatment. The family's numbers still lead to the case, and still ring."""
    with db.writing(team_id) as writing:
        before = _load(writing, case_id)
        return _save(writing, before, replace(before, phase=Phase.CLOSED, closed_on=day), by, now)


def reopen_case(db: Database, team_id: int, case_id: str, by: str, now: datetime) -> Case:
    """Put the family in treatment again; the day on which it began stays."""
    with db.writing(team_id) as writing:
        before = _load(writing, case_id)
        return _save(writing, before, replace(before, phase=Phase.ACTIVE, closed_on=None), by, now)


def save_member(
    db: Database,
    team_id: int,
    case_id: str,
    member: Member,
    seen: str,
    by: str,
    now: datetime,
    *,
    may_share: bool,
) -> Case:
    """Save the member in the case, as a new one if it has no id.

    Raises UnknownCase, NumbersShared unless new numbers may be those of another case too, and
    ChangedMeanwhile unless the member is still as `seen`, a fingerprint.
    """
    with db.writing(team_id) as writing:
        before = _load(writing, case_id)
        current = before.member(member.id) if member.id else None
        if not may_share:
            _check_shared(writing, case_id, member, current)
        if fingerprint_case(current) != seen:
            raise ChangedMeanwhile(before)
        members = [member if each.id == member.id else each for each in before.members]
        if current is None:  # new, or taken out by somebody else while this was written
            members.append(replace(member, id=""))
        return _save(writing, before, replace(before, members=tuple(members)), by, now)


def _check_shared(writing: Writing, case_id: str, member: Member, before: Member | None) -> None:
    known = {phone.number for phone in before.phones} if before else set()
    fresh = [phone.number for phone in member.phones if phone.number not in known]
    if shared := other_owners(writing, writing.team, case_id, fresh):
        raise NumbersShared(shared)


def take_out_member(db: Database, team_id: int, case_id: str, member_id: str, by: str, now: datetime) -> None:
    """Take the member out of the case; what was written about them stays. Raises UnknownCase."""
    with db.writing(team_id) as writing:
        before = _load(writing, case_id)
        if before.member(member_id) is None:
            raise UnknownCase(member_id)
        members = tuple(member for member in before.members if member.id != member_id)
        _save(writing, before, replace(before, members=members), by, now)


def _load(writing: Writing, case_id: str) -> Case:
    case = load_case(writing, writing.team, case_id)
    if case is None or case.erased:
        raise UnknownCase(case_id)
    return case


def _save(writing: Writing, before: Case | None, wanted: Case, by: str, now: datetime) -> Case:
    after = save_case(writing, wanted)
    note_changes(writing, before, after, by, now)
    return after
