"""Which families a team serves, and which of them a number belongs to."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any, TypeVar

from sqlalchemy import bindparam, delete, exists, insert, select, update

from oncall.alerts.safe_contact import Rules, Verdict, Way, Wish, may_reach
from oncall.alerts.team import Caller, Team
from oncall.contacts.case import Case, Consent, Hours, Member, MemberNumber, Phase
from oncall.rota.model import PersonId
from oncall.store.keys import DataKey
from oncall.store.prepared import Prepared
from oncall.store.session import Reading, Writing
from oncall.store.tables import CaseRow, CompromisedRow, MemberNumberRow, MemberRow, NumberIndexRow

T = TypeVar("T")

_WHO_CALLS = Prepared(
    select(
        CaseRow.label,
        CaseRow.municipality,
        CaseRow.own_therapist,
        MemberRow.language,
        MemberRow.relation,
        MemberNumberRow.may_call,
        MemberNumberRow.may_text,
        MemberNumberRow.may_voicemail,
        MemberNumberRow.hours,
        MemberNumberRow.may_name_team,
        exists()
        .where(
            CompromisedRow.team_id == NumberIndexRow.team_id, CompromisedRow.digest == NumberIndexRow.digest
        )
        .label("compromised"),
    )
    .join(MemberNumberRow, MemberNumberRow.id == NumberIndexRow.member_number_id)
    .join(MemberRow, MemberRow.id == MemberNumberRow.member_id)
    .join(CaseRow, CaseRow.id == MemberRow.case_id)
    .select_from(NumberIndexRow)
    .where(NumberIndexRow.team_id == bindparam("team"), NumberIndexRow.digest == bindparam("of_digest"))
)

_MARK = select(CompromisedRow.at).where(
    CompromisedRow.team_id == bindparam("of_team"), CompromisedRow.digest == bindparam("of_digest")
)


def who_calls(reading: Reading, team: Team, number: str | None, now: datetime) -> Caller:
    """Return what the team may know of a caller's number; None: withheld.

    Where several members or cases have the number, only what they agree on is known, and the machine
    may call or text it only if each of them allows it at this time.
    """
    if number is None:
        return Caller("withheld")
    rows = _find_owners(reading, team.id, number)
    if not rows:
        return Caller("unknown", number=number)
    labels = tuple(sorted({row.label for row in rows}))
    therapist = _agreed(row.own_therapist for row in rows)
    rules = _read_rules(rows, team, compromised=any(row.compromised for row in rows))
    return Caller(
        "known",
        case=labels[0] if len(labels) == 1 else None,
        cases=labels,
        municipality=_agreed(row.municipality for row in rows),
        own_therapist=None if therapist is None else PersonId(therapist),
        language=_agreed(row.language for row in rows),
        may_call=may_reach(rules, Wish(Way.CALL, by_machine=True), None, now) is Verdict.YES,
        may_text=may_reach(rules, Wish(Way.TEXT, by_machine=True), None, now) is Verdict.YES,
        child=any(row.relation == "child" for row in rows),
        number=number,
    )


def rules_for(reading: Reading, team: Team, number: str) -> Rules:
    """Return how the number may be reached: of all who share it, the strictest answer counts."""
    rows = _find_owners(reading, team.id, number)
    return _read_rules(rows, team, compromised=is_compromised(reading, team.id, number))


def _find_owners(reading: Reading, team_id: int, number: str) -> list[Any]:
    digest = reading.keyring.digest(team_id, number)
    return _WHO_CALLS.rows(reading.conn, {"team": team_id, "of_digest": digest})


def _read_rules(rows: Sequence[Any], team: Team, *, compromised: bool) -> Rules:
    return Rules(
        may_call=_strictest(row.may_call for row in rows),
        may_text=_strictest(row.may_text for row in rows),
        may_voicemail=_strictest(row.may_voicemail for row in rows),
        compromised=compromised,
        hours=tuple(_read_hours(row.hours) for row in rows if row.hours),
        zone=team.zone,
        may_name_team=bool(rows) and all(row.may_name_team for row in rows),
    )


def _read_hours(text: str) -> Hours:
    opens, _, closes = text.partition("-")
    return Hours(time.fromisoformat(opens), time.fromisoformat(closes))


def is_compromised(reading: Reading, team_id: int, number: str) -> bool:
    """Whether the number, a family's or an unknown one, may be in the wrong hands."""
    digest = reading.keyring.digest(team_id, number)
    return reading.conn.scalar(_MARK, {"of_team": team_id, "of_digest": digest}) is not None


