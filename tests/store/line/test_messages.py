"""Which text belongs to which contact, by which code a page is answered, and what is still to be redacted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from oncall.alerts.team import Caller
from oncall.contacts.model import State
from oncall.contacts.projection import Projection
from oncall.store.families.callers import is_compromised, mark_compromised, rules_for, trust
from oncall.store.line import messages
from oncall.store.line.messages import (
    NoCodeLeft,
    TextMessage,
    code_for,
    contact_of_code,
    drop_codes,
    find_message,
    note_redacted,
    open_conversation,
    save_message,
    staff_with,
    unredacted,
)
from oncall.store.line.reconciled import known_calls, known_messages, without_job
from oncall.store.session import Database
from oncall.store.team.teams import current_team
from tests.cast import KARI, MOTHER, OLA, STRANGER
from tests.scenes.stored import NOW, a_team, store_call, store_team

WAITING = Projection(State.WAITING, is_open=True, follow_up=True)


def a_text(team_id: int, sid: str = "SM1", contact: str | None = None) -> TextMessage:
    return TextMessage(sid, team_id, contact, None, inbound=True, at=NOW)


def a_waiting_call(db: Database, team_id: int, sid: str = "CA1") -> str:
    caller = Caller("known", number=MOTHER)
    return store_call(db, team_id, sid, caller, WAITING).id


def test_a_text_that_comes_again_is_known(db: Database, team_id: int) -> None:
    with db.transaction() as transaction:
        first, again = (save_message(transaction, a_text(team_id)) for _ in range(2))

    assert (first, again) == (True, False)


def test_a_text_is_found_by_the_carriers_name(db: Database, team_id: int) -> None:
    with db.transaction() as transaction:
        save_message(transaction, a_text(team_id))

    with db.reading() as reading:
        assert find_message(reading, "SM1") == a_text(team_id)
        assert find_message(reading, "SM2") is None
        assert set(known_messages(reading, ["SM1", "SM2"])) == {"SM1"}


def test_what_lies_at_the_carrier_is_listed_the_oldest_first_until_it_is_redacted(
    db: Database, team_id: int
) -> None:
    with db.transaction() as transaction:
        for minutes, sid in ((3, "SM3"), (1, "SM1"), (2, "SM2")):
            text = replace(a_text(team_id, sid), at=NOW + timedelta(minutes=minutes))
            save_message(transaction, text)
        note_redacted(transaction, "SM1", NOW)

    with db.reading() as reading:
        found = unredacted(reading, NOW + timedelta(minutes=3), 10)
    assert [text.sid for text in found] == ["SM2"]


def test_a_person_keeps_the_code_of_a_contact(db: Database, team_id: int) -> None:
    contact = a_waiting_call(db, team_id)

    with db.writing(team_id) as writing:
        first, again = (code_for(writing, contact, KARI) for _ in range(2))

    assert first == again
    assert len(first) == 4


def test_a_code_is_nobody_elses(db: Database, team_id: int) -> None:
    contact = a_waiting_call(db, team_id)

    with db.writing(team_id) as writing:
        code = code_for(writing, contact, KARI)

        assert contact_of_code(writing, team_id, KARI, code) == contact
        assert contact_of_code(writing, team_id, OLA, code) is None


def test_dropped_codes_stand_for_nothing(db: Database, team_id: int) -> None:
    contact = a_waiting_call(db, team_id)

    with db.writing(team_id) as writing:
        kari, ola = code_for(writing, contact, KARI), code_for(writing, contact, OLA)
        drop_codes(writing, contact)

        assert contact_of_code(writing, team_id, KARI, kari) is None
        assert contact_of_code(writing, team_id, OLA, ola) is None


def test_a_person_who_holds_every_code_gets_no_other(
    db: Database, team_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "CODES", 1)
    one, other = (a_waiting_call(db, team_id, sid) for sid in ("CA1", "CA2"))

    with db.writing(team_id) as writing:
        code_for(writing, one, KARI)
        with pytest.raises(NoCodeLeft):
            code_for(writing, other, KARI)


def test_what_waits_from_a_number_is_found_by_that_number_in_that_team_alone(
    db: Database, team_id: int
) -> None:
    contact = a_waiting_call(db, team_id)
    other_team = store_team(db, a_team("baerum", "+4733900002"))

    with db.writing(team_id) as writing:
        assert open_conversation(writing, MOTHER) == contact
        assert open_conversation(writing, MOTHER, other_than=contact) is None
        assert open_conversation(writing, STRANGER) is None
    with db.writing(other_team) as writing:
        assert open_conversation(writing, MOTHER) is None


def test_staff_are_known_by_their_number(db: Database, team_id: int) -> None:
    phone = a_team().people[KARI].phone

    with db.reading() as reading:
        assert staff_with(reading, team_id, phone) == (KARI,)
        assert staff_with(reading, team_id, MOTHER) == ()


def test_a_marked_number_is_compromised_until_it_is_trusted(db: Database, team_id: int) -> None:
    contact = a_waiting_call(db, team_id)

    with db.writing(team_id) as writing:
        team = current_team(writing)
        mark_compromised(writing, MOTHER, contact, NOW)
        mark_compromised(writing, MOTHER, contact, NOW)
        marked = rules_for(writing, team, MOTHER).compromised
        stranger = is_compromised(writing, team_id, STRANGER)
        trust(writing, MOTHER)
        trusted = rules_for(writing, team, MOTHER).compromised

    assert (marked, stranger, trusted) == (True, False, False)


def test_a_waiting_contact_without_a_job_is_found(db: Database, team_id: int) -> None:
    contact = a_waiting_call(db, team_id, "CA7")

    with db.reading() as reading:
        assert without_job(reading, "attend") == ((team_id, contact),)
        assert known_calls(reading, ["CA7", "CA8"]) == {"CA7"}
