"""How a case is stored, so that its members stay the persons they are."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, select, update

from oncall.contacts.case import Case, LabelTaken, Member, MemberNumber
from oncall.store.families.cases import (
    birth_place,
    find_case_id,
    load_case,
    load_case_key,
    load_cases,
    member_number_place,
    name_place,
    seal_part,
)
from oncall.store.keys import DataKey
from oncall.store.session import Writing
from oncall.store.tables.families import CaseRow, MemberNumberRow, MemberRow, NumberIndexRow

_OF_TEAM = and_(CaseRow.team_id == bindparam("of_team"), CaseRow.id == bindparam("of_case"))
_UPDATE = update(CaseRow).where(_OF_TEAM)
_UPDATE_MEMBER = update(MemberRow).where(MemberRow.id == bindparam("of_member"))
_UPDATE_NUMBER = update(MemberNumberRow).where(MemberNumberRow.id == bindparam("of_number"))
_OF_CASE = select(MemberRow.id).where(MemberRow.case_id == bindparam("of_case"), MemberRow.present)
_NUMBERS_OF = select(MemberNumberRow.id).where(
    MemberNumberRow.member_id.in_(bindparam("members", expanding=True)), MemberNumberRow.present
)
_LOADED = select(CaseRow.label, CaseRow.loaded).where(CaseRow.team_id == bindparam("of_team"))


def save_case(writing: Writing, case: Case) -> Case:
    """The team's case is as given, a new one where it has no id; return it with every id.

    A member with an id stays that member; one without is the member of the same name, or somebody new.
    Who is not in it any more is taken out. Raises LabelTaken, and LookupError for a case that the team
    does not have.
    """
    labelled = find_case_id(writing, writing.team, case.label)
    if labelled not in (None, case.id):
        raise LabelTaken(case.label)
    if not case.id:
        case = replace(case, id=secrets.token_hex(16))
        key = writing.keyring.new_key()
        row = {"id": case.id, "team_id": writing.team, "data_key": key.wrapped, **_case_columns(case)}
        writing.conn.execute(insert(CaseRow), row)
        stored: tuple[Member, ...] = ()
    else:
        found = load_case(writing, writing.team, case.id)
        if found is None:
            raise LookupError(case.id)
        key, stored = _open_key(writing, found), found.members
        where = {"of_team": writing.team, "of_case": case.id}
        writing.conn.execute(_UPDATE, {**where, "data_key": key.wrapped, **_case_columns(case)})
    return replace(case, members=_save_members(writing, case.id, key, stored, case.members), erased=False)


def save_cases(writing: Writing, cases: Sequence[Case]) -> tuple[str, ...]:
    """The team's cases with these labels are as given, others stay; return the labels of what changed."""
    stored = {case.label: case for case in load_cases(writing, writing.team)}
    changed = []
    for case in cases:
        before = stored.get(case.label)
        if before != case:
            save_case(writing, replace(case, id=before.id if before else ""))
            changed.append(case.label)
    return tuple(changed)


def loaded_digests(writing: Writing) -> dict[str, str | None]:
    """Return what a team file last said of each case of the team, as digests by label."""
    return {row.label: row.loaded for row in writing.conn.execute(_LOADED, {"of_team": writing.team})}


def note_loaded(writing: Writing, case_id: str, digest: str) -> None:
    """The case remembers what the team file has said of it."""
    writing.conn.execute(_UPDATE, {"of_team": writing.team, "of_case": case_id, "loaded": digest})


def _open_key(writing: Writing, case: Case) -> DataKey:
    """Return the case's key; a case that comes back after its erasure begins anew with another."""
    key = load_case_key(writing, writing.team, case.id)
    if key is not None:
        return key
    _take_out(writing, writing.conn.scalars(_OF_CASE, {"of_case": case.id}).all())
    return writing.keyring.new_key()


def _case_columns(case: Case) -> dict[str, Any]:
    return {
        "label": case.label,
        "municipality": case.municipality,
        "own_therapist": case.own_therapist,
        "phase": case.phase.value,
        "started_on": case.started_on,
        "closed_on": case.closed_on,
    }


# ---------------------------------------------------------------------------------------- members


