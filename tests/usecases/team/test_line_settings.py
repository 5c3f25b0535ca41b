"""A leader changes how the line answers, and the journal says who did, what it was and what it is."""

import pytest

from oncall.store.session import Database
from oncall.store.team.history import list_changes
from oncall.store.team.teams import read_team
from oncall.usecases.fingerprint import fingerprint
from oncall.usecases.team.line_settings import (
    NotAWord,
    NothingChanged,
    Stale,
    set_danger_words,
    set_static_number,
    set_voicemail,
)
from oncall.usecases.team.sections import Hand, Section, read_section
from tests.scenes.stored import NOW, store_team

LIV, OLA = Hand("liv", NOW), Hand("ola", NOW)


def test_a_teams_own_words_replace_its_earlier_ones_of_that_language_alone(db: Database) -> None:
    team_id = store_team(db)
    set_danger_words(db, team_id, "uk", ["бить*"], LIV)
    set_danger_words(db, team_id, "nb", ["bjørn"], LIV)

    team = set_danger_words(db, team_id, "nb", [" rev ", "ulv"], Hand("liv", NOW, reason="Nye ord"))

    with db.reading() as reading:
        assert read_team(reading, team_id).danger_words == {"uk": ("бить*",), "nb": ("rev", "ulv")}
        newest = list_changes(reading, team_id, 1)[0]
    assert team.danger_words["nb"] == ("rev", "ulv")
    assert (newest.actor, newest.detail) == (
        "liv",
        {
            "setting": "danger_words",
            "was": {"danger_words": {"uk": ["бить*"], "nb": ["bjørn"]}},
            "is": {"danger_words": {"uk": ["бить*"], "nb": ["rev", "ulv"]}},
            "reason": "Nye ord",
            "version": team.version,
        },
    )


def test_an_empty_list_leaves_the_words_that_every_team_has(db: Database) -> None:
    team_id = store_team(db)
    set_danger_words(db, team_id, "nb", ["bjørn"], LIV)

    assert set_danger_words(db, team_id, "nb", [], LIV).danger_words == {}


def test_a_form_that_was_overtaken_changes_nothing_and_other_settings_do_not_disturb_it(db: Database) -> None:
    team_id = store_team(db)
    with db.reading() as reading:
        seen = fingerprint(read_section(read_team(reading, team_id), Section.VOICEMAIL))
    set_danger_words(db, team_id, "nb", ["bjørn"], OLA)
    set_voicemail(db, team_id, Hand("liv", NOW, seen), on=True)

    with pytest.raises(Stale):
        set_voicemail(db, team_id, Hand("ola", NOW, seen), on=False)
    with pytest.raises(NothingChanged):
        set_voicemail(db, team_id, OLA, on=True)
    with pytest.raises(NotAWord):
        set_danger_words(db, team_id, "nb", ["*"], LIV)


def test_the_journal_tells_that_a_number_was_changed_and_never_which(db: Database) -> None:
    team_id = store_team(db)

    set_static_number(db, team_id, "+4733900077", LIV)

    with db.reading() as reading:
        assert read_team(reading, team_id).static_number == "+4733900077"
        (newest,) = list_changes(reading, team_id, 1)
    assert newest.detail["number"] == "changed"
    assert "33900" not in str(newest.detail)
