"""How documents are read and carried out, and what happens when they cannot be."""

from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator

from standin.simulator import Answer, Carrier, NotQuiet, Script, WsgiTransport, faults
from standin.simulator.signing import sign
from standin.simulator.twiml.parsing import TwimlError, parse
from standin.simulator.twiml.verbs import Context
from tests.cast import KARIS_PHONE, LINE, MOTHER
from tests.standin.simulator.stage import START, SimulatorStage, set_up

ERROR_DOCUMENTS = {
    b"<Response><Sing/></Response>": 12200,
    b"<Response><Say tempo='fast'>Hi</Say></Response>": 12200,
    b"<Response><Dial timeout='4'>+4790000001</Dial></Response>": 13212,
    b"<Response><Dial></Dial></Response>": 13200,
    b"<Response>" + b"<Pause/>" * 8200 + b"</Response>": 11750,
    b"<!doctype html><html><p>500</html>": 12100,
    b"<html></html>": 12100,
    b"": 12100,
    b"<Response>loose words</Response>": 12200,
    b"<Response><Gather><Dial>+4790000001</Dial></Gather></Response>": 12200,
    b"<Response><Leave/></Response>": 12200,
    b"<Response><Gather input='speech'/></Response>": 12200,
}


@pytest.mark.parametrize(("body", "code"), ERROR_DOCUMENTS.items())
def test_a_document_that_the_carrier_would_refuse_is_refused_with_its_code(body: bytes, code: int) -> None:
    with pytest.raises(TwimlError) as refused:
        parse(body, "https://line.example/", Context.CALL)

    assert refused.value.code == code


@pytest.mark.parametrize("context", [Context.SCREENING, Context.WAITING, Context.CONNECTING])
def test_a_dial_is_refused_wherever_somebody_is_about_to_be_connected(context: Context) -> None:
    with pytest.raises(TwimlError) as refused:
        parse(b"<Response><Dial>+4790000001</Dial></Response>", "", context)

    assert refused.value.code == 13201


def test_without_strictness_what_is_unknown_is_skipped_and_listed() -> None:
    stage = set_up(strict=False)
    stage.pages(incoming="<Sing/><Say tempo='fast'>Still here.</Say>")

    stage.mother.call(LINE)
    stage.carrier.run_for(20)

    assert stage.mother.said_to == ("Still here.",)
    assert [error.code for error in stage.carrier.errors] == [12200, 12200]


def test_every_webhook_carries_a_signature_that_the_carriers_own_validator_accepts(
    stage: SimulatorStage,
) -> None:
    stage.pages(incoming='<Gather action="/keys?x=%C3%A6&amp;y=1" numDigits="1"/>', keys="<Hangup/>")
    stage.mother.call(LINE, Script().press("5", at=3))
    stage.mother.text("+4733900001", "hei på deg æøå")

    stage.carrier.run_for(20)

    assert {asked.path for asked in stage.service.asked} == {"/incoming", "/keys", "/text"}
    assert all(asked.signed for asked in stage.service.asked)


def test_over_https_a_voice_request_is_signed_without_the_port() -> None:
    validator = RequestValidator("secret")
    form = {"CallSid": "CA1", "From": MOTHER}

    signature = sign("secret", "https://line.example:8443/voice?a=1", form, channel="voice")

    assert signature == validator.compute_signature("https://line.example/voice?a=1", form)


def test_over_http_and_for_texts_the_port_is_signed() -> None:
    validator = RequestValidator("secret")

    plain = sign("secret", "http://127.0.0.1:5610/voice", {}, channel="voice")
    text = sign("secret", "https://line.example:8443/text", {}, channel="text")

    assert plain == validator.compute_signature("http://127.0.0.1:5610/voice", {})
    assert text == validator.compute_signature("https://line.example:8443/text", {})


