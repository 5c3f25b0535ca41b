"""Somebody holds every shift: while colleagues are asked, when a holder falls sick, and after a no."""

from datetime import datetime, timedelta

import pytest

from oncall.rota.duty import next_handover, on_duty
from oncall.rota.limits import Limits
from oncall.rota.model import PersonId, Tier
from oncall.rota.swaps import ShiftRequest, Span
from oncall.store.rota.agreements import save_limits
from oncall.store.rota.requests import load_requests
from oncall.store.session import Database
from oncall.usecases.rota.editing.swap_rules import RequestRefused
from oncall.usecases.rota.edits import ChangeShift
from oncall.usecases.rota.own_shifts import coming_shifts, fall_sick, take_over
from oncall.usecases.rota.saving import save_edit
from oncall.usecases.rota.swaps import answer, approve, ask, withdraw
from tests.cast import KARI, LIV, NILS, OLA
from tests.scenes.rotating_team import DAY, NOW, load
from tests.scenes.staff_texts import told

NEXT_WEEK = datetime.fromisoformat("2026-12-07T07:00:00+00:00")  # when Kari's next turn begins
WEEK = timedelta(days=7)


def holder(db: Database, team_id: int, at: datetime = NOW, tier: Tier = Tier.DUTY) -> PersonId | None:
    return on_duty(load(db, team_id).rotas[tier], at)


def exchange(db: Database, team_id: int) -> ShiftRequest:
    back = Span(Tier.DUTY, NEXT_WEEK + WEEK, NEXT_WEEK + 2 * WEEK)
    return ask(db, team_id, KARI, Tier.DUTY, NEXT_WEEK, NEXT_WEEK + WEEK, OLA, NOW, back)


def ask_for_next_week(db: Database, team_id: int, asked: PersonId | None = NILS) -> ShiftRequest:
    return ask(db, team_id, KARI, Tier.DUTY, NEXT_WEEK, NEXT_WEEK + WEEK, asked, NOW)


def test_whoever_takes_over_has_duty_until_the_next_handover(db: Database, team_id: int) -> None:
    handover = next_handover(load(db, team_id).rotas[Tier.DUTY], NOW)
    assert handover is not None

    shift = take_over(db, team_id, NILS, NOW)

    assert shift.end == handover.at
    assert holder(db, team_id) == NILS
    assert holder(db, team_id, shift.end) == OLA
    assert told(db) == {("kari", "taken")}


def test_the_holder_cannot_take_over_from_herself(db: Database, team_id: int) -> None:
    with pytest.raises(RequestRefused):
        take_over(db, team_id, KARI, NOW)


def test_the_leader_is_on_duty_at_once_when_the_holder_falls_sick(db: Database, team_id: int) -> None:
    fall_sick(db, team_id, KARI, NOW)

    assert holder(db, team_id) == LIV
    assert {("liv", "now"), ("nils", "asked"), ("ola", "asked")} <= told(db)


def test_a_colleague_takes_the_sick_ones_duty_from_the_leader(db: Database, team_id: int) -> None:
    fall_sick(db, team_id, KARI, NOW)
    with db.reading() as reading:
        [request] = load_requests(reading, team_id, NOW)

    answer(db, team_id, request.id, NILS, yes=True, now=NOW + timedelta(minutes=5))

    assert holder(db, team_id, NOW + timedelta(minutes=4)) == LIV
    assert holder(db, team_id, NOW + timedelta(minutes=5)) == NILS


def test_the_sick_one_is_not_asked_to_take_the_shift_back(db: Database, team_id: int) -> None:
    own = ask(db, team_id, KARI, Tier.DUTY, NOW + DAY, NOW + 2 * DAY, NILS, NOW)
    fall_sick(db, team_id, KARI, NOW)
    with db.reading() as reading:
        put = {one.id: one for one in load_requests(reading, team_id, NOW)}
    [request] = [one for one in put.values() if one.state == "open"]

    with pytest.raises(RequestRefused):
        answer(db, team_id, request.id, KARI, yes=True, now=NOW)

    assert not request.is_put_to(KARI)
    assert request.is_put_to(NILS)
    assert put[own.id].state == "withdrawn"


def test_a_sick_leader_is_followed_by_somebody_else(db: Database, team_id: int) -> None:
    fall_sick(db, team_id, LIV, NOW)

    assert holder(db, team_id, tier=Tier.LEADER) not in (None, LIV)


