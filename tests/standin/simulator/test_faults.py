"""How things go wrong on demand."""

from __future__ import annotations

import time

import pytest
from requests.exceptions import ReadTimeout
from twilio.base.exceptions import TwilioRestException

from standin.simulator import Answer, Script, faults
from tests.cast import KARIS_PHONE, LINE
from tests.standin.simulator.stage import START, SimulatorStage, set_up


def test_a_duplicate_reaches_the_service_twice_with_the_same_token(stage: SimulatorStage) -> None:
    stage.pages(incoming="<Say>Hello.</Say>")
    stage.carrier.faults.on_webhook("/incoming", faults.duplicate(after=2), nth=1)

    stage.mother.call(LINE)
    stage.carrier.run_for(20)

    first, second = stage.service.asked
    assert first.form == second.form
    assert first.headers["I-Twilio-Idempotency-Token"] == second.headers["I-Twilio-Idempotency-Token"]
    assert stage.mother.said_to == ("Hello.",)


def test_a_lost_answer_leaves_the_service_asked_but_the_call_broken(stage: SimulatorStage) -> None:
    stage.pages(incoming="<Say>Hello.</Say>")
    stage.carrier.faults.on_webhook("/incoming", faults.server_error(502, after=True), nth=1)

    stage.mother.call(LINE)
    stage.carrier.run_for(20)

    assert len(stage.forms("incoming")) == 1
    assert stage.mother.said_to == ()


def test_a_refused_connection_is_tried_once_more(stage: SimulatorStage) -> None:
    stage.pages(incoming="<Say>Hello.</Say>")
    stage.carrier.faults.on_webhook("/incoming", faults.refuse(), nth=1)

    stage.mother.call(LINE)
    stage.carrier.run_for(20)

    assert stage.mother.said_to == ("Hello.",)
    assert [webhook.attempt for webhook in stage.carrier.webhooks] == [1, 2]


def test_a_server_error_is_tried_again_only_where_the_address_asks_for_it() -> None:
    stage = set_up()
    stage.carrier.line(LINE, voice_url="https://line.example/incoming#rc=2&rp=5xx,ct")
    stage.pages(incoming="<Say>Hello.</Say>")
    stage.carrier.faults.on_webhook("/incoming", faults.server_error(), nth=(1, 2))

    stage.mother.call(LINE)
    stage.carrier.run_for(20)

    assert stage.mother.said_to == ("Hello.",)
    assert all(asked.signed for asked in stage.service.asked)


def test_a_reordered_status_arrives_after_the_one_that_follows_it(stage: SimulatorStage) -> None:
    stage.pages(
        incoming='<Dial callerId="+4733900001"><Number statusCallback="/status" '
        'statusCallbackEvent="initiated ringing answered completed">+4790000001</Number></Dial>'
    )
    stage.carrier.phone(KARIS_PHONE, policy=Answer(after=1).hang_up(at=5))
    stage.carrier.faults.on_webhook("/status", faults.reorder(), nth=3)

    stage.mother.call(LINE)
    stage.carrier.run_for(20)

    told = [form["CallStatus"] for form in stage.forms("status")]
    assert sorted(told) == ["completed", "in-progress", "initiated", "ringing"]
    assert "in-progress" in told[-2:]


def test_a_delayed_request_arrives_later(stage: SimulatorStage) -> None:
    stage.pages(incoming="<Say>Hello.</Say>")
    stage.carrier.faults.on_webhook("/incoming", faults.delay_request(7))

    stage.mother.call(LINE)
    stage.carrier.run_for(20)

    (webhook,) = stage.carrier.webhooks
    assert webhook.answered_at is not None
    assert (webhook.answered_at - START).total_seconds() == pytest.approx(7.1)


def test_a_dropped_status_callback_is_lost(stage: SimulatorStage) -> None:
    stage.carrier.line(
        LINE, voice_url="https://line.example/incoming", status_url="https://line.example/status"
    )
    stage.pages(incoming="<Say>Hello.</Say>")
    stage.carrier.faults.on_webhook("/status", faults.drop())

    stage.mother.call(LINE)
    stage.carrier.run_for(60)

    assert stage.forms("status") == []
    stage.carrier.assert_quiet()


def test_too_many_rest_requests_are_answered_with_20429(stage: SimulatorStage) -> None:
    stage.carrier.faults.on_rest(r"/Calls\.json", faults.too_many_requests(), nth=1)

    with pytest.raises(TwilioRestException) as refused:
        stage.client.calls.create(to=KARIS_PHONE, from_=LINE, url="https://line.example/leg")

    assert (refused.value.status, refused.value.code) == (429, 20429)
    assert stage.carrier.legs == ()


def test_a_rest_request_can_time_out_without_effect(stage: SimulatorStage) -> None:
    stage.carrier.faults.on_rest(r"/Calls\.json", faults.time_out(), nth=1)

    with pytest.raises(ReadTimeout):
        stage.client.calls.create(to=KARIS_PHONE, from_=LINE, url="https://line.example/leg")

    assert stage.carrier.legs == ()


def test_a_rest_request_can_be_accepted_and_time_out(stage: SimulatorStage) -> None:
    stage.carrier.phone(KARIS_PHONE)
    stage.carrier.faults.on_rest(r"/Calls\.json", faults.accept_and_time_out(), nth=1)

    with pytest.raises(ReadTimeout):
        stage.client.calls.create(to=KARIS_PHONE, from_=LINE, url="https://line.example/leg")

    assert [leg.to for leg in stage.carrier.legs] == [KARIS_PHONE]
    assert [(each.status, each.fault) for each in stage.carrier.rest_log] == [
        (0, "timed out after its effect")
    ]


def test_chance_is_the_same_for_the_same_seed() -> None:
    def play(seed: int) -> list[str]:
        stage = set_up(seed=seed)
        stage.pages(incoming="<Say>Hello.</Say>")
        stage.carrier.faults.on_webhook("/incoming", faults.server_error(), probability=0.5)
        for _ in range(12):
            stage.mother.call(LINE)
            stage.carrier.run_for(30)
        return [event.kind for event in stage.carrier.events]

    assert play(1) == play(1)
    assert play(1) != play(2)


def test_a_minute_of_call_takes_milliseconds(stage: SimulatorStage) -> None:
    stage.pages(
        incoming='<Enqueue waitUrl="/wait">room</Enqueue>',
        wait="<Say>One moment please.</Say><Pause length='5'/>",
    )
    stage.mother.call(LINE, Script().hang_up(at=600))
    begun = time.perf_counter()

    stage.carrier.run_for(600)

    assert time.perf_counter() - begun < 2.0
