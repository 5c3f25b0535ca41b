"""Load a team's cases, their members and numbers, and find the owners of a number."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import time
from typing import Any

from sqlalchemy import and_, bindparam, select

from oncall.contacts.case import Case, Consent, Member, MemberNumber, NumberOwner, Phase
from oncall.rota.clock_hours import Hours
from oncall.rota.model import PersonId
from oncall.store.keys import DataKey, KeyRing
from oncall.store.session import Reading
from oncall.store.tables.families import CaseRow, MemberNumberRow, MemberRow, NumberIndexRow

_CASES = (
    select(
        CaseRow.id.label("case_id"),
        CaseRow.label,
        CaseRow.municipality,
        CaseRow.own_therapist,
        CaseRow.phase,
        CaseRow.started_on,
        CaseRow.closed_on,
        CaseRow.data_key,
        MemberRow.id.label("member_id"),
        MemberRow.name,
        MemberRow.relation,
        MemberRow.language,
        MemberRow.birth_year,
        MemberNumberRow.id.label("number_id"),
        MemberNumberRow.number,
        MemberNumberRow.may_call,
        MemberNumberRow.may_text,
        MemberNumberRow.may_voicemail,
        MemberNumberRow.hours,
        MemberNumberRow.code_word,
        MemberNumberRow.seen_by,
        MemberNumberRow.may_name_team,
    )
    .outerjoin(MemberRow, and_(MemberRow.case_id == CaseRow.id, MemberRow.present))
    .outerjoin(MemberNumberRow, and_(MemberNumberRow.member_id == MemberRow.id, MemberNumberRow.present))
    .where(CaseRow.team_id == bindparam("team"))
    .order_by(CaseRow.id, MemberRow.position, MemberNumberRow.position)
)

_OWNERS = _CASES.join(NumberIndexRow, NumberIndexRow.member_number_id == MemberNumberRow.id).where(
    NumberIndexRow.team_id == bindparam("team"), NumberIndexRow.digest == bindparam("of_digest")
)
_CASE = _CASES.where(CaseRow.id == bindparam("of_case"))
_CASE_LABELLED = _CASES.where(CaseRow.label == bindparam("of_label"))
_CASE_KEY = select(CaseRow.data_key).where(
    CaseRow.id == bindparam("of_case"), CaseRow.team_id == bindparam("team")
)
_LABELLED = select(CaseRow.id).where(
    CaseRow.team_id == bindparam("team"), CaseRow.label == bindparam("of_label")
)
_EVERYBODY = select(MemberRow.id, MemberRow.name).where(
    MemberRow.case_id == bindparam("of_case"), MemberRow.team_id == bindparam("team")
)
_WHOSE = (
    select(
        NumberIndexRow.digest,
        CaseRow.id.label("case_id"),
        CaseRow.label,
        CaseRow.phase,
        MemberRow.id.label("member_id"),
        MemberRow.relation,
    )
    .join(MemberNumberRow, MemberNumberRow.id == NumberIndexRow.member_number_id)
    .join(MemberRow, MemberRow.id == MemberNumberRow.member_id)
    .join(CaseRow, CaseRow.id == MemberRow.case_id)
    .where(
        NumberIndexRow.team_id == bindparam("team"),
        NumberIndexRow.digest.in_(bindparam("digests", expanding=True)),
    )
    .order_by(MemberRow.position)
)


def load_cases(reading: Reading, team_id: int) -> tuple[Case, ...]:
    """Return the team's cases with their members and numbers, by label; erased ones have no members."""
    return _read_cases(reading.keyring, reading.conn.execute(_CASES, {"team": team_id}))


def load_case(reading: Reading, team_id: int, case_id: str) -> Case | None:
    """Return the team's case with this id; None if the team has no such case."""
    rows = reading.conn.execute(_CASE, {"team": team_id, "of_case": case_id})
    return next(iter(_read_cases(reading.keyring, rows)), None)


def load_case_key(reading: Reading, team_id: int, case_id: str) -> DataKey | None:
    """Return what seals the case; None once it is erased, or if the team has no such case."""
    wrapped = reading.conn.scalar(_CASE_KEY, {"team": team_id, "of_case": case_id})
    return None if wrapped is None else reading.keyring.unwrap(wrapped)


def find_case(reading: Reading, team_id: int, label: str) -> Case | None:
    """Return the team's case with this label; None if there is none."""
    rows = reading.conn.execute(_CASE_LABELLED, {"team": team_id, "of_label": label})
    return next(iter(_read_cases(reading.keyring, rows)), None)


def find_case_id(reading: Reading, team_id: int, label: str) -> str | None:
    """Return the id of the team's case with this label; None if there is none."""
    found: str | None = reading.conn.scalar(_LABELLED, {"team": team_id, "of_label": label})
    return found


