"""How a rota is changed, rule by rule; and that no edit ever changes the past."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.rota.duty import on_duty, shifts
from oncall.rota.edit import (
    InvalidRota,
    add_absence,
    add_override,
    end_absence,
    end_override,
    first_instant,
    replace_layers,
)
from oncall.rota.model import (
    Absence,
    Layer,
    Override,
    PersonId,
    Rota,
    Shift,
    Tier,
    WeeklyWindow,
)
from tests.cast import KARI, LIV, OLA
from tests.rota.strategies import Scene, absences, instants, layers, overrides, scenes

MONDAY = date(2026, 1, 5)
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
DAY = timedelta(days=1)
LONG_AGO = timedelta(days=60)


def turns_of(*participants: PersonId, first: date = MONDAY, days: int = 7) -> Layer:
    return Layer("wanted", participants, first, time(8), days, START)


def rota(*layers: Layer, **parts: object) -> Rota:
    return Rota(Tier.DUTY, ZoneInfo("UTC"), layers, **parts)  # type: ignore[arg-type]


def alone(rota: Rota, layers: Sequence[Layer], since: datetime) -> Rota:
    """Return the rota with these layers and no others, all in force from an instant on."""
    return replace(rota, layers=tuple(replace(one, effective_from=since, retired_at=None) for one in layers))


def test_a_replaced_layer_is_retired_now_and_its_successor_takes_effect_now() -> None:
    before = rota(replace(turns_of(KARI), id="duty-1"))

    after = replace_layers(before, [turns_of(OLA)], NOW)

    assert after.layers == (
        replace(before.layers[0], retired_at=NOW),
        replace(turns_of(OLA), id="duty-2", effective_from=NOW),
    )


def test_the_first_layer_of_a_tier_is_its_number_one() -> None:
    after = replace_layers(rota(), [turns_of(KARI)], NOW)

    assert [layer.id for layer in after.layers] == ["duty-1"]


def test_a_layer_replaced_at_the_instant_of_its_beginning_leaves_no_trace() -> None:
    begun = replace_layers(rota(), [turns_of(KARI)], NOW)

    after = replace_layers(begun, [turns_of(OLA)], NOW)

    assert [layer.participants for layer in after.layers] == [(OLA,)]


def test_layers_wanted_as_they_stand_leave_the_very_same_rota() -> None:
    before = rota(replace(turns_of(KARI), id="duty-1", effective_from=START - DAY))

    assert replace_layers(before, [turns_of(KARI)], NOW) is before


def test_a_layer_beneath_the_change_is_left_alone() -> None:
    before = rota(replace(turns_of(KARI), id="duty-1"), replace(turns_of(OLA), id="duty-2"))

    after = replace_layers(before, [turns_of(KARI), turns_of(LIV)], NOW)

    assert after.layers[0] == before.layers[0]
    assert [layer.retired_at for layer in after.layers] == [None, NOW, None]


def test_a_layer_above_the_change_stays_above_it() -> None:
    before = rota(replace(turns_of(KARI), id="duty-1"), replace(turns_of(OLA), id="duty-2"))

    after = replace_layers(before, [turns_of(LIV), turns_of(OLA)], NOW)

    assert on_duty(after, NOW + DAY) == OLA
    assert on_duty(replace_layers(after, [turns_of(LIV)], NOW + DAY), NOW + 2 * DAY) == LIV


def test_a_layer_retired_long_ago_keeps_its_place_above_one_that_stands() -> None:
    base, gone = (
        replace(turns_of(KARI), id="duty-1"),
        replace(turns_of(OLA), id="duty-2", retired_at=NOW - DAY),
    )

    after = replace_layers(rota(base, gone), [turns_of(KARI), turns_of(LIV)], NOW)

    assert on_duty(after, NOW - 2 * DAY) == OLA


def test_a_change_that_begins_later_leaves_what_stands_until_then() -> None:
    before = rota(turns_of(KARI))

    after = replace_layers(before, [turns_of(OLA, first=date(2026, 3, 16))], NOW)

    handover = datetime(2026, 3, 16, 8, tzinfo=UTC)
    assert shifts(after, NOW, NOW + 30 * DAY) == (
        Shift(NOW, handover, KARI),
        Shift(handover, NOW + 30 * DAY, OLA),
    )


def test_a_change_not_yet_begun_is_replaced_without_trace() -> None:
    planned = replace_layers(rota(turns_of(KARI)), [turns_of(OLA, first=date(2026, 3, 16))], NOW)

    after = replace_layers(planned, [turns_of(LIV, first=date(2026, 3, 23))], NOW + DAY)

    assert [layer.participants for layer in after.layers] == [(KARI,), (LIV,)]


def test_a_change_not_yet_begun_is_left_alone_when_it_is_wanted_again() -> None:
    planned = replace_layers(rota(turns_of(KARI)), [turns_of(OLA, first=date(2026, 3, 16))], NOW)

    assert replace_layers(planned, [turns_of(OLA, first=date(2026, 3, 16))], NOW + DAY) is planned


def test_a_change_not_yet_begun_is_called_off_by_wanting_what_is_in_force() -> None:
    before = rota(turns_of(KARI))
    planned = replace_layers(before, [turns_of(OLA, first=date(2026, 3, 16))], NOW)

    assert replace_layers(planned, [turns_of(KARI)], NOW + DAY) == before


def test_a_layer_added_to_a_change_not_yet_begun_does_not_delay_it() -> None:
    ola, liv = turns_of(OLA, first=date(2026, 3, 16)), turns_of(LIV, first=date(2026, 3, 23))
    planned = replace_layers(rota(turns_of(KARI)), [ola], NOW)

    after = replace_layers(planned, [ola, liv], NOW + DAY)

    assert [shift.person for shift in shifts(after, NOW, NOW + 30 * DAY)] == [KARI, OLA, LIV]


def test_no_layers_wanted_retires_all() -> None:
    after = replace_layers(rota(turns_of(KARI)), [], NOW)

    assert shifts(after, NOW - DAY, NOW + DAY) == (Shift(NOW - DAY, NOW, KARI), Shift(NOW, NOW + DAY, None))


@pytest.mark.parametrize(
    ("layer", "fault"),
    [
        (turns_of(), "at least one participant"),
        (turns_of(KARI, days=0), "at least one day"),
        (replace(turns_of(KARI), only=(WeeklyWindow(frozenset(), time(8), time(20)),)), "never open"),
    ],
)
def test_a_layer_that_could_never_name_anybody_is_refused(layer: Layer, fault: str) -> None:
    with pytest.raises(InvalidRota, match=fault):
        replace_layers(rota(), [layer], NOW)


def test_a_new_override_goes_above_the_others() -> None:
    first = Override("first", OLA, NOW, NOW + 2 * DAY)
    second = Override("second", LIV, NOW + DAY, NOW + 2 * DAY)

    after = add_override(add_override(rota(turns_of(KARI)), first, NOW), second, NOW)

    assert [on_duty(after, NOW), on_duty(after, NOW + DAY)] == [OLA, LIV]


def test_an_absence_takes_a_person_out_for_its_time() -> None:
    away = Absence("away", KARI, NOW + DAY, NOW + 2 * DAY)

    after = add_absence(rota(turns_of(KARI)), away, NOW)

    assert [shift.person for shift in shifts(after, NOW, NOW + 3 * DAY)] == [KARI, None, KARI]


@pytest.mark.parametrize(
    ("start", "end", "fault"),
    [
        (NOW + DAY, NOW, "not after the start"),
        (NOW, NOW, "not after the start"),
        (NOW - DAY, NOW + DAY, "lies in the past"),
    ],
)
def test_an_override_or_absence_at_an_impossible_time_is_refused(
    start: datetime, end: datetime, fault: str
) -> None:
    with pytest.raises(InvalidRota, match=fault):
        add_override(rota(), Override("swap", KARI, start, end), NOW)
    with pytest.raises(InvalidRota, match=fault):
        add_absence(rota(), Absence("away", KARI, start, end), NOW)


def test_an_identifier_is_used_once() -> None:
    swap, away = Override("x", OLA, NOW, NOW + DAY), Absence("x", OLA, NOW, NOW + DAY)
    full = rota(overrides=(swap,), absences=(away,))

    with pytest.raises(InvalidRota, match="already in use"):
        add_override(full, swap, NOW)
    with pytest.raises(InvalidRota, match="already in use"):
        add_absence(full, away, NOW)


def test_what_is_running_ends_now_and_what_was_to_come_is_dropped() -> None:
    running, coming = Override("a", OLA, NOW - DAY, NOW + DAY), Override("b", LIV, NOW + DAY, NOW + 2 * DAY)
    ill, leave = Absence("a", KARI, NOW - DAY, NOW + DAY), Absence("b", KARI, NOW + DAY, NOW + 2 * DAY)
    full = rota(overrides=(running, coming), absences=(ill, leave))

    emptied = end_override(end_override(full, "a", NOW), "b", NOW)
    present = end_absence(end_absence(full, "a", NOW), "b", NOW)

    assert emptied.overrides == (replace(running, end=NOW),)
    assert present.absences == (replace(ill, end=NOW),)


def test_what_begins_this_very_instant_leaves_no_trace_when_it_is_ended() -> None:
    swap = Override("swap", OLA, NOW, NOW + DAY)

    assert end_override(rota(overrides=(swap,)), "swap", NOW).overrides == ()


@pytest.mark.parametrize(
    ("name", "fault"), [("gone", "the past cannot be changed"), ("other", "nothing with")]
)
def test_what_is_over_or_unknown_cannot_be_ended(name: str, fault: str) -> None:
    past = rota(
        overrides=(Override("gone", OLA, NOW - DAY, NOW),), absences=(Absence("gone", OLA, START, NOW),)
    )

    with pytest.raises(InvalidRota, match=fault):
        end_override(past, name, NOW)
    with pytest.raises(InvalidRota, match=fault):
        end_absence(past, name, NOW)


@given(scenes(), st.data())
def test_replacing_layers_changes_nothing_before_it_takes_effect_and_everything_after(
    scene: Scene, data: st.DataObject
) -> None:
    rota = scene.rota
    now = data.draw(instants(scene.change))
    standing = [layer for layer in rota.layers if layer.retired_at is None or layer.retired_at > now]
    fresh = data.draw(st.lists(layers(scene.change, 9), max_size=3))
    shuffled = st.permutations([*standing, *fresh]).map(lambda mixed: mixed[:3])
    extended = st.integers(0, 4).map(lambda kept: standing[:kept] + fresh)
    wanted = data.draw(st.one_of(shuffled, extended))

    edited = replace_layers(rota, wanted, now)

    assert shifts(edited, now - LONG_AGO, now) == shifts(rota, now - LONG_AGO, now)
    assert replace_layers(edited, wanted, now + DAY) is edited
    if edited is rota:
        return  # they were planned already, maybe for later
    in_force = [layer for layer in standing if layer.effective_from <= now]
    new = [first_instant(layer, rota) for layer in wanted if layer not in in_force]
    effective = max(now, min(new, default=now))
    meanwhile, afterwards = alone(rota, in_force, now), alone(rota, wanted, effective)
    assert shifts(edited, now, effective) == shifts(meanwhile, now, effective)
    assert shifts(edited, effective, now + LONG_AGO) == shifts(afterwards, effective, now + LONG_AGO)


@given(scenes(), st.data())
def test_overrides_and_absences_never_change_the_past(scene: Scene, data: st.DataObject) -> None:
    rota = scene.rota
    now = data.draw(instants(scene.change))
    swap = data.draw(overrides(scene.change, 9))
    away = data.draw(absences(scene.change, 9))

    edited = rota
    for edit in data.draw(st.permutations(range(4))):
        try:
            match edit:
                case 0:
                    edited = add_override(edited, swap, now)
                case 1:
                    edited = add_absence(edited, away, now)
                case 2:
                    edited = end_override(edited, f"swap-{data.draw(st.integers(0, 4))}", now)
                case _:
                    edited = end_absence(edited, f"away-{data.draw(st.integers(0, 3))}", now)
        except InvalidRota:
            continue

    assert shifts(edited, now - LONG_AGO, now) == shifts(rota, now - LONG_AGO, now)
