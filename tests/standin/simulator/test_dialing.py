"""How a Dial rings people, screens them, bridges them and tells its action."""

from __future__ import annotations

from standin.simulator import Answer, Busy, Decline, Forward, NoSuchNumber, Off, Ring, Script, Voicemail
from tests.cast import KARIS_PHONE, LINE, MOTHER, OLAS_PHONE
from tests.standin.simulator.stage import SimulatorStage, set_up

SCREENED = (
    '<Dial answerOnBridge="true" timeout="20" callerId="+4733900001" action="/dial_action">'
    '<Number url="/screen" statusCallback="/status" '
    'statusCallbackEvent="initiated ringing answered completed">'
    "+4790000001</Number></Dial>"
)
GATE = '<Gather numDigits="1" timeout="6" action="/accept"><Say>Press 1 to take it.</Say></Gather><Hangup/>'


def screened(stage: SimulatorStage) -> None:
    stage.pages(incoming=SCREENED, screen=GATE, accept="", dial_action="<Say>Nobody.</Say>")


def test_a_therapist_who_presses_1_is_bridged_to_the_caller(stage: SimulatorStage) -> None:
    screened(stage)
    kari = stage.carrier.phone(KARIS_PHONE, policy=Answer(after=4).press("1", after_hearing="press 1"))

    call = stage.mother.call(LINE)
    stage.carrier.run_for(60)

    assert [bridge.other_number for bridge in kari.bridges] == [MOTHER]
    assert [bridge.other_number for bridge in stage.mother.bridges] == [KARIS_PHONE]
    assert kari.said_to == ("Press 1 to take it.",)
    call.hang_up()
    stage.carrier.run_for(5)
    action = stage.forms("dial_action")[0]
    assert action["DialCallStatus"] == "completed"
    assert action["DialBridged"] == "true"
    stage.carrier.assert_quiet()


def test_the_caller_hears_nothing_but_ringing_until_the_bridge(stage: SimulatorStage) -> None:
    screened(stage)
    stage.carrier.phone(KARIS_PHONE, policy=Answer(after=4).press("1", at=3))

    call = stage.mother.call(LINE)
    stage.carrier.run_for(6)

    assert call.state == "ringing"
    assert stage.carrier.legs[0].status == "ringing"
    stage.carrier.run_for(6)
    assert call.state == "talking"
    assert [heard.kind for heard in stage.mother.heard] == ["ringing"]


def test_a_hang_up_during_screening_is_completed_but_not_bridged(stage: SimulatorStage) -> None:
    screened(stage)
    kari = stage.carrier.phone(KARIS_PHONE, policy=Answer(after=4).hang_up(at=2))

    stage.mother.call(LINE)
    stage.carrier.run_for(20)

    action = stage.forms("dial_action")[0]
    assert (action["DialCallStatus"], action["DialBridged"]) == ("completed", "false")
    assert kari.bridges == ()
    assert stage.mother.said_to == ("Nobody.",)


def test_a_voicemail_picks_up_and_cannot_press_1(stage: SimulatorStage) -> None:
    screened(stage)
    kari = stage.carrier.phone(KARIS_PHONE, policy=Voicemail(after=8))

    stage.mother.call(LINE)
    stage.carrier.run_for(60)

    assert kari.rang[0].outcome == "voicemail"
    assert kari.bridges == ()
    assert stage.forms("dial_action")[0]["DialBridged"] == "false"


def test_an_empty_screening_document_bridges(stage: SimulatorStage) -> None:
    stage.pages(incoming=SCREENED, screen="", dial_action="")
    kari = stage.carrier.phone(KARIS_PHONE, policy=Answer(after=4))

    stage.mother.call(LINE)
    stage.carrier.run_for(10)

    assert len(kari.bridges) == 1


def test_without_answer_on_bridge_the_caller_hears_silence_during_screening(stage: SimulatorStage) -> None:
    screened(stage)
    stage.pages(incoming=f"<Say>One moment.</Say>{SCREENED}")
    stage.carrier.phone(KARIS_PHONE, policy=Answer(after=4).press("1", at=3))

    call = stage.mother.call(LINE)
    stage.carrier.run_for(3)

    assert call.state == "talking"
    stage.carrier.run_for(10)
    assert [heard.kind for heard in stage.mother.heard] == ["ringing", "say", "ringing", "silence"]


