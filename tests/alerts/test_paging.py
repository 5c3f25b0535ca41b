"""Whom a waiting contact alerts, how, and when again."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from oncall.alerts.paging import DEFAULT_PAGE_LADDER, due_pages
from oncall.alerts.team import PageStep
from oncall.contacts.model import Kind
from oncall.contacts.waiting import ALARM
from oncall.rota.model import Tier
from oncall.teamfile import defaults
from tests.cast import KARI, LIV, OLA, OSLO
from tests.scenes.call import build_team
from tests.scenes.follow_up import AT_NIGHT, BY_DAY, EVERYONE, FollowUp, with_steps

# --------------------------------------------------------------------------------- the default ladder


def test_a_text_by_day_is_texted_then_called_then_goes_to_backup_leader_and_everyone() -> None:
    follow_up = FollowUp()

    follow_up.wait(20)

    assert follow_up.alerts() == [
        (0, "kari", "text"),
        (2, "kari", "call"),
        (5, "ola", "text"),
        (5, "ola", "call"),
        (5, "liv", "text"),
        (5, "liv", "call"),
        *[(minute, who, by) for minute in (10, 15, 20) for who in EVERYONE for by in ("text", "call")],
    ]


def test_the_team_file_has_the_same_default() -> None:
    assert defaults.PAGE_LADDER == DEFAULT_PAGE_LADDER


def test_at_night_duty_is_called_at_once() -> None:
    assert FollowUp(AT_NIGHT).alerts() == [(0, "kari", "text"), (0, "kari", "call")]


def test_the_night_is_from_ten_to_seven_by_the_clock_on_the_wall() -> None:
    clocks = [time(21, 59), time(22), time(6, 59), time(7)]
    alerts = [FollowUp(datetime.combine(BY_DAY, clock, OSLO).astimezone(UTC)).alerts() for clock in clocks]

    called = [(0, "kari", "call") in alert for alert in alerts]

    assert called == [False, True, True, False]


def test_a_missed_call_by_day_is_called_at_once() -> None:
    assert FollowUp(why="hung_up").alerts() == [(0, "kari", "text"), (0, "kari", "call")]


def test_words_of_danger_by_day_are_called_at_once() -> None:
    assert FollowUp(urgent=True).alerts() == [(0, "kari", "text"), (0, "kari", "call")]


def test_words_of_danger_that_come_later_are_called_at_once_and_once() -> None:
    follow_up = FollowUp()
    follow_up.wait(1)

    follow_up.hear("hjelp", urgent=True)
    follow_up.hear("hjelp!", urgent=True)

    assert follow_up.alerts() == [(0, "kari", "text"), (1, "kari", "call")]


def test_a_missed_call_that_joins_a_text_is_called_at_once() -> None:
    follow_up = FollowUp()
    follow_up.wait(1)

    follow_up.call_again(soon=False)

    assert follow_up.alerts() == [(0, "kari", "text"), (1, "kari", "call")]


def test_a_missed_call_calls_whoever_has_the_text_in_hand() -> None:
    follow_up = FollowUp()
    follow_up.take(KARI)
    follow_up.wait(1)

    follow_up.call_again(soon=False)

    assert follow_up.alerts()[1:] == [(1, "kari", "text"), (1, "kari", "call")]


def test_an_alarm_that_means_nobody_is_given_once() -> None:
    steps = (PageStep(0, ("duty",), ("text",)), PageStep(10, ("everyone",), ("text",)))
    follow_up = FollowUp(team=with_steps(*steps, team=build_team(on_duty={})))

    follow_up.hear("hjelp", urgent=True)
    follow_up.hear("hjelp!", urgent=True)

    started = [entry for entry in follow_up.entries if entry.kind is Kind.PAGES_STARTED]
    assert [entry.detail["step"] for entry in started].count(ALARM) == 1


# ------------------------------------------------------------------------------------ a team's own ladder


def test_two_steps_of_one_minute_alert_nobody_twice() -> None:
    team = with_steps(PageStep(0, ("duty",), ("text",)), PageStep(0, ("duty", "backup"), ("text",)))

    assert FollowUp(team=team).alerts() == [(0, "kari", "text"), (0, "ola", "text")]


def test_a_team_may_say_by_what_each_step_alerts() -> None:
    team = with_steps(PageStep(0, ("leader",), ("call",)), PageStep(3, ("duty",), ("text", "call")))
    follow_up = FollowUp(team=team)

    follow_up.wait(4)

    assert follow_up.alerts() == [(0, "liv", "call"), (3, "kari", "text"), (3, "kari", "call")]


def test_a_fixed_number_may_be_alerted() -> None:
    team = replace(
        with_steps(PageStep(0, ("number:ab12",), ("call",))), fixed_numbers={"ab12": "+4733900091"}
    )

    assert FollowUp(team=team).alerts() == [(0, "number:ab12", "call")]


def test_a_step_that_means_nobody_falls_through_to_the_next_at_once() -> None:
    team = build_team(on_duty={Tier.BACKUP: OLA, Tier.LEADER: LIV})

    alerts = FollowUp(team=team).alerts()

    assert {who for _, who, _ in alerts} == {"ola", "liv"}
    assert {minute for minute, _, _ in alerts} == {0}


def test_a_team_without_anybody_to_alert_keeps_looking() -> None:
    follow_up = FollowUp(team=build_team(staff=(), on_duty={}))

    follow_up.wait(12)

    assert not follow_up.alerts()
    assert due_pages(follow_up.waiting, follow_up.team, follow_up.now) is not None


# --------------------------------------------------------------------------------- what does not arrive


def test_an_undelivered_text_alerts_the_next_person_at_once() -> None:
    follow_up = FollowUp()
    follow_up.now += timedelta(seconds=3)

    follow_up.report(follow_up.pages_to(KARI)[0], "undelivered", "30003")

    assert {who for _, who, _ in follow_up.alerts()} == {"kari", "ola", "liv"}


def test_of_several_one_who_was_not_reached_is_replaced_at_once() -> None:
    follow_up = FollowUp()
    follow_up.wait(6)

    follow_up.report(follow_up.pages_to(LIV, "text")[0], "delivered")
    decided = follow_up.report(follow_up.pages_to(OLA, "text")[0], "undelivered", "30003")

    assert {entry.actor for entry in decided if entry.kind is Kind.PAGED} == set(EVERYONE)


def test_whoever_was_reached_in_one_way_counts_as_reached() -> None:
    follow_up = FollowUp(AT_NIGHT)
    follow_up.report(follow_up.pages_to(KARI, "text")[0], "delivered")

    assert follow_up.report(follow_up.pages_to(KARI, "call")[0], "failed", "21211") == ()


def test_an_alert_by_call_that_nobody_answered_waits_for_its_time() -> None:
    follow_up = FollowUp(AT_NIGHT)
    follow_up.report(follow_up.pages_to(KARI, "text")[0], "delivered")

    assert follow_up.report(follow_up.pages_to(KARI, "call")[0], "no-answer") == ()


def test_where_nobody_is_reached_at_all_the_last_step_comes_again_sooner() -> None:
    follow_up = FollowUp()
    follow_up.wait(11)
    before = len(follow_up.waiting.pages)
    for page in follow_up.waiting.pages:
        follow_up.report(page, "failed", "30003")

    follow_up.wait(2)

    assert len(follow_up.waiting.pages) > before


# ------------------------------------------------------------------------------------------ handed on


def test_by_day_the_first_page_is_a_text_alone() -> None:
    assert FollowUp(BY_DAY).alerts() == [(0, "kari", "text")]
