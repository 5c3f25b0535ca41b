"""Who has taken a contact is asked first, reminded, and followed by the others where silent."""

from datetime import timedelta

import pytest

from oncall.alerts.team import PageStep
from oncall.contacts.model import Detail, Entry, Kind
from oncall.contacts.waiting import OFFER, REMINDER
from oncall.rota.model import PersonId, Tier
from tests.cast import KARI, LIV, NILS, OLA
from tests.scenes.call import WHOLE_STAFF, build_team
from tests.scenes.follow_up import EVERYONE, FollowUp, with_steps

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
def test_the_hour_is_counted_from_what_was_last_done_for_the_family(kind: Kind, said: Detail) -> None:
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
    team = build_team(staff=[each for each in WHOLE_STAFF if each.id != LIV], on_duty={Tier.DUTY: KARI})
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
    leaderless = FollowUp(team=build_team(staff=WHOLE_STAFF[:2], away=[KARI, OLA]))

    assert {who for _, who, _ in led.alerts()} == {LIV}
    assert {who for _, who, _ in leaderless.alerts()} == {KARI, OLA}


def hand_on(follow_up: FollowUp) -> None:
    said: Detail = {"to": OLA}
    paged: list[Detail] = [{"by": by, "step": OFFER} for by in ("text", "call")]
    follow_up.tell(
        Entry(0, follow_up.now, Kind.HANDED_ON, actor=KARI, detail=said),
        *(Entry(0, follow_up.now, Kind.PAGED, actor=OLA, detail=each) for each in paged),
    )


# ------------------------------------------------------------------------------------------ handed on


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