def test_a_phone_that_nobody_takes_rings_for_the_time_out_and_five_seconds(stage: SimulatorStage) -> None:
    screened(stage)
    kari = stage.carrier.phone(KARIS_PHONE, policy=Ring())

    stage.mother.call(LINE)
    stage.carrier.run_for(60)

    (rang,) = kari.rang
    assert rang.end is not None
    assert (rang.end - rang.start).total_seconds() == 25
    assert rang.outcome == "missed"
    assert stage.forms("dial_action")[0]["DialCallStatus"] == "no-answer"
    assert stage.forms("dial_action")[0]["CallStatus"] == "ringing"


def test_each_way_of_not_answering_has_its_status(stage: SimulatorStage) -> None:
    screened(stage)
    ways = {
        Busy(): "busy",
        Decline(after=2): "busy",
        Off(): "no-answer",
        Off("failed"): "failed",
        NoSuchNumber(): "failed",
    }

    for policy in ways:
        stage.carrier.phone(KARIS_PHONE, policy=policy)
        stage.mother.call(LINE)
        stage.carrier.run_for(60)

    assert [form["DialCallStatus"] for form in stage.forms("dial_action")] == list(ways.values())


def test_the_first_of_several_to_pick_up_cancels_the_others_before_anybody_accepts(
    stage: SimulatorStage,
) -> None:
    stage.pages(
        incoming='<Dial callerId="+4733900001" action="/dial_action">'
        '<Number url="/screen">+4790000001</Number>'
        '<Number url="/screen">+4790000002</Number></Dial>',
        screen=GATE,
        accept="",
        dial_action="",
    )
    kari = stage.carrier.phone(KARIS_PHONE, policy=Voicemail(after=2))
    ola = stage.carrier.phone(OLAS_PHONE, policy=Answer(after=4).press("1", at=2))

    stage.mother.call(LINE)
    stage.carrier.run_for(60)

    assert kari.rang[0].outcome == "voicemail"
    assert ola.rang[0].outcome == "missed"
    assert stage.mother.bridges == ()


def test_a_caller_who_hangs_up_while_it_rings_releases_the_therapists_phone(stage: SimulatorStage) -> None:
    screened(stage)
    kari = stage.carrier.phone(KARIS_PHONE)

    stage.mother.call(LINE, Script().hang_up(at=7))
    stage.carrier.run_for(20)

    assert kari.rang[0].outcome == "missed"
    action = stage.forms("dial_action")[0]
    assert (action["DialCallStatus"], action["CallStatus"]) == ("canceled", "completed")
    assert stage.mother.said_to == ()
    stage.carrier.assert_quiet()


def test_the_numbers_status_callbacks_are_numbered_and_end_with_the_duration(stage: SimulatorStage) -> None:
    screened(stage)
    stage.carrier.phone(KARIS_PHONE, policy=Answer(after=4).press("1", at=3).hang_up(at=33))

    stage.mother.call(LINE)
    stage.carrier.run_for(60)

    told = sorted(stage.forms("status"), key=lambda form: int(form["SequenceNumber"]))
    assert [form["CallStatus"] for form in told] == ["initiated", "ringing", "in-progress", "completed"]
    assert told[-1]["CallDuration"] == "33"
    assert {form["Direction"] for form in told} == {"outbound-dial"}
    assert told[0]["ParentCallSid"] == stage.forms("incoming")[0]["CallSid"]


def test_without_asking_only_the_end_is_told(stage: SimulatorStage) -> None:
    stage.pages(
        incoming='<Dial callerId="+4733900001"><Number statusCallback="/status">+4790000001</Number></Dial>'
    )
    stage.carrier.phone(KARIS_PHONE, policy=Answer(after=4).hang_up(at=10))

    stage.mother.call(LINE)
    stage.carrier.run_for(60)

    assert [form["CallStatus"] for form in stage.forms("status")] == ["completed"]


def test_a_withheld_number_arrives_as_anonymous_and_cannot_be_shown_on(stage: SimulatorStage) -> None:
    stage.pages(incoming='<Dial action="/dial_action">+4790000001</Dial>', dial_action="")
    stage.carrier.phone(KARIS_PHONE, policy=Answer())

    stage.mother.call(LINE, withheld=True)
    stage.carrier.run_for(20)

    assert stage.forms("incoming")[0]["From"] == "anonymous"
    assert stage.forms("dial_action")[0]["DialCallStatus"] == "failed"
    assert [error.code for error in stage.carrier.errors] == [13214]


def test_the_familys_own_number_from_abroad_is_blocked_by_the_operator(stage: SimulatorStage) -> None:
    stage.pages(incoming='<Dial action="/dial_action">+4790000001</Dial>', dial_action="")
    kari = stage.carrier.phone(KARIS_PHONE, policy=Answer())

    stage.mother.call(LINE)
    stage.carrier.run_for(20)

    assert kari.rang == ()
    assert [error.code for error in stage.carrier.errors] == [32017]


