"""People join a team, change and leave it; whoever leaves leaves no shift to nobody."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from oncall.alerts.team import Person, Role
from oncall.rota.duty import answers, on_duty
from oncall.rota.model import PersonId, Tier
from oncall.store.session import Database
from oncall.store.team.history import list_changes
from oncall.usecases.rota.editing.applying import apply_edit
from oncall.usecases.rota.edits import ChangeShift, EditRefused, SetLayers, TakeOff
from oncall.usecases.rota.saving import GapNotAccepted, Stale, save_edit
from oncall.usecases.team.sections import Hand
from oncall.usecases.team.staff import StaffRefused, add_person, change_person, fingerprint_of
from oncall.usecases.team.staff_directory import read_staff
from tests.cast import KARI, LINE, LIV, NILS, OLA, OLAS_PHONE, turns
from tests.scenes.rotating_team import DAY, NOW, a_rotating_team, load

IN_TWO_WEEKS = NOW + 14 * DAY  # Kari has the week
ANNE = Person(PersonId(""), "Åse Lie", "+4790000055", "nn", frozenset({Role.THERAPIST}), on_call=True)
BY_LIV = Hand("liv", NOW)


def test_a_new_colleague_gets_a_key_that_nobody_had_before(db: Database, team_id: int) -> None:
    first = add_person(db, team_id, ANNE, BY_LIV)
    save_edit(db, team_id, TakeOff(first.id, leaves=True, successor=None), actor="liv", now=NOW)

    second = add_person(db, team_id, replace(ANNE, name="Åse Dahl"), BY_LIV)

    assert (first.id, second.id) == ("ase", "ase-2")
    staff = read_staff(db, load(db, team_id), NOW)
    with db.reading() as reading:
        newest = list_changes(reading, team_id, 1)[0]
    assert [one.name for one in staff.left] == ["Åse Lie"]
    assert "Dahl" not in str(newest.detail)
    assert "+47" not in str(newest.detail)


@pytest.mark.parametrize(
    ("changes", "field", "why"),
    [
        ({"phone": OLAS_PHONE}, "phone", "taken"),
        ({"phone": LINE}, "phone", "own_line"),
        ({"roles": frozenset({Role.THERAPIST})}, "roles", "last_leader"),
        ({"on_call": False}, "on_call", "has_duty"),
    ],
)
def test_what_would_break_the_line_is_refused(
    db: Database, team_id: int, changes: dict[str, object], field: str, why: str
) -> None:
    liv = load(db, team_id).people[LIV]

    with pytest.raises(StaffRefused) as refused:
        change_person(db, team_id, replace(liv, **changes), Hand("liv", NOW, fingerprint_of(liv)))  # type: ignore[arg-type]

    assert (refused.value.field, refused.value.why) == (field, why)
    assert load(db, team_id).people[LIV] == liv


def test_two_who_change_one_person_do_not_overwrite_each_other(db: Database, team_id: int) -> None:
    kari = load(db, team_id).people[KARI]
    seen = fingerprint_of(kari)
    change_person(db, team_id, replace(kari, phone="+4790000066"), Hand("liv", NOW, seen))

    with pytest.raises(Stale):
        change_person(db, team_id, replace(kari, language="en"), Hand("ola", NOW, seen))

    assert load(db, team_id).people[KARI].phone == "+4790000066"


def test_a_successor_has_the_turns_of_who_leaves_and_nobody_elses_move(db: Database, team_id: int) -> None:
    before = load(db, team_id)
    swap = ChangeShift(Tier.BACKUP, NOW + DAY, NOW + 2 * DAY, KARI)
    save_edit(db, team_id, swap, actor="liv", now=NOW, fallback=None)

    save_edit(db, team_id, TakeOff(KARI, leaves=True, successor=NILS), actor="liv", now=NOW)

    after = load(db, team_id)
    assert KARI not in after.people
    assert on_duty(after.rotas[Tier.DUTY], NOW) == NILS
    assert on_duty(after.rotas[Tier.DUTY], IN_TWO_WEEKS) == NILS
    assert (
        on_duty(after.rotas[Tier.DUTY], NOW + 7 * DAY)
        == OLA
        == on_duty(before.rotas[Tier.DUTY], NOW + 7 * DAY)
    )
    assert on_duty(after.rotas[Tier.BACKUP], NOW + DAY) == NILS
    assert on_duty(after.rotas[Tier.DUTY], NOW - DAY) == KARI  # what was stays


def test_without_a_successor_the_others_close_up_and_a_gap_is_never_made_in_silence(
    db: Database, team_id: int
) -> None:
    add_person(db, team_id, replace(ANNE, roles=frozenset({Role.LEADER})), BY_LIV)
    save_edit(db, team_id, TakeOff(KARI, leaves=False, successor=None), actor="liv", now=NOW)
    team = load(db, team_id)
    assert on_duty(team.rotas[Tier.DUTY], IN_TWO_WEEKS) == OLA
    assert not team.people[KARI].on_call

    leaving = TakeOff(LIV, leaves=True, successor=None)  # alone in the leader's tier
    with pytest.raises(GapNotAccepted):
        save_edit(db, team_id, leaving, actor="liv", now=NOW)
    save_edit(db, team_id, leaving, actor="liv", now=NOW, fallback=NILS)

    assert answers(load(db, team_id).rotas[Tier.LEADER], IN_TWO_WEEKS) == NILS


def test_a_rota_that_is_to_come_stays_to_come_without_who_leaves(db: Database, team_id: int) -> None:
    planned = turns(Tier.DUTY, OLA, KARI).layers[0]
    january = replace(planned, id="", first_handover=datetime(2027, 1, 4, tzinfo=UTC).date())
    save_edit(db, team_id, SetLayers({Tier.DUTY: (january,)}), actor="liv", now=NOW)

    save_edit(db, team_id, TakeOff(KARI, leaves=True, successor=NILS), actor="liv", now=NOW)

    rota = load(db, team_id).rotas[Tier.DUTY]
    assert on_duty(rota, NOW) == NILS
    assert on_duty(rota, datetime(2027, 1, 6, tzinfo=UTC)) == OLA
    assert on_duty(rota, datetime(2027, 1, 13, tzinfo=UTC)) == NILS


def test_the_last_leader_stays() -> None:
    with pytest.raises(EditRefused) as refused:
        apply_edit(a_rotating_team(), TakeOff(LIV, leaves=True, successor=NILS), NOW)

    assert refused.value.why == "last_leader"