def test_gather_hands_on_the_keys_and_breaks_off_its_prompt(stage: SimulatorStage) -> None:
    stage.pages(
        incoming='<Gather numDigits="1" action="/keys"><Say>Press any key that you like, now.</Say></Gather>',
        keys="<Say>Thanks.</Say>",
    )

    stage.mother.call(LINE, Script().press("7", at=1.5))
    stage.carrier.run_for(10)

    assert stage.forms("keys")[0]["Digits"] == "7"
    prompt = next(heard for heard in stage.mother.heard if heard.text.startswith("Press"))
    assert prompt.cut_after is not None
    assert prompt.cut_after < prompt.seconds
    assert stage.mother.said_to[-1] == "Thanks."


def test_gather_without_a_key_goes_on_with_the_next_verb(stage: SimulatorStage) -> None:
    stage.pages(incoming='<Gather timeout="4" action="/keys"/><Say>Nothing pressed.</Say>')

    stage.mother.call(LINE)
    stage.carrier.run_for(10)

    assert stage.forms("keys") == []
    assert stage.mother.heard[-1].text == "Nothing pressed."
    assert (stage.mother.heard[-1].at - START).total_seconds() == pytest.approx(4.1)


def test_gather_ends_at_its_finishing_key(stage: SimulatorStage) -> None:
    stage.pages(incoming='<Gather action="/keys"/>', keys="")

    stage.mother.call(LINE, Script().press("4711#", at=2))
    stage.carrier.run_for(10)

    assert stage.forms("keys")[0]["Digits"] == "4711"
    assert stage.forms("keys")[0]["FinishedOnKey"] == "#"


def test_gather_asks_its_action_without_keys_only_when_told_to(stage: SimulatorStage) -> None:
    stage.pages(incoming='<Gather timeout="3" actionOnEmptyResult="true" action="/keys"/>', keys="")

    stage.mother.call(LINE)
    stage.carrier.run_for(10)

    assert stage.forms("keys")[0]["Digits"] == ""


def test_a_sentence_keeps_its_voice_and_language_and_lasts_as_long_as_it_is_spoken(
    stage: SimulatorStage,
) -> None:
    stage.pages(incoming='<Say language="nb-NO" voice="Polly.Ida">' + "ord " * 35 + "</Say>")

    call = stage.mother.call(LINE)
    stage.carrier.run_for(30)

    said = stage.mother.heard[-1]
    assert (said.language, said.voice) == ("nb-NO", "Polly.Ida")
    assert call.ended_at is not None
    assert (call.ended_at - said.at).total_seconds() == pytest.approx(139 / 14, abs=0.1)


def test_a_failed_webhook_goes_to_the_fallback_with_its_error() -> None:
    stage = set_up()
    stage.carrier.line(
        LINE, voice_url="https://line.example/incoming", voice_fallback_url="https://static.example/duty"
    )
    stage.carrier.twiml_bin(
        "https://static.example/duty", '<Response><Dial callerId="+4733900001">+4790000001</Dial></Response>'
    )
    kari = stage.carrier.phone(KARIS_PHONE, policy=Answer(after=2))

    stage.mother.call(LINE)
    stage.carrier.run_for(10)

    assert len(kari.bridges) == 1
    fallback = stage.carrier.webhooks.to("/duty")[0].params
    assert (fallback["ErrorCode"], fallback["ErrorUrl"]) == ("11200", "https://line.example/incoming")


def test_without_a_fallback_the_caller_hears_an_error_and_the_call_ends(stage: SimulatorStage) -> None:
    call = stage.mother.call(LINE)

    stage.carrier.run_for(20)

    assert [heard.kind for heard in stage.mother.heard] == ["ringing", "error"]
    assert call.is_over
    with pytest.raises(NotQuiet, match="11200"):
        stage.carrier.assert_quiet()


