"""What holds of every rota: shifts, on_duty and gaps are one and the same answer."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from oncall.rota.duty import gaps, next_handover, on_duty, shifts
from oncall.rota.model import Layer, Rota, Tier
from tests.rota.strategies import (
    CLOCK_CHANGES,
    PEOPLE,
    Scene,
    clock_times,
    instants,
    intervals,
    on_duty_by_hand,
    scenes,
)

MICROSECOND = timedelta(microseconds=1)


@given(scenes(), st.data())
def test_on_duty_is_what_the_rules_say_one_by_one(scene: Scene, data: st.DataObject) -> None:
    at = data.draw(instants(scene.change))

    person = on_duty(scene.rota, at)

    assert person == on_duty_by_hand(scene.rota, at)


@given(scenes(), st.data())
def test_shifts_tile_the_window(scene: Scene, data: st.DataObject) -> None:
    start, end = data.draw(intervals(scene.change))

    found = shifts(scene.rota, start, end)

    assert [found[0].start, *(shift.end for shift in found)] == [*(shift.start for shift in found), end]
    assert found[0].start == start
    assert all(shift.start < shift.end for shift in found)


@given(scenes(), st.data())
def test_neighbouring_shifts_differ_in_their_person(scene: Scene, data: st.DataObject) -> None:
    start, end = data.draw(intervals(scene.change))

    found = shifts(scene.rota, start, end)

    assert all(earlier.person != later.person for earlier, later in pairwise(found))


@given(scenes(), st.data())
def test_shifts_agree_with_on_duty_at_their_edges_and_anywhere_between(
    scene: Scene, data: st.DataObject
) -> None:
    start, end = data.draw(intervals(scene.change))

    found = shifts(scene.rota, start, end)

    for shift in found:
        within = data.draw(st.integers(0, int((shift.end - shift.start) / MICROSECOND) - 1))
        for at in (shift.start, shift.start + within * MICROSECOND, shift.end - MICROSECOND):
            assert on_duty_by_hand(scene.rota, at) == shift.person


@given(scenes(), st.data())
def test_a_shift_does_not_depend_on_the_window_through_which_it_is_seen(
    scene: Scene, data: st.DataObject
) -> None:
    start, end = data.draw(intervals(scene.change))
    middle = start + (end - start) / 2

    whole = shifts(scene.rota, start, end)

    first, second = shifts(scene.rota, start, middle), shifts(scene.rota, middle, end)
    edges = {shift.start for shift in whole} | {middle}
    assert edges == {shift.start for shift in first + second}


@given(scenes(), st.data())
def test_gaps_are_the_shifts_that_nobody_has(scene: Scene, data: st.DataObject) -> None:
    start, end = data.draw(intervals(scene.change))

    found = gaps(scene.rota, start, end)

    assert list(found) == [shift for shift in shifts(scene.rota, start, end) if shift.person is None]


@given(scenes(), st.data())
def test_whoever_is_absent_is_never_on_duty(scene: Scene, data: st.DataObject) -> None:
    start, end = data.draw(intervals(scene.change))

    found = shifts(scene.rota, start, end)

    for absence in scene.rota.absences:
        served = [shift for shift in found if shift.person == absence.person]
        assert all(shift.end <= absence.start or absence.end <= shift.start for shift in served)


@given(scenes(), st.data())
def test_the_next_handover_is_the_first_change_of_person(scene: Scene, data: st.DataObject) -> None:
    at = data.draw(instants(scene.change))
    horizon = timedelta(days=60)

    handover = next_handover(scene.rota, at, horizon)

    ahead = shifts(scene.rota, at, at + horizon)
    if len(ahead) == 1:
        assert handover is None
    else:
        assert handover is not None
        assert (handover.at, handover.leaving, handover.taking) == (
            ahead[1].start,
            ahead[0].person,
            ahead[1].person,
        )


@given(st.sampled_from(sorted(CLOCK_CHANGES)), clock_times, st.integers(1, 9), st.integers(0, 1))
def test_handover_keeps_its_time_on_the_wall_clock_across_clock_changes(
    name: str, clock: time, turn_days: int, which: int
) -> None:
    zone, change = ZoneInfo(name), CLOCK_CHANGES[name][which]
    first = change.date() - timedelta(days=20)
    layer = Layer("turns", PEOPLE, first, clock, turn_days, change - timedelta(days=30))
    rota = Rota(Tier.DUTY, zone, (layer,))

    found = shifts(rota, change - timedelta(days=15), change + timedelta(days=15))

    for shift in found[1:]:
        local = shift.start.astimezone(zone)
        if shift.start - timedelta(hours=1) < change <= shift.start:
            continue  # the clock has just skipped the time, or the day's very end
        assert (local.date() - first).days % turn_days == 0
        assert local.replace(tzinfo=None) == datetime.combine(local.date(), clock)
        assert local.fold == 0, "of a repeated time it is the first"


@given(scenes(), st.data())
def test_the_zone_in_which_an_instant_is_written_makes_no_difference(
    scene: Scene, data: st.DataObject
) -> None:
    at = data.draw(instants(scene.change))
    elsewhere = at.astimezone(scene.rota.zone)

    person = on_duty(scene.rota, elsewhere)

    assert person == on_duty(scene.rota, at.astimezone(UTC))
