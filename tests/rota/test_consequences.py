"""What an edit changes is told before it is saved: whoever is not named keeps exactly what they had."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from oncall.rota.consequences import find_changes, find_doubles, preview_consequences
from oncall.rota.duty import on_duty
from oncall.rota.edit import add_absence, add_override
from oncall.rota.model import Absence, Layer, Override, PersonId, Rota, Tier
from tests.cast import KARI, LIV, OLA, OSLO
from tests.rota.strategies import Scene, instants, intervals, overrides, scenes

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday
DAY = timedelta(days=1)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def a_rota(tier: Tier, *people: PersonId) -> Rota:
    layer = Layer(f"{tier}-1", people, date(2026, 1, 5), time(8), 7, LONG_AGO)
    return Rota(tier, OSLO, (layer,))


TEAM = {Tier.DUTY: a_rota(Tier.DUTY, KARI, OLA), Tier.BACKUP: a_rota(Tier.BACKUP, OLA, KARI)}


def test_an_override_changes_its_own_hours_and_no_others() -> None:
    swap = Override("swap", LIV, NOW + DAY, NOW + 2 * DAY)
    after = {**TEAM, Tier.DUTY: add_override(TEAM[Tier.DUTY], swap, NOW)}

    found = preview_consequences(TEAM, after, NOW, NOW + 28 * DAY)

    [change] = found.changes
    assert (change.start, change.end, change.after) == (swap.start, swap.end, LIV)
    assert found.told == tuple(sorted({LIV, change.before or LIV}))
    assert found.short_notice == found.changes
    assert not found.gaps
    assert sum(of.after - of.before for of in found.hours) == 0


def test_an_absence_without_a_substitute_is_a_gap() -> None:
    alone = {Tier.DUTY: a_rota(Tier.DUTY, KARI)}
    away = Absence("away", KARI, NOW + DAY, NOW + 2 * DAY)

    found = preview_consequences(
        alone, {Tier.DUTY: add_absence(alone[Tier.DUTY], away, NOW)}, NOW, NOW + 28 * DAY
    )

    assert [(gap.start, gap.end, gap.before) for gap in found.gaps] == [(away.start, away.end, KARI)]


def test_the_backup_put_on_duty_is_a_double_booking() -> None:
    backup = on_duty(TEAM[Tier.BACKUP], NOW + DAY)
    assert backup is not None
    swap = Override("swap", backup, NOW + DAY, NOW + 2 * DAY)

    found = preview_consequences(
        TEAM, {**TEAM, Tier.DUTY: add_override(TEAM[Tier.DUTY], swap, NOW)}, NOW, NOW + 28 * DAY
    )

    assert [(one.start, one.end, one.person) for one in found.doubles] == [(swap.start, swap.end, backup)]


def test_an_edit_that_changes_nothing_has_no_consequences() -> None:
    found = preview_consequences(TEAM, TEAM, NOW, NOW + 56 * DAY)

    assert found.changes == ()
    assert found.breaches == ()


@given(st.data())
def test_the_changes_are_just_where_the_two_versions_disagree(data: st.DataObject) -> None:
    scene: Scene = data.draw(scenes())
    other = replace(scene.rota, overrides=(*scene.rota.overrides, data.draw(overrides(scene.change, 9))))
    start, end = data.draw(intervals(scene.change))
    at = data.draw(instants(scene.change))

    changes = tuple(find_changes({Tier.DUTY: scene.rota}, {Tier.DUTY: other}, start, end))

    told = next(((one.before, one.after) for one in changes if one.start <= at < one.end), None)
    before, after = on_duty(scene.rota, at), on_duty(other, at)
    assert told == ((before, after) if start <= at < end and before != after else None)


@given(st.data())
def test_a_double_booking_is_just_where_both_tiers_name_one_person(data: st.DataObject) -> None:
    scene: Scene = data.draw(scenes())
    second = replace(scene.rota, overrides=(data.draw(overrides(scene.change, 9)),), tier=Tier.BACKUP)
    start, end = data.draw(intervals(scene.change))
    at = data.draw(instants(scene.change))

    doubles = find_doubles({Tier.DUTY: scene.rota, Tier.BACKUP: second}, start, end)

    person = on_duty(scene.rota, at)
    double = person is not None and person == on_duty(second, at) and start <= at < end
    assert any(one.start <= at < one.end for one in doubles) == double
