"""A team is one version of everything that its leader has set, seen at once by everybody."""

from dataclasses import replace
from datetime import timedelta

import pytest

from oncall.alerts.team import Team
from oncall.rota.model import Layer, Rota, Tier
from oncall.store.jobs.outbox import count_overdue
from oncall.store.journal.entries import read_notes
from oncall.store.session import Database, UnknownTeam, open_database, team_chain
from oncall.store.team.changes import LineTaken, save_team
from oncall.store.team.teams import (
    all_lines,
    all_team_ids,
    current_team,
    find_team,
    load_staff,
    load_team,
    read_team,
)
from oncall.usecases.rota.texts.undelivered import hear_of_text
from tests.cast import KARI, LINE, OLA, STATIC
from tests.scenes.stored import NOW, a_keyring, a_team, store_team

LATER = NOW + timedelta(days=1)


def change(db: Database, team_id: int, team: Team) -> bool:
    with db.writing(team_id) as writing:
        return save_team(writing, team, LATER, "liv")


def load(db: Database, team_id: int) -> Team:
    with db.reading() as reading:
        return load_team(reading, team_id)


def test_a_team_comes_back_as_it_was_given(db: Database) -> None:
    team_id = store_team(db)

    assert load(db, team_id) == replace(a_team(), id=team_id, version=1)


def test_a_team_saved_as_it_is_changes_nothing(db: Database) -> None:
    team_id = store_team(db)

    changed = change(db, team_id, a_team())

    assert not changed
    assert load(db, team_id).version == 1


def test_a_change_is_in_the_journal_with_who_made_it(db: Database) -> None:
    team_id = store_team(db)

    change(db, team_id, replace(a_team(), name="MST-CAN Vestfold og Telemark"))

    with db.reading() as reading:
        last = read_notes(reading, team_chain(team_id))[-1]
    assert (last.kind, last.actor, last.at, last.detail) == ("team_changed", "liv", LATER, {"version": 2})


def test_a_changed_team_is_seen_at_once_by_another_process(db: Database, database_url: str) -> None:
    team_id = store_team(db)
    other = open_database(database_url, a_keyring())
    with other.writing(team_id) as writing:
        before = current_team(writing).on_call

    change(db, team_id, replace(a_team(), on_call=False))

    with other.writing(team_id) as writing:
        under_lock = current_team(writing).on_call
    with other.reading() as reading:
        read = read_team(reading, team_id).on_call
    other.close()
    assert (before, under_lock, read) == (True, False, False)


def change_and_fail(db: Database, team_id: int) -> None:
    with db.writing(team_id) as writing:
        save_team(writing, replace(a_team(), on_call=False), LATER)
        assert not current_team(writing).on_call
        raise RuntimeError("the process dies")


def test_a_change_that_is_undone_is_not_remembered(db: Database) -> None:
    team_id = store_team(db)

    with pytest.raises(RuntimeError):
        change_and_fail(db, team_id)

    with db.writing(team_id) as writing:
        assert current_team(writing).on_call


def with_layers(*layers: Layer) -> Team:
    team = a_team()
    return replace(team, rotas={**team.rotas, Tier.DUTY: Rota(Tier.DUTY, team.zone, layers)})


def test_a_layer_that_is_left_out_is_retired_and_stays(db: Database) -> None:
    team_id = store_team(db)
    old = a_team().rotas[Tier.DUTY].layers[0]
    successor = replace(old, id="duty-2", participants=(KARI,), effective_from=LATER)

    change(db, team_id, with_layers(successor))

    assert load(db, team_id).rotas[Tier.DUTY].layers == (replace(old, retired_at=LATER), successor)


def test_an_override_left_out_is_gone_if_it_has_not_begun_and_ends_if_it_has(db: Database) -> None:
    begun = replace(
        a_team().rotas[Tier.DUTY].overrides[0], id="begun", start=NOW, end=LATER + timedelta(days=9)
    )
    team = a_team()
    duty = team.rotas[Tier.DUTY]
    before = replace(team, rotas={**team.rotas, Tier.DUTY: replace(duty, overrides=(*duty.overrides, begun))})
    team_id = store_team(db, before)

    change(db, team_id, with_layers(*duty.layers))

    assert load(db, team_id).rotas[Tier.DUTY].overrides == (replace(begun, end=LATER),)


def test_somebody_who_leaves_is_not_in_the_team_but_keeps_the_name(db: Database) -> None:
    team_id = store_team(db)
    team = a_team()

    change(db, team_id, replace(team, people={who: p for who, p in team.people.items() if who != OLA}))

    with db.reading() as reading:
        staff = {person.id: (person.name, present) for person, present in load_staff(reading, team_id)}
    assert OLA not in load(db, team_id).people
    assert staff[OLA] == ("Ola Hansen", False)


def test_every_line_leads_to_its_team(db: Database) -> None:
    first = store_team(db)
    second = store_team(db, a_team("rogaland", "+4733900002"))

    with db.reading() as reading:
        lines = all_lines(reading)
        by_name = find_team(reading, "rogaland")
        everybody = all_team_ids(reading)

    assert {number: line.team_id for number, line in lines.items()} == {
        LINE: first,
        "+4790900001": first,
        "+4733900002": second,
        "+4790900002": second,
    }
    assert lines[LINE].static_number == STATIC
    assert (by_name, everybody) == (second, (first, second))


def test_two_teams_cannot_share_a_line(db: Database) -> None:
    store_team(db)

    with pytest.raises(LineTaken):
        store_team(db, a_team("rogaland", LINE))

    with db.reading() as reading:
        assert find_team(reading, "rogaland") is None


def test_a_team_that_is_not_there_is_said_to_be_unknown(db: Database) -> None:
    with pytest.raises(UnknownTeam), db.writing(4711) as writing:
        current_team(writing)


def test_news_of_a_text_of_a_team_that_is_not_there_leave_nothing_to_be_done(db: Database) -> None:
    with pytest.raises(UnknownTeam):
        hear_of_text(db, 4711, 1, "undelivered", NOW)

    with db.reading() as reading:
        assert count_overdue(reading, LATER) == 0
