"""Who is on duty, rule by rule."""

import timeit
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from oncall.rota.duty import answers, gaps, next_handover, on_duty, shifts
from oncall.rota.model import (
    Absence,
    Handover,
    Layer,
    Override,
    PersonId,
    Rota,
    Shift,
    Tier,
    Weekday,
    WeeklyWindow,
)
from tests.cast import KARI, LIV, OLA, OSLO

EVERY_DAY = frozenset(Weekday)


def oslo(*when: int) -> datetime:
    return datetime(*when, tzinfo=OSLO).astimezone(UTC)  # type: ignore[arg-type, misc]


def weekly(*participants: PersonId, **changes: object) -> Layer:
    """Return turns of a week, handed over on Mondays at 08:00 from 5 January 2026 on."""
    terms = {
        "id": "weeks",
        "participants": participants,
        "first_handover": date(2026, 1, 5),
        "handover_time": time(8),
        "turn_days": 7,
        "effective_from": oslo(2026, 1, 1),
    }
    return Layer(**{**terms, **changes})  # type: ignore[arg-type]


def rota(*layers: Layer, **parts: object) -> Rota:
    return Rota(Tier.DUTY, OSLO, layers, **parts)  # type: ignore[arg-type]


def test_participants_take_turns_in_their_order() -> None:
    turns = rota(weekly(KARI, OLA, LIV))

    holders = [on_duty(turns, oslo(2026, 1, day, 12)) for day in (5, 12, 19, 26)]

    assert holders == [KARI, OLA, LIV, KARI]


def test_in_a_gap_the_latest_who_is_named_and_not_away_answers() -> None:
    year = (oslo(2026, 1, 1), oslo(2027, 1, 1))
    named = (Override("first", OLA, *year), Override("second", KARI, *year))
    gap = rota(fallbacks=named)
    without_kari = rota(fallbacks=named, absences=(Absence("away", KARI, *year),))

    assert (answers(gap, oslo(2026, 3, 3)), answers(without_kari, oslo(2026, 3, 3))) == (KARI, OLA)


def test_nobody_is_on_duty_before_the_first_handover() -> None:
    turns = rota(weekly(KARI))

    person = on_duty(turns, oslo(2026, 1, 5, 7, 59))

    assert person is None


def test_duty_changes_hands_at_the_very_instant_of_handover() -> None:
    turns = rota(weekly(KARI, OLA))
    handover = oslo(2026, 1, 12, 8)

    before, after = on_duty(turns, handover - timedelta(microseconds=1)), on_duty(turns, handover)

    assert (before, after) == (KARI, OLA)


def test_a_later_layer_beats_an_earlier_one() -> None:
    turns = rota(weekly(KARI), weekly(OLA, id="above"))

    assert on_duty(turns, oslo(2026, 2, 2, 12)) == OLA


def test_outside_its_hours_a_layer_lets_the_one_beneath_show() -> None:
    nights = weekly(OLA, id="nights", only=(WeeklyWindow(frozenset([Weekday.FRI]), time(20), time(8)),))
    turns = rota(weekly(KARI), nights)

    holders = [on_duty(turns, oslo(2026, 2, *when)) for when in ((6, 19), (6, 20), (7, 7), (7, 8))]

    assert holders == [KARI, OLA, OLA, KARI]


def test_hours_that_end_when_they_begin_last_for_a_day() -> None:
    saturdays = weekly(OLA, only=(WeeklyWindow(frozenset([Weekday.SAT]), time(8), time(8)),))

    found = shifts(rota(saturdays), oslo(2026, 2, 2), oslo(2026, 2, 9))

    assert Shift(oslo(2026, 2, 7, 8), oslo(2026, 2, 8, 8), OLA) in found


def test_a_layer_counts_from_when_it_takes_effect_until_it_is_retired() -> None:
    brief = weekly(KARI, effective_from=oslo(2026, 2, 3, 12), retired_at=oslo(2026, 2, 4, 12))

    found = shifts(rota(brief), oslo(2026, 2, 2), oslo(2026, 2, 6))

    assert [shift.person for shift in found] == [None, KARI, None]
    assert (found[1].start, found[1].end) == (oslo(2026, 2, 3, 12), oslo(2026, 2, 4, 12))


def test_an_override_beats_every_layer_for_its_time_alone() -> None:
    swap = Override("swap", LIV, oslo(2026, 2, 3), oslo(2026, 2, 4))
    turns = rota(weekly(KARI), weekly(OLA, id="above"), overrides=(swap,))

    found = shifts(turns, oslo(2026, 2, 2, 12), oslo(2026, 2, 5))

    assert [(shift.start, shift.person) for shift in found] == [
        (oslo(2026, 2, 2, 12), OLA),
        (oslo(2026, 2, 3), LIV),
        (oslo(2026, 2, 4), OLA),
    ]