def mark_compromised(writing: Writing, number: str, contact_id: str, now: datetime) -> None:
    """Nothing goes out to the number any more, until it is trusted again."""
    trust(writing, number)
    digest = writing.keyring.digest(writing.team, number)
    row = {"team_id": writing.team, "digest": digest, "contact_id": contact_id, "at": now}
    writing.conn.execute(insert(CompromisedRow), row)


def trust(writing: Writing, number: str) -> None:
    """The number is in the right hands."""
    digest = writing.keyring.digest(writing.team, number)
    writing.conn.execute(
        delete(CompromisedRow).where(CompromisedRow.team_id == writing.team, CompromisedRow.digest == digest)
    )


def _strictest(answers: Iterable[str]) -> Consent:
    given = {Consent(answer) for answer in answers}
    for consent in (Consent.NO, Consent.NOT_ASKED):
        if consent in given:
            return consent
    return Consent.YES if given else Consent.NOT_ASKED


def _agreed(values: Iterable[T]) -> T | None:
    """Return the one value that all have, or None."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None


# ---------------------------------------------------------------------------------------- reading

_CASES = (
    select(
        CaseRow.id.label("case_id"),
        CaseRow.label,
        CaseRow.municipality,
        CaseRow.own_therapist,
        CaseRow.phase,
        CaseRow.data_key,
        MemberRow.id.label("member_id"),
        MemberRow.name,
        MemberRow.relation,
        MemberRow.language,
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
    .outerjoin(MemberRow, MemberRow.case_id == CaseRow.id)
    .outerjoin(MemberNumberRow, MemberNumberRow.member_id == MemberRow.id)
    .where(CaseRow.team_id == bindparam("team"))
    .order_by(CaseRow.id, MemberRow.position, MemberNumberRow.position)
)

_OWNERS = _CASES.join(NumberIndexRow, NumberIndexRow.member_number_id == MemberNumberRow.id).where(
    NumberIndexRow.team_id == bindparam("team"), NumberIndexRow.digest == bindparam("of_digest")
)


def load_cases(reading: Reading, team_id: int) -> tuple[Case, ...]:
    """Return the team's cases with their members and numbers, by label; erased ones have no members."""
    cases: dict[str, Case] = {}
    members: dict[str, dict[str, Member]] = {}
    for row in reading.conn.execute(_CASES, {"team": team_id}):
        therapist = None if row.own_therapist is None else PersonId(row.own_therapist)
        cases[row.label] = Case(row.label, row.municipality, therapist, Phase(row.phase))
        of_case = members.setdefault(row.label, {})
        if row.member_id is None or row.data_key is None:
            continue
        key = reading.keyring.unwrap(row.data_key)
        member = of_case.get(row.member_id) or _read_member(row, key)
        of_case[row.member_id] = replace(member, phones=member.phones + _read_phones(row, key))
    return tuple(
        replace(case, members=tuple(members[label].values())) for label, case in sorted(cases.items())
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
    return Member(name, row.relation, row.language)


def _read_phones(row: Any, key: DataKey) -> tuple[MemberNumber, ...]:
    if row.number_id is None:
        return ()
    phone = MemberNumber(
        number=key.open_text(row.number, _number_place(row.number_id)),
        may_call=Consent(row.may_call),
        may_text=Consent(row.may_text),
        may_voicemail=Consent(row.may_voicemail),
        hours=_read_hours(row.hours) if row.hours else None,
        code_word=_open(key, row.code_word, _number_place(row.number_id, "code_word")),
        seen_by=_open(key, row.seen_by, _number_place(row.number_id, "seen_by")),
        may_name_team=row.may_name_team,
    )
    return (phone,)


def _open(key: DataKey, sealed: bytes | None, place: str) -> str:
    return "" if sealed is None else key.open_text(sealed, place)


def _seal(key: DataKey, text: str, place: str) -> bytes | None:
    return key.seal_text(text, place) if text else None


def name_place(member_id: str) -> str:
    """Name the place for which a member's name is sealed."""
    return f"member:{member_id}:name"


def _number_place(number_id: str, column: str = "number") -> str:
    return f"member_number:{number_id}:{column}"


# ---------------------------------------------------------------------------------------- writing

_STORED = select(CaseRow.id, CaseRow.label, CaseRow.data_key).where(CaseRow.team_id == bindparam("team"))
_UPDATE = update(CaseRow).where(CaseRow.id == bindparam("case"))
_DELETE_MEMBERS = delete(MemberRow).where(MemberRow.case_id == bindparam("case"))


def save_cases(writing: Writing, cases: Sequence[Case]) -> tuple[str, ...]:
    """The team's cases with these labels are as given, others stay; return the labels of what changed."""
    stored = {case.label: case for case in load_cases(writing, writing.team)}
    rows = {row.label: row for row in writing.conn.execute(_STORED, {"team": writing.team})}
    changed = []
    for case in cases:
        if stored.get(case.label) == case:
            continue
        row = rows.get(case.label)
        if row is None:
            case_id, key = secrets.token_hex(16), writing.keyring.new_key()
            writing.conn.execute(
                insert(CaseRow),
                {"id": case_id, "team_id": writing.team, "data_key": key.wrapped, **_case_columns(case)},
            )
        else:
            case_id = row.id
            # A case that comes back after its erasure begins anew: what was sealed before stays lost.
            key = writing.keyring.unwrap(row.data_key) if row.data_key else writing.keyring.new_key()
            writing.conn.execute(_UPDATE, {"case": case_id, "data_key": key.wrapped, **_case_columns(case)})
            writing.conn.execute(_DELETE_MEMBERS, {"case": case_id})
        _insert_members(writing, case_id, key, case.members)
        changed.append(case.label)
    return tuple(changed)


def _case_columns(case: Case) -> dict[str, Any]:
    return {
        "label": case.label,
        "municipality": case.municipality,
        "own_therapist": case.own_therapist,
        "phase": case.phase.value,
    }


def _insert_members(writing: Writing, case_id: str, key: DataKey, members: Sequence[Member]) -> None:
    people: list[dict[str, Any]] = []
    numbers: list[dict[str, Any]] = []
    index: list[dict[str, Any]] = []
    for position, member in enumerate(members):
        member_id = secrets.token_hex(16)
        people.append(
            {
                "id": member_id,
                "team_id": writing.team,
                "case_id": case_id,
                "position": position,
                "name": key.seal_text(member.name, name_place(member_id)),
                "relation": member.relation,
                "language": member.language,
            }
        )
        for nth, phone in enumerate(member.phones):
            number_id = secrets.token_hex(16)
            numbers.append(
                {
                    "id": number_id,
                    "team_id": writing.team,
                    "member_id": member_id,
                    "position": nth,
                    "number": key.seal_text(phone.number, _number_place(number_id)),
                    "may_call": phone.may_call.value,
                    "may_text": phone.may_text.value,
                    "may_voicemail": phone.may_voicemail.value,
                    "hours": str(phone.hours) if phone.hours else None,
                    "code_word": _seal(key, phone.code_word, _number_place(number_id, "code_word")),
                    "seen_by": _seal(key, phone.seen_by, _number_place(number_id, "seen_by")),
                    "may_name_team": phone.may_name_team,
                }
            )
            index.append(
                {
                    "team_id": writing.team,
                    "digest": writing.keyring.digest(writing.team, phone.number),
                    "member_number_id": number_id,
                    "staff_key": None,
                }
            )
    for table, rows in ((MemberRow, people), (MemberNumberRow, numbers), (NumberIndexRow, index)):
        if rows:
            writing.conn.execute(insert(table), rows)
