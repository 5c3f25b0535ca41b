"""A family calls, and the person on duty answers."""

from oncall.contacts.model import State
from oncall.simulator.policies import Answer
from tests.calls.night import KARI, MOTHER, Night


def test_the_person_on_duty_presses_1_and_the_caller_hears_only_ringing_until_then(night: Night) -> None:
    night.kari.policy = Answer(after=4).press("1", at=4)

    call = night.call(night.mother)
    night.run_for(60)
    call.hang_up()
    night.run_for(30)

    assert {heard.kind for heard in call.heard} == {"ringing"}
    assert [bridge.other_number for bridge in night.kari.bridges] == [MOTHER]
    assert [bridge.other_number for bridge in night.mother.bridges] == [KARI]
    assert night.kari.said_to[0] == "Anrop til vakten. Trykk 1 for å svare."
    contact = night.only_contact()
    assert (contact.state, contact.answered_by, contact.case) == (State.ENDED, "kari", "V-014")
    night.carrier.assert_quiet()
