"""Put right the numbers that were stored as they were typed, such as one with the zero of its own country."""

from dataclasses import replace
from datetime import datetime

from oncall.contacts.case import Case, Member, MemberNumber, strictest
from oncall.phone_numbers import format_number
from oncall.store.families.callers import carry_mark_over
from oncall.store.families.cases import load_cases
from oncall.store.families.history import note_changes
from oncall.store.families.saving import save_case
from oncall.store.session import Database


def repair_numbers(db: Database, team_id: int, by: str, now: datetime) -> int:
    """Store the numbers of all families as the carrier writes them; return how many were changed.

    Consents stay with their number. Where a member has a number in both spellings, the stricter answers hold.
    A number that may be in the wrong hands stays so.
    """
    with db.writing(team_id) as writing:
        changed = 0
        for case in load_cases(writing, team_id):
            wrong = _wrong_numbers(case)
            if wrong:
                for number in wrong:
                    carry_mark_over(writing, number, _right(number))
                note_changes(writing, case, save_case(writing, _repair(case)), by, now)
            changed += len(wrong)
        return changed


def _repair(case: Case) -> Case:
    return replace(case, members=tuple(map(_repair_member, case.members)))


def _repair_member(member: Member) -> Member:
    phones: dict[str, MemberNumber] = {}
    for phone in member.phones:
        number = _right(phone.number)
        other = phones.get(number)
        phones[number] = _merge(other, phone) if other else replace(phone, number=number)
    return replace(member, phones=tuple(phones.values()))


def _merge(one: MemberNumber, other: MemberNumber) -> MemberNumber:
    return replace(
        one,
        may_call=strictest((one.may_call, other.may_call)),
        may_text=strictest((one.may_text, other.may_text)),
        may_voicemail=strictest((one.may_voicemail, other.may_voicemail)),
        hours=one.hours or other.hours,
        code_word=one.code_word or other.code_word,
        seen_by=one.seen_by or other.seen_by,
        may_name_team=one.may_name_team and other.may_name_team,
    )


def _wrong_numbers(case: Case) -> list[str]:
    numbers = [phone.number for member in case.members for phone in member.phones]
    return [number for number in numbers if _right(number) != number]


def _right(number: str) -> str:
    """Return the number as it should be stored; itself where it is none that is known."""
    return format_number(number) or number
