"""Working time is warned of by rule, over the plan and over the contacts actually taken."""

import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.rota.days import eves_of, holidays_of, is_red
from oncall.rota.duty import shifts
from oncall.rota.hours import HOUR, CallOut, count_hours, unfair
from oncall.rota.limits import Limits, WorkingTimeRule
from oncall.rota.model import Layer, Override, PersonId, Rota, Tier, Weekday, WeeklyWindow
from oncall.rota.working_time import Breach, check_working_time, earliest_start
from tests.cast import KARI, LIV, OLA, OSLO
from tests.rota.strategies import Scene, intervals, scenes

MONDAY = datetime(2026, 11, 2, 7, tzinfo=UTC)  # 08:00 in Oslo
DAY = timedelta(days=1)
OFFICE = WeeklyWindow(frozenset(list(Weekday)[:5]), time(8), time(16))


def a_rota(*people: PersonId, turn_days: int = 7, tier: Tier = Tier.DUTY) -> Rota:
    layer = Layer("one", people, date(2026, 1, 5), time(8), turn_days, datetime(2026, 1, 1, tzinfo=UTC))
    return Rota(tier, OSLO, (layer,))


def breaches(
    rota: Rota, rule: WorkingTimeRule, *calls: CallOut, days: int = 7, **limits: object
) -> list[Breach]:
    found = check_working_time({rota.tier: rota}, MONDAY, MONDAY + days * DAY, calls, Limits(**limits), {LIV})  # type: ignore[arg-type]
    return [one for one in found if one.rule is rule]


def test_five_nights_running_are_one_too_many() -> None:
    found = breaches(a_rota(KARI, OLA, turn_days=5), WorkingTimeRule.NIGHTS, days=10)

    assert {(one.measured, one.limit) for one in found} == {(5, 4)}


def test_four_nights_running_are_allowed() -> None:
    assert not breaches(a_rota(KARI, OLA, turn_days=4), WorkingTimeRule.NIGHTS, days=20)


def test_a_call_at_night_moves_the_earliest_next_start() -> None:
    ended = datetime(2026, 11, 3, 2, 40, tzinfo=UTC)  # 03:40
    call = CallOut(KARI, ended - HOUR / 2, ended)

    [found] = breaches(a_rota(KARI), WorkingTimeRule.DAILY_REST, call, ordinary=OFFICE)

    assert found.end == ended + 11 * HOUR == earliest_start(KARI, [call])
    assert found.measured == pytest.approx(4 + 20 / 60)


def test_rest_by_agreement_is_shorter() -> None:
    ended = datetime(2026, 11, 2, 22, 30, tzinfo=UTC)  # 23:30, eight and a half hours before work
    call = CallOut(KARI, ended - HOUR / 2, ended)

    assert not breaches(a_rota(KARI), WorkingTimeRule.DAILY_REST, call, ordinary=OFFICE, daily_rest=8.0)


def test_a_start_between_two_calls_is_too_soon_after_the_first() -> None:
    rota = a_rota(KARI, OLA, turn_days=1)  # Kari from Tuesday at eight
    night = CallOut(KARI, MONDAY + 19 * HOUR, MONDAY + 20 * HOUR)  # four hours before
    noon = CallOut(KARI, MONDAY + 28 * HOUR, MONDAY + 29 * HOUR)

    [found] = breaches(rota, WorkingTimeRule.DAILY_REST, noon, night)

    assert (found.start, found.end, found.measured) == (night.start, night.end + 11 * HOUR, 4)


def test_rest_is_measured_from_the_end_of_the_longer_of_two_calls_at_once() -> None:
    rota = a_rota(KARI, OLA, turn_days=1)
    long = CallOut(KARI, MONDAY + 10 * HOUR, MONDAY + 14 * HOUR)  # ends ten hours before
    short = CallOut(KARI, MONDAY + 11 * HOUR, MONDAY + 12 * HOUR)

    [found] = breaches(rota, WorkingTimeRule.DAILY_REST, long, short)

    assert (found.start, found.end, found.measured) == (long.start, long.end + 11 * HOUR, 10)


def test_two_calls_at_once_are_worked_once() -> None:
    long = CallOut(KARI, MONDAY, MONDAY + 4 * HOUR)
    short = CallOut(KARI, MONDAY + HOUR, MONDAY + 2 * HOUR)

    [of] = count_hours({Tier.DUTY: a_rota(KARI)}, MONDAY, MONDAY + DAY, [short, long])

    assert of.called_out == 4


