"""How the REST API answers the carrier's own Python client."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from standin.simulator import Answer, Script
from standin.simulator.rest.clients import InProcessHttpClient
from tests.cast import KARIS_PHONE, LINE, MOTHER, OLAS_PHONE
from tests.standin.simulator.stage import START, SimulatorStage, set_up

EVENTS = ["initiated", "ringing", "answered", "completed"]


def code_of(refused: pytest.ExceptionInfo[TwilioRestException]) -> tuple[int, int]:
    return refused.value.status, refused.value.code


def test_a_call_by_rest_rings_speaks_and_tells_its_progress(stage: SimulatorStage) -> None:
    stage.pages(leg="<Say>A family needs you.</Say>")
    kari = stage.carrier.phone(KARIS_PHONE, policy=Answer(after=3))

    call = stage.client.calls.create(
        to=KARIS_PHONE, from_=LINE, url="https://line.example/leg", status_callback="https://line.example/status",
        status_callback_event=EVENTS,
    )  # fmt: skip
    stage.carrier.run_for(20)

    assert call.status == "queued"
    assert kari.said_to == ("A family needs you.",)
    told = sorted(stage.forms("status"), key=lambda form: int(form["SequenceNumber"]))
    assert [form["CallStatus"] for form in told] == ["initiated", "ringing", "in-progress", "completed"]
    assert told[0]["Direction"] == "outbound-api"
    fetched = call.fetch()
    assert (fetched.status, fetched.duration, fetched.direction) == ("completed", "2", "outbound-api")
    assert fetched.start_time == START.replace(second=3)


def test_a_call_can_bring_its_document_along(stage: SimulatorStage) -> None:
    kari = stage.carrier.phone(KARIS_PHONE, policy=Answer(after=3))

    stage.client.calls.create(to=KARIS_PHONE, from_=LINE, twiml="<Response><Say>Hello.</Say></Response>")
    stage.carrier.run_for(20)

    assert kari.said_to == ("Hello.",)


def test_a_misspelled_parameter_is_refused(stage: SimulatorStage) -> None:
    ola = stage.carrier.phone(OLAS_PHONE)
    form = {
        "To": OLAS_PHONE,
        "From": LINE,
        "Url": "https://line.example/leg",
        "StatusCalback": "https://x.example",
    }

    refused = stage.client.request(
        "POST",
        f"{stage.client.api.base_url}/2010-04-01/Accounts/{stage.client.account_sid}/Calls.json",
        data=form,
    )
    stage.carrier.run_for(5)

    assert refused.status_code == 400
    assert "Unknown parameter: StatusCalback" in refused.text
    assert ola.rang == ()


def test_new_calls_leave_once_a_second(stage: SimulatorStage) -> None:
    kari, ola = stage.carrier.phone(KARIS_PHONE), stage.carrier.phone(OLAS_PHONE)

    for number in (KARIS_PHONE, OLAS_PHONE):
        stage.client.calls.create(to=number, from_=LINE, url="https://line.example/leg")
    stage.carrier.run_for(5)

    assert (ola.rang[0].start - kari.rang[0].start).total_seconds() == 1


def test_a_ringing_call_is_ended_by_completed_or_canceled(stage: SimulatorStage) -> None:
    kari, ola = stage.carrier.phone(KARIS_PHONE), stage.carrier.phone(OLAS_PHONE)
    first = stage.client.calls.create(to=KARIS_PHONE, from_=LINE, url="https://line.example/leg")
    second = stage.client.calls.create(to=OLAS_PHONE, from_=LINE, url="https://line.example/leg")
    stage.carrier.run_for(5)

    first.update(status="completed")
    second.update(status="canceled")

    assert [phone.rang[0].outcome for phone in (kari, ola)] == ["missed", "missed"]
    assert {call.status for call in stage.client.calls.list()} == {"canceled"}


def test_a_live_call_cannot_be_canceled_and_an_ended_one_not_changed(stage: SimulatorStage) -> None:
    stage.pages(leg="<Pause length='60'/>")
    stage.carrier.phone(KARIS_PHONE, policy=Answer(after=1))
    call = stage.client.calls.create(to=KARIS_PHONE, from_=LINE, url="https://line.example/leg")
    stage.carrier.run_for(5)

    with pytest.raises(TwilioRestException) as live:
        call.update(status="canceled")
    call.update(status="completed")
    with pytest.raises(TwilioRestException) as ended:
        call.update(status="completed")

    assert code_of(live) == (400, 21220)
    assert code_of(ended) == (400, 21220)


def test_a_redirect_takes_a_call_out_of_its_dial_and_the_old_actions_answer_is_ignored(
    stage: SimulatorStage,
) -> None:
    stage.pages(
        incoming='<Dial callerId="+4733900001" action="/dial_action">+4790000001</Dial>',
        dial_action="<Say>Old action.</Say>",
        elsewhere="<Say>Elsewhere.</Say>",
    )
    kari = stage.carrier.phone(KARIS_PHONE)
    stage.mother.call(LINE)
    stage.carrier.run_for(5)

    stage.client.calls(stage.forms("incoming")[0]["CallSid"]).update(url="https://line.example/elsewhere")
    stage.carrier.run_for(20)

    assert stage.mother.said_to == ("Elsewhere.",)
    assert stage.forms("dial_action")[0]["DialCallStatus"] == "canceled"
    assert kari.rang[0].outcome == "missed"


def test_a_caller_who_is_told_of_an_error_can_still_be_redirected(stage: SimulatorStage) -> None:
    stage.pages(elsewhere="<Say>Elsewhere.</Say>")  # and nothing for a call that comes in
    stage.mother.call(LINE)
    stage.carrier.run_for(3)
    (leg,) = stage.carrier.legs

    stage.client.calls(leg.sid).update(url="https://line.example/elsewhere")
    stage.carrier.run_for(20)

    assert stage.mother.said_to[-1] == "Elsewhere."
    assert not list(stage.carrier.legs)


def test_the_callees_leg_can_be_redirected_and_the_caller_goes_on(stage: SimulatorStage) -> None:
    stage.pages(
        incoming='<Dial callerId="+4733900001" action="/dial_action">+4790000001</Dial>',
        dial_action="<Say>Goodbye.</Say>",
        elsewhere="<Say>Taken already, thank you.</Say>",
    )
    kari = stage.carrier.phone(KARIS_PHONE, policy=Answer(after=1))
    stage.mother.call(LINE)
    stage.carrier.run_for(5)
    leg = next(leg for leg in stage.carrier.legs if leg.parent is not None)

    stage.client.calls(leg.sid).update(url="https://line.example/elsewhere")
    stage.carrier.run_for(20)

    assert kari.said_to == ("Taken already, thank you.",)
    assert stage.forms("dial_action")[0]["DialBridged"] == "true"
    assert stage.mother.said_to == ("Goodbye.",)


def test_an_unanswered_inbound_call_cannot_be_redirected(stage: SimulatorStage) -> None:
    stage.pages(incoming='<Dial answerOnBridge="true" callerId="+4733900001">+4790000001</Dial>')
    stage.carrier.phone(KARIS_PHONE)
    stage.mother.call(LINE)
    stage.carrier.run_for(5)

    with pytest.raises(TwilioRestException) as refused:
        stage.client.calls(stage.forms("incoming")[0]["CallSid"]).update(url="https://line.example/elsewhere")

    assert code_of(refused) == (400, 21220)


def test_calls_are_listed_by_filter_and_page(stage: SimulatorStage) -> None:
    stage.pages(incoming="<Say>Hello.</Say>")
    for _ in range(5):
        stage.mother.call(LINE)
        stage.carrier.run_for(10)

    calls = stage.client.calls
    assert len(calls.list(page_size=2)) == 5
    assert len(calls.list(to=LINE, status="completed")) == 5
    assert calls.list(to=KARIS_PHONE) == []
    assert len(calls.list(start_time_after=START + timedelta(seconds=25))) == 2
    assert len(calls.list(start_time_after=START - timedelta(days=1), limit=3)) == 3


def test_bad_numbers_and_bad_logins_have_their_codes(stage: SimulatorStage) -> None:
    refusals = {
        (400, 21211): {"to": "112", "from_": LINE},
        (400, 21212): {"to": KARIS_PHONE, "from_": "oncall"},
        (400, 21210): {"to": KARIS_PHONE, "from_": MOTHER},
    }
    for expected, numbers in refusals.items():
        with pytest.raises(TwilioRestException) as refused:
            stage.client.calls.create(url="https://line.example/leg", **numbers)
        assert code_of(refused) == expected
    stranger = Client(stage.carrier.account_sid, "wrong", http_client=InProcessHttpClient(stage.carrier))
    with pytest.raises(TwilioRestException) as denied:
        stranger.balance.fetch()
    assert code_of(denied) == (401, 20003)
    with pytest.raises(TwilioRestException) as unknown:
        stage.client.calls("CA" + "0" * 32).fetch()
    assert code_of(unknown) == (404, 20404)


def test_numbers_balance_and_account_can_be_read_and_addresses_changed(stage: SimulatorStage) -> None:
    (number,) = stage.client.incoming_phone_numbers.list(phone_number=LINE)
    assert number.voice_url == "https://line.example/incoming"

    number.update(voice_url="https://line.example/moved")

    assert stage.carrier.lines[LINE].voice_url == "https://line.example/moved"
    assert stage.client.balance.fetch().currency == "USD"
    assert stage.client.api.v2010.accounts(stage.carrier.account_sid).fetch().status == "active"


def test_every_request_is_logged(stage: SimulatorStage) -> None:
    stage.client.balance.fetch()
    stage.client.calls.list()

    assert [(each.method, each.path, each.status) for each in stage.carrier.rest_log] == [
        ("GET", "/Balance.json", 200),
        ("GET", "/Calls.json", 200),
    ]


def test_a_rest_calls_fallback_is_asked_when_its_document_fails() -> None:
    stage = set_up()
    stage.pages(second="<Say>From the fallback.</Say>")
    kari = stage.carrier.phone(KARIS_PHONE, policy=Answer(after=1))

    stage.client.calls.create(
        to=KARIS_PHONE,
        from_=LINE,
        url="https://line.example/missing",
        fallback_url="https://line.example/second",
    )
    stage.carrier.run_for(20)

    assert kari.said_to == ("From the fallback.",)


def test_a_rest_call_that_nobody_takes_ends_unanswered(stage: SimulatorStage) -> None:
    kari = stage.carrier.phone(KARIS_PHONE)

    call = stage.client.calls.create(to=KARIS_PHONE, from_=LINE, url="https://line.example/leg", timeout=15)
    stage.carrier.run_for(60)

    assert call.fetch().status == "no-answer"
    assert kari.rang[0].end == datetime(2026, 11, 21, 1, 40, 20, tzinfo=UTC)


def test_a_person_can_press_keys_after_hearing_words(stage: SimulatorStage) -> None:
    stage.pages(leg='<Gather numDigits="1" action="/keys"><Say>Press 1 to take it.</Say></Gather>', keys="")
    policy = Answer(after=2).press("1", after_hearing="press 1", delay=2)
    stage.carrier.phone(KARIS_PHONE, policy=policy)

    stage.client.calls.create(to=KARIS_PHONE, from_=LINE, url="https://line.example/leg")
    stage.carrier.run_for(20)

    assert stage.forms("keys")[0]["Digits"] == "1"


def test_two_phones_can_call_each_other_past_the_carrier(stage: SimulatorStage) -> None:
    kari = stage.carrier.phone(KARIS_PHONE, policy=Answer(after=2))

    call = stage.mother.call(KARIS_PHONE, Script().hang_up(at=30))
    stage.carrier.run_for(60)

    assert [bridge.other_number for bridge in kari.bridges] == [MOTHER]
    assert kari.rang[0].shown == MOTHER
    assert call.is_over
    assert stage.carrier.calls.legs == {}