def test_a_webhook_that_takes_over_15_seconds_has_failed(stage: SimulatorStage) -> None:
    stage.pages(incoming="<Say>Too late.</Say>")
    stage.carrier.faults.on_webhook("/incoming", faults.delay_answer(16), nth=1)

    stage.mother.call(LINE)
    stage.carrier.run_for(14.9)
    assert [heard.kind for heard in stage.mother.heard] == ["ringing"]
    stage.carrier.run_for(10)

    assert [heard.kind for heard in stage.mother.heard] == ["ringing", "error"]
    assert [error.provoked for error in stage.carrier.errors] == [True]
    stage.carrier.assert_quiet()


def test_a_crash_of_the_service_is_an_error_500_that_names_the_crash() -> None:
    def crashing(_environ: object, _start: object) -> list[bytes]:
        raise ZeroDivisionError("database gone")

    carrier = Carrier(transport=WsgiTransport(crashing), start=START)
    carrier.line(LINE, voice_url="https://line.example/incoming")
    carrier.phone(MOTHER).call(LINE)

    carrier.run_for(20)

    with pytest.raises(NotQuiet, match="database gone"):
        carrier.assert_quiet()


def test_redirects_that_lead_nowhere_end_after_ten(stage: SimulatorStage) -> None:
    stage.pages(incoming="<Redirect>/incoming</Redirect>")

    stage.mother.call(LINE)
    stage.carrier.run_for(20)

    assert len(stage.forms("incoming")) == 11
    assert [error.code for error in stage.carrier.errors] == [11215]


def test_reject_ends_a_call_that_was_never_answered(stage: SimulatorStage) -> None:
    stage.pages(incoming='<Reject reason="busy"/>')

    call = stage.mother.call(LINE)
    stage.carrier.run_for(5)

    assert (call.outcome, call.answered_at) == ("busy", None)


def test_a_recording_keeps_what_was_said_and_its_file_exists_later(stage: SimulatorStage) -> None:
    stage.pages(
        incoming='<Record action="/recorded" maxLength="30" timeout="3" recordingStatusCallback="/kept"/>',
        recorded="<Say>Thank you.</Say>",
        kept="",
    )

    stage.mother.call(LINE, Script().speak("Please call me back in the morning.", at=3))
    stage.carrier.run_for(30)

    (recorded,) = stage.forms("recorded")
    (stored,) = stage.forms("kept")
    assert recorded["RecordingSid"] == stored["RecordingSid"]
    assert 6 <= int(recorded["RecordingDuration"]) <= 8
    assert stored["RecordingStatus"] == "completed"


def test_a_caller_who_leaves_while_recording_is_told_as_hangup(stage: SimulatorStage) -> None:
    stage.pages(incoming='<Record action="/recorded"/>', recorded="")

    stage.mother.call(LINE, Script().speak("Bye.", at=3).hang_up(at=5))
    stage.carrier.run_for(30)

    assert stage.forms("recorded")[0]["Digits"] == "hangup"


def test_silence_is_no_recording(stage: SimulatorStage) -> None:
    stage.pages(incoming='<Record action="/recorded" timeout="3"/><Say>Nothing heard.</Say>')

    stage.mother.call(LINE)
    stage.carrier.run_for(30)

    assert stage.forms("recorded") == []
    assert stage.mother.said_to == ("Nothing heard.",)


def test_a_pause_lets_an_unanswered_call_ring_on(stage: SimulatorStage) -> None:
    stage.pages(incoming="<Pause length='5'/><Say>Hello.</Say>")

    call = stage.mother.call(LINE)
    stage.carrier.run_for(20)

    assert call.answered_at is not None
    assert (call.answered_at - START).total_seconds() == pytest.approx(5.1)


def test_the_end_of_an_inbound_call_is_told_to_the_lines_status_address(stage: SimulatorStage) -> None:
    stage.carrier.line(
        LINE, voice_url="https://line.example/incoming", status_url="https://line.example/status"
    )
    stage.pages(incoming="<Say>Hello.</Say>")

    stage.mother.call(LINE)
    stage.carrier.run_for(20)

    (told,) = stage.forms("status")
    assert (told["CallStatus"], told["CallDuration"], told["Direction"]) == ("completed", "1", "inbound")
