"""Which calls has a team agreed on, with whom of a family, and on which number?"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from oncall.contacts.case import Consent
from oncall.contacts.check_in import CheckIn
from oncall.rota.model import PersonId
from oncall.store.families.cases import find_case
from oncall.store.journal.entries import Note, append_notes
from oncall.store.keys import DataKey, UnreadableSecret
from oncall.store.session import Reading, Writing
from oncall.store.tables.families import CaseRow, CheckInRow

PLANNED, DUE, CANCELLED = "planned", "due", "cancelled"
CHECK_IN_PLANNED = "check_in_planned"
CHECK_IN_CHANGED = "check_in_changed"
CHECK_IN_CANCELLED = "check_in_cancelled"


@dataclass(frozen=True, slots=True)
class CalledMember:
    """A number of a case on which somebody may be called."""

    id: str  # of the number
    case: str  # the case's label
    municipality: str | None
    own_therapist: PersonId | None
    name: str = field(repr=False)
    relation: str
    language: str
    number: str = field(repr=False)  # E.164
    may_call: Consent

    @property
    def ending(self) -> str:
        """The last two digits, by which several numbers of one person are told apart."""
        return self.number[-2:]


# ----------------------------------------------------------------------------------------- members


def members_of(reading: Reading, team_id: int, case: str) -> tuple[CalledMember, ...]:
    """Return the numbers of the team's case of this label, in its order."""
    found = find_case(reading, team_id, case)
    if found is None:
        return ()
    return tuple(
        CalledMember(
            phone.id,
            found.label,
            found.municipality,
            found.own_therapist,
            member.name,
            member.relation,
            member.language,
            phone.number,
            phone.may_call,
        )
        for member in found.members
        for phone in member.phones
    )


def find_member(reading: Reading, team_id: int, case: str, number_id: str) -> CalledMember | None:
    """Return the number of that id, or None where the team's case has no such number."""
    return next((one for one in members_of(reading, team_id, case) if one.id == number_id), None)


# ------------------------------------------------------------------------------------- agreed calls

_ERASED = {"who": "", "number": "", "note": ""}

_CHECK_INS = select(
    CheckInRow.id,
    CaseRow.label,
    CheckInRow.at,
    CheckInRow.sealed,
    CheckInRow.planned_by,
    CheckInRow.state,
    CheckInRow.version,
    CheckInRow.contact_id,
    CaseRow.data_key,
).join(CaseRow, CaseRow.id == CheckInRow.case_id)


def list_check_ins(
    reading: Reading, team_id: int, start: datetime, end: datetime, states: Sequence[str] = ()
) -> tuple[CheckIn, ...]:
    """Return the team's agreed calls of `[start, end)`, of these states or of any, in order of time."""
    wanted = _CHECK_INS.where(CheckInRow.team_id == team_id, CheckInRow.at >= start, CheckInRow.at < end)
    if states:
        wanted = wanted.where(CheckInRow.state.in_(states))
    found = (_check_in(reading, row) for row in reading.conn.execute(wanted))
    return tuple(sorted(found, key=lambda one: (one.at, one.case)))


def load_check_in(reading: Reading, team_id: int, check_in_id: str) -> CheckIn | None:
    """Return the team's agreed call of this id, or None."""
    wanted = _CHECK_INS.where(CheckInRow.team_id == team_id, CheckInRow.id == check_in_id)
    row = reading.conn.execute(wanted).one_or_none()
    return None if row is None else _check_in(reading, row)


def _check_in(reading: Reading, row: Any) -> CheckIn:
    detail = _open(reading, row)
    return CheckIn(
        row.id,
        row.label,
        row.at,
        detail["who"],
        detail["number"],
        detail["note"],
        row.planned_by,
        row.state,
        row.version,
        row.contact_id,
    )


def _open(reading: Reading, row: Any) -> dict[str, str]:
    """Return what is sealed; nothing once the case is erased, even if it has come back since."""
    try:
        key = reading.keyring.unwrap(row.data_key) if row.data_key else None
        return json.loads(key.open_text(row.sealed, _place(row.id))) if key else dict(_ERASED)
    except UnreadableSecret:
        return dict(_ERASED)


def add_check_in(
    writing: Writing, member: CalledMember, at: datetime, note: str, actor: PersonId, now: datetime
) -> CheckIn:
    """The call is agreed on, and the case's journal says by whom."""
    case_id, key = _case(writing, member.case)
    check_in = CheckIn(
        secrets.token_hex(16), member.case, at, member.name, member.number, note, actor, PLANNED, 1, None
    )
    row = {
        "id": check_in.id,
        "team_id": writing.team,
        "case_id": case_id,
        "at": at,
        "sealed": _seal(key, check_in),
        "planned_by": actor,
        "state": PLANNED,
        "version": 1,
        "contact_id": None,
    }
    writing.conn.execute(insert(CheckInRow), row)
    _note(writing, check_in, CHECK_IN_PLANNED, actor, now)
    return check_in


def change_check_in(writing: Writing, check_in: CheckIn, kind: str, actor: PersonId, now: datetime) -> None:
    """The agreed call is as given, and the case's journal says what has changed it, and who."""
    _, key = _case(writing, check_in.case)
    _update(writing, check_in, at=check_in.at, sealed=_seal(key, check_in), state=check_in.state)
    _note(writing, check_in, kind, actor, now)


def note_check_in(writing: Writing, check_in: CheckIn) -> None:
    """The agreed call has come to this state and contact; the contact's own entries tell of it."""
    _update(writing, check_in, state=check_in.state, contact_id=check_in.contact)


def _update(writing: Writing, check_in: CheckIn, **columns: object) -> None:
    writing.conn.execute(
        update(CheckInRow)
        .where(CheckInRow.team_id == writing.team, CheckInRow.id == check_in.id)
        .values(version=check_in.version, **columns)
    )


def _note(writing: Writing, check_in: CheckIn, kind: str, actor: PersonId, now: datetime) -> None:
    case_id, key = _case(writing, check_in.case)
    detail = {"check_in": check_in.id, "at": check_in.at.isoformat(), "who": check_in.who}
    append_notes(writing, [Note(now, kind, actor, {**detail, "note": check_in.note})], case_id, key)


def _case(writing: Writing, label: str) -> tuple[str, DataKey]:
    """Return the case's id and key; raises LookupError where it is gone or erased."""
    wanted = select(CaseRow.id, CaseRow.data_key).where(CaseRow.team_id == writing.team)
    row = writing.conn.execute(wanted.where(CaseRow.label == label)).one_or_none()
    if row is None or row.data_key is None:
        raise LookupError(label)
    return row.id, writing.keyring.unwrap(row.data_key)


def _seal(key: DataKey, check_in: CheckIn) -> bytes:
    detail = {"who": check_in.who, "number": check_in.number, "note": check_in.note}
    return key.seal_text(json.dumps(detail, ensure_ascii=False), _place(check_in.id))


def _place(check_in_id: str) -> str:
    return f"check_in:{check_in_id}"
