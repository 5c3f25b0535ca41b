"""Who calls: withheld, unknown, from a closed case, staff, or a phone that forwards to us."""

from dataclasses import replace

import pytest

from oncall.contacts.case import Phase
from oncall.contacts.model import State
from standin.simulator.phones.policies import Answer, Forward
from tests.cast import KARIS_PHONE, LINE, MOTHER, OLAS_PHONE
from tests.scenes.night import ACCEPTS, FAMILIES, Night

HIDDEN = (
    *("anonymous", "Anonymous", "unknown", "restricted", "", "sip:anonymous@anonymous.invalid"),
    *("+266696687", "+7378742833", "+17378742833", "+47266696687"),
)


@pytest.mark.parametrize("shown", HIDDEN)
def test_a_withheld_number_rings_like_any_other(night: Night, shown: str) -> None:
    night.kari.policy = ACCEPTS

    call = night.mother.call(LINE, withheld=shown)
    night.play(60, call)

    assert [number for number, _ in night.spoke(night.mother)] == [KARIS_PHONE]
    assert {heard.kind for heard in call.heard} == {"ringing"}
    assert night.spoke(night.mother)[0][1] < 12
    contact = night.only_contact()
    assert (contact.caller, contact.case) == ("withheld", None)
    assert "Skjult nummer" in night.kari.texts[0].body


def test_no_callback_is_promised_to_a_withheld_number(night: Night) -> None:
    night.call(night.mother, withheld=True)
    night.play(300)

    assert night.heard(night.mother, "alerted")
    assert not night.heard(night.mother, "alerted_promise")


@pytest.mark.parametrize("shown", ["004790000101", "tel:90000101;phone-context=+47", " +47 900 00 101 "])
def test_a_familys_number_is_known_in_any_spelling(night: Night, shown: str) -> None:
    assert MOTHER == "+4790000101"

    call = night.mother.call(LINE, withheld=shown)
    night.play(5, call)

    assert night.only_contact().case == "V-014"


def test_two_withheld_callers_are_two_contacts(night: Night) -> None:
    first = night.call(night.mother, withheld=True)
    night.run_for(5)
    first.hang_up()
    second = night.call(night.father, withheld=True)
    night.run_for(5)
    second.hang_up()
    night.settle()

    assert len(night.contacts()) == 2


def test_an_unknown_number_rings_like_any_other(night: Night) -> None:
    night.kari.policy = ACCEPTS

    call = night.call(night.stranger)
    night.play(60, call)

    assert [number for number, _ in night.spoke(night.stranger)] == [KARIS_PHONE]
    assert {heard.kind for heard in call.heard} == {"ringing"}
    assert night.only_contact().caller == "unknown"
    assert "Ukjent nummer" in night.kari.texts[0].body


def test_no_callback_is_promised_to_an_unknown_number(night: Night) -> None:
    night.call(night.stranger)
    night.play(300)

    assert night.heard(night.stranger, "alerted")


def test_a_closed_case_still_reaches_a_human(database_url: str) -> None:
    closed = replace(FAMILIES[0], phase=Phase.CLOSED)
    night = Night(database_url, families=[closed])
    night.kari.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(60, call)

    assert [number for number, _ in night.spoke(night.mother)] == [KARIS_PHONE]
    assert night.only_contact().case == "V-014"
    night.close()


def test_the_person_on_duty_calls_the_line_and_is_not_rung_by_herself(night: Night) -> None:
    night.ola.policy = ACCEPTS
    night.kari.call_waiting = True

    call = night.call(night.kari)
    night.play(60, call)

    assert [number for number, _ in night.spoke(night.kari)] == [OLAS_PHONE]
    assert night.spoke(night.kari)[0][1] < 12
    assert {heard.kind for heard in call.heard} == {"ringing"}
    assert not night.kari.rang


def test_staff_who_call_the_line_are_never_rung_in_any_wave(night: Night) -> None:
    night.kari.call_waiting = True

    call = night.call(night.kari)
    night.play(140, call)

    assert not night.kari.rang
    assert night.ola.rang
    assert night.liv.rang
    assert night.nils.rang


def test_a_phone_that_forwards_to_the_line_does_not_ring_it_for_ever(night: Night) -> None:
    night.kari.policy = Forward(to=LINE, after=5)
    night.ola.policy = ACCEPTS

    call = night.call(night.mother)
    night.play(60, call)

    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE]
    assert len(night.contacts()) == 1, "the forwarded call is no family's"
    assert sum(event.kind == "call placed" for event in night.carrier.events) < 8


def test_everybodys_phone_forwards_to_the_line_and_the_caller_is_told(night: Night) -> None:
    for phone in night.staff:
        phone.policy = Forward(to=LINE)

    night.call(night.mother)
    night.play(300)

    assert night.mother.said_to[-1].startswith("Ingen kunne svare")
    assert len(night.contacts()) == 1


def test_a_colleagues_phone_forwards_to_another_colleague(night: Night) -> None:
    night.kari.policy = Forward(to=OLAS_PHONE, after=5)
    night.ola.policy = Answer(after=4).press("1", after_hearing="Trykk 1")

    call = night.call(night.mother)
    night.play(60, call)

    assert [number for number, _ in night.spoke(night.mother)] == [OLAS_PHONE]
    assert night.only_contact().state is State.ENDED


def test_a_foreign_number_is_served_and_kept(night: Night) -> None:
    abroad = night.phone("+48601234567", name="Abroad")
    night.kari.policy = ACCEPTS

    call = night.call(abroad)
    night.play(60, call)

    assert [number for number, _ in night.spoke(abroad)] == [KARIS_PHONE]
