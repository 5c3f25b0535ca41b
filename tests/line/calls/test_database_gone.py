"""The database is gone at any moment of a night, for a moment or for long."""

from collections.abc import MutableMapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from oncall.alerts.wording.catalogue import say
from oncall.contacts.model import State
from oncall.scheduler import StandbyTicker
from oncall.service import build_service
from oncall.store.team.changes import save_team
from oncall.store.team.teams import current_team
from standin.simulator.phones.policies import Answer, Voicemail
from tests.cast import KARIS_PHONE, MOTHER, OLAS_PHONE, STATIC
from tests.scenes import eventful_night
from tests.scenes.eventful_night import EACH, LENGTH, NAMES
from tests.scenes.night import ACCEPTS, Night

pytestmark = pytest.mark.slow

OTHER_STATIC = "+4733900091"

each_webhook = pytest.mark.parametrize(("nth", "kind"), EACH, ids=NAMES)


@each_webhook
def test_gone_for_one_webhook(night: Night, nth: int, kind: str) -> None:
    night.before_request(nth, night.lose_database)
    night.after_request(nth, night.find_database)

    call = eventful_night.begin(night)
    night.play(LENGTH, call)

    assert eventful_night.spoke_with_a_human(night), kind
    assert night.contacts() or kind == "incoming"


@each_webhook
def test_gone_for_half_a_minute(night: Night, nth: int, kind: str) -> None:
    night.before_request(nth, lambda: night.lose_database(30))

    call = eventful_night.begin(night)
    night.play(LENGTH, call)

    assert eventful_night.spoke_with_a_human(night), kind
    assert night.contacts() or kind == "incoming"


@each_webhook
def test_gone_for_the_rest_of_the_call(night: Night, nth: int, kind: str) -> None:
    night.before_request(nth, night.lose_database)

    call = eventful_night.begin(night)
    night.run_for(LENGTH)
    call.hang_up()
    night.run_for(20)
    assert not night.carrier.legs, "every leg has come to its end without us"
    night.find_database()
    night.settle()

    assert eventful_night.spoke_with_a_human(night), kind
    assert night.contacts() or kind == "incoming"


def test_a_call_that_comes_in_rings_the_static_number(night: Night) -> None:
    night.static.policy = Answer(after=3)
    night.call(night.stranger).hang_up()  # the web process has seen the team's lines
    night.run_for(1)
    night.lose_database()

    call = night.call(night.mother)
    night.run_for(60)

    assert [number for number, _ in night.spoke(night.mother)] == [STATIC]
    assert night.spoke(night.mother)[0][1] < 10
    night.find_database()
    night.play(0, call)


def test_a_static_number_that_nobody_answers_does_not_end_the_call_in_silence(night: Night) -> None:
    night.call(night.stranger).hang_up()
    night.run_for(1)
    night.lose_database()

    night.call(night.mother)
    night.run_for(90)

    assert night.mother.said_to == (say("try_again", "nb"),)
    night.find_database()
    night.settle()


def test_a_static_number_that_another_process_has_changed_is_rung_within_seconds(night: Night) -> None:
    night.phone(OTHER_STATIC, Answer(after=3))
    night.call(night.stranger).hang_up()
    night.run_for(1)
    leader = build_service(night.settings, clock=night.carrier.now)  # in a process of its own
    with leader.db.writing(night.team_id) as writing:
        changed = replace(current_team(writing), static_number=OTHER_STATIC)
        save_team(writing, changed, night.carrier.now(), "liv", {})
    leader.db.close()

    StandbyTicker(night.service).watch()  # which a thread of the web process does every five seconds
    night.lose_database()
    call = night.call(night.mother)
    night.run_for(60)

    assert [number for number, _ in night.spoke(night.mother)] == [OTHER_STATIC]
    night.find_database()
    night.play(0, call)


def test_screening_still_asks_for_a_1_and_the_first_accept_bridges(night: Night) -> None:
    night.kari.policy = ACCEPTS
    call = night.call(night.mother)
    night.run_for(3)
    night.lose_database()
    night.run_for(60)

    assert night.heard(night.kari, "screen")
    assert [number for number, _ in night.spoke(night.mother)] == [KARIS_PHONE]
    night.find_database()
    night.play(0, call)
    assert night.only_contact().state in (State.ENDED, State.WAITING)


def test_screening_still_keeps_a_voicemail_out(night: Night) -> None:
    night.kari.policy = Answer(after=4)
    night.static.policy = Answer(after=4)
    call = night.call(night.mother)
    night.run_for(3)
    night.lose_database()
    night.run_for(60)

    assert not night.kari.bridges
    assert [number for number, _ in night.spoke(night.mother)] == [STATIC]
    night.find_database()
    night.play(0, call)


def test_whoever_was_rung_from_the_queue_is_let_go_and_the_caller_reaches_the_static_number(
    night: Night,
) -> None:
    night.static.policy = Answer(after=4)
    night.ola.policy = ACCEPTS
    call = night.call(night.mother)
    night.run_for(28)
    night.lose_database()
    night.run_for(60)

    assert not night.ola.bridges
    assert [number for number, _ in night.spoke(night.mother)] == [STATIC]
    night.find_database()
    night.play(0, call)
    assert night.only_contact().follow_up


def test_a_talk_goes_on_while_the_database_is_away(night: Night) -> None:
    night.ola.policy = ACCEPTS
    call = night.call(night.mother)
    night.run_for(50)
    assert night.mother.bridges
    night.lose_database(120)
    night.run_for(130)

    (bridge,) = night.mother.bridges
    assert bridge.end is None
    night.play(0, call)
    assert night.only_contact().answered_by == "ola"


def test_a_bridge_of_which_the_database_never_heard_is_not_torn_down(night: Night) -> None:
    night.ola.policy = ACCEPTS
    bridging = eventful_night.WEBHOOKS.index("bridging") + 1
    night.kari.policy = Voicemail(after=8)
    night.before_request(bridging, night.lose_database)
    night.after_request(bridging, night.find_database)

    call = night.call(night.mother)
    night.run_for(90)

    (bridge,) = night.mother.bridges
    assert (bridge.other_number, bridge.end) == (OLAS_PHONE, None)
    night.play(0, call)
    assert night.only_contact().answered_by == "ola"


def test_the_operator_hears_of_it(night: Night, reports: list[MutableMapping[str, Any]]) -> None:
    night.before_request(1, night.lose_database)
    night.after_request(1, night.find_database)

    call = night.call(night.mother)
    night.run_for(3)
    night.lose_database(1)
    night.play(20, call)

    errors = [report for report in reports if report["log_level"] == "error"]
    assert [report["place"] for report in errors] == ["caller", "tick"]
    assert all(isinstance(report["exc_info"], OperationalError) for report in errors)
    assert MOTHER not in str(errors)
