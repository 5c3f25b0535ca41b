"""What holds whatever people do and however much goes wrong."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from standin.simulator import (
    Answer,
    Busy,
    Decline,
    Forward,
    Off,
    Policy,
    Ring,
    Script,
    Voicemail,
    faults,
)
from tests.cast import KARIS_PHONE, LINE, OLAS_PHONE
from tests.standin.simulator.stage import SimulatorStage, set_up

FAULTS = (
    faults.delay_answer(16),
    faults.delay_request(3),
    faults.drop(),
    faults.duplicate(1),
    faults.refuse(),
    faults.reorder(),
    faults.reset(after=True),
    faults.server_error(),
)


def service(stage: SimulatorStage) -> None:
    """Rings Kari; whoever reaches nobody waits in a queue until a phone rung by REST takes them."""
    stage.pages(
        incoming='<Dial answerOnBridge="true" timeout="20" callerId="+4733900001" action="/after_dial">'
        '<Number url="/screen" statusCallback="/status">+4790000001</Number></Dial>',
        screen='<Gather numDigits="1" action="/accept"><Say>Press 1.</Say></Gather><Hangup/>',
        accept="",
        wait="<Say>In danger of life call 112.</Say><Pause length='3'/>",
        after_queue="<Say>Goodbye.</Say>",
        connecting="",
        leg='<Gather numDigits="1" action="/take"><Say>Press 1.</Say></Gather>',
        take='<Dial timeout="10"><Queue url="/connecting">room</Queue></Dial>',
        after_dial=lambda form: (
            "<Response/>"
            if form["DialBridged"] == "true"
            else '<Response><Enqueue waitUrl="/wait" action="/after_queue">room</Enqueue></Response>'
        ),
    )
    stage.carrier.queues.create("room")


def somebody(chance: random.Random) -> Policy:
    accepts = Answer(after=chance.uniform(0, 10)).press("1", after_hearing="press 1")
    return chance.choice(
        [
            Ring(),
            accepts.hang_up(at=chance.uniform(5, 60)),
            accepts.lose_signal(at=chance.uniform(0, 20)),
            Voicemail(after=chance.uniform(0, 20)),
            Decline(),
            Busy(),
            Off(),
            Forward(OLAS_PHONE, after=chance.choice([0, 5])),
            Forward(LINE),
        ]
    )


@pytest.mark.parametrize("seed", range(40))
def test_every_call_ends_and_nobody_talks_to_two_at_once(seed: int) -> None:
    chance = random.Random(seed)
    stage = set_up(seed=seed)
    service(stage)
    stage.carrier.phone(KARIS_PHONE, policy=somebody(chance))
    stage.carrier.phone(OLAS_PHONE, policy=Answer(after=2).press("1", after_hearing="press 1"))
    for fault in chance.sample(FAULTS, 3):
        stage.carrier.faults.on_webhook("line.example", fault, probability=0.1)
    for number in (KARIS_PHONE, OLAS_PHONE, KARIS_PHONE, OLAS_PHONE):
        stage.carrier.after(
            chance.uniform(20, 60),
            lambda to=number: stage.client.calls.create(to=to, from_=LINE, url="https://line.example/leg"),  # type: ignore[misc]
        )

    stage.mother.call(LINE, Script().hang_up(at=chance.uniform(1, 120)))
    stage.carrier.run_for(600)

    assert stage.carrier.legs == ()
    assert [error for error in stage.carrier.errors if not error.provoked] == []
    for phone in stage.carrier.phones.values():
        assert not phone.is_engaged
        assert all(rang.end is not None for rang in phone.rang)
        assert all(one.end is not None and one.end <= other.start for one, other in pairwise(phone.bridges))