def test_a_later_override_beats_an_earlier_one() -> None:
    first = Override("first", OLA, oslo(2026, 2, 3), oslo(2026, 2, 10))
    second = Override("second", LIV, oslo(2026, 2, 4), oslo(2026, 2, 5))

    person = on_duty(rota(overrides=(first, second)), oslo(2026, 2, 4, 12))

    assert person == LIV


def test_the_turn_of_an_absent_person_falls_to_what_lies_beneath_not_to_the_next_in_order() -> None:
    away = Absence("away", LIV, oslo(2026, 1, 1), oslo(2027, 1, 1))
    turns = rota(weekly(KARI), weekly(LIV, OLA, id="above"), absences=(away,))

    person = on_duty(turns, oslo(2026, 1, 5, 12))

    assert person == KARI


def test_the_override_of_an_absent_person_lets_the_override_beneath_show() -> None:
    beneath = Override("beneath", OLA, oslo(2026, 2, 3), oslo(2026, 2, 5))
    above = Override("above", LIV, oslo(2026, 2, 3), oslo(2026, 2, 5))
    away = Absence("away", LIV, oslo(2026, 2, 4), oslo(2026, 2, 5))
    turns = rota(weekly(KARI), overrides=(beneath, above), absences=(away,))

    holders = [on_duty(turns, oslo(2026, 2, day, 12)) for day in (3, 4)]

    assert holders == [LIV, OLA]


def test_two_turns_running_of_one_person_are_one_shift() -> None:
    turns = rota(weekly(KARI))

    found = shifts(turns, oslo(2026, 2, 1), oslo(2026, 3, 1))

    assert found == (Shift(oslo(2026, 2, 1), oslo(2026, 3, 1), KARI),)


@pytest.mark.parametrize(
    ("eve", "hours"),
    [(date(2027, 3, 27), 11), (date(2027, 10, 30), 13), (date(2027, 6, 1), 12)],
)
def test_a_night_lasts_as_long_as_the_clock_makes_it(eve: date, hours: int) -> None:
    nights = weekly(KARI, only=(WeeklyWindow(EVERY_DAY, time(20), time(8)),))
    noon = oslo(eve.year, eve.month, eve.day, 12)

    _, night, _ = shifts(rota(nights), noon, noon + timedelta(hours=24))

    assert night.end - night.start == timedelta(hours=hours)


def test_a_handover_at_a_time_that_the_clock_skips_happens_as_late_as_it_would_have_without() -> None:
    turns = rota(weekly(KARI, OLA, first_handover=date(2027, 3, 21), handover_time=time(2, 30)))

    handover = next_handover(turns, oslo(2027, 3, 27))

    assert handover == Handover(datetime(2027, 3, 28, 1, 30, tzinfo=UTC), KARI, OLA)  # 03:30 in Oslo


def test_a_handover_at_a_time_that_the_clock_repeats_happens_the_first_time() -> None:
    turns = rota(weekly(KARI, OLA, first_handover=date(2027, 10, 24), handover_time=time(2, 30)))

    handover = next_handover(turns, oslo(2027, 10, 30))

    assert handover == Handover(datetime(2027, 10, 31, 0, 30, tzinfo=UTC), KARI, OLA)


def test_an_override_written_in_local_time_holds_through_the_repeated_hour() -> None:
    start = datetime(2027, 10, 31, 2, 45, tzinfo=OSLO, fold=0)
    end = datetime(2027, 10, 31, 2, 15, tzinfo=OSLO, fold=1)  # half an hour later
    turns = rota(weekly(KARI), overrides=(Override("swap", LIV, start, end),))

    found = shifts(turns, oslo(2027, 10, 31), oslo(2027, 11, 1))

    assert [shift.person for shift in found] == [KARI, LIV, KARI]
    assert found[1].end - found[1].start == timedelta(minutes=30)


def test_where_midnight_is_skipped_the_day_begins_at_one() -> None:
    beirut = ZoneInfo("Asia/Beirut")
    daily = weekly(KARI, OLA, first_handover=date(2026, 3, 28), handover_time=time(0), turn_days=1)
    turns = Rota(Tier.DUTY, beirut, (daily,))

    handover = next_handover(turns, datetime(2026, 3, 28, 12, tzinfo=beirut))

    assert handover is not None
    assert handover.at.astimezone(beirut).isoformat() == "2026-03-29T01:00:00+03:00"


def test_where_the_last_hour_of_a_day_is_skipped_its_handover_happens_early_the_next_day() -> None:
    nuuk = ZoneInfo("America/Nuuk")  # on 28 March 2026, at 23:00, it becomes 00:00 on the 29th
    weeks = weekly(KARI, OLA, first_handover=date(2026, 3, 21), handover_time=time(23, 30))

    handover = next_handover(Rota(Tier.DUTY, nuuk, (weeks,)), datetime(2026, 3, 28, 12, tzinfo=nuuk))

    assert handover is not None
    assert handover.at.astimezone(nuuk).isoformat() == "2026-03-29T00:30:00-01:00"


