"""Nobody of the team can be reached, and a staffed service may take over, if the caller wants that."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, time

import pytest

from oncall.alerts.team import LastResort, Municipality, Team
from oncall.alerts.wording.catalogue import say
from oncall.contacts.case import Consent
from oncall.contacts.contact import FollowUp
from oncall.contacts.model import Kind, State
from standin.simulator import faults
from standin.simulator.phones.policies import Answer, Busy, Script
from tests.cast import LAST_RESORT, LINE, MOTHER, family
from tests.scenes.night import ACCEPTS, TEAM, Night

pytestmark = pytest.mark.slow

Begin = Callable[[Team], Night]
STAFFED = Answer(after=5)  # a person, who is asked for no key


@pytest.fixture
def begin(database_url: str) -> Iterator[Begin]:
    """Begins the night of a team."""
    begun: list[Night] = []

    def begin_night(team: Team) -> Night:
        begun.append(Night(database_url, team))
        return begun[-1]

    yield begin_night
    for night in begun:
        night.close()


def test_the_caller_hears_who_will_answer_and_is_put_through(night: Night) -> None:
    night.barnevernvakt.policy = STAFFED

    call = night.call(night.mother)
    night.play(240, call)

    assert night.heard(night.mother, "last_resort")[0] < night.spoke(night.mother)[0][1]
    assert [number for number, _ in night.spoke(night.mother)] == [LAST_RESORT]
    assert [rang.shown for rang in night.barnevernvakt.rang] == [LINE]
    assert night.barnevernvakt.said_to == (), "a staffed service is not screened"


def test_it_is_a_handover_and_never_an_answer_and_the_follow_up_stays_open(night: Night) -> None:
    night.barnevernvakt.policy = STAFFED

    call = night.call(night.mother)
    night.play(240, call)

    contact = night.only_contact()
    assert contact.state is State.HANDED_OVER
    assert (contact.answered_by, contact.seconds_to_human) == (None, None)
    assert contact.follow_up


def test_asked_twice_whether_the_caller_declines_the_service_is_rung_once(night: Night) -> None:
    night.carrier.faults.on_webhook(r"/last-resort/", faults.duplicate())
    night.barnevernvakt.policy = STAFFED

    call = night.call(night.mother)
    night.play(240, call)

    assert night.only_contact().state is State.HANDED_OVER
    assert Kind.TEAM_ALERTED not in night.kinds()


def test_the_offer_comes_at_the_ladders_end(night: Night) -> None:
    night.call(night.mother)
    night.play(300)

    assert 148 < night.heard(night.mother, "last_resort")[0] < 162


def test_a_key_declines_and_the_service_is_not_rung(night: Night) -> None:
    call = night.call(night.mother, Script().press("9", after_hearing="Trykk 9"))
    night.play(240, call)

    assert not night.barnevernvakt.rang
    assert night.heard(night.mother, "last_resort")[0] < night.heard(night.mother, "alerted_promise")[0] < 175
    contact = night.only_contact()
    assert contact.state is State.WAITING
    assert Kind.CALLER_DECLINED in night.kinds()


def test_the_caller_may_decline_in_the_middle_of_the_sentence(night: Night) -> None:
    call = night.call(night.mother)
    night.run_for(158)
    night.mother.press("9")
    night.play(60, call)

    assert not night.barnevernvakt.rang


def test_when_the_service_does_not_answer_the_caller_is_told(night: Night) -> None:
    night.barnevernvakt.policy = Busy()

    night.call(night.mother)
    night.play(300)

    assert night.heard(night.mother, "alerted_promise")
    assert night.only_contact().state is State.WAITING


def test_a_municipality_without_an_agreement_is_never_put_through(night: Night) -> None:
    night.call(night.father)
    night.play(300)

    assert not night.barnevernvakt.rang
    assert not night.heard(night.father, "last_resort")
    assert night.heard(night.father, "alerted")


def test_outside_the_agreed_hours_nobody_is_put_through(begin: Begin) -> None:
    by_day = LastResort(LAST_RESORT, time(8), time(15, 30), date(2026, 1, 10))
    night = begin(replace(TEAM, municipalities=(Municipality("Larvik", by_day), Municipality("Horten"))))

    night.call(night.mother)
    night.play(300)

    assert not night.barnevernvakt.rang
    assert night.heard(night.mother, "alerted_promise")


def test_within_agreed_hours_that_run_past_midnight_the_caller_is_put_through(begin: Begin) -> None:
    by_night = LastResort(LAST_RESORT, time(15, 30), time(8), date(2026, 1, 10))
    night = begin(replace(TEAM, municipalities=(Municipality("Larvik", by_night), Municipality("Horten"))))
    night.barnevernvakt.policy = STAFFED

    call = night.call(night.mother)
    night.play(240, call)

    assert night.only_contact().state is State.HANDED_OVER


def test_before_the_agreement_was_made_nobody_is_put_through(begin: Begin) -> None:
    later = LastResort(LAST_RESORT, time(0), time(0), date(2027, 1, 1))
    night = begin(replace(TEAM, municipalities=(Municipality("Larvik", later), Municipality("Horten"))))

    night.call(night.mother)
    night.play(300)

    assert not night.barnevernvakt.rang


def test_a_stranger_is_offered_the_first_service_with_an_agreement(night: Night) -> None:
    night.barnevernvakt.policy = STAFFED

    call = night.call(night.stranger)
    night.play(240, call)

    assert night.heard(night.stranger, "last_resort")
    assert night.only_contact().state is State.HANDED_OVER


@pytest.mark.parametrize(
    ("consent", "sentence"),
    [(Consent.YES, "alerted_promise"), (Consent.NO, "alerted"), (Consent.NOT_ASKED, "alerted")],
)
def test_a_callback_is_promised_only_where_we_may_call(
    database_url: str, consent: Consent, sentence: str
) -> None:
    night = Night(database_url, families=[family("V-014", MOTHER, municipality="Horten", may_call=consent)])

    night.call(night.mother)
    night.play(300)

    assert night.mother.said_to[-1] == say(sentence, "nb")
    night.close()


def test_a_caller_who_spoke_with_the_service_is_still_somebodys_to_call(night: Night) -> None:
    night.barnevernvakt.policy = STAFFED.hang_up(at=30)

    night.call(night.mother)
    night.play(300)

    contact = night.only_contact()
    assert (contact.follow_up, contact.answered_by) == (FollowUp.WAITING, None)


def test_somebody_who_presses_1_before_the_deadline_spares_the_handover(night: Night) -> None:
    call = night.call(night.mother)
    night.run_for(146)
    night.nils.policy = ACCEPTS
    night.nils.answer()
    night.run_for(3)
    night.nils.press("1")
    night.play(40, call)

    assert not night.barnevernvakt.rang
    assert night.only_contact().answered_by == "nils"
