"""Whose phone has been tried, by call and by text, and when did its owner confirm it?"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, insert, select, update

from oncall.alerts.team import Team
from oncall.contacts.statuses import TEXT_LOST
from oncall.rota.model import PersonId
from oncall.store.journal.entries import Note, append_notes
from oncall.store.session import Reading, Writing
from oncall.store.tables.team import PhoneCheckRow

PHONE_TESTED = "phone_tested"  # by, result
ASKED, PRESSED, NOT_PRESSED, CONFIRMED = "asked", "pressed_1", "not_pressed", "confirmed"
CODE_HOLDS = timedelta(minutes=60)
MOST_GUESSES = 5
CODES = 1_000_000


@dataclass(frozen=True, slots=True)
class PhoneCheck:
    """What is known of a person's phone, as long as their number stays the same."""

    person: PersonId
    asked_at: datetime  # of the latest test
    call_result: str  # asked, pressed_1, not_pressed, or the carrier's word: busy, no-answer, failed
    call_verified_at: datetime | None
    text_result: str  # asked, confirmed, or the carrier's word: delivered, undelivered, failed
    text_verified_at: datetime | None

    @property
    def verified_at(self) -> datetime | None:
        """When the later of both ways was confirmed; None while one of them is not."""
        if self.call_verified_at is None or self.text_verified_at is None:
            return None
        return max(self.call_verified_at, self.text_verified_at)

    @property
    def is_proven(self) -> bool:
        """Whether both ways were confirmed, and neither has failed since."""
        failed = self.call_result not in (ASKED, PRESSED) or self.text_result in TEXT_LOST
        return self.verified_at is not None and not failed


def load_phone_checks(reading: Reading, team: Team) -> Mapping[PersonId, PhoneCheck]:
    """Return what is known of the phones of the team; a test of an earlier number does not count."""
    rows = reading.conn.execute(select(PhoneCheckRow).where(PhoneCheckRow.team_id == team.id))
    return {PersonId(row.person): _read(row) for row in rows if _is_of_today(reading, team, row)}


def _is_of_today(reading: Reading, team: Team, row: Any) -> bool:
    person = team.people.get(PersonId(row.person))
    return person is not None and row.digest == reading.keyring.digest(team.id, person.phone)


def _read(row: Any) -> PhoneCheck:
    results = (row.call_result, row.call_verified_at, row.text_result, row.text_verified_at)
    return PhoneCheck(PersonId(row.person), row.asked_at, *results)


def begin_test(writing: Writing, team: Team, person: PersonId, now: datetime) -> str:
    """Return the token of a new test of the person's phone; what was confirmed of the same number stays."""
    before = load_phone_checks(writing, team).get(person)
    token = secrets.token_hex(16)
    writing.conn.execute(delete(PhoneCheckRow).where(*_of(writing, person)))
    row = {
        "team_id": team.id,
        "person": person,
        "digest": writing.keyring.digest(team.id, team.people[person].phone),
        "token": token,
        "asked_at": now,
        "call_result": ASKED,
        "call_verified_at": before.call_verified_at if before else None,
        "text_result": ASKED,
        "text_verified_at": before.text_verified_at if before else None,
        "code_digest": None,
        "guesses": 0,
    }
    writing.conn.execute(insert(PhoneCheckRow), row)
    return token


def tested_by(reading: Reading, team_id: int, token: str) -> PersonId | None:
    """Return whose phone the test of this token tries; None for one that is over."""
    row = reading.conn.execute(_with(team_id, token)).one_or_none()
    return None if row is None else PersonId(row.person)


def make_code(writing: Writing, person: PersonId) -> str:
    """Return a fresh code of six digits that confirms the person's phone, instead of any before."""
    code = f"{secrets.randbelow(CODES):06}"
    _change(writing, person, code_digest=_digest(writing, code), guesses=0)
    return code


def confirm_code(writing: Writing, person: PersonId, code: str, now: datetime) -> bool:
    """Whether this is the code that was texted to the person's phone: texts reach it. It is used up."""
    row = writing.conn.execute(select(PhoneCheckRow).where(*_of(writing, person))).one_or_none()
    late = row is None or now - row.asked_at > CODE_HOLDS or row.guesses >= MOST_GUESSES
    if row is None or late or row.code_digest != _digest(writing, code.strip()):
        if row is not None:
            _change(writing, person, guesses=row.guesses + 1)
        return False
    _change(writing, person, text_result=CONFIRMED, text_verified_at=now, code_digest=None)
    _note(writing, person, "text", CONFIRMED, now)
    return True


def note_call(writing: Writing, token: str, result: str, now: datetime) -> None:
    """The test call has come to this; who has pressed 1 has confirmed it, however it ends."""
    row = writing.conn.execute(_with(writing.team, token)).one_or_none()
    if row is None or row.call_result != ASKED:
        return
    verified = {"call_verified_at": now} if result == PRESSED else {}
    _change(writing, PersonId(row.person), call_result=result, **verified)
    _note(writing, PersonId(row.person), "call", result, now)


def note_text(writing: Writing, token: str, result: str, now: datetime) -> None:
    """The test text got so far; a late word undoes none that says more."""
    row = writing.conn.execute(_with(writing.team, token)).one_or_none()
    if row is None or row.text_result in (CONFIRMED, "delivered", result):
        return
    _change(writing, PersonId(row.person), text_result=result)
    _note(writing, PersonId(row.person), "text", result, now)


def _of(writing: Writing, person: PersonId) -> tuple[Any, ...]:
    return (PhoneCheckRow.team_id == writing.team, PhoneCheckRow.person == person)


def _with(team_id: int, token: str) -> Select[Any]:
    return select(PhoneCheckRow).where(PhoneCheckRow.team_id == team_id, PhoneCheckRow.token == token)


def _change(writing: Writing, person: PersonId, **columns: object) -> None:
    writing.conn.execute(update(PhoneCheckRow).where(*_of(writing, person)).values(**columns))


def _digest(writing: Writing, code: str) -> str:
    return writing.keyring.digest(writing.team, f"phone code {code}")


def _note(writing: Writing, person: PersonId, by: str, result: str, now: datetime) -> None:
    append_notes(writing, [Note(now, PHONE_TESTED, person, {"by": by, "result": result})])