def _save_members(
    writing: Writing, case_id: str, key: DataKey, stored: Sequence[Member], wanted: Sequence[Member]
) -> tuple[Member, ...]:
    pairs = _match_members(stored, wanted)
    kept = {before.id for _, before in pairs if before}
    _take_out(writing, [member.id for member in stored if member.id not in kept])
    saved = []
    for position, (member, before) in enumerate(pairs):
        named = replace(member, id=before.id if before else secrets.token_hex(16))
        columns = {
            "position": position,
            "name": key.seal_text(named.name, name_place(named.id)),
            "relation": named.relation,
            "language": named.language,
            "birth_year": None
            if named.birth_year is None
            else key.seal_text(str(named.birth_year), birth_place(named.id)),
        }
        if before is None:
            row = {"id": named.id, "team_id": writing.team, "case_id": case_id, "present": True, **columns}
            writing.conn.execute(insert(MemberRow), row)
        else:
            writing.conn.execute(_UPDATE_MEMBER, {"of_member": named.id, **columns})
        phones = _save_numbers(writing, named.id, key, before.phones if before else (), named.phones)
        saved.append(replace(named, phones=phones))
    return tuple(saved)


def _match_members(
    stored: Sequence[Member], wanted: Sequence[Member]
) -> tuple[tuple[Member, Member | None], ...]:
    """Return each wanted member with the one that it was: by id, else by name, never by guess."""
    by_id = {member.id: member for member in stored}
    free = [member for member in stored if member.id not in {one.id for one in wanted}]
    pairs = []
    for member in wanted:
        before = by_id.get(member.id) if member.id else None
        if not member.id:
            before = next((one for one in free if one.name == member.name), None)
            if before:
                free.remove(before)
        pairs.append((member, before))
    return tuple(pairs)


def _take_out(writing: Writing, members: Iterable[str]) -> None:
    """The members are of the case no more, and their numbers lead to it no more."""
    gone = list(members)
    if not gone:
        return
    _take_out_numbers(writing, writing.conn.scalars(_NUMBERS_OF, {"members": gone}).all())
    writing.conn.execute(update(MemberRow).where(MemberRow.id.in_(gone)).values(present=False))


def _save_numbers(
    writing: Writing,
    member_id: str,
    key: DataKey,
    stored: Sequence[MemberNumber],
    wanted: Sequence[MemberNumber],
) -> tuple[MemberNumber, ...]:
    before = {phone.number: phone for phone in stored}
    kept = {phone.number for phone in wanted}
    _take_out_numbers(writing, [phone.id for phone in stored if phone.number not in kept])
    saved = []
    for position, phone in enumerate(wanted):
        same = before.get(phone.number)
        named = replace(phone, id=same.id if same else secrets.token_hex(16))
        columns = {"position": position, **_number_columns(key, named)}
        if same is None:
            row = {
                "id": named.id,
                "team_id": writing.team,
                "member_id": member_id,
                "number": key.seal_text(named.number, member_number_place(named.id)),
                "present": True,
                **columns,
            }
            writing.conn.execute(insert(MemberNumberRow), row)
            index = {
                "team_id": writing.team,
                "digest": writing.keyring.digest(writing.team, named.number),
                "member_number_id": named.id,
                "staff_key": None,
            }
            writing.conn.execute(insert(NumberIndexRow), index)
        elif same != named or stored.index(same) != position:
            writing.conn.execute(_UPDATE_NUMBER, {"of_number": named.id, **columns})
        saved.append(named)
    return tuple(saved)


def _number_columns(key: DataKey, phone: MemberNumber) -> dict[str, Any]:
    return {
        "may_call": phone.may_call.value,
        "may_text": phone.may_text.value,
        "may_voicemail": phone.may_voicemail.value,
        "hours": str(phone.hours) if phone.hours else None,
        "code_word": seal_part(key, phone.code_word, member_number_place(phone.id, "code_word")),
        "seen_by": seal_part(key, phone.seen_by, member_number_place(phone.id, "seen_by")),
        "may_name_team": phone.may_name_team,
    }


def _take_out_numbers(writing: Writing, numbers: Iterable[str]) -> None:
    gone = list(numbers)
    if gone:
        writing.conn.execute(
            update(MemberNumberRow).where(MemberNumberRow.id.in_(gone)).values(present=False)
        )
        writing.conn.execute(delete(NumberIndexRow).where(NumberIndexRow.member_number_id.in_(gone)))
