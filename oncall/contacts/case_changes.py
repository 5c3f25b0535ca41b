"""What was changed in a case: what its journal keeps, and what its history shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from oncall.contacts.case import Case, Member, MemberNumber, Phase
from oncall.contacts.model import JournalDetail

CASE_OPENED = "case_opened"
CASE_CHANGED = "case_changed"
CASE_CLOSED = "case_closed"
CASE_REOPENED = "case_reopened"
CASE_KINDS = (CASE_OPENED, CASE_CHANGED, CASE_CLOSED, CASE_REOPENED)

_OF_CASE = ("label", "municipality", "own_therapist", "phase", "started_on", "closed_on")
_OF_MEMBER = ("name", "relation", "birth_year", "language")
_NOT_OF_NUMBER = ("number", "id")  # an entry holds no number: it names the row that has it, sealed


@dataclass(frozen=True, slots=True)
class CaseChange:
    """One thing that is otherwise than before."""

    what: str  # a field's name, "added" or "removed"
    member: str | None = None  # whose; None: of the case itself
    number: str | None = None  # the id of the number concerned; None: of none
    before: str | None = None
    after: str | None = None


def kind_of(before: Case | None, after: Case) -> str:
    """Return the kind of entry that tells of the change."""
    if before is None:
        return CASE_OPENED
    if before.phase is not Phase.CLOSED and after.phase is Phase.CLOSED:
        return CASE_CLOSED
    if before.phase is Phase.CLOSED and after.phase is not Phase.CLOSED:
        return CASE_REOPENED
    return CASE_CHANGED


def compare_cases(before: Case | None, after: Case) -> tuple[CaseChange, ...]:
    """Return what is otherwise in `after`, which has its ids; for a new case, everything in it."""
    return tuple(_compare(before, after))


def _compare(before: Case | None, after: Case) -> Iterator[CaseChange]:
    for name in _OF_CASE:
        was, is_now = _say(getattr(before, name, None)), _say(getattr(after, name))
        if was != is_now:
            yield CaseChange(name, before=was, after=is_now)
    earlier = {member.id: member for member in before.members} if before else {}
    for member in after.members:
        yield from _compare_members(earlier.pop(member.id, None), member)
    for gone in earlier.values():
        yield CaseChange("removed", gone.id, before=gone.name)


def _compare_members(before: Member | None, after: Member) -> Iterator[CaseChange]:
    if before is None:
        yield CaseChange("added", after.id, after=after.name)
    for name in _OF_MEMBER if before else ():
        was, is_now = _say(getattr(before, name)), _say(getattr(after, name))
        if was != is_now:
            yield CaseChange(name, after.id, before=was, after=is_now)
    earlier = {phone.id: phone for phone in before.phones} if before else {}
    for phone in after.phones:
        yield from _compare_numbers(after.id, earlier.pop(phone.id, None), phone)
    for gone in earlier.values():
        yield CaseChange("removed", after.id, gone.id)


def _compare_numbers(member: str, before: MemberNumber | None, after: MemberNumber) -> Iterator[CaseChange]:
    if before is None:
        yield CaseChange("added", member, after.id)
    unset = MemberNumber("")
    for name in MemberNumber.__dataclass_fields__:
        was, is_now = _say(getattr(before or unset, name)), _say(getattr(after, name))
        if name not in _NOT_OF_NUMBER and was != is_now:
            yield CaseChange(name, member, after.id, was if before else None, is_now)


def _say(value: Any) -> str | None:
    return None if value in (None, "", ()) else str(value)


def changes_detail(changes: tuple[CaseChange, ...]) -> JournalDetail:
    """Return what an entry holds of the changes."""
    return {
        "changes": [
            {name: value for name in CaseChange.__dataclass_fields__ if (value := getattr(change, name))}
            for change in changes
        ]
    }


def changes_from(detail: JournalDetail) -> tuple[CaseChange, ...]:
    """Return the changes that an entry holds; none of one that is erased."""
    said = detail.get("changes")
    known = CaseChange.__dataclass_fields__
    if not isinstance(said, list):
        return ()
    return tuple(CaseChange(**{name: each[name] for name in known if name in each}) for each in said)