def test_nobody_is_sick_who_is_not_on_duty(db: Database, team_id: int) -> None:
    with pytest.raises(RequestRefused):
        fall_sick(db, team_id, NILS, NOW)


def test_the_asker_holds_the_shift_until_somebody_takes_it(db: Database, team_id: int) -> None:
    request = ask_for_next_week(db, team_id)
    before = holder(db, team_id, NEXT_WEEK)

    answer(db, team_id, request.id, NILS, yes=True, now=NOW)

    assert (before, holder(db, team_id, NEXT_WEEK)) == (KARI, NILS)
    assert holder(db, team_id, NEXT_WEEK + WEEK) == OLA


def test_two_take_each_others_shift_at_once(db: Database, team_id: int) -> None:
    request = exchange(db, team_id)
    waiting = [holder(db, team_id, at) for at in (NEXT_WEEK, NEXT_WEEK + WEEK)]
    version = load(db, team_id).version

    answer(db, team_id, request.id, OLA, yes=True, now=NOW)

    assert waiting == [KARI, OLA]
    assert [holder(db, team_id, at) for at in (NEXT_WEEK, NEXT_WEEK + WEEK)] == [OLA, KARI]
    assert load(db, team_id).version == version + 1  # both or neither, also when it is undone


def test_an_exchange_waits_for_the_leader_where_the_team_wants_it_so(db: Database, team_id: int) -> None:
    with db.writing(team_id) as writing:
        save_limits(writing, Limits(swaps_approved=True), NOW, "liv")
    request = exchange(db, team_id)
    answer(db, team_id, request.id, OLA, yes=True, now=NOW)
    waiting = holder(db, team_id, NEXT_WEEK)

    approve(db, team_id, request.id, LIV, yes=True, now=NOW)

    assert waiting == KARI
    assert [holder(db, team_id, at) for at in (NEXT_WEEK, NEXT_WEEK + WEEK)] == [OLA, KARI]


def test_an_exchange_falls_where_its_other_half_has_changed_hands(db: Database, team_id: int) -> None:
    request = exchange(db, team_id)
    back = ask(db, team_id, OLA, Tier.BACKUP, NEXT_WEEK, NEXT_WEEK + WEEK, NILS, NOW)
    answer(db, team_id, back.id, NILS, yes=True, now=NOW)
    edit = ChangeShift(Tier.DUTY, NEXT_WEEK + WEEK, NEXT_WEEK + WEEK + DAY, NILS)
    save_edit(db, team_id, edit, actor="liv", now=NOW)

    with pytest.raises(RequestRefused) as refused:
        answer(db, team_id, request.id, OLA, yes=True, now=NOW)

    assert refused.value.why == "return_changed"
    assert holder(db, team_id, NEXT_WEEK) == KARI


@pytest.mark.parametrize(
    ("asked", "start", "why"),
    [
        (NILS, NEXT_WEEK + WEEK, "not_theirs"),  # it is Ola's
        (OLA, NEXT_WEEK + 3 * WEEK, "return_overlaps"),  # asked for by somebody else already
        (PersonId("stranger"), NEXT_WEEK + WEEK, "not_in_team"),
    ],
)
def test_what_cannot_be_given_in_return_is_refused(
    db: Database, team_id: int, asked: PersonId, start: datetime, why: str
) -> None:
    ask(db, team_id, OLA, Tier.DUTY, NEXT_WEEK + 3 * WEEK, NEXT_WEEK + 4 * WEEK, NILS, NOW)
    back = Span(Tier.DUTY, start, start + WEEK)

    with pytest.raises(RequestRefused) as refused:
        ask(db, team_id, KARI, Tier.DUTY, NEXT_WEEK, NEXT_WEEK + WEEK, asked, NOW, back)

    assert refused.value.why == why


def test_a_no_leaves_the_shift_and_tells_the_asker(db: Database, team_id: int) -> None:
    request = ask_for_next_week(db, team_id)

    answer(db, team_id, request.id, NILS, yes=False, now=NOW)

    assert holder(db, team_id, NEXT_WEEK) == KARI
    assert ("kari", "declined") in told(db)


def test_all_colleagues_are_asked_and_the_leader_is_told(db: Database, team_id: int) -> None:
    ask_for_next_week(db, team_id, asked=None)

    assert told(db) == {("ola", "asked"), ("nils", "asked"), ("liv", "asked"), ("liv", "cannot")}
    assert holder(db, team_id, NEXT_WEEK) == KARI