def test_work_that_begins_while_a_call_goes_on_begins_without_rest() -> None:
    call = CallOut(KARI, MONDAY + 19 * HOUR, MONDAY + 25 * HOUR)  # until 09:00, and work begins at 08:00

    [found] = breaches(a_rota(OLA), WorkingTimeRule.DAILY_REST, call, ordinary=OFFICE)

    assert found.measured == 0


def test_a_shift_that_has_long_begun_does_not_begin_where_one_looks() -> None:
    evening_before = CallOut(KARI, MONDAY + 22 * HOUR, MONDAY + 23 * HOUR)
    rotas = {Tier.DUTY: a_rota(KARI, OLA)}

    found = check_working_time(rotas, MONDAY + DAY, MONDAY + 2 * DAY, [evening_before])

    assert not [one for one in found if one.rule is WorkingTimeRule.DAILY_REST]


def test_home_duty_without_a_call_is_rest() -> None:
    assert not breaches(a_rota(KARI), WorkingTimeRule.DAILY_REST, ordinary=OFFICE)
    assert not breaches(a_rota(KARI), WorkingTimeRule.WEEKLY_REST, ordinary=OFFICE)


def test_calls_spread_over_a_weekend_leave_no_weekly_rest() -> None:
    calls = [CallOut(KARI, MONDAY + n * DAY, MONDAY + n * DAY + HOUR) for n in range(7)]

    [found] = breaches(a_rota(KARI), WorkingTimeRule.WEEKLY_REST, *calls)

    assert found.measured < 35


def test_home_duty_counts_a_seventh_towards_the_week() -> None:
    week = MONDAY - 8 * HOUR  # midnight
    long_talk = CallOut(KARI, MONDAY, MONDAY + 17 * HOUR)
    assert not breaches(a_rota(KARI), WorkingTimeRule.WEEK_HOURS)

    found = check_working_time({Tier.DUTY: a_rota(KARI)}, week, week + 7 * DAY, [long_talk])

    [one] = [one for one in found if one.rule is WorkingTimeRule.WEEK_HOURS]
    assert one.measured == pytest.approx(168 / 7 + 17)


def test_four_weekends_in_eight_weeks_are_one_too_many() -> None:
    found = breaches(a_rota(KARI, OLA, KARI), WorkingTimeRule.WEEKENDS, days=56)

    assert {one.person for one in found} == {KARI}
    assert min(one.measured for one in found) == 4


def test_a_sunday_on_duty_frees_the_next_red_day() -> None:
    found = breaches(a_rota(KARI, turn_days=1), WorkingTimeRule.RED_DAYS, days=14)

    assert [one.start for one in found] == [datetime(2026, 11, 14, 23, tzinfo=UTC)]


def test_two_holidays_side_by_side_are_one() -> None:
    before_christmas = datetime(2026, 12, 24, 7, tzinfo=UTC)

    found = check_working_time({Tier.DUTY: a_rota(KARI)}, before_christmas, before_christmas + 3 * DAY)

    assert not [one for one in found if one.rule is WorkingTimeRule.RED_DAYS]


def test_a_leader_is_backup_for_a_week_at_most() -> None:
    backup = a_rota(LIV, tier=Tier.BACKUP)

    assert breaches(backup, WorkingTimeRule.LEADER_BACKUP, days=8)
    assert not breaches(backup, WorkingTimeRule.LEADER_BACKUP, days=7)


def test_a_newcomer_is_not_alone() -> None:
    rotas = {Tier.DUTY: a_rota(KARI), Tier.BACKUP: a_rota(OLA, tier=Tier.BACKUP)}
    limits = Limits(newcomers=frozenset({KARI}))

    alone = check_working_time({Tier.DUTY: rotas[Tier.DUTY]}, MONDAY, MONDAY + DAY, (), limits)
    accompanied = check_working_time(rotas, MONDAY, MONDAY + DAY, (), limits)

    assert [one.rule for one in alone if one.rule is WorkingTimeRule.NEWCOMER]
    assert not [one.rule for one in accompanied if one.rule is WorkingTimeRule.NEWCOMER]


