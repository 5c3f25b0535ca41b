"""What somebody has taken is talked over with the leader, and handed on to a colleague."""

import pytest

from oncall.rota.model import PersonId
from oncall.usecases.line import follow_ups
from standin.simulator.phones.policies import Voicemail
from tests.cast import KARI, LINE, LIV, NILS, OLA
from tests.scenes.waiting_night import PRESSES_1, WaitingNight, take


def test_duty_consults_the_leader_and_neither_sees_the_others_number(night: WaitingNight) -> None:
    night.miss(night.mother)
    take(night, KARI)
    night.kari.policy, night.liv.policy = PRESSES_1, PRESSES_1

    follow_ups.consult(night.service.context, night.team_id, night.id_of(), KARI, LIV, night.now)
    night.run_for(40)

    assert night.liv.bridges
    assert {rang.shown for rang in (*night.liv.rang, *night.kari.rang)} == {LINE}


def test_the_leaders_voicemail_hears_nothing(night: WaitingNight) -> None:
    night.miss(night.mother)
    take(night, KARI)
    night.kari.policy, night.liv.policy = PRESSES_1, Voicemail(after=2)

    follow_ups.consult(night.service.context, night.team_id, night.id_of(), KARI, LIV, night.now)
    night.run_for(90)

    assert not night.liv.bridges


def test_whoever_hands_on_keeps_it_until_the_colleague_presses_1(night: WaitingNight) -> None:
    night.miss(night.mother)
    take(night, KARI)
    night.nils.policy = PRESSES_1

    follow_ups.hand_on(night.service.context, night.team_id, night.id_of(), KARI, NILS, night.now)
    before = night.waits().owner
    night.run_for(30)

    assert (before, night.waits().owner) == ("kari", "nils")


def test_nothing_is_handed_on_to_somebody_who_is_not_there(night: WaitingNight) -> None:
    night.miss(night.mother)
    take(night, KARI)

    with pytest.raises(follow_ups.NobodyThere):
        follow_ups.hand_on(
            night.service.context, night.team_id, night.id_of(), KARI, PersonId("x"), night.now
        )


def test_only_the_owner_hands_on(night: WaitingNight) -> None:
    night.miss(night.mother)
    take(night, KARI)

    with pytest.raises(follow_ups.NotYours):
        follow_ups.hand_on(night.service.context, night.team_id, night.id_of(), OLA, NILS, night.now)


def test_what_is_taken_and_left_open_reminds_its_owner_then_the_leader(night: WaitingNight) -> None:
    night.miss(night.mother)
    take(night, KARI)
    before = len(night.kari.texts)

    night.run_for(92 * 60)

    assert len(night.kari.texts) == before + 2
    assert len(night.liv.texts) == 1