def name_members(reading: Reading, team_id: int, case_id: str) -> dict[str, str]:
    """Return the names of all who are or were in the case, by their ids; none once it is erased."""
    key = load_case_key(reading, team_id, case_id)
    if key is None:
        return {}
    rows = reading.conn.execute(_EVERYBODY, {"team": team_id, "of_case": case_id})
    return {row.id: key.open_text(row.name, name_place(row.id)) for row in rows}


def find_owners(reading: Reading, team_id: int, numbers: Iterable[str]) -> dict[str, tuple[NumberOwner, ...]]:
    """Return, for each number that any case of the team has, who has it; by the index alone."""
    by_digest = {reading.keyring.digest(team_id, number): number for number in numbers}
    owners: dict[str, tuple[NumberOwner, ...]] = {}
    for row in reading.conn.execute(_WHOSE, {"team": team_id, "digests": list(by_digest)}):
        number = by_digest[row.digest]
        owner = NumberOwner(row.case_id, row.label, Phase(row.phase), row.member_id, row.relation)
        owners[number] = (*owners.get(number, ()), owner)
    return {number: tuple(sorted(of, key=lambda owner: owner.label)) for number, of in owners.items()}


def _read_cases(keyring: KeyRing, rows: Iterable[Any]) -> tuple[Case, ...]:
    cases: dict[str, Case] = {}
    members: dict[str, dict[str, Member]] = {}
    for row in rows:
        cases[row.case_id] = _read_case(row)
        of_case = members.setdefault(row.case_id, {})
        if row.member_id is None or row.data_key is None:
            continue
        key = keyring.unwrap(row.data_key)
        member = of_case.get(row.member_id) or _read_member(row, key)
        of_case[row.member_id] = replace(member, phones=member.phones + _read_phones(row, key))
    read = (replace(case, members=tuple(members[case_id].values())) for case_id, case in cases.items())
    return tuple(sorted(read, key=lambda case: case.label))


def _read_case(row: Any) -> Case:
    return Case(
        label=row.label,
        municipality=row.municipality,
        own_therapist=None if row.own_therapist is None else PersonId(row.own_therapist),
        phase=Phase(row.phase),
        started_on=row.started_on,
        closed_on=row.closed_on,
        id=row.case_id,
        erased=row.data_key is None,
    )


def owners_of(reading: Reading, team_id: int, number: str) -> tuple[tuple[str, Member], ...]:
    """Return whose number it is, by the case's label; each member with this number alone."""
    digest = reading.keyring.digest(team_id, number)
    owners = []
    for row in reading.conn.execute(_OWNERS, {"team": team_id, "of_digest": digest}):
        if row.data_key is not None:
            key = reading.keyring.unwrap(row.data_key)
            owners.append((row.label, replace(_read_member(row, key), phones=_read_phones(row, key))))
    return tuple(owners)


def _read_member(row: Any, key: DataKey) -> Member:
    name = key.open_text(row.name, name_place(row.member_id))
    year = row.birth_year and int(key.open_text(row.birth_year, birth_place(row.member_id)))
    return Member(name, row.relation, row.language, birth_year=year, id=row.member_id)


def read_hours(text: str) -> Hours:
    """Return the hours that a row holds as "08:00-20:00"."""
    opens, _, closes = text.partition("-")
    return Hours(time.fromisoformat(opens), time.fromisoformat(closes))


def _read_phones(row: Any, key: DataKey) -> tuple[MemberNumber, ...]:
    if row.number_id is None:
        return ()
    phone = MemberNumber(
        number=key.open_text(row.number, member_number_place(row.number_id)),
        may_call=Consent(row.may_call),
        may_text=Consent(row.may_text),
        may_voicemail=Consent(row.may_voicemail),
        hours=read_hours(row.hours) if row.hours else None,
        code_word=open_part(key, row.code_word, member_number_place(row.number_id, "code_word")),
        seen_by=open_part(key, row.seen_by, member_number_place(row.number_id, "seen_by")),
        may_name_team=row.may_name_team,
        id=row.number_id,
    )
    return (phone,)


def open_part(key: DataKey, sealed: bytes | None, place: str) -> str:
    """Return what was sealed; "" where nothing was."""
    return "" if sealed is None else key.open_text(sealed, place)


def seal_part(key: DataKey, text: str, place: str) -> bytes | None:
    """Return the text sealed; None where there is none."""
    return key.seal_text(text, place) if text else None


def name_place(member_id: str) -> str:
    """Name the place to which a member's name is sealed."""
    return f"member:{member_id}:name"


def birth_place(member_id: str) -> str:
    """Name the place to which a member's year of birth is sealed."""
    return f"member:{member_id}:birth_year"


def member_number_place(number_id: str, column: str = "number") -> str:
    """Name the place to which a column of a member's number is sealed."""
    return f"member_number:{number_id}:{column}"
