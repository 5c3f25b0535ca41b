"""Duty calls a family back: what each of them hears and sees, and when the phone is in the wrong hands."""

import pytest

from oncall.contacts.model import Kind
from oncall.rota.model import PersonId
from oncall.usecases.line import follow_ups
from standin.simulator.phones.policies import Answer, Busy, Voicemail
from tests.cast import AUNT, KARI, LINE, LIV
from tests.scenes.waiting_night import PRESSES_1, WaitingNight

PICKS_UP = Answer(after=3)


def call_back(night: WaitingNight, person: PersonId = KARI, **how: object) -> None:
    follow_ups.call_back(night.service.context, night.team_id, night.id_of(), person, night.now, **how)  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------- called back


def test_duty_calls_back_and_each_sees_the_line_alone(night: WaitingNight) -> None:
    night.miss(night.mother)
    night.run_for(40)
    night.kari.policy, night.mother.policy = PRESSES_1, PICKS_UP

    call_back(night)
    night.run_for(30)

    assert night.mother.bridges
    assert night.mother.rang[-1].shown == LINE
    assert night.kari.rang[-1].shown == LINE
    assert night.waits().owner == "kari"
    night.mother.hang_up()
    night.run_for(5)
    assert ended(night) == [{"status": "completed", "bridged": True}]
    night.assert_orderly()


def test_a_voicemail_of_duty_never_reaches_the_family(night: WaitingNight) -> None:
    night.miss(night.mother)
    night.run_for(40)
    night.kari.policy = Voicemail(after=2)

    call_back(night)
    night.run_for(60)

    assert not night.mother.rang


def test_a_family_that_is_engaged_is_told_to_duty_and_stays_open(night: WaitingNight) -> None:
    night.miss(night.mother)
    night.run_for(40)
    night.kari.policy, night.mother.policy = PRESSES_1, Busy()

    call_back(night)
    night.run_for(30)

    assert ended(night) == [{"status": "busy", "bridged": False}]
    assert night.heard(night.kari, "back_no_answer")
    assert night.waits().open


def test_a_familys_voicemail_may_pick_up(night: WaitingNight) -> None:
    night.miss(night.mother)
    night.run_for(40)
    night.kari.policy, night.mother.policy = PRESSES_1, Voicemail(after=3, records=5)

    call_back(night)
    night.run_for(60)

    assert [how["status"] for how in ended(night)] == ["completed"]
    assert night.waits().open, "a voicemail is not the family"
    night.assert_orderly()


def test_a_family_that_was_not_asked_is_called_within_two_hours_and_later_after_the_warning(
    night: WaitingNight,
) -> None:
    night.miss(night.phone(AUNT))
    night.run_for(40)
    call_back(night)
    night.run_for(2 * 3600)

    with pytest.raises(follow_ups.NotAllowed, match="warn first"):
        call_back(night)

    call_back(night, warned=True)


def test_a_family_that_said_no_is_called_for_a_reason_alone(night: WaitingNight) -> None:
    night.miss(night.father)
    night.run_for(40)
    night.kari.policy, night.father.policy = PRESSES_1, PICKS_UP

    with pytest.raises(follow_ups.NotAllowed, match="reason first"):
        call_back(night, warned=True)
    call_back(night, reason="barnet er alene")
    night.run_for(30)

    assert night.father.bridges


def test_a_withheld_number_cannot_be_called_back(night: WaitingNight) -> None:
    call = night.call(night.mother, withheld=True)
    night.run_for(8)
    call.hang_up()
    night.run_for(2)

    with pytest.raises(follow_ups.NothingToSend):
        call_back(night)


# ----------------------------------------------------------------------- the phone in the wrong hands


def test_a_phone_in_the_wrong_hands_gets_nothing_more_and_the_leader_is_told(night: WaitingNight) -> None:
    night.write(night.mother, "hvem er dette?")
    follow_ups.mark_compromised(night.service.context, night.team_id, night.id_of(), KARI, night.now)
    night.run_for(3)
    got = night.read(night.mother)

    night.write(night.kari, f"{night.code_of(night.kari)} hei")
    night.write(night.mother, "svar meg")
    night.run_for(60)

    assert night.read(night.mother) == got
    assert night.sentence("text_not_safe") in night.read(night.kari)
    assert night.sentence("compromised") in night.read(night.liv)
    with pytest.raises(follow_ups.NotAllowed, match="reason first"):
        call_back(night, warned=True)


def test_an_answer_on_its_way_is_stopped_when_the_phone_turns_out_to_be_in_the_wrong_hands(
    night: WaitingNight,
) -> None:
    night.write(night.mother, "hei")
    got = night.read(night.mother)
    night.dispatches = night.clock_runs = False
    follow_ups.reply(night.service.context, night.team_id, night.id_of(), KARI, "Hei", night.now)
    follow_ups.mark_compromised(night.service.context, night.team_id, night.id_of(), KARI, night.now)

    night.dispatches = night.clock_runs = True
    night.run_for(20)

    assert night.read(night.mother) == got
    assert night.waits().texts[-1].trouble == "safe contact"


def test_a_number_is_trusted_again_with_a_reason(night: WaitingNight) -> None:
    night.write(night.mother, "hei")
    night.kari.policy, night.mother.policy = PRESSES_1, PICKS_UP
    follow_ups.mark_compromised(night.service.context, night.team_id, night.id_of(), KARI, night.now)
    with pytest.raises(follow_ups.NotAllowed):
        call_back(night)

    follow_ups.trust_again(night.service.context, night.team_id, night.id_of(), LIV, "ny telefon", night.now)
    call_back(night)
    night.run_for(30)

    (trusted,) = [e for e in night.entries(night.contacts()[0]) if e.kind is Kind.TRUSTED]
    assert (trusted.actor, trusted.detail["reason"]) == (LIV, "ny telefon")
    assert [bridge.other_number for bridge in night.mother.bridges] == [night.kari.number]


def ended(night: WaitingNight) -> list[dict[str, object]]:
    """How the ordered calls of the first contact went."""
    over = [entry for entry in night.entries(night.contacts()[0]) if entry.kind is Kind.BACK_ENDED]
    return [{"status": entry.detail["status"], "bridged": entry.detail["bridged"]} for entry in over]