def test_where_the_clock_goes_back_past_midnight_the_new_day_s_turn_goes_on() -> None:
    st_johns = ZoneInfo("America/St_Johns")  # in 2010, at 00:01 on 7 November, it became 23:01 on the 6th
    daily = weekly(KARI, OLA, LIV, first_handover=date(2010, 11, 6), handover_time=time(0), turn_days=1,
                   effective_from=datetime(2010, 1, 1, tzinfo=UTC))  # fmt: skip
    back_in_the_sixth = datetime(2010, 11, 6, 23, 30, tzinfo=st_johns, fold=1)

    person = on_duty(Rota(Tier.DUTY, st_johns, (daily,)), back_in_the_sixth)

    assert person == OLA


def test_where_the_clock_goes_back_past_midnight_the_new_day_s_hours_go_on() -> None:
    st_johns = ZoneInfo("America/St_Johns")
    sundays = weekly(KARI, first_handover=date(2010, 1, 4), effective_from=datetime(2010, 1, 1, tzinfo=UTC),
                     only=(WeeklyWindow(frozenset([Weekday.SUN]), time(0), time(12)),))  # fmt: skip
    back_in_saturday = datetime(2010, 11, 6, 23, 30, tzinfo=st_johns, fold=1)

    person = on_duty(Rota(Tier.DUTY, st_johns, (sundays,)), back_in_saturday)

    assert person == KARI


def test_gaps_are_found_where_nobody_is_left() -> None:
    away = Absence("away", KARI, oslo(2026, 5, 17), oslo(2026, 5, 18))

    found = gaps(rota(weekly(KARI), absences=(away,)), oslo(2026, 5, 1), oslo(2026, 6, 1))

    assert found == (Shift(oslo(2026, 5, 17), oslo(2026, 5, 18), None),)


def test_a_rota_without_layers_is_one_gap() -> None:
    found = shifts(rota(), oslo(2026, 5, 1), oslo(2026, 6, 1))

    assert found == (Shift(oslo(2026, 5, 1), oslo(2026, 6, 1), None),)


def test_an_empty_window_holds_no_shift() -> None:
    assert shifts(rota(weekly(KARI)), oslo(2026, 5, 1), oslo(2026, 5, 1)) == ()


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        shifts(rota(weekly(KARI)), oslo(2026, 5, 2), oslo(2026, 5, 1))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        on_duty(rota(weekly(KARI)), datetime(2026, 5, 1))  # noqa: DTZ001 - the very mistake


def test_the_next_handover_names_who_leaves_and_who_takes_over() -> None:
    turns = rota(weekly(KARI, OLA))

    handover = next_handover(turns, oslo(2026, 1, 6))

    assert handover == Handover(oslo(2026, 1, 12, 8), KARI, OLA)


def test_a_handover_months_ahead_is_found() -> None:
    swap = Override("swap", LIV, oslo(2026, 9, 1), oslo(2026, 9, 2))

    handover = next_handover(rota(weekly(KARI), overrides=(swap,)), oslo(2026, 2, 1))

    assert handover == Handover(oslo(2026, 9, 1), KARI, LIV)


def test_where_duty_never_changes_hands_there_is_no_next_handover() -> None:
    assert next_handover(rota(weekly(KARI)), oslo(2026, 2, 1)) is None


def test_a_handover_beyond_the_horizon_is_not_looked_for() -> None:
    turns = rota(weekly(KARI, OLA))

    assert next_handover(turns, oslo(2026, 1, 6), timedelta(days=6)) is None


def test_ten_years_with_500_overrides_are_resolved_in_under_50_microseconds() -> None:
    years = [oslo(2020 + year, 1, 6) for year in range(11)]
    nights = (WeeklyWindow(frozenset(list(Weekday)[:5]), time(20), time(8)),)
    layers = [
        weekly(KARI, OLA, id=f"{start.year}-{n}", effective_from=start, retired_at=end, only=only)
        for start, end in pairwise(years)
        for n, only in enumerate([(), nights])
    ]
    weeks = [years[0] + timedelta(days=7 * week) for week in range(500)]
    swaps = tuple(Override(f"swap-{n}", LIV, week, week + timedelta(days=1)) for n, week in enumerate(weeks))
    decade = rota(*layers, overrides=swaps)
    asked = [years[0] + timedelta(hours=4 * n + 3) for n in range(0, 21_000, 7)]

    # Counted in time of this process, which other work on the machine hardly touches.
    ask_all = timeit.Timer(lambda: [on_duty(decade, at) for at in asked], timer=process_time)
    fastest = min(ask_all.repeat(repeat=3, number=1))

    assert fastest / len(asked) < 50e-6
