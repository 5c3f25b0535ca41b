"""How a phone's behaviour is described and changed."""

from __future__ import annotations

import pytest

from standin.simulator import (
    Answer,
    Busy,
    Decline,
    Forward,
    NoSuchNumber,
    Off,
    Policy,
    Ring,
    Script,
    Voicemail,
    in_turn,
)
from standin.simulator.phones.policy_words import UnknownPolicy, read_policy, write_policy
from tests.cast import KARIS_PHONE, LINE
from tests.standin.simulator.stage import SimulatorStage

POLICIES = [
    Ring(),
    Answer(after=2).press("1", after_hearing="press 1", delay=2).hang_up(at=60).speak("hello", at=5),
    Voicemail(after=15),
    Decline(after=2),
    Busy(),
    Off("failed"),
    NoSuchNumber(),
    Forward("+4790000002", after=10),
    in_turn(Ring(), Answer(after=3)),
]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: type(policy).__name__)
def test_a_policy_reads_as_it_was_written(policy: Policy) -> None:
    assert write_policy(read_policy(write_policy(policy))) == write_policy(policy)


@pytest.mark.parametrize(
    "words",
    [
        "sleepy",
        {"kind": "forward"},
        {"kind": "off", "status": "gone"},
        {"kind": "answer", "after": "soon"},
        {"kind": "answer", "acts": [{"do": "sing", "at": 1}]},
        {"kind": "answer", "acts": [{"do": "press", "digits": "1"}]},
    ],
)
def test_what_no_phone_does_is_refused(words: object) -> None:
    with pytest.raises(UnknownPolicy):
        read_policy(words)  # type: ignore[arg-type]


def test_an_act_needs_a_time_or_words_but_not_both() -> None:
    with pytest.raises(ValueError, match="either"):
        Script().press("1")
    with pytest.raises(ValueError, match="either"):
        Script().press("1", at=1, after_hearing="press")


def test_one_policy_a_call_and_the_last_for_all_that_follow(stage: SimulatorStage) -> None:
    stage.pages(incoming='<Dial timeout="5" callerId="+4733900001">+4790000001</Dial>')
    kari = stage.carrier.phone(KARIS_PHONE, policy=in_turn(Ring(), Answer(after=1).hang_up(at=3)))

    for _ in range(3):
        stage.mother.call(LINE)
        stage.carrier.run_for(30)

    assert [rang.outcome for rang in kari.rang] == ["missed", "answered", "answered"]


def test_a_policy_can_change_between_two_calls(stage: SimulatorStage) -> None:
    stage.pages(incoming='<Dial timeout="5" callerId="+4733900001">+4790000001</Dial>')
    kari = stage.carrier.phone(KARIS_PHONE, policy=Busy())
    stage.mother.call(LINE)
    stage.carrier.run_for(30)

    kari.policy = Answer(after=1).hang_up(at=3)
    stage.mother.call(LINE)
    stage.carrier.run_for(30)

    assert [rang.outcome for rang in kari.rang] == ["answered"]


def test_an_engaged_phone_with_voicemail_sends_the_caller_there_at_once(stage: SimulatorStage) -> None:
    stage.pages(incoming='<Dial callerId="+4733900001">+4790000001</Dial>')
    kari = stage.carrier.phone(KARIS_PHONE, policy=Voicemail(after=20))
    stage.carrier.phone("+4790000102")
    kari.call("+4790000102")

    stage.mother.call(LINE)
    stage.carrier.run_for(5)

    assert [rang.outcome for rang in kari.rang] == ["voicemail"]


def test_a_call_that_is_over_leaves_nothing_behind_to_wait_for(stage: SimulatorStage) -> None:
    stage.pages(incoming='<Dial timeout="60" callerId="+4733900001">+4790000001</Dial>')
    stage.carrier.phone(KARIS_PHONE, policy=Answer(after=1).hang_up(at=3))

    stage.mother.call(LINE)
    stage.carrier.run_until_idle()

    assert (stage.carrier.now() - stage.mother.calls[0].started_at).total_seconds() < 10


def test_an_answer_that_fails_after_the_caller_has_gone_is_an_error_all_the_same(
    stage: SimulatorStage,
) -> None:
    stage.carrier.options = stage.carrier.options.__class__(webhook_latency=3.0)

    stage.mother.call(LINE, Script().hang_up(at=1))
    stage.carrier.run_for(10)

    assert [error.code for error in stage.carrier.errors] == [11200]
