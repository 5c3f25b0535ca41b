"""Whom a waiting contact alerts, how, and when again."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from oncall.alerts.paging import DEFAULT_PAGE_LADDER, due_pages
from oncall.alerts.team import PageStep, Team
from oncall.contacts.model import Entry, Kind
from oncall.contacts.waiting import ALARM, OFFER, REMINDER
from oncall.rota.model import PersonId, Tier
from oncall.teamfile import defaults
from tests.scenes.call import KARI, LIV, NILS, OLA, OSLO, STAFF, TEAM, build_team
from tests.scenes.follow_up import AT_NIGHT, BY_DAY, FollowUp


def with_steps(*steps: PageStep, team: Team = TEAM) -> Team:
    return replace(team, page_ladder=steps)


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


EVERYONE = ("kari", "ola", "liv", "nils")


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


# ------------------------------------------------------------------------------------------ taken


def test_whoever_takes_it_silences_everybody() -> None:
    follow_up = FollowUp()
    follow_up.take(KARI)

    follow_up.wait(59)

    assert follow_up.alerts() == [(0, "kari", "text")]


def test_an_owner_is_asked_first_when_the_family_writes_again() -> None:
    follow_up = FollowUp()
    follow_up.take(NILS)
    follow_up.wait(10)

    follow_up.hear()

    assert follow_up.alerts()[-1] == (10, "nils", "text")


def test_an_owner_who_does_not_react_is_followed_by_the_whole_ladder() -> None:
    follow_up = FollowUp()
    follow_up.take(NILS)
    follow_up.wait(10)
    follow_up.hear()

    follow_up.wait(11)

    later = [(minute, who) for minute, who, _ in follow_up.alerts() if minute > 10]
    assert {(12, "kari"), (15, "ola"), (15, "liv"), (20, "nils")} <= set(later)


def test_an_owner_who_has_left_the_team_is_passed_over_at_once() -> None:
    follow_up = FollowUp()
    follow_up.take(PersonId("gone"))

    follow_up.hear()

    assert follow_up.pages_to(KARI, "call")


def test_what_is_taken_but_not_closed_reminds_its_owner_then_the_leader_too() -> None:
    follow_up = FollowUp()
    follow_up.take(KARI)

    follow_up.wait(91)

    reminders = [(who, by) for minute, who, by in follow_up.alerts() if minute > 0]
    assert reminders == [("kari", "text"), ("kari", "text"), ("liv", "text")]
    assert follow_up.waiting.may_be_taken_by(LIV), "whoever is reminded with the owner may take it"


@pytest.mark.parametrize(
    ("kind", "said"), [(Kind.TEXT_RELAYED, {"body": "hei"}), (Kind.CALL_BACK_ORDERED, {})]
)
def test_the_hour_is_counted_from_what_was_last_done_for_the_family(kind: Kind, said: dict[str, str]) -> None:
    follow_up = FollowUp()
    follow_up.take(KARI)
    follow_up.wait(50)
    follow_up.tell(Entry(0, follow_up.now, kind, actor=KARI, detail=said))

    follow_up.wait(59)

    assert follow_up.waiting.reminders == 0


def test_a_clock_that_was_away_for_hours_reminds_once() -> None:
    follow_up = FollowUp()
    follow_up.take(KARI)
    follow_up.now += timedelta(hours=5)

    follow_up.wait(29)

    assert follow_up.waiting.reminders == 1
    follow_up.wait(2)
    assert [page.person for page in follow_up.waiting.pages[-2:]] == [KARI, LIV]


def test_a_reminder_that_does_not_arrive_goes_to_the_leader_at_once() -> None:
    follow_up = FollowUp()
    follow_up.take(KARI)
    follow_up.wait(61)
    (reminder,) = [page for page in follow_up.waiting.pages if page.step == REMINDER]

    follow_up.report(reminder, "undelivered", "30003")

    assert follow_up.pages_to(LIV)


def test_nothing_is_alerted_once_it_is_closed() -> None:
    follow_up = FollowUp()
    follow_up.tell(Entry(0, follow_up.now, Kind.CLOSED, actor=KARI, detail={"outcome": "done"}))

    follow_up.wait(300)

    assert follow_up.alerts() == [(0, "kari", "text")]


# -------------------------------------------------------------------------------------- missed again


def test_a_second_missed_call_alerts_the_leader_once_whoever_is_asked() -> None:
    follow_up = FollowUp(why="hung_up")
    follow_up.wait(1)

    follow_up.call_again()
    follow_up.call_again()

    assert follow_up.alerts()[2:] == [(1, "liv", "text"), (1, "liv", "call")]


def test_a_second_missed_call_asks_its_owner_too() -> None:
    follow_up = FollowUp(why="hung_up")
    follow_up.take(KARI)

    follow_up.call_again()

    assert {who for _, who, _ in follow_up.alerts()[2:]} == {"liv", "kari"}


def test_without_a_leader_on_the_rota_those_of_the_role_are_alerted() -> None:
    follow_up = FollowUp(why="hung_up", team=build_team(on_duty={Tier.DUTY: KARI}))

    follow_up.call_again()

    assert follow_up.pages_to(LIV)


def test_without_any_leader_everyone_is_alerted() -> None:
    team = build_team(staff=[each for each in STAFF if each.id != LIV], on_duty={Tier.DUTY: KARI})
    follow_up = FollowUp(why="hung_up", team=team)

    follow_up.call_again()

    assert follow_up.pages_to(OLA)
    assert follow_up.pages_to(NILS)


def test_a_last_step_that_means_nobody_just_now_alerts_everyone() -> None:
    team = with_steps(PageStep(0, ("duty",), ("text",)), team=build_team(on_duty={}))

    follow_up = FollowUp(team=team)

    assert [who for _, who, _ in follow_up.alerts()] == list(EVERYONE)


def test_a_silent_owner_is_not_asked_alone_for_ever_by_a_ladder_of_one_step() -> None:
    follow_up = FollowUp(team=with_steps(PageStep(0, ("leader",), ("text",))))
    follow_up.take(KARI)

    follow_up.hear()
    follow_up.wait(5)

    assert [who for _, who, _ in follow_up.alerts()] == [LIV, KARI, LIV]


def test_where_all_are_away_whoever_leads_is_alerted_all_the_same() -> None:
    led = FollowUp(team=build_team(away=[KARI, OLA, LIV, NILS]))
    leaderless = FollowUp(team=build_team(staff=STAFF[:2], away=[KARI, OLA]))

    assert {who for _, who, _ in led.alerts()} == {LIV}
    assert {who for _, who, _ in leaderless.alerts()} == {KARI, OLA}


# ------------------------------------------------------------------------------------------ handed on


def hand_on(follow_up: FollowUp) -> None:
    said = {"to": OLA}
    paged = [{"by": by, "step": OFFER} for by in ("text", "call")]
    follow_up.tell(
        Entry(0, follow_up.now, Kind.HANDED_ON, actor=KARI, detail=said),
        *(Entry(0, follow_up.now, Kind.PAGED, actor=OLA, detail=each) for each in paged),
    )


def test_whoever_hands_on_stays_the_owner_until_the_colleague_accepts() -> None:
    follow_up = FollowUp()
    follow_up.take(KARI)

    hand_on(follow_up)
    before = follow_up.waiting.owner
    follow_up.take(OLA)

    assert (before, follow_up.waiting.owner) == (KARI, OLA)


def test_an_offer_that_nobody_accepts_is_brought_to_mind_once() -> None:
    follow_up = FollowUp()
    follow_up.take(KARI)
    hand_on(follow_up)

    follow_up.wait(50)

    assert follow_up.alerts()[3:] == [(10, "kari", "text"), (10, "ola", "text"), (10, "ola", "call")]


def test_by_day_the_first_page_is_a_text_alone() -> None:
    assert FollowUp(BY_DAY).alerts() == [(0, "kari", "text")]
