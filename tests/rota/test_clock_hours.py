"""Hours by the wall clock, also those that run past midnight."""

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.rota.clock_hours import NIGHT, Hours
from oncall.rota.wallclock import next_at
from tests.cast import OSLO


@pytest.mark.parametrize(
    ("clock", "is_night"),
    [(time(21, 59), False), (time(22), True), (time(0), True), (time(6, 59), True), (time(7), False)],
)
def test_the_night_lasts_from_ten_until_seven(clock: time, is_night: bool) -> None:
    assert NIGHT.hold(clock) is is_night


@given(st.times())
def test_hours_that_begin_and_end_at_the_same_time_last_round_the_clock(clock: time) -> None:
    assert Hours(time(8), time(8)).hold(clock)


@given(st.times(), st.times(), st.times())
def test_any_hours_and_those_between_them_share_the_day(opens: time, closes: time, clock: time) -> None:
    hours, between = Hours(opens, closes), Hours(closes, opens)

    assert opens == closes or hours.hold(clock) is not between.hold(clock)
    assert opens == closes or hours.end_next_day is not between.end_next_day


def test_a_time_of_day_that_is_past_comes_again_tomorrow() -> None:
    evening = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)  # 21:00 in Oslo

    assert next_at(time(22), evening, OSLO) == datetime(2026, 3, 3, 21, 0, tzinfo=UTC)
    assert next_at(time(21), evening, OSLO) == datetime(2026, 3, 4, 20, 0, tzinfo=UTC)


def test_the_morning_after_the_clocks_go_forward_comes_an_hour_sooner() -> None:
    evening = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)

    assert next_at(time(7), evening, OSLO) == datetime(2026, 3, 29, 5, 0, tzinfo=UTC)
