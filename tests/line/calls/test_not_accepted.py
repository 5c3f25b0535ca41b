"""The person on duty does not take the call, and it goes on to the next."""

from itertools import pairwise

import pytest

from oncall.contacts.model import Kind, State
from standin.simulator.phones.policies import (
    Answer,
    Busy,
    Decline,
    NoSuchNumber,
    Off,
    Policy,
    Ring,
    Voicemail,
    in_turn,
)
from tests.cast import KARIS_PHONE, LIVS_PHONE, MOTHER, NILS_PHONE, OLAS_PHONE
from tests.scenes.night import ACCEPTS, Night

pytestmark = pytest.mark.slow


def test_backup_leader_and_everyone_ring_at_their_seconds(night: Night) -> None:
    call = night.call(night.mother)
    night.play(140, call)

    kari, ola, liv, nils = (night.rang_at(phone) for phone in (night.kari, night.ola, night.liv, night.nils))
    assert [round(second) for second in (kari[0], ola[0], liv[0], nils[0])] == [1, 27, 46, 76]
    assert round(kari[1]) == 26, "whoever was rung first is rung again at once"


def test_earlier_phones_keep_ringing_when_the_next_begins(night: Night) -> None:
    call = night.call(night.mother)
    night.run_for(120)

    ringing = [phone for phone in night.staff if any(rang.end is None for rang in phone.rang)]
    assert len(ringing) == 4
    night.play(0, call)


def test_the_waiting_caller_first_hears_112_and_then_a_word_every_ten_seconds(night: Night) -> None:
    call = night.call(night.mother)
    night.play(100, call)

    said = [heard for heard in night.mother.heard if heard.kind == "say"]
    gaps = [(b.at - a.at).total_seconds() for a, b in pairwise(said)]
    assert night.heard(night.mother, "danger") == [night.after(said[0].at)]
    assert night.heard(night.mother, "danger")[0] < 26
    assert len(night.heard(night.mother, "wait")) == 1
    assert max(gaps) < 12


def test_a_voicemail_picks_up_and_cannot_press_1(night: Night) -> None:
    night.kari.policy = Voicemail(after=10)
    night.ola.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(80, call)

    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE]
    assert "Please leave a message" not in " ".join(night.mother.said_to)
    assert all(heard.kind != "speech" for heard in night.mother.heard)
    assert night.heard(night.kari, "screen"), "her voicemail is asked to press 1, and cannot"
    assert night.spoke(night.mother)[0][1] < 40
    assert night.only_contact().answered_by == "ola"


def test_a_voicemail_costs_no_more_than_eight_seconds(night: Night) -> None:
    night.kari.policy = Voicemail(after=10)

    call = night.call(night.mother)
    night.play(60, call)

    assert night.heard(night.mother, "danger")[0] <= 11.1 + 8 + 1


def test_everybodys_voicemail_picks_up_again_and_again_and_the_caller_is_told(night: Night) -> None:
    for phone in night.staff:
        phone.policy = Voicemail(after=8, records=20)
    night.barnevernvakt.policy = Ring()

    night.call(night.mother)
    night.play(300)

    assert not night.mother.bridges
    assert night.heard(night.mother, "alerted_promise")
    assert night.only_contact().state is State.WAITING


@pytest.mark.parametrize(
    "policy", [Decline(after=3), Busy(), Off(), Off("failed"), NoSuchNumber()], ids=lambda p: type(p).__name__
)
def test_a_phone_that_cannot_be_reached_lets_the_next_ring_at_once(night: Night, policy: Policy) -> None:
    night.kari.policy = policy
    night.ola.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(60, call)

    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE]
    assert night.spoke(night.mother)[0][1] < 25, "nobody waits for a phone that has said no"
    assert night.heard(night.mother, "danger")[0] < 8
    assert night.heard(night.ola, "joining")
    assert night.kari.said_to == ()


def test_another_key_than_1_declines_and_she_is_not_rung_again_at_once(night: Night) -> None:
    night.kari.policy = Answer(after=3).press("2", after_hearing="Trykk 1")
    night.ola.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(60, call)

    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE]
    assert len(night.kari.rang) == 1
    assert Kind.LEG_DECLINED in night.kinds()


def test_whoever_declined_is_rung_once_more_with_everyone(night: Night) -> None:
    night.kari.policy = in_turn(Answer(after=3).press("2", after_hearing="Trykk 1"), ACCEPTS)

    call = night.call(night.mother)
    night.play(120, call)

    assert [number for number, _ in night.spoke(night.mother)] == [KARIS_PHONE]
    assert abs(night.rang_at(night.kari)[1] - night.rang_at(night.nils)[0]) < 3


def test_she_picks_up_and_says_nothing(night: Night) -> None:
    night.kari.policy = Answer(after=3)
    night.ola.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(60, call)

    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE]
    assert not night.kari.bridges


def test_she_does_not_hear_it_the_first_time_but_does_the_second(night: Night) -> None:
    night.kari.policy = in_turn(Ring(), ACCEPTS)

    call = night.call(night.mother)
    night.play(60, call)

    assert [number for number, _ in night.spoke(night.mother)] == [KARIS_PHONE]
    assert 25 < night.spoke(night.mother)[0][1] < 40
    assert night.heard(night.mother, "danger")
    assert night.heard(night.kari, "joining")


def test_the_leader_takes_it_when_nobody_before_does(night: Night) -> None:
    night.liv.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(90, call)

    assert [number for number, _ in night.spoke(night.mother)] == [LIVS_PHONE]
    assert all(rang.outcome == "missed" for rang in (*night.kari.rang, *night.ola.rang))
    assert not night.nils.rang


def test_somebody_at_home_takes_it_when_everyone_is_rung(night: Night) -> None:
    night.nils.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(120, call)

    assert [number for number, _ in night.spoke(night.nils)] == [MOTHER]
    assert [number for number, _ in night.spoke(night.mother)] == [NILS_PHONE]


@pytest.mark.parametrize(
    "policy", [Off(), Busy(), NoSuchNumber(), Decline(after=2)], ids=lambda p: type(p).__name__
)
def test_every_number_of_the_ladder_fails_and_the_caller_is_told_and_followed_up(
    night: Night, policy: Policy
) -> None:
    for phone in (*night.staff, night.barnevernvakt):
        phone.policy = policy

    night.call(night.mother)
    night.play(240)

    assert not night.mother.bridges
    assert night.heard(night.mother, "danger")[0] < 10
    assert night.heard(night.mother, "alerted_promise")[0] < 175
    assert night.only_contact().follow_up


def test_one_bad_number_breaks_nothing(night: Night) -> None:
    night.kari.policy = NoSuchNumber()
    night.liv.policy = NoSuchNumber()
    night.nils.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(120, call)

    assert [number for number, _ in night.spoke(night.mother)] == [NILS_PHONE]