def test_the_night_of_the_clock_change_has_the_hours_that_pass() -> None:
    def hours(night: datetime) -> float:
        swap = Override("night", KARI, night, night + timedelta(days=1))
        night_duty = WeeklyWindow(frozenset({Weekday.SAT}), time(20), time(8))
        layer = Layer(
            "n", (KARI,), date(2026, 1, 5), time(8), 7, datetime(2026, 1, 1, tzinfo=UTC), only=(night_duty,)
        )
        [of] = count_hours({Tier.DUTY: Rota(Tier.DUTY, OSLO, (layer,))}, swap.start, swap.end)
        return of.duty

    assert hours(datetime(2027, 3, 27, 12, tzinfo=UTC)) == 11
    assert hours(datetime(2027, 10, 30, 12, tzinfo=UTC)) == 13


def test_weekends_and_holidays_are_counted_apart() -> None:
    christmas = datetime(2026, 12, 24, 23, tzinfo=UTC)  # Friday the 25th, a holiday, begins in Oslo

    [of] = count_hours({Tier.DUTY: a_rota(KARI)}, christmas, christmas + 2 * DAY)

    assert (of.weekend, of.holiday, of.converted) == (24, 48, 48 / 7)


def test_an_even_rota_is_fair_and_one_sided_weekends_are_not() -> None:
    even = count_hours({Tier.DUTY: a_rota(KARI, OLA)}, MONDAY, MONDAY + 28 * DAY)
    uneven = count_hours({Tier.DUTY: a_rota(KARI, KARI, OLA)}, MONDAY, MONDAY + 42 * DAY)

    assert unfair(even) == ()
    assert {person for person, _ in unfair(uneven)} == {KARI, OLA}


def test_holidays_have_norwegian_names_for_norwegian_readers() -> None:
    assert "Grunnlovsdagen" in holidays_of(2027, "nn")[date(2027, 5, 17)]
    assert holidays_of(2027, "nn")[date(2027, 5, 1)] == "Arbeidardagen"
    assert "Grunnlovsdag" in holidays_of(2027, "nb")[date(2027, 5, 17)]
    assert is_red(date(2027, 5, 17))
    assert not is_red(date(2026, 12, 24))
    assert date(2026, 12, 24) in eves_of(2026)


def test_a_year_of_a_team_is_checked_in_a_fifth_of_a_second() -> None:
    people = tuple(PersonId(f"p{n}") for n in range(12))
    rotas = {tier: a_rota(*people, tier=tier) for tier in Tier}
    calls = [
        CallOut(people[n % 12], MONDAY + n * 15 * HOUR, MONDAY + n * 15 * HOUR + HOUR) for n in range(580)
    ]
    check_working_time(rotas, MONDAY, MONDAY + 365 * DAY, calls)

    began = stopwatch.perf_counter()
    check_working_time(rotas, MONDAY, MONDAY + 365 * DAY, calls, Limits(ordinary=OFFICE))

    assert stopwatch.perf_counter() - began < 0.2 * 3  # a busy machine is not a slow program


@given(st.data())
def test_the_hours_of_all_are_the_hours_that_somebody_is_there(data: st.DataObject) -> None:
    scene: Scene = data.draw(scenes())
    start, end = data.draw(intervals(scene.change))

    counted = count_hours({Tier.DUTY: scene.rota}, start, end)

    present = sum((one.end - one.start) / HOUR for one in shifts(scene.rota, start, end) if one.person)
    assert sum(of.duty for of in counted) == pytest.approx(present)


@given(st.data())
def test_a_limit_twice_as_generous_never_breaks_more(data: st.DataObject) -> None:
    scene: Scene = data.draw(scenes())
    start, end = data.draw(intervals(scene.change))
    calls = [
        CallOut(PersonId("kari"), *data.draw(intervals(scene.change)))
        for _ in range(data.draw(st.integers(0, 3)))
    ]
    generous = Limits(nights=8, weekends=6, week_hours=80, daily_rest=5, weekly_rest=17)

    def broken(limits: Limits) -> set[tuple[WorkingTimeRule, PersonId]]:
        found = check_working_time({Tier.DUTY: scene.rota}, start, end, calls, limits)
        return {(one.rule, one.person) for one in found}

    assert broken(generous) <= broken(Limits())
