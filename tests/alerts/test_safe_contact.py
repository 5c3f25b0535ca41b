"""Whether a family's number may be called or texted, by the machine or by a human."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.alerts.safe_contact import Rules, Verdict, Way, Wish, may_reach, names_us
from oncall.contacts.case import Consent
from oncall.rota.clock_hours import Hours

NOW = datetime(2026, 3, 3, 11, 0, tzinfo=UTC)

consents = st.sampled_from(Consent)
clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
hours = st.lists(st.builds(Hours, clocks, clocks), max_size=2).map(tuple)
zones = st.sampled_from(("Europe/Oslo", "Pacific/Auckland")).map(ZoneInfo)
rules = st.builds(Rules, consents, consents, consents, st.booleans(), hours, zones, st.booleans())
heard = st.none() | st.integers(0, 300).map(lambda minutes: NOW - timedelta(minutes=minutes))
wishes = st.builds(
    Wish,
    st.sampled_from(Way),
    st.booleans(),
    st.booleans(),
    st.sampled_from(("", " ", "brann")),
    st.booleans(),
)
DAYTIME = Hours(time(8), time(20))


def rule(way: Way, consent: Consent, *, compromised: bool = False) -> Rules:
    given = {each: consent if each is way else Consent.NOT_ASKED for each in Way}
    return Rules(given[Way.CALL], given[Way.TEXT], given[Way.VOICEMAIL], compromised)


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("consent", [Consent.NO, Consent.NOT_ASKED])
def test_the_machine_needs_a_yes(way: Way, consent: Consent) -> None:
    assert may_reach(rule(way, consent), Wish(way, by_machine=True), NOW, NOW) is Verdict.NO


def test_the_machine_with_a_yes_may() -> None:
    yes = rule(Way.TEXT, Consent.YES)

    assert may_reach(yes, Wish(Way.TEXT, by_machine=True), None, NOW) is Verdict.YES


def test_a_human_may_answer_for_two_hours() -> None:
    wish, not_asked = Wish(Way.TEXT, by_machine=False), rule(Way.TEXT, Consent.NOT_ASKED)

    assert may_reach(not_asked, wish, NOW - timedelta(hours=2), NOW) is Verdict.YES
    assert may_reach(not_asked, wish, NOW - timedelta(hours=2, seconds=1), NOW) is Verdict.WARN_FIRST


def test_a_human_who_has_seen_the_warning_may() -> None:
    wish = Wish(Way.CALL, by_machine=False, warned=True)

    assert may_reach(rule(Way.CALL, Consent.NOT_ASKED), wish, None, NOW) is Verdict.YES


@given(rules, wishes, heard)
def test_against_a_no_the_hours_or_a_compromised_number_nothing_helps_but_a_humans_reason(
    known: Rules, wish: Wish, heard_at: datetime | None
) -> None:
    if known.compromised or known.consent(wish.way) is Consent.NO or not known.hold_at(NOW):
        verdict = may_reach(known, wish, heard_at, NOW)
        assert (verdict is Verdict.YES) == (not wish.by_machine and bool(wish.reason.strip()))


@given(rules, wishes, heard)
def test_the_machine_never_does_what_a_human_may_not(
    known: Rules, wish: Wish, heard_at: datetime | None
) -> None:
    by_human = Wish(wish.way, by_machine=False)
    if may_reach(known, Wish(wish.way, by_machine=True), heard_at, NOW) is Verdict.YES:
        assert may_reach(known, by_human, heard_at, NOW) is Verdict.YES


@given(rules, heard, st.sampled_from(Way))
def test_the_machine_is_never_told_to_look_at_a_warning(
    known: Rules, heard_at: datetime | None, way: Way
) -> None:
    verdict = may_reach(known, Wish(way, by_machine=True), heard_at, NOW)

    assert verdict in (Verdict.YES, Verdict.NO)


@given(rules, wishes, heard)
def test_the_machine_reaches_only_who_said_yes_to_it_at_this_time_of_day(
    known: Rules, wish: Wish, heard_at: datetime | None
) -> None:
    verdict = may_reach(known, replace(wish, by_machine=True), heard_at, NOW)

    agreed = known.consent(wish.way) is Consent.YES and known.hold_at(NOW) and not known.compromised
    assert (verdict is Verdict.YES) == (agreed and (known.may_name_team or not wish.names_us))


def test_the_hours_are_those_of_the_teams_wall_clock() -> None:
    known = Rules(may_call=Consent.YES, hours=(DAYTIME,), zone=ZoneInfo("Europe/Oslo"))
    before_winter_ends = datetime(2027, 3, 27, 6, 30, tzinfo=UTC)  # 07:30
    after = before_winter_ends + timedelta(days=1)  # 08:30

    assert not known.hold_at(before_winter_ends)
    assert known.hold_at(after)


def test_hours_may_run_past_midnight() -> None:
    nights = Rules(hours=(Hours(time(22), time(6)),))

    assert [nights.hold_at(NOW.replace(hour=hour)) for hour in (5, 6, 12, 22)] == [True, False, False, True]


def test_of_all_who_share_a_number_the_hours_must_hold() -> None:
    shared = Rules(hours=(DAYTIME, Hours(time(18), time(23))))

    assert [shared.hold_at(NOW.replace(hour=hour)) for hour in (9, 19, 21)] == [False, True, False]


def test_what_was_wished_in_time_is_still_done_but_not_outside_the_hours() -> None:
    wished_at = NOW - timedelta(minutes=5)
    wish, heard_at = Wish(Way.TEXT, by_machine=False, wished_at=wished_at), wished_at - timedelta(hours=2)
    known = Rules(may_text=Consent.NOT_ASKED, hours=(Hours(time(0), time(11)),))

    assert may_reach(replace(known, hours=()), wish, heard_at, NOW) is Verdict.YES
    assert may_reach(known, wish, heard_at, NOW) is Verdict.REASON_FIRST


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("Hei fra mst-can Vest!", True),
        ("Det gjelder V-014.", True),
        ("Jeg ringer deg klokken 14.", False),
        ("Vi er MST-CAN.", True),
        ("Hilsen MST\u2011CAN  Vest", True),
        ("Gjelder V 014", True),
        ("gjelder v014", True),
        ("Vi ses i Vest", False),
        ("Familieteamet Vestfold", False),
    ],
)
def test_words_that_name_the_team_or_the_case_are_found(body: str, names: bool) -> None:
    assert names_us(body, "MST-CAN Vest", ["V-014", None, "14"]) is names
