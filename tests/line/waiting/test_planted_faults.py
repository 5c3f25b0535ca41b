"""A fault planted in the escalation is found: these tests fail where the others would sleep."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from oncall.alerts import paging
from oncall.contacts import waiting as core
from oncall.store.line import messages
from oncall.usecases.line import escalation as escalation
from tests.alerts import test_owned_pages, test_paging, test_paging_properties
from tests.line.waiting import test_codes, test_texts
from tests.scenes.waiting_night import WaitingNight

pytestmark = pytest.mark.slow

Plant = Callable[[pytest.MonkeyPatch], None]


def skip_the_second_step(monkeypatch: pytest.MonkeyPatch) -> None:
    untaken = paging._untaken
    monkeypatch.setattr(paging, "_untaken", lambda w, team: tuple(n for n in untaken(w, team) if n != 1))


def never_repeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "REPEAT_EVERY", timedelta(days=1))


def forget_who_was_not_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "unreached", lambda _: frozenset())


def never_ask_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "_ask_anew", lambda waiting, entry: waiting.update(last_round=entry.seq))


def never_remind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "CLOSE_WITHIN", timedelta(days=1))


def call_nobody_at_night(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging._Asking, "_is_pressing", lambda _: False)


@pytest.mark.parametrize(
    ("plant", "story"),
    [
        (
            skip_the_second_step,
            test_paging.test_a_text_by_day_is_texted_then_called_then_goes_to_backup_leader_and_everyone,
        ),
        (skip_the_second_step, test_paging_properties.test_no_step_is_skipped_or_repeated_before_the_last),
        (
            never_repeat,
            test_paging.test_a_text_by_day_is_texted_then_called_then_goes_to_backup_leader_and_everyone,
        ),
        (
            never_repeat,
            test_paging_properties.test_what_waits_always_has_a_next_alert_within_the_ladders_time,
        ),
        (forget_who_was_not_reached, test_paging.test_an_undelivered_text_alerts_the_next_person_at_once),
        (never_ask_anew, test_owned_pages.test_an_owner_is_asked_first_when_the_family_writes_again),
        (
            never_remind,
            test_owned_pages.test_what_is_taken_but_not_closed_reminds_its_owner_then_the_leader_too,
        ),
        (call_nobody_at_night, test_paging.test_at_night_duty_is_called_at_once),
    ],
)
def test_a_fault_in_the_ladder_is_found(
    plant: Plant, story: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)

    with pytest.raises((AssertionError, ExceptionGroup)):
        story()


def keep_every_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "drop_codes", lambda *_, **__: None)


def lose_the_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalation, "due_pages", lambda *_: None)


@pytest.mark.parametrize(
    ("plant", "story"),
    [
        (keep_every_code, test_codes.test_a_code_ends_with_its_contact),
        (lose_the_timer, test_texts.test_a_child_writes_and_nobody_reacts),
    ],
)
def test_a_fault_in_the_switchboard_is_found(
    plant: Plant, story: Callable[[WaitingNight], None], night: WaitingNight, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)

    with pytest.raises(AssertionError):
        story(night)


def test_the_faults_are_what_is_found(night: WaitingNight) -> None:
    test_codes.test_a_code_ends_with_its_contact(night)
