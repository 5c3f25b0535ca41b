"""What is counted of contacts, and when a figure is too small to show."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from oncall.contacts.statistics import Fact, count, report_municipality
from oncall.rota.model import PersonId
from tests.cast import OSLO
from tests.scenes.figures import MONDAY, fact


def of_families(municipality: str, families: int) -> list[Fact]:
    return [fact(case=f"{municipality}-{n}", municipality=municipality) for n in range(families)]


def test_the_wall_clock_tells_the_hour_and_the_weekday() -> None:
    figures = count([fact(), fact(MONDAY + timedelta(hours=22))], OSLO)

    assert (figures.by_hour[2], figures.by_weekday[0]) == (1, 1), "Monday at 02:40"
    assert (figures.by_hour[0], figures.by_weekday[1]) == (1, 1), "Tuesday at 00:40"


def test_whoever_reached_nobody_is_counted_and_makes_no_wait_shorter() -> None:
    figures = count([fact(), fact(seconds_to_human=None, answered_by=None), fact(seconds_to_human=70)], OSLO)

    assert figures.unanswered == 1
    assert (figures.waits_of_calls.answered, figures.waits_of_calls.within) == (2, (1, 1, 2))


def test_shares_are_for_twenty_and_more() -> None:
    assert count([fact()] * 19, OSLO).waits_of_calls.are_few
    assert not count([fact()] * 20, OSLO).waits_of_calls.are_few


def test_weeks_of_treatment_begin_with_the_first_day() -> None:
    began = date(2026, 3, 2)
    figures = count(
        [
            fact(treated_since=began),
            fact(MONDAY - timedelta(days=1), treated_since=began, case="b"),
            fact(treated_since=date(2026, 4, 1)),
        ],
        OSLO,
    )

    assert figures.by_week_of_treatment == ((1, 1, 1), (2, 1, 1)), "before it begins is no week"


def test_a_municipality_of_few_families_is_hidden_and_cannot_be_reckoned() -> None:
    few, some, many = of_families("Horten", 4), of_families("Larvik", 5), of_families("Tønsberg", 9)

    groups = {group.name: group.contacts for group in count([*few, *some, *many], OSLO).groups}

    assert groups == {"Horten": None, "Larvik": None, "Tønsberg": 9}


def test_small_municipalities_are_hidden_until_together_they_are_no_small_group() -> None:
    one, other, some, many = (of_families(name, n) for name, n in (("A", 1), ("B", 1), ("C", 6), ("D", 9)))

    groups = {group.name: group.contacts for group in count([*one, *other, *some, *many], OSLO).groups}

    assert groups == {"A": None, "B": None, "C": None, "D": 9}


def test_families_of_no_municipality_are_a_group_like_any_other_and_strangers_are_not() -> None:
    strangers, nowhere = [fact(case=None, municipality=None)] * 2, [fact(municipality=None)]

    groups = {
        group.name: group.contacts
        for group in count([*strangers, *nowhere, *of_families("D", 9)], OSLO).groups
    }

    assert groups == {"": None, "D": None, None: 2}


def test_a_report_tells_of_one_municipality_by_no_small_group_and_nobody_s_name() -> None:
    began = date(2026, 3, 2)
    larvik = [each._replace(treated_since=began) for each in of_families("Larvik", 6)]
    early = larvik[0]._replace(treated_since=began - timedelta(days=70))
    told = [*larvik, early, *of_families("Tønsberg", 9)]

    figures = report_municipality(told, OSLO, "Larvik")

    assert figures is not None
    assert (figures.contacts, figures.answered_by, figures.groups) == (7, (), ())
    assert figures.by_week_of_treatment == ((2, 6, 6),), "in week 12 there was one family"
    assert report_municipality([*told, *of_families("Horten", 1)], OSLO, "Horten") is None
    assert report_municipality([*told, *of_families("Horten", 1)], OSLO, "Larvik") is None, (
        "it would betray Horten"
    )


def test_a_call_that_we_make_is_nobody_s_crisis_and_nobody_s_wait() -> None:
    figures = count([fact(), fact(ours=True, seconds_to_human=None, answered_by=PersonId("ola"))], OSLO)

    assert (figures.contacts, figures.ours, figures.unanswered, figures.by_hour[2]) == (1, 1, 0, 1)
    assert figures.answered_by == ((PersonId("kari"), 1),)


@given(
    st.lists(
        st.builds(
            lambda minutes, seconds: fact(MONDAY + timedelta(minutes=minutes), seconds_to_human=seconds),
            st.integers(0, 60 * 24 * 90),
            st.none() | st.floats(0, 4000),
        ),
        max_size=60,
    )
)
def test_every_contact_is_counted_once_in_every_table(facts: list[Fact]) -> None:
    figures = count(facts, OSLO)

    assert sum(figures.by_hour) == sum(figures.by_weekday) == figures.contacts == len(facts)
    assert figures.unanswered + figures.waits_of_calls.answered == len(facts)
    median, ninety = figures.waits_of_calls.median, figures.waits_of_calls.ninety
    assert median is None or ninety is None or median <= ninety