def test_a_phone_that_forwards_back_to_the_line_is_a_new_call_with_forwarded_from(
    stage: SimulatorStage,
) -> None:
    stage.pages(
        incoming=lambda form: (
            "<Response><Reject/></Response>"
            if form.get("ForwardedFrom")
            else f"<Response>{SCREENED}</Response>"
        ),
        dial_action="<Say>Nobody.</Say>",
    )
    stage.carrier.phone(KARIS_PHONE, policy=Forward(LINE))

    stage.mother.call(LINE)
    stage.carrier.run_for(20)

    _, second = stage.forms("incoming")
    assert second["ForwardedFrom"] == KARIS_PHONE
    assert second["From"] == LINE
    assert stage.forms("dial_action")[0]["DialCallStatus"] == "no-answer"
    stage.carrier.assert_quiet()


def test_a_phone_that_forwards_to_another_rings_there(stage: SimulatorStage) -> None:
    screened(stage)
    kari = stage.carrier.phone(KARIS_PHONE, policy=Forward(OLAS_PHONE, after=5))
    ola = stage.carrier.phone(OLAS_PHONE, policy=Answer(after=2).press("1", at=3))

    stage.mother.call(LINE)
    stage.carrier.run_for(30)

    assert kari.rang[0].outcome == "forwarded"
    assert [bridge.other_number for bridge in ola.bridges] == [MOTHER]


def test_somebody_in_a_conversation_is_busy(stage: SimulatorStage) -> None:
    screened(stage)
    kari = stage.carrier.phone(KARIS_PHONE, policy=Answer(after=4).press("1", at=3))
    father = stage.carrier.phone("+4790000102", name="Far")

    stage.mother.call(LINE)
    stage.carrier.run_for(20)
    father.call(LINE)
    stage.carrier.run_for(5)

    assert len(kari.rang) == 1
    assert stage.forms("dial_action")[0]["DialCallStatus"] == "busy"


def test_a_lost_signal_ends_the_bridge_and_the_caller_goes_on_with_the_action(stage: SimulatorStage) -> None:
    screened(stage)
    stage.pages(dial_action="<Say>Press 1 if you were cut off.</Say>")
    kari = stage.carrier.phone(KARIS_PHONE, policy=Answer(after=4).press("1", at=3).lose_signal(at=30))

    stage.mother.call(LINE)
    stage.carrier.run_for(60)

    (bridge,) = kari.bridges
    assert bridge.end is not None
    assert 25 <= (bridge.end - bridge.start).total_seconds() <= 27
    assert stage.mother.said_to == ("Press 1 if you were cut off.",)


def test_a_dial_without_action_goes_on_with_the_next_verb(stage: SimulatorStage) -> None:
    stage.pages(incoming='<Dial callerId="+4733900001">+4790000001</Dial><Say>Goodbye.</Say>')
    stage.carrier.phone(KARIS_PHONE, policy=Busy())

    stage.mother.call(LINE)
    stage.carrier.run_for(20)

    assert stage.mother.said_to == ("Goodbye.",)


def test_a_call_to_a_number_that_nobody_has_is_reported(stage: SimulatorStage) -> None:
    screened(stage)

    stage.mother.call(LINE)
    stage.carrier.run_for(20)

    assert [(each.kind, each.to) for each in stage.carrier.unexpected] == [("call", KARIS_PHONE)]


def test_a_time_limit_ends_the_conversation() -> None:
    stage = set_up()
    stage.pages(
        incoming='<Dial callerId="+4733900001" timeLimit="60">+4790000001</Dial><Say>Time is up.</Say>'
    )
    kari = stage.carrier.phone(KARIS_PHONE, policy=Answer(after=4))

    stage.mother.call(LINE)
    stage.carrier.run_for(90)

    (bridge,) = kari.bridges
    assert bridge.end is not None
    assert (bridge.end - bridge.start).total_seconds() == 60
    assert stage.mother.said_to == ("Time is up.",)


def test_a_call_that_goes_round_in_a_circle_is_ended_by_the_network(stage: SimulatorStage) -> None:
    screened(stage)
    stage.carrier.phone(KARIS_PHONE, policy=Forward(LINE))

    stage.mother.call(LINE)
    stage.carrier.run_for(120)

    assert len(stage.forms("incoming")) == 6
    stage.carrier.assert_quiet()
