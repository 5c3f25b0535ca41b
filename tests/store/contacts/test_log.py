"""Which contacts a team has had."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from oncall.alerts.team import Caller
from oncall.contacts.model import Entry, State
from oncall.contacts.projection import Projection
from oncall.contacts.search import Filters
from oncall.rota.model import PersonId
from oncall.store.contacts.contacts import load_contact
from oncall.store.contacts.log import (
    cursor_of,
    export_contacts,
    list_contacts,
    rebuild_projection,
    recent_by_number,
)
from oncall.store.session import Database
from tests.cast import KARI, MOTHER
from tests.scenes.stored import ENDED, NOW, RINGING, a_case, a_team, store_call, store_team

ALL = Filters()
WAITING = Projection(State.WAITING, is_open=True, follow_up=True)


def list_sids(db: Database, team_id: int, filters: Filters = ALL) -> list[str]:
    with db.reading() as reading:
        return [contact.sid for contact in list_contacts(reading, team_id, filters)]


def test_pages_follow_one_another_without_gap_or_repetition(db: Database, team_id: int) -> None:
    for nth in range(7):
        store_call(db, team_id, f"CA{nth}", at=NOW + timedelta(seconds=nth // 3))  # several at one instant

    seen: list[str] = []
    before = None
    with db.reading() as reading:
        while page := list_contacts(reading, team_id, before=before, limit=2):
            seen += [contact.sid for contact in page]
            before = cursor_of(page[-1])

    assert sorted(seen) == [f"CA{nth}" for nth in range(7)]
    assert seen[0] == "CA6"


def test_contacts_are_found_by_what_they_came_to(db: Database, team_id: int) -> None:
    known = Caller("known", case="V-014", number=MOTHER)
    store_call(db, team_id, "answered", known, replace(ENDED, incident="serious"), at=NOW)
    store_call(db, team_id, "waiting", Caller("withheld"), WAITING, at=NOW + timedelta(hours=1))
    store_call(db, team_id, "ringing", projection=RINGING, at=NOW + timedelta(hours=2))

    found = [
        list_sids(db, team_id, filters)
        for filters in (
            Filters(),
            Filters(answered=True),
            Filters(answered=False),
            Filters(answered_by=KARI),
            Filters(incident=True, answered_by=KARI, channel="voice"),
            Filters(incident=True, answered_by=PersonId("ola")),
            Filters(case="V-014"),
            Filters(known="withheld"),
            Filters(is_open=True),
            Filters(follow_up=True),
            Filters(states=("waiting", "ended")),
            Filters(channel="text"),
            Filters(since=NOW + timedelta(hours=1), until=NOW + timedelta(hours=2)),
        )
    ]

    assert found == [
        ["ringing", "waiting", "answered"],
        ["answered"],
        ["ringing", "waiting"],
        ["answered"],
        ["answered"],
        [],
        ["answered"],
        ["waiting"],
        ["ringing", "waiting"],
        ["waiting"],
        ["waiting", "answered"],
        [],
        ["waiting"],
    ]


def test_a_list_shows_the_case_and_the_number(db: Database, team_id: int) -> None:
    store_call(db, team_id, caller=Caller("known", case="V-014", number=MOTHER))

    with db.reading() as reading:
        (line,) = list_contacts(reading, team_id)

    assert (line.case, line.number, line.projection) == ("V-014", MOTHER, RINGING)
    assert MOTHER not in repr(line)


def test_a_team_lists_its_own_contacts_alone(db: Database, team_id: int) -> None:
    other = store_team(db, a_team("rogaland", "+4733900002"), [a_case()])
    store_call(db, team_id, caller=Caller("known", case="V-014", number=MOTHER))

    with db.reading() as reading:
        exported = list(export_contacts(reading, other))
        recent = recent_by_number(reading, other, MOTHER, NOW)

    assert list_sids(db, other) == []
    assert (exported, recent) == ([], ())


def test_earlier_contacts_of_a_number_are_found_the_newest_first(db: Database, team_id: int) -> None:
    mother = Caller("known", case="V-014", number=MOTHER)
    store_call(db, team_id, "too old", mother, at=NOW - timedelta(days=1))
    store_call(db, team_id, "first", mother, at=NOW)
    store_call(db, team_id, "second", mother, at=NOW + timedelta(minutes=5))
    store_call(db, team_id, "another's")

    with db.reading() as reading:
        recent = recent_by_number(reading, team_id, MOTHER, since=NOW)

    assert [contact.sid for contact in recent] == ["second", "first"]


def test_everything_is_exported_with_its_entries_the_oldest_first(db: Database, team_id: int) -> None:
    calls = [store_call(db, team_id, f"CA{nth}", at=NOW + timedelta(minutes=nth)) for nth in range(5)]

    with db.reading() as reading:
        exported = list(export_contacts(reading, team_id))
        some = list(export_contacts(reading, team_id, Filters(since=NOW + timedelta(minutes=3))))

    assert [(contact.sid, contact.entries) for contact in exported] == [(c.sid, c.entries) for c in calls]
    assert [contact.sid for contact in some] == ["CA3", "CA4"]


def test_columns_that_say_something_else_than_the_entries_are_put_right(db: Database, team_id: int) -> None:
    right = store_call(db, team_id, "right", projection=WAITING)
    wrong = store_call(db, team_id, "wrong", projection=replace(ENDED, seconds_to_human=1.0))

    def fold(entries: Sequence[Entry]) -> Projection:
        return WAITING

    corrected = rebuild_projection(db, team_id, fold)

    with db.reading() as reading:
        loaded = load_contact(reading, wrong.id, team_id)
    assert corrected == (wrong.id,)
    assert loaded is not None
    assert (loaded.projection, loaded.last_seq) == (WAITING, wrong.last_seq)
    assert right.projection == WAITING
