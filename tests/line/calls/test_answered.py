"""A family calls, and the person on duty answers."""

from oncall.contacts.model import Kind, State
from standin.simulator.phones.policies import Answer, Script
from tests.cast import KARIS_PHONE, LINE, MOTHER
from tests.scenes.night import ACCEPTS, Night


def test_the_caller_hears_ordinary_ringing_and_then_the_person_on_duty(night: Night) -> None:
    night.kari.policy = Answer(after=4).press("1", at=4)

    call = night.call(night.mother)
    night.play(60, call)

    assert {heard.kind for heard in call.heard} == {"ringing"}
    assert [number for number, _ in night.spoke(night.kari)] == [MOTHER]
    assert [number for number, _ in night.spoke(night.mother)] == [KARIS_PHONE]
    assert night.spoke(night.mother)[0][1] < 10


def test_she_is_asked_to_press_1_and_hears_nothing_else(night: Night) -> None:
    night.kari.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(60, call)

    assert night.kari.said_to == ("Anrop til vakten. Trykk 1 for å svare.",)


def test_the_log_says_who_answered_and_after_how_many_seconds(night: Night) -> None:
    night.kari.policy = Answer(after=4).press("1", at=4)

    call = night.call(night.mother)
    night.play(60, call)

    contact = night.only_contact()
    assert (contact.state, contact.answered_by, contact.case) == (State.ENDED, "kari", "V-014")
    assert contact.seconds_to_human is not None
    assert 9 <= contact.seconds_to_human <= 10
    assert Kind.FOLLOW_UP_OPENED not in night.kinds()


def test_her_phone_shows_the_line_and_never_the_familys_number(night: Night) -> None:
    night.kari.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(60, call)

    assert [rang.shown for rang in night.kari.rang] == [LINE]


def test_she_is_texted_the_label_and_a_link_and_nothing_else(night: Night) -> None:
    night.kari.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(60, call)

    (text,) = night.kari.texts
    link = f"https://line.example/contacts/{night.only_contact().id}"
    assert text.body == f"Du tok et anrop. V-014: {link}"
    assert not night.mother.texts


def test_whoever_hangs_up_first_the_other_is_let_go(night: Night) -> None:
    night.kari.policy = ACCEPTS.hang_up(at=40)

    call = night.call(night.mother)
    night.run_for(60)

    assert call.is_over
    assert night.heard(night.mother, "cut_off")
    night.settle()


def test_a_conversation_of_an_hour_is_left_in_peace(night: Night) -> None:
    night.kari.policy = ACCEPTS

    call = night.call(night.mother)
    night.run_for(3600)

    assert not call.is_over
    assert night.only_contact().state is State.CONNECTED
    night.play(1, call)
    assert night.only_contact().state is State.ENDED


def test_a_call_that_is_answered_within_a_second_is_one_conversation(night: Night) -> None:
    night.kari.policy = Answer(after=0.1).press("1", after_hearing="Trykk", delay=0.0)

    call = night.call(night.mother, Script().hang_up(at=8))
    night.play(20, call)

    assert night.only_contact().answered_by == "kari"
    assert len(night.kari.rang) == 1


def test_the_only_phone_that_rings_is_that_of_the_person_on_duty(night: Night) -> None:
    night.kari.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(100, call)

    assert [phone.name for phone in night.staff if phone.rang] == ["Kari"]
