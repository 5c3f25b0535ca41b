"""Look up who calls from a number, and what the machine may send to it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import bindparam, delete, exists, insert, select, update

from oncall.alerts.safe_contact import Rules, Verdict, Way, Wish, may_reach
from oncall.alerts.team import Caller, Team
from oncall.contacts.case import Consent, strictest
from oncall.rota.model import PersonId
from oncall.store.families.cases import read_hours
from oncall.store.prepared import Prepared
from oncall.store.session import Reading, Writing
from oncall.store.tables.families import CaseRow, CompromisedRow, MemberNumberRow, MemberRow, NumberIndexRow

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
        may_call=strictest(Consent(row.may_call) for row in rows),
        may_text=strictest(Consent(row.may_text) for row in rows),
        may_voicemail=strictest(Consent(row.may_voicemail) for row in rows),
        compromised=compromised,
        hours=tuple(read_hours(row.hours) for row in rows if row.hours),
        zone=team.zone,
        may_name_team=bool(rows) and all(row.may_name_team for row in rows),
    )


def is_compromised(reading: Reading, team_id: int, number: str) -> bool:
    """Return whether the number, a family's or an unknown one, may be in the wrong hands."""
    digest = reading.keyring.digest(team_id, number)
    return reading.conn.scalar(_MARK, {"of_team": team_id, "of_digest": digest}) is not None


def mark_compromised(writing: Writing, number: str, contact_id: str, now: datetime) -> None:
    """Stop all that goes out to the number until it is trusted again."""
    trust(writing, number)
    digest = writing.keyring.digest(writing.team, number)
    row = {"team_id": writing.team, "digest": digest, "contact_id": contact_id, "at": now}
    writing.conn.execute(insert(CompromisedRow), row)


def carry_mark_over(writing: Writing, number: str, known_as: str) -> None:
    """Let the mark on a number, if it has one, hold for another spelling of it instead."""
    if is_compromised(writing, writing.team, known_as):
        return
    old, new = (writing.keyring.digest(writing.team, each) for each in (number, known_as))
    writing.conn.execute(
        update(CompromisedRow)
        .where(CompromisedRow.team_id == writing.team, CompromisedRow.digest == old)
        .values(digest=new)
    )


def trust(writing: Writing, number: str) -> None:
    """Trust the number again."""
    digest = writing.keyring.digest(writing.team, number)
    writing.conn.execute(
        delete(CompromisedRow).where(CompromisedRow.team_id == writing.team, CompromisedRow.digest == digest)
    )


def _agreed(values: Iterable[T]) -> T | None:
    """Return the one value that all have, or None."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None
