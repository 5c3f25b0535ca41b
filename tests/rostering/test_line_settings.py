"""A leader changes how the line answers, and the journal says who did."""

import pytest

from oncall.rostering.line_settings import (
    NotAWord,
    NothingChanged,
    Stale,
    set_danger_words,
    set_voicemail,
)
from oncall.store.session import Database
from oncall.store.team_history import list_changes
from oncall.store.teams import read_team
from tests.store.examples import NOW, store_team


def test_a_teams_own_words_replace_its_earlier_ones_of_that_language_alone(db: Database) -> None:
    team_id = store_team(db)
    set_danger_words(db, team_id, "uk", ["бить*"], actor="liv", now=NOW)
    set_danger_words(db, team_id, "nb", ["bjørn"], actor="liv", now=NOW)

    team = set_danger_words(db, team_id, "nb", [" rev ", "ulv"], actor="liv", now=NOW)

    with db.reading() as reading:
        assert read_team(reading, team_id).danger_words == {"uk": ("бить*",), "nb": ("rev", "ulv")}
        newest = list_changes(reading, team_id, 1)[0]
    assert team.danger_words["nb"] == ("rev", "ulv")
    said = {"setting": "danger_words", "language": "nb", "words": ["rev", "ulv"], "version": team.version}
    assert (newest.actor, newest.detail) == ("liv", said)


def test_an_empty_list_leaves_the_words_that_every_team_has(db: Database) -> None:
    team_id = store_team(db)
    set_danger_words(db, team_id, "nb", ["bjørn"], actor="liv", now=NOW)

    assert set_danger_words(db, team_id, "nb", [], actor="liv", now=NOW).danger_words == {}


def test_a_form_that_was_overtaken_changes_nothing(db: Database) -> None:
    team_id = store_team(db)
    seen = set_voicemail(db, team_id, on=True, actor="liv", now=NOW).version - 1

    with pytest.raises(Stale):
        set_voicemail(db, team_id, on=False, actor="ola", now=NOW, seen=seen)
    with pytest.raises(NothingChanged):
        set_voicemail(db, team_id, on=True, actor="ola", now=NOW)
    with pytest.raises(NotAWord):
        set_danger_words(db, team_id, "nb", ["*"], actor="liv", now=NOW)
