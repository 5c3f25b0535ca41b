"""What is stored of people cannot be read without the keys, and not at all after an erasure."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from oncall.alerts.team import Caller
from oncall.contacts.model import Entry, Kind
from oncall.store.contacts.contacts import load_contact
from oncall.store.contacts.log import recent_by_number
from oncall.store.contacts.rows import append
from oncall.store.families.callers import who_calls
from oncall.store.families.cases import load_cases
from oncall.store.keys import KeyRing, UnreadableSecret
from oncall.store.privacy.erasure import ContactStillOpen, erase_loose
from oncall.store.rewrapping import count_wrapped, rewrap_all
from oncall.store.session import Database, open_database
from oncall.store.tables.contacts import ContactIndexRow, ContactRow
from oncall.store.tables.team import StaffRow
from oncall.store.team.teams import load_team
from tests.cast import MOTHER
from tests.scenes.stored import (
    ENDED,
    INDEX_KEY,
    NOW,
    RINGING,
    WRAPPING_KEY,
    a_case,
    a_keyring,
    a_team,
    store_call,
    store_team,
)

NEW_KEY = b"n" * 32


def test_a_sealed_value_opens_only_where_it_was_sealed() -> None:
    key = a_keyring().new_key()
    sealed = key.seal_text("Kari Nordmann", "staff:1:kari:name")

    with pytest.raises(UnreadableSecret):
        key.open_text(sealed, "staff:1:ola:name")

    assert key.open_text(sealed, "staff:1:kari:name") == "Kari Nordmann"


def test_one_text_is_sealed_differently_each_time() -> None:
    key = a_keyring().new_key()

    assert key.seal_text("Kari", "here") != key.seal_text("Kari", "here")


def test_a_data_key_is_unwrapped_by_an_older_wrapping_key_and_by_no_other() -> None:
    wrapped = a_keyring().new_key().wrapped

    KeyRing([NEW_KEY, WRAPPING_KEY], INDEX_KEY).unwrap(wrapped)
    with pytest.raises(UnreadableSecret):
        KeyRing([NEW_KEY], INDEX_KEY).unwrap(wrapped)


def test_a_number_has_another_digest_in_another_team() -> None:
    keyring = a_keyring()

    digests = {keyring.digest(1, MOTHER), keyring.digest(2, MOTHER)}

    assert len(digests) == 2
    assert keyring.digest(1, MOTHER) == a_keyring().digest(1, MOTHER)


def test_an_encrypted_text_is_found_again_and_is_read_only_as_what_it_is() -> None:
    cipher = a_keyring().deterministic
    encrypted = cipher.encrypt("staff", "kari")

    with pytest.raises(UnreadableSecret):
        cipher.decrypt("case", encrypted)
    with pytest.raises(UnreadableSecret):
        KeyRing([WRAPPING_KEY], NEW_KEY).deterministic.decrypt("staff", encrypted)

    assert encrypted == cipher.encrypt("staff", "kari")
    assert encrypted != cipher.encrypt("case", "kari")
    assert len(encrypted) == len(cipher.encrypt("staff", "per-kristian"))
    assert [
        cipher.decrypt("staff", cipher.encrypt("staff", text)) for text in ("kari", "", "Bjørnar Åsheim")
    ] == [
        "kari",
        "",
        "Bjørnar Åsheim",
    ]


def test_swapped_secrets_are_noticed(db: Database) -> None:
    team_id = store_team(db)
    other = aliased(StaffRow)
    with db.transaction() as transaction:
        transaction.conn.execute(
            update(StaffRow)
            .where(StaffRow.key == "kari")
            .values(phone=select(other.phone).where(other.key == "ola").scalar_subquery())
        )

    with pytest.raises(UnreadableSecret), db.reading() as reading:
        load_team(reading, team_id)


def test_nothing_that_was_said_in_an_erased_contact_can_be_read(db: Database) -> None:
    team_id = store_team(db, cases=[a_case()])
    call = store_call(db, team_id, caller=Caller("known", case="V-014", number=MOTHER), projection=ENDED)

    with db.writing(team_id) as writing:
        erase_loose(writing, [call.id], NOW, "liv")

    with db.reading() as reading:
        erased = load_contact(reading, call.id, team_id)
        by_number = recent_by_number(reading, team_id, MOTHER, NOW)
    assert erased is not None
    assert (erased.erased, erased.number, erased.key) == (True, None, None)
    assert [entry.detail for entry in erased.entries] == [{"erased": True}] * 3
    assert erased.projection == ENDED
    assert by_number == ()


def test_an_open_contact_is_not_erased(db: Database, team_id: int) -> None:
    call = store_call(db, team_id, projection=RINGING)

    with pytest.raises(ContactStillOpen), db.writing(team_id) as writing:
        erase_loose(writing, [call.id], NOW, None)


def test_a_team_cannot_erase_another_teams_contact(db: Database, team_id: int) -> None:
    other = store_team(db, a_team("rogaland", "+4733900002"))
    call = store_call(db, team_id, projection=ENDED)

    with pytest.raises(LookupError), db.writing(other) as writing:
        erase_loose(writing, [call.id], NOW, None)


def test_what_is_told_of_an_erased_contact_later_is_not_kept(db: Database, team_id: int) -> None:
    call = store_call(db, team_id, projection=ENDED)
    with db.writing(team_id) as writing:
        erase_loose(writing, [call.id], NOW, None)
        late = Entry(0, NOW, Kind.LEG_ENDED, leg="leg1", detail={"words": "pappa er full"})
        append(writing, call.id, [late], None)

    with db.reading() as reading:
        loaded = load_contact(reading, call.id, team_id)

    assert loaded is not None
    assert (loaded.entries[-1].kind, loaded.entries[-1].detail) == (Kind.LEG_ENDED, {"erased": True})


def test_after_rewrapping_the_old_wrapping_key_is_not_needed(db: Database, database_url: str) -> None:
    team_id = store_team(db, cases=[a_case()])
    call = store_call(db, team_id)
    rotating = open_database(database_url, KeyRing([NEW_KEY, WRAPPING_KEY], INDEX_KEY))
    *_, last = rewrap_all(rotating)
    left = count_wrapped(rotating)
    rotating.close()

    rotated = open_database(database_url, KeyRing([NEW_KEY], INDEX_KEY))
    with rotated.writing(team_id) as writing:
        team = load_team(writing, team_id)
        caller = who_calls(writing, team, MOTHER, NOW)
        cases = load_cases(writing, team_id)
        loaded = load_contact(writing, call.id, team_id)
    rotated.close()

    # A team, its two chains and the operator's, a case, a contact.
    assert (last.looked_at, last.rewrapped, last.total) == (6, 6, 6)
    assert {(each.table, each.keys, each.older) for each in left if each.keys} == {
        ("team", 1, 0),
        ("chain_head", 3, 0),
        ("family_case", 1, 0),
        ("contact", 1, 0),
    }
    assert team == replace(a_team(), id=team_id, version=1)
    assert caller.case == "V-014"
    assert cases == (a_case(),)
    assert loaded is not None
    assert loaded.entries == call.entries


def test_a_key_that_is_destroyed_while_rewrapping_stays_destroyed(db: Database, team_id: int) -> None:
    call = store_call(db, team_id, projection=ENDED)
    with db.writing(team_id) as writing:
        erase_loose(writing, [call.id], NOW, None)

    assert list(rewrap_all(db))

    with db.reading() as reading:
        key = reading.conn.scalar(select(ContactRow.data_key).where(ContactRow.id == call.id))
        index = reading.conn.execute(select(ContactIndexRow)).all()
    assert (key, index) == (None, [])
