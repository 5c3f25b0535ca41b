"""Teams are loaded from files again and again, and what pages have changed stays."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from oncall.alerts.team import Person, Role, Team
from oncall.contacts.brief import Brief
from oncall.rota.duty import on_duty, shifts
from oncall.rota.edit import add_override
from oncall.rota.model import Override, PersonId, Tier
from oncall.store.families.cases import load_cases
from oncall.store.families.history import add_revision, current_brief, read_case_entries
from oncall.store.families.saving import save_case
from oncall.store.keys import KeyRing
from oncall.store.session import Database, open_database
from oncall.store.team.changes import save_team
from oncall.store.team.teams import all_team_ids, find_team, load_team
from oncall.teamfile import TeamFileError, parse_team_file
from oncall.usecases.rota.daily_check import RotaFinding, Shortcoming
from oncall.usecases.rota.edits import TakeOff
from oncall.usecases.rota.saving import save_edit
from oncall.usecases.team.line_settings import set_danger_words, set_voicemail
from oncall.usecases.team.sections import Hand
from oncall.usecases.team.staff import add_person
from oncall.usecases.team.team_file import LoadReport, load_teams
from standin.teams import FOLDER
from tests.cast import KARI, LINE, LIV, OLA
from tests.scenes.written_team import ABSENCE, DAY, NOW, VESTFOLD, written

LATER = NOW + timedelta(days=10)
YEAR = timedelta(days=365)
OVERRIDE = """
[[team.override]]
tier = "duty"
person = "liv"
start = 2026-11-20T08:00:00+01:00
end = 2026-12-20T08:00:00+01:00
"""


TELEMARK = VESTFOLD.replace("vestfold", "telemark").replace("+473390000", "+473390001")


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = open_database(database_url, KeyRing([b"w" * 32], b"i" * 32))
    yield database
    database.close()


def load(db: Database, text: str = VESTFOLD, now: datetime = NOW) -> LoadReport:
    return load_teams(db, text, "vestfold.toml", now)


def stored(db: Database, slug: str = "vestfold") -> Team:
    with db.reading() as reading:
        team_id = find_team(reading, slug)
        assert team_id is not None
        return load_team(reading, team_id)


def test_a_loaded_team_is_what_its_file_says(db: Database) -> None:
    report = load(db)

    (loaded,) = report.teams
    team = stored(db)
    assert (loaded.created, loaded.changed, loaded.cases_changed) == (True, True, ("V-014",))
    assert loaded.team == team
    assert replace(team, id=0, version=0) == written()


def test_the_families_of_the_file_are_loaded(db: Database) -> None:
    report = load(db)

    with db.reading() as reading:
        cases = load_cases(reading, report.teams[0].team.id)
    (draft,) = parse_team_file(VESTFOLD, "vestfold.toml")
    assert cases == draft.cases


def test_a_file_loaded_again_changes_nothing(db: Database) -> None:
    text = VESTFOLD.replace("turn_days = 7", "turn_days = [3, 4]", 1) + OVERRIDE + ABSENCE
    first = load(db, text)

    again = load(db, text, LATER)

    assert not again.teams[0].created
    assert not again.teams[0].changed
    assert again.teams[0].cases_changed == ()
    assert again.teams[0].team == first.teams[0].team
    assert again.teams[0].team.rotas[Tier.DUTY].layers[0].lengths == (3, 4)


def test_what_was_changed_on_a_page_stays_until_the_file_says_something_new(db: Database) -> None:
    brief = '[team.case.brief]\nrisks = "Rus"\n'
    team_id = load(db, VESTFOLD + brief).teams[0].team.id
    with db.writing(team_id) as writing:
        (case,) = load_cases(writing, team_id)
        save_case(writing, replace(case, municipality=None))
        add_revision(writing, case.id, Brief(risks="Rus, vold"), "kari", NOW)

    again = load(db, VESTFOLD + brief, LATER)
    with db.reading() as reading:
        (kept,), kept_brief = load_cases(reading, team_id), current_brief(reading, team_id, case.id)
    anew = load(db, VESTFOLD + brief.replace("Rus", "Rus hver helg"), LATER)

    with db.reading() as reading:
        (changed,), changed_brief = load_cases(reading, team_id), current_brief(reading, team_id, case.id)
        edits = read_case_entries(reading, team_id, case.id).edits
    assert again.teams[0].cases_changed == ()
    assert (kept.municipality, kept_brief and kept_brief.brief.risks) == (None, "Rus, vold")
    assert anew.teams[0].cases_changed == ("V-014",)
    assert (changed, changed_brief and changed_brief.brief.risks) == (case, "Rus hver helg")
    assert [edit.kind for edit in edits] == ["case_changed", "case_opened"]


def test_settings_staff_and_layers_changed_on_a_page_stay_until_the_file_says_something_new(
    db: Database,
) -> None:
    team_id = load(db).teams[0].team.id
    by_liv = Hand("liv", NOW)
    set_voicemail(db, team_id, by_liv, on=True)
    set_danger_words(db, team_id, "nb", ["bjørn"], by_liv)
    phone = "+4790000088"
    new = add_person(db, team_id, Person(PersonId(""), "Åse Lie", phone, "nb", frozenset(Role), True), by_liv)
    save_edit(db, team_id, TakeOff(OLA, leaves=True, successor=new.id), actor="liv", now=NOW)
    set_up = stored(db)

    assert not load(db, VESTFOLD, LATER).teams[0].changed
    load(db, VESTFOLD.replace("MST-CAN Vestfold", "Vestfold"), LATER)

    assert replace(stored(db), version=0) == replace(set_up, name="Vestfold", version=0)
    load(db, VESTFOLD.replace("MST-CAN Vestfold", "Vestfold").replace("+4790001002", "+4790000077"), LATER)
    assert stored(db).people[OLA].phone == "+4790000077", "the file has a new word about him"
    assert stored(db).people[new.id] == new


def test_a_file_whose_second_team_does_not_fit_loads_none_of_it(db: Database) -> None:
    load(db)
    new = VESTFOLD.replace("vestfold", "agder").replace("+473390000", "+473390002")
    twice_the_line = TELEMARK.replace("+4733900011", LINE)

    with pytest.raises(TeamFileError) as caught:
        load(db, new + twice_the_line)

    (problem,) = caught.value.problems
    line = VESTFOLD.count("\n") + 1 + VESTFOLD[: VESTFOLD.index("voice_line")].count("\n")
    assert (problem.line, problem.field) == (line, "voice_line")
    with db.reading() as reading:
        assert len(all_team_ids(reading)) == 1


def test_a_file_with_a_fault_loads_nothing(db: Database) -> None:
    with pytest.raises(TeamFileError):
        load(db, VESTFOLD + TELEMARK.replace("turn_days = 7", "turn_days = 0"))

    with db.reading() as reading:
        assert all_team_ids(reading) == ()


def test_several_teams_are_loaded_and_reported_in_the_order_of_the_file(db: Database) -> None:
    load(db, TELEMARK)

    report = load(db, VESTFOLD + TELEMARK)

    assert [(one.team.slug, one.created) for one in report.teams] == [("vestfold", True), ("telemark", False)]


def test_a_changed_layer_changes_the_future_and_not_the_past(db: Database) -> None:
    load(db)
    before = stored(db).rotas[Tier.DUTY]

    load(db, VESTFOLD.replace('["kari", "ola"]', '["liv"]'), LATER)

    after = stored(db).rotas[Tier.DUTY]
    assert shifts(after, NOW - YEAR, LATER) == shifts(before, NOW - YEAR, LATER)
    assert [shift.person for shift in shifts(after, LATER, LATER + YEAR)] == [LIV]


def test_a_layer_that_begins_later_leaves_the_old_one_until_then(db: Database) -> None:
    load(db)
    changed = VESTFOLD.replace(
        'participants = ["kari", "ola"]\nfirst_handover = 2026-01-05',
        'participants = ["liv"]\nfirst_handover = 2026-12-28',
    )

    report = load(db, changed)
    again = load(db, changed, NOW + DAY)

    duty = report.teams[0].team.rotas[Tier.DUTY]
    assert [shift.person for shift in shifts(duty, NOW, NOW + YEAR)] == [KARI, OLA, KARI, OLA, KARI, LIV]
    assert not again.teams[0].changed


def test_an_override_told_of_late_changes_nothing_of_the_duty_that_was(db: Database) -> None:
    load(db)

    load(db, VESTFOLD + OVERRIDE)

    duty = stored(db).rotas[Tier.DUTY]
    assert [on_duty(duty, at) for at in (NOW - DAY, NOW, NOW + 20 * DAY)] == [KARI, LIV, LIV]
    assert not load(db, VESTFOLD + OVERRIDE, NOW + DAY).teams[0].changed


def test_an_override_that_the_file_drops_ends_now_and_returns_when_it_is_told_of_again(db: Database) -> None:
    load(db, VESTFOLD + OVERRIDE)

    load(db, VESTFOLD, NOW + DAY)
    load(db, VESTFOLD + OVERRIDE, NOW + 2 * DAY)

    duty = stored(db).rotas[Tier.DUTY]
    moments = (NOW, NOW + 1.5 * DAY, NOW + 2 * DAY, NOW + 20 * DAY)
    assert [on_duty(duty, at) for at in moments] == [LIV, KARI, LIV, LIV]
    assert not load(db, VESTFOLD + OVERRIDE, NOW + 3 * DAY).teams[0].changed


def test_an_absence_that_the_file_drops_before_it_begins_leaves_no_trace(db: Database) -> None:
    load(db, VESTFOLD + ABSENCE)

    load(db)

    assert stored(db).rotas == written().rotas


def test_an_override_made_on_a_page_outlives_a_load(db: Database) -> None:
    team = load(db).teams[0].team
    swap = Override("swap-1", LIV, NOW + DAY, NOW + 2 * DAY)
    with db.writing(team.id) as writing:
        duty = add_override(team.rotas[Tier.DUTY], swap, NOW)
        save_team(writing, replace(team, rotas={**team.rotas, Tier.DUTY: duty}), NOW, "liv")

    load(db, VESTFOLD.replace("MST-CAN Vestfold", "Vestfold"), NOW)

    assert stored(db).name == "Vestfold"
    assert stored(db).rotas[Tier.DUTY].overrides == (swap,)


def test_whoever_the_file_drops_has_left_the_team(db: Database) -> None:
    load(db, VESTFOLD)
    start, end = VESTFOLD.index('[[team.staff]]\nkey = "ola"'), VESTFOLD.index('[[team.staff]]\nkey = "liv"')
    without = (VESTFOLD[:start] + VESTFOLD[end:]).replace('"kari", "ola"', '"kari"').replace('"ola", ', "")

    load(db, without, LATER)

    team = stored(db)
    assert set(team.people) == {KARI, LIV}
    assert on_duty(team.rotas[Tier.DUTY], NOW + 6 * DAY) == OLA, "who served is still known"


def test_a_team_does_not_move_to_another_time_zone(db: Database) -> None:
    load(db)

    with pytest.raises(TeamFileError, match=r"line 4: time_zone: stays Europe/Oslo"):
        load(db, VESTFOLD.replace("Europe/Oslo", "Europe/Helsinki"))


def test_loading_says_what_the_rota_lacks(db: Database) -> None:
    report = load(db, VESTFOLD.replace('tier = "leader"', 'tier = "duty"'))

    assert RotaFinding(Shortcoming.EMPTY_TIER, Tier.LEADER) in report.teams[0].findings


@pytest.mark.parametrize("name", ["baerum", "vestfold", "sor-vest", "rogaland"])
def test_every_demo_team_loads_twice_without_a_finding(db: Database, name: str) -> None:
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")

    first, again = load(db, text), load(db, text, LATER)

    assert first.teams[0].findings == ()
    assert not again.teams[0].changed
    assert again.teams[0].cases_changed == ()
