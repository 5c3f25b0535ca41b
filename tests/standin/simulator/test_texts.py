"""How texts travel, fail and are redacted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from requests import Session
from twilio.base.exceptions import TwilioRestException

from standin.simulator.messages import count_segments
from standin.simulator.phones.memories import Media
from standin.simulator.rest.clients import InProcessAdapter
from tests.cast import KARIS_PHONE, LINE, MOTHER
from tests.standin.simulator.stage import START, SimulatorStage, set_up


def test_a_familys_text_reaches_the_service_and_its_reply_the_family(stage: SimulatorStage) -> None:
    stage.pages(text="<Message>We have your text.</Message>")

    stage.mother.text(LINE, "pappa er full")
    stage.carrier.run_for(10)

    (form,) = stage.forms("text")
    assert (form["From"], form["To"], form["Body"], form["NumMedia"]) == (MOTHER, LINE, "pappa er full", "0")
    assert [(text.from_number, text.body) for text in stage.mother.texts] == [(LINE, "We have your text.")]


def test_a_text_by_rest_is_sent_then_delivered(stage: SimulatorStage) -> None:
    message = stage.client.messages.create(
        to=MOTHER, from_=LINE, body="Hei", status_callback="https://line.example/status"
    )
    assert message.status == "queued"

    stage.carrier.run_for(10)

    assert {form["MessageStatus"] for form in stage.forms("status")} == {"sent", "delivered"}
    assert message.fetch().status == "delivered"
    assert [text.body for text in stage.mother.texts] == ["Hei"]


def test_an_undelivered_text_says_why(stage: SimulatorStage) -> None:
    stage.carrier.fail_texts_to(MOTHER, 30003)

    message = stage.client.messages.create(
        to=MOTHER, from_=LINE, body="Hei", status_callback="https://line.example/status"
    )
    stage.carrier.run_for(10)

    final = next(form for form in stage.forms("status") if form["MessageStatus"] == "undelivered")
    assert final["ErrorCode"] == "30003"
    assert message.fetch().error_code == 30003
    assert stage.mother.texts == []


def test_a_text_to_a_number_that_nobody_has_is_reported(stage: SimulatorStage) -> None:
    stage.client.messages.create(to=KARIS_PHONE, from_=LINE, body="Hei")

    stage.carrier.run_for(10)

    assert [(each.kind, each.to) for each in stage.carrier.unexpected] == [("text", KARIS_PHONE)]


def test_redacting_empties_the_body_and_deleting_removes_it(stage: SimulatorStage) -> None:
    message = stage.client.messages.create(to=MOTHER, from_=LINE, body="Hei")
    with pytest.raises(TwilioRestException, match="still on its way"):
        message.update(body="")
    stage.carrier.run_for(10)

    assert message.update(body="").body == ""
    message.delete()

    assert stage.client.messages.list() == []


def test_messages_are_listed_by_number_and_date(stage: SimulatorStage) -> None:
    stage.pages(text="")
    stage.mother.text(LINE, "one")
    stage.carrier.run_for(3600)
    stage.mother.text(LINE, "two")
    stage.carrier.run_for(10)

    messages = stage.client.messages
    assert [message.body for message in messages.list(to=LINE)] == ["two", "one"]
    assert [message.body for message in messages.list(date_sent_after=START + timedelta(minutes=30))] == [
        "two"
    ]
    assert messages.list(from_=KARIS_PHONE) == []


def test_stop_mutes_the_number_until_start(stage: SimulatorStage) -> None:
    stage.pages(text="")
    stage.mother.text(LINE, "Stop")
    stage.carrier.run_for(5)

    with pytest.raises(TwilioRestException) as muted:
        stage.client.messages.create(to=MOTHER, from_=LINE, body="Hei")
    assert muted.value.code == 21610
    assert stage.forms("text")[0]["Body"] == "Stop"

    stage.mother.text(LINE, "START")
    stage.carrier.run_for(5)
    stage.client.messages.create(to=MOTHER, from_=LINE, body="Hei")


def test_where_the_default_is_switched_off_stop_mutes_nobody() -> None:
    stage = set_up(handles_opt_out=False)
    stage.pages(text="")

    stage.mother.text(LINE, "END")
    stage.carrier.run_for(5)

    stage.client.messages.create(to=MOTHER, from_=LINE, body="Hei")
    stage.carrier.run_for(5)
    assert [text.body for text in stage.mother.texts] == ["Hei"]
    assert stage.forms("text")[0]["Body"] == "END"


def test_a_burst_of_texts_is_stopped_at_thirty(stage: SimulatorStage) -> None:
    for _ in range(31):
        stage.client.messages.create(to=MOTHER, from_=LINE, body="Hei")

    stage.carrier.run_for(20)

    assert len(stage.mother.texts) == 30
    assert [message.error_code for message in stage.client.messages.list() if message.error_code] == [14107]


def test_a_failed_text_webhook_goes_to_the_fallback_and_is_not_sent_again(stage: SimulatorStage) -> None:
    stage.carrier.line(
        LINE, text_url="https://line.example/broken", text_fallback_url="https://line.example/second"
    )
    stage.pages(second="")

    stage.mother.text(LINE, "hei")
    stage.carrier.run_for(20)

    assert stage.forms("second")[0]["ErrorCode"] == "11200"
    assert len(stage.forms("broken")) == 1
    assert [message.body for message in stage.client.messages.list()] == ["hei"]


def test_a_sender_can_be_forged(stage: SimulatorStage) -> None:
    stage.pages(text="")

    stage.mother.text(LINE, "4711 hei", forged_from=KARIS_PHONE)
    stage.carrier.run_for(5)

    assert stage.forms("text")[0]["From"] == KARIS_PHONE


def test_phones_text_each_other(stage: SimulatorStage) -> None:
    kari = stage.carrier.phone(KARIS_PHONE)

    stage.mother.text(KARIS_PHONE, "hei")
    stage.carrier.run_for(5)

    assert [text.body for text in kari.texts] == ["hei"]


def test_a_landline_takes_no_texts(stage: SimulatorStage) -> None:
    stage.mother.landline = True

    with pytest.raises(TwilioRestException) as refused:
        stage.client.messages.create(to=MOTHER, from_=LINE, body="Hei")

    assert refused.value.code == 21614


def test_norwegian_letters_are_cheap_and_foreign_ones_are_not() -> None:
    assert count_segments("æøå" * 53) == 1
    assert count_segments("š" * 71) == 2
    assert count_segments("a" * 161) == 2


def test_what_came_with_a_text_is_named_in_its_webhook_and_fetched_with_the_accounts_password(
    stage: SimulatorStage,
) -> None:
    stage.pages(text="<Response/>")
    session = Session()
    session.mount(stage.carrier.api_url, InProcessAdapter(stage.carrier))
    stage.carrier.phone(MOTHER).text(LINE, "se her", media=[Media("image/png", b"\x89PNG")])
    stage.carrier.run_for(5)
    (form,) = stage.forms("text")

    (listed,) = stage.client.messages(form["MessageSid"]).media.list()
    stranger = session.get(form["MediaUrl0"])
    ours = session.get(form["MediaUrl0"], auth=(stage.carrier.account_sid, stage.carrier.auth_token))
    listed.delete()
    gone = session.get(form["MediaUrl0"], auth=(stage.carrier.account_sid, stage.carrier.auth_token))

    assert (form["NumMedia"], form["MediaContentType0"]) == ("1", "image/png")
    assert form["MediaUrl0"].endswith(listed.sid)
    assert stranger.status_code == 401
    assert (ours.status_code, ours.headers["Content-Type"], ours.content) == (200, "image/png", b"\x89PNG")
    assert gone.status_code == 404