def test_only_the_first_yes_counts(db: Database, team_id: int) -> None:
    request = ask_for_next_week(db, team_id, asked=None)
    answer(db, team_id, request.id, NILS, yes=True, now=NOW)

    with pytest.raises(RequestRefused):
        answer(db, team_id, request.id, OLA, yes=True, now=NOW)

    assert holder(db, team_id, NEXT_WEEK) == NILS
    assert ("liv", "covered") in told(db), "whoever was told that somebody cannot learns that it is mended"


def test_a_second_tap_changes_nothing_more_and_is_no_fault(db: Database, team_id: int) -> None:
    soon = NOW + timedelta(seconds=3)
    asked = ask_for_next_week(db, team_id, asked=None)
    again = ask(db, team_id, KARI, Tier.DUTY, NEXT_WEEK, NEXT_WEEK + WEEK, None, soon)

    states = [answer(db, team_id, asked.id, NILS, yes=True, now=at) for at in (NOW, soon)]
    taken = [take_over(db, team_id, OLA, at).person for at in (NOW, soon)]
    sick = [set(fall_sick(db, team_id, OLA, at)) for at in (NOW + DAY, soon + DAY)]

    assert (again.id, states) == (asked.id, ["done", "done"])
    assert taken == [OLA, OLA]
    assert sick[0] == sick[1]
    with pytest.raises(RequestRefused):
        fall_sick(db, team_id, OLA, NOW + DAY + timedelta(minutes=1))


def test_nobody_answers_for_another(db: Database, team_id: int) -> None:
    request = ask_for_next_week(db, team_id)

    with pytest.raises(RequestRefused):
        answer(db, team_id, request.id, OLA, yes=True, now=NOW)


def test_overlapping_requests_are_refused(db: Database, team_id: int) -> None:
    ask_for_next_week(db, team_id)

    with pytest.raises(RequestRefused) as refused:
        ask(db, team_id, KARI, Tier.DUTY, NEXT_WEEK + DAY, NEXT_WEEK + 2 * DAY, OLA, NOW)

    assert refused.value.why == "overlaps"


def test_nobody_gives_away_anothers_shift(db: Database, team_id: int) -> None:
    with pytest.raises(RequestRefused):
        ask(db, team_id, OLA, Tier.DUTY, NEXT_WEEK, NEXT_WEEK + WEEK, NILS, NOW)


def test_a_withdrawn_request_cannot_be_taken(db: Database, team_id: int) -> None:
    request = ask_for_next_week(db, team_id)
    withdraw(db, team_id, request.id, KARI, NOW)

    with pytest.raises(RequestRefused):
        answer(db, team_id, request.id, NILS, yes=True, now=NOW)

    assert holder(db, team_id, NEXT_WEEK) == KARI


def test_where_the_team_wants_it_so_a_swap_waits_for_the_leader(db: Database, team_id: int) -> None:
    with db.writing(team_id) as writing:
        save_limits(writing, Limits(swaps_approved=True), NOW, "liv")
    request = ask_for_next_week(db, team_id)
    answer(db, team_id, request.id, NILS, yes=True, now=NOW)
    waiting = holder(db, team_id, NEXT_WEEK)

    approve(db, team_id, request.id, LIV, yes=True, now=NOW)

    assert (waiting, holder(db, team_id, NEXT_WEEK)) == (KARI, NILS)
    assert ("liv", "approve") in told(db)


def test_a_shift_that_has_changed_hands_meanwhile_is_not_swapped(db: Database, team_id: int) -> None:
    first = ask_for_next_week(db, team_id)
    second = ask(db, team_id, OLA, Tier.BACKUP, NEXT_WEEK, NEXT_WEEK + WEEK, NILS, NOW)
    answer(db, team_id, first.id, NILS, yes=True, now=NOW)

    take_over(db, team_id, OLA, NEXT_WEEK + DAY)

    with pytest.raises(RequestRefused):
        answer(db, team_id, first.id, NILS, yes=True, now=NEXT_WEEK + DAY)
    assert answer(db, team_id, second.id, NILS, yes=True, now=NEXT_WEEK + DAY) == "done"


def test_coming_shifts_are_a_persons_own_in_every_tier(db: Database, team_id: int) -> None:
    found = coming_shifts(load(db, team_id), KARI, NOW)

    assert {held.tier for held in found} == {Tier.DUTY, Tier.BACKUP}
    assert found[0].shift.start == NOW
