"""What makes a reading worth a leader's look."""

from datetime import UTC, datetime, timedelta

from oncall.usecases.privacy.access_log import Oddity, Read, find_oddities
from tests.cast import OSLO

NOON = datetime(2026, 3, 12, 11, tzinfo=UTC)


def read(minutes: int, case: str, why: str = "own case", at: datetime = NOON, reader: str = "kari") -> Read:
    return Read(minutes, at + timedelta(minutes=minutes), reader, "case_read", case, None, None, why)


def test_many_cases_in_half_an_hour_are_unusual_and_over_a_day_they_are_not() -> None:
    hasty = find_oddities([read(5 * n, f"V-{n}") for n in range(5)], OSLO)
    calm = find_oddities([read(60 * n, f"V-{n}") for n in range(5)], OSLO)
    again = find_oddities([read(n, "V-1") for n in range(9)], OSLO)

    assert [Oddity.MANY_CASES in one.oddities for one in hasty] == [False] * 4 + [True]
    assert not any(one.oddities for one in (*calm, *again))


def test_two_people_are_not_taken_for_one() -> None:
    found = find_oddities([read(n, f"V-{n}", reader=f"somebody {n % 2}") for n in range(8)], OSLO)

    assert not any(one.oddities for one in found)


def test_at_night_only_duty_explains_a_reading() -> None:
    night = datetime(2026, 3, 12, 2, tzinfo=UTC)

    found = find_oddities([read(0, "V-1", "on duty", night), read(1, "V-1", "own case", night)], OSLO)

    assert [one.oddities for one in found] == [(), (Oddity.NIGHT,)]


def test_a_broken_glass_is_the_gravest() -> None:
    (found,) = find_oddities([read(0, "V-1", "broke the glass", datetime(2026, 3, 12, 2, tzinfo=UTC))], OSLO)

    assert found.oddities[0] is Oddity.BROKE_GLASS
