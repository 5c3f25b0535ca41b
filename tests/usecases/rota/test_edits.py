"""An edit holds at once, is in the journal, can be taken back, and never changes what was."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oncall.alerts.team import Team
from oncall.rota.duty import answers, on_duty, shifts
from oncall.rota.model import PersonId, Tier
from oncall.store.rota.requests import load_confirmations
from oncall.store.session import Database
from oncall.usecases.rota.editing.applying import apply_edit
from oncall.usecases.rota.editing.snapshots import write_snapshot
from oncall.usecases.rota.edits import (
    AddAbsence,
    ChangeShift,
    Edit,
    EditRefused,
    EndAbsence,
    Restore,
    SetLayers,
)
from oncall.usecases.rota.history import find_earlier, list_history
from oncall.usecases.rota.saving import (
    GapNotAccepted,
    NothingChanged,
    Saved,
    Stale,
    preview_edit,
    save_edit,
)
from tests.cast import KARI, LIV, NILS, OLA, turns
from tests.scenes.rotating_team import DAY, NOW, a_rotating_team, load
from tests.scenes.staff_texts import told

HOUR = timedelta(hours=1)
TOMORROW = ChangeShift(Tier.DUTY, NOW + DAY, NOW + 2 * DAY, NILS)


def save(db: Database, team_id: int, edit: Edit, at: datetime = NOW, **more: object) -> Saved:
    return save_edit(db, team_id, edit, actor="liv", now=at, **more)  # type: ignore[arg-type]


def test_a_changed_shift_is_anothers_and_the_rest_stays(db: Database, team_id: int) -> None:
    save(db, team_id, TOMORROW)

    rota = load(db, team_id).rotas[Tier.DUTY]
    assert [on_duty(rota, NOW + n * DAY) for n in range(4)] == [KARI, NILS, KARI, KARI]


def test_those_whose_duty_changes_are_told_and_whoever_takes_over_soon_confirms(
    db: Database, team_id: int
) -> None:
    save(db, team_id, TOMORROW)

    with db.reading() as reading:
        [asked] = load_confirmations(reading, team_id)
    assert told(db) == {("kari", "taken"), ("nils", "given")}
    assert (asked.person, asked.start) == (NILS, TOMORROW.start)


def test_a_change_far_ahead_needs_no_confirmation(db: Database, team_id: int) -> None:
    save(db, team_id, replace(TOMORROW, start=NOW + 20 * DAY, end=NOW + 21 * DAY))

    with db.reading() as reading:
        assert load_confirmations(reading, team_id) == ()


def test_the_journal_says_who_has_changed_what_and_why(db: Database, team_id: int) -> None:
    save(db, team_id, TOMORROW, reason="Kari is ill")

    note = list_history(db, team_id)[0]
    assert (note.actor, note.at, note.detail["reason"]) == ("liv", NOW, "Kari is ill")
    assert note.detail["changes"] == [
        ["duty", TOMORROW.start.isoformat(), TOMORROW.end.isoformat(), "kari", "nils"]
    ]


def test_a_form_that_is_older_than_the_rota_saves_nothing(db: Database, team_id: int) -> None:
    seen = load(db, team_id).version
    save(db, team_id, TOMORROW, seen=seen)

    with pytest.raises(Stale):
        save(db, team_id, replace(TOMORROW, person=OLA), seen=seen)

    assert on_duty(load(db, team_id).rotas[Tier.DUTY], TOMORROW.start) == NILS


def test_a_gap_is_saved_only_with_somebody_who_answers(db: Database, team_id: int) -> None:
    away = AddAbsence(KARI, NOW + DAY, NOW + 2 * DAY)

    with pytest.raises(GapNotAccepted):
        save(db, team_id, away)
    assert load(db, team_id).rotas[Tier.DUTY].absences == ()
    save(db, team_id, away, fallback=LIV)

    assert list_history(db, team_id)[0].detail["fallback"] == "liv"
    assert ("liv", "fallback") in told(db)


def test_whoever_is_named_is_asked_for_in_the_gap_and_only_there(db: Database, team_id: int) -> None:
    save(db, team_id, AddAbsence(KARI, NOW + DAY, NOW + 2 * DAY), fallback=NILS)

    rota = load(db, team_id).rotas[Tier.DUTY]
    hours = [NOW + DAY - HOUR, NOW + DAY, NOW + 2 * DAY - HOUR, NOW + 2 * DAY]
    assert [answers(rota, at) for at in hours] == [KARI, NILS, NILS, KARI]
    assert [on_duty(rota, at) for at in hours] == [KARI, None, None, KARI]


def test_a_gap_without_an_end_keeps_its_fallback_beyond_what_is_looked_at(db: Database, team_id: int) -> None:
    save(db, team_id, SetLayers({Tier.DUTY: ()}), fallback=NILS)

    assert answers(load(db, team_id).rotas[Tier.DUTY], NOW + 200 * DAY) == NILS


def test_whoever_answers_in_a_gap_does_not_go_away_unseen(db: Database, team_id: int) -> None:
    save(db, team_id, AddAbsence(KARI, NOW + DAY, NOW + 2 * DAY), fallback=NILS)
    away = AddAbsence(NILS, NOW + DAY, NOW + 2 * DAY)

    with pytest.raises(GapNotAccepted):
        save(db, team_id, away)
    save(db, team_id, away, fallback=LIV)

    assert answers(load(db, team_id).rotas[Tier.DUTY], NOW + DAY) == LIV


@pytest.mark.parametrize(("fallback", "why"), [(KARI, "absent"), (PersonId("stranger"), "not_in_team")])
def test_nobody_answers_in_a_gap_who_cannot(db: Database, team_id: int, fallback: PersonId, why: str) -> None:
    with pytest.raises(EditRefused) as refused:
        save(db, team_id, AddAbsence(KARI, NOW + DAY, NOW + 2 * DAY), fallback=fallback)

    assert (refused.value.field, refused.value.why) == ("fallback", why)
    assert load(db, team_id).rotas[Tier.DUTY].absences == ()


def test_undoing_and_restoring_take_the_fallback_along(db: Database, team_id: int) -> None:
    saved = save(db, team_id, AddAbsence(KARI, NOW + DAY, NOW + 2 * DAY), fallback=NILS)
    undo = find_earlier(db, team_id, saved.team.version)
    assert undo is not None
    undone = save(db, team_id, undo, NOW + HOUR)
    without = load(db, team_id).rotas[Tier.DUTY].fallbacks
    again = find_earlier(db, team_id, undone.team.version)
    assert again is not None

    save(db, team_id, again, NOW + 2 * HOUR, fallback=NILS)

    assert without == ()
    assert answers(load(db, team_id).rotas[Tier.DUTY], NOW + DAY) == NILS


def test_an_absence_can_be_ended(db: Database, team_id: int) -> None:
    save(db, team_id, AddAbsence(KARI, NOW + DAY, NOW + 9 * DAY), fallback=LIV)
    [away] = load(db, team_id).rotas[Tier.DUTY].absences

    save(db, team_id, EndAbsence(away.id), NOW + 2 * DAY)

    assert on_duty(load(db, team_id).rotas[Tier.DUTY], NOW + 2 * DAY) == KARI


def test_a_shift_goes_back_to_whoever_the_layers_name(db: Database, team_id: int) -> None:
    save(db, team_id, replace(TOMORROW, end=NOW + 4 * DAY))

    save(db, team_id, ChangeShift(Tier.DUTY, NOW + 2 * DAY, NOW + 3 * DAY, None))

    rota = load(db, team_id).rotas[Tier.DUTY]
    assert [on_duty(rota, NOW + n * DAY) for n in range(5)] == [KARI, NILS, KARI, NILS, KARI]


def test_undoing_brings_back_the_rota_from_before(db: Database, team_id: int) -> None:
    before = shifts(load(db, team_id).rotas[Tier.DUTY], NOW, NOW + 60 * DAY)
    saved = save(db, team_id, TOMORROW)
    back = find_earlier(db, team_id, saved.team.version)
    assert back is not None

    save(db, team_id, back, NOW + timedelta(minutes=1))

    assert shifts(load(db, team_id).rotas[Tier.DUTY], NOW, NOW + 60 * DAY) == before


def test_new_layers_leave_the_past_as_it_was(db: Database, team_id: int) -> None:
    before = shifts(load(db, team_id).rotas[Tier.DUTY], NOW - 60 * DAY, NOW)

    save(db, team_id, SetLayers({Tier.DUTY: turns(Tier.DUTY, NILS, LIV).layers}))

    after = load(db, team_id).rotas[Tier.DUTY]
    assert shifts(after, NOW - 60 * DAY, NOW) == before
    assert {one.person for one in shifts(after, NOW, NOW + 60 * DAY)} == {NILS, LIV}


@pytest.mark.parametrize(
    ("edit", "field", "why"),
    [
        (replace(TOMORROW, person=PersonId("stranger")), "person", "not_in_team"),
        (replace(TOMORROW, end=NOW), "to", "end_before_start"),
        (replace(TOMORROW, start=NOW - DAY), "from", "past"),
        (replace(TOMORROW, person=None), "person", "nothing_to_end"),
        (AddAbsence(PersonId("stranger"), NOW + DAY, NOW + 2 * DAY), "person", "not_in_team"),
    ],
)
def test_what_cannot_be_done_is_refused_at_its_field(edit: Edit, field: str, why: str) -> None:
    with pytest.raises(EditRefused) as refused:
        apply_edit(a_rotating_team(), edit, NOW)

    assert (refused.value.field, refused.value.why) == (field, why)


def test_nobody_is_given_a_shift_while_away(db: Database, team_id: int) -> None:
    save(db, team_id, AddAbsence(NILS, NOW + DAY, NOW + 2 * DAY))

    with pytest.raises(EditRefused):
        save(db, team_id, TOMORROW)


def test_an_edit_that_changes_nothing_is_not_in_the_journal(db: Database, team_id: int) -> None:
    count = len(list_history(db, team_id))

    with pytest.raises(NothingChanged):
        save(db, team_id, SetLayers({Tier.DUTY: load(db, team_id).rotas[Tier.DUTY].layers}))

    assert len(list_history(db, team_id)) == count


def test_a_preview_saves_nothing(db: Database, team_id: int) -> None:
    before = load(db, team_id)

    found = preview_edit(db, team_id, TOMORROW, NOW).consequences

    assert [one.after for one in found.changes] == [NILS]
    assert load(db, team_id) == before


# ------------------------------------------------------------------------------------- properties

people = st.sampled_from([KARI, OLA, LIV, NILS])
hours = st.integers(0, 24 * 20)


@st.composite
def edits(draw: st.DrawFn, at: datetime) -> Edit:
    start = at + draw(hours) * HOUR
    end = start + draw(st.integers(1, 200)) * HOUR
    match draw(st.integers(0, 2)):
        case 0:
            return ChangeShift(draw(st.sampled_from(Tier)), start, end, draw(st.one_of(st.none(), people)))
        case 1:
            return AddAbsence(draw(people), start, end)
        case _:
            tier = draw(st.sampled_from(Tier))
            return SetLayers({tier: turns(tier, *draw(st.lists(people, min_size=1, max_size=3))).layers})


def edited(team: Team, edit: Edit, at: datetime) -> Team:
    try:
        return replace(apply_edit(team, edit, at), version=team.version + 1)
    except EditRefused:
        return team


def all_shifts(team: Team, start: datetime, end: datetime) -> object:
    return {tier: shifts(team.rotas[tier], start, end) for tier in Tier}


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_edit_changes_the_past(data: st.DataObject) -> None:
    team, at = a_rotating_team(), NOW
    for _ in range(3):
        past = all_shifts(team, NOW - 30 * DAY, at)

        team = edited(team, data.draw(edits(at)), at)

        assert all_shifts(team, NOW - 30 * DAY, at) == past
        at += data.draw(st.integers(0, 200)) * HOUR


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_restoring_brings_back_everything_ahead(data: st.DataObject) -> None:
    team = edited(a_rotating_team(), data.draw(edits(NOW)), NOW)
    snapshot = write_snapshot(team, NOW)
    later = NOW + data.draw(st.integers(0, 100)) * HOUR
    changed = edited(edited(team, data.draw(edits(NOW)), NOW), data.draw(edits(NOW)), NOW)

    restored = apply_edit(changed, Restore(snapshot), later)

    assert all_shifts(restored, later, later + 60 * DAY) == all_shifts(team, later, later + 60 * DAY)
    assert all_shifts(restored, NOW, later) == all_shifts(changed, NOW, later)
