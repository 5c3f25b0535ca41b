"""How a caller waits in a queue and is taken out of it."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException

from standin.simulator import Answer, NotQuiet, Script
from tests.cast import KARIS_PHONE, LINE, MOTHER, OLAS_PHONE
from tests.standin.simulator.stage import SimulatorStage

WAIT_HERE = '<Enqueue waitUrl="/wait" action="/after_queue">room</Enqueue><Say>Next verb.</Say>'
TAKE = '<Dial action="/taken" timeout="10"><Queue url="/connecting">room</Queue></Dial>'


def waiting(stage: SimulatorStage) -> None:
    stage.pages(
        incoming=WAIT_HERE,
        wait="<Say>In danger of life call 112.</Say><Pause length='3'/>",
        after_queue="<Say>After the queue.</Say>",
        connecting="<Say>Here is Kari.</Say>",
        taken="",
        leg=TAKE,
    )


def ring(stage: SimulatorStage, to: str = KARIS_PHONE) -> str:
    call = stage.client.calls.create(to=to, from_=LINE, url="https://line.example/leg")
    return str(call.sid)


def test_the_wait_document_is_asked_again_each_time_it_ends(stage: SimulatorStage) -> None:
    waiting(stage)

    stage.mother.call(LINE)
    stage.carrier.run_for(20)

    asked = stage.forms("wait")
    assert len(asked) == 4
    assert [form["QueueTime"] for form in asked] == ["0", "5", "10", "15"]
    assert asked[0]["QueuePosition"] == "1"
    assert asked[0]["CurrentQueueSize"] == "1"


def test_a_therapist_rung_by_rest_takes_the_caller_out_of_the_queue(stage: SimulatorStage) -> None:
    waiting(stage)
    kari = stage.carrier.phone(KARIS_PHONE, policy=Answer(after=3))

    stage.mother.call(LINE)
    stage.carrier.run_for(5)
    leg = ring(stage)
    stage.carrier.run_for(20)

    (connecting,) = stage.forms("connecting")
    caller = stage.forms("incoming")[0]["CallSid"]
    assert connecting["CallSid"] == caller
    assert connecting["DequeingCallSid"] == leg
    assert stage.mother.said_to[-1] == "Here is Kari."
    assert [bridge.other_number for bridge in kari.bridges] == [MOTHER]


def test_when_the_therapist_hangs_up_the_queues_action_says_bridged(stage: SimulatorStage) -> None:
    waiting(stage)
    stage.carrier.phone(KARIS_PHONE, policy=Answer(after=3).hang_up(at=30))

    stage.mother.call(LINE)
    stage.carrier.run_for(5)
    ring(stage)
    stage.carrier.run_for(60)

    (after,) = stage.forms("after_queue")
    (taken,) = stage.forms("taken")
    assert after["QueueResult"] == "bridged"
    assert (taken["DialCallStatus"], taken["DialBridged"], taken["CallStatus"]) == (
        "completed",
        "true",
        "completed",
    )
    assert stage.mother.said_to[-1] == "After the queue."


def test_a_caller_who_hangs_up_in_the_queue_is_told_to_the_action_and_leaves_it_empty(
    stage: SimulatorStage,
) -> None:
    waiting(stage)

    stage.mother.call(LINE, Script().hang_up(at=8))
    stage.carrier.run_for(20)

    (after,) = stage.forms("after_queue")
    assert (after["QueueResult"], after["CallStatus"]) == ("hangup", "completed")
    assert [len(queue.members) for queue in stage.carrier.queues] == [0]


def test_leave_takes_the_caller_on_to_the_action(stage: SimulatorStage) -> None:
    waiting(stage)
    stage.pages(wait="<Say>Sorry.</Say><Leave/>")

    stage.mother.call(LINE)
    stage.carrier.run_for(20)

    assert stage.forms("after_queue")[0]["QueueResult"] == "leave"
    assert stage.mother.said_to == ("Sorry.", "After the queue.")


def test_leave_without_an_action_goes_on_with_the_next_verb(stage: SimulatorStage) -> None:
    stage.pages(incoming='<Enqueue waitUrl="/wait">room</Enqueue><Say>Next verb.</Say>', wait="<Leave/>")

    stage.mother.call(LINE)
    stage.carrier.run_for(20)

    assert stage.mother.said_to == ("Next verb.",)


def test_rest_sends_a_waiting_call_elsewhere_and_the_old_actions_answer_is_ignored(
    stage: SimulatorStage,
) -> None:
    waiting(stage)
    stage.pages(elsewhere="<Say>Elsewhere.</Say>")

    stage.mother.call(LINE)
    stage.carrier.run_for(5)
    stage.client.calls(stage.forms("incoming")[0]["CallSid"]).update(url="https://line.example/elsewhere")
    stage.carrier.run_for(20)

    assert stage.forms("after_queue")[0]["QueueResult"] == "redirected"
    assert stage.mother.said_to[-1] == "Elsewhere."
    assert "After the queue." not in stage.mother.said_to


def test_the_front_of_a_queue_can_be_taken_by_rest(stage: SimulatorStage) -> None:
    waiting(stage)
    stage.pages(elsewhere="<Say>Elsewhere.</Say>")

    stage.mother.call(LINE)
    stage.carrier.run_for(5)
    (queue,) = stage.client.queues.list()
    stage.client.queues(queue.sid).members("Front").update(url="https://line.example/elsewhere")
    stage.carrier.run_for(20)

    assert stage.mother.said_to[-1] == "Elsewhere."


def test_dialling_an_empty_queue_waits_for_the_whole_time_out(stage: SimulatorStage) -> None:
    waiting(stage)
    stage.carrier.queues.create("room")
    stage.carrier.phone(KARIS_PHONE, policy=Answer(after=3))

    ring(stage)
    stage.carrier.run_for(30)

    (taken,) = stage.forms("taken")
    assert (taken["DialCallStatus"], taken["DialBridged"]) == ("no-answer", "false")
    assert stage.carrier.webhooks.to("/taken")[0].at.second == 18


def test_dialling_a_queue_that_is_not_there_fails(stage: SimulatorStage) -> None:
    waiting(stage)
    stage.carrier.phone(KARIS_PHONE, policy=Answer(after=3))

    ring(stage)
    stage.carrier.run_for(30)

    assert stage.forms("taken")[0]["DialCallStatus"] == "failed"


def test_two_therapists_cannot_take_the_same_caller(stage: SimulatorStage) -> None:
    waiting(stage)
    kari = stage.carrier.phone(KARIS_PHONE, policy=Answer(after=3))
    ola = stage.carrier.phone(OLAS_PHONE, policy=Answer(after=3))

    stage.mother.call(LINE)
    stage.carrier.run_for(5)
    ring(stage, KARIS_PHONE)
    ring(stage, OLAS_PHONE)
    stage.carrier.run_for(60)

    assert len(kari.bridges) + len(ola.bridges) == 1
    assert sorted(form["DialCallStatus"] for form in stage.forms("taken")) == ["no-answer"]


def test_a_queue_outlives_its_call_until_it_is_deleted(stage: SimulatorStage) -> None:
    waiting(stage)

    stage.mother.call(LINE, Script().hang_up(at=8))
    stage.carrier.run_for(20)
    with pytest.raises(NotQuiet, match="queue left: room"):
        stage.carrier.assert_quiet()
    (queue,) = stage.client.queues.list()
    stage.client.queues(queue.sid).delete()

    stage.carrier.assert_quiet()


def test_a_queue_with_somebody_in_it_cannot_be_deleted(stage: SimulatorStage) -> None:
    waiting(stage)
    stage.mother.call(LINE)
    stage.carrier.run_for(8)
    (queue,) = stage.client.queues.list()

    with pytest.raises(TwilioRestException, match="not empty"):
        stage.client.queues(queue.sid).delete()


def test_who_takes_a_caller_and_hangs_up_before_the_bridge_leaves_nobody_bridged(
    stage: SimulatorStage,
) -> None:
    waiting(stage)
    stage.pages(connecting="<Say>A long sentence that is spoken to the caller before the bridge.</Say>")
    kari = stage.carrier.phone(KARIS_PHONE, policy=Answer(after=3).hang_up(at=2))

    stage.mother.call(LINE)
    stage.carrier.run_for(5)
    ring(stage)
    stage.carrier.run_for(30)

    assert kari.bridges == ()
    assert stage.forms("after_queue")[0]["QueueResult"] == "bridging-in-process"
    assert stage.forms("taken")[0]["DialBridged"] == "false"


def test_a_full_queue_takes_nobody(stage: SimulatorStage) -> None:
    waiting(stage)
    stage.carrier.queues.create("room", max_size=0)

    stage.mother.call(LINE)
    stage.carrier.run_for(8)

    assert stage.forms("after_queue")[0]["QueueResult"] == "queue-full"
    assert "QueueSid" not in stage.forms("after_queue")[0]


def test_a_broken_wait_document_takes_the_caller_to_the_action(stage: SimulatorStage) -> None:
    waiting(stage)
    stage.pages(wait="<Dial>+4790000001</Dial>")

    stage.mother.call(LINE)
    stage.carrier.run_for(20)

    assert stage.forms("after_queue")[0]["QueueResult"] == "error"
    assert [error.code for error in stage.carrier.errors] == [13201]
