"""Texts that do not arrive, come twice or late, and processes that die between them."""

import pytest

from oncall.contacts.model import Kind
from oncall.contacts.waiting import Delivery, Text, Waiting
from oncall.usecases.line.calls import CalledFromOurselves
from oncall.usecases.line.escalation import _notify_of_lost_texts
from oncall.usecases.line.texts.incoming import take_text
from oncall.usecases.line.texts.text import Incoming
from standin.simulator import faults
from tests.cast import KARI, LINE, OLA
from tests.scenes.call import NIGHT
from tests.scenes.waiting_night import AUTO_REPLY, WaitingNight


def test_an_alert_that_does_not_arrive_goes_to_the_next_at_once(night: WaitingNight) -> None:
    night.kari.text_error = 30003

    night.write(night.mother, "hei")
    night.run_for(5)

    assert max(night.rang_at(night.ola) + night.rang_at(night.liv)) < 10


def test_an_answer_that_does_not_arrive_tells_its_author(night: WaitingNight) -> None:
    night.write(night.stranger, "hei")
    night.stranger.text_error = 30005

    night.write(night.kari, f"{night.code_of(night.kari)} hallo")
    night.run_for(5)

    assert night.waits().texts[-1].delivery is Delivery.UNDELIVERED
    told = night.sentence("text_undelivered", label="Ukjent nummer", code="30005")
    assert night.read(night.kari)[-1] == told


def test_whoever_has_taken_over_learns_of_it_with_the_author() -> None:
    lost = Text("7", NIGHT, False, "hallo", KARI, delivery=Delivery.UNDELIVERED)

    told = _notify_of_lost_texts(Waiting(), Waiting(texts=(lost,), owner=OLA), NIGHT)

    assert [(notice.actor, notice.detail["sentence"]) for notice in told] == [
        (KARI, "text_undelivered"),
        (OLA, "text_undelivered"),
    ]


def test_a_text_from_a_line_of_ours_is_nobodys_and_is_not_answered(night: WaitingNight) -> None:
    with pytest.raises(CalledFromOurselves):
        take_text(night.service.context, Incoming("SM1", LINE, LINE, "hei"), night.now)

    assert night.contacts() == []


def test_a_webhook_that_comes_twice_is_one_text(night: WaitingNight) -> None:
    night.carrier.faults.on_webhook("/text/incoming", faults.duplicate(after=2))

    night.write(night.mother, "hei")
    night.write(night.kari, f"{night.code_of(night.kari)} ja")
    night.run_for(10)

    assert [text.body for text in night.waits().texts] == ["hei", AUTO_REPLY, "ja"]
    assert night.read(night.mother) == [AUTO_REPLY, "ja"]


def test_late_and_repeated_news_of_an_alert_change_nothing(night: WaitingNight) -> None:
    night.carrier.faults.on_webhook("/text/.*/status", faults.delay_request(20), nth=1)
    night.carrier.faults.on_webhook("/text/.*/status", faults.duplicate(after=3))

    night.write(night.mother, "hei")
    night.run_for(60)

    assert [page.delivery for page in night.waits().pages if page.by == "text"] == [Delivery.DELIVERED]
    assert night.kinds().count(Kind.PAGED) == 2


def test_an_answer_whose_order_had_no_answer_is_not_sent_twice(night: WaitingNight) -> None:
    night.write(night.stranger, "hei")
    night.carrier.faults.on_rest(r"/Messages", faults.accept_and_time_out(), method="POST", nth=1)

    night.write(night.kari, f"{night.code_of(night.kari)} hallo")
    night.run_for(60)

    assert night.read(night.stranger) == ["hallo"]
    assert night.waits().texts[-1].delivery is Delivery.DELIVERED


def test_an_answer_that_lay_for_hours_is_not_sent_and_its_author_knows(night: WaitingNight) -> None:
    night.write(night.mother, "hei")
    night.dispatches = night.stand_in_runs = False
    night.stop_clock()
    night.write(night.kari, f"{night.code_of(night.kari)} Jeg ringer om fem minutter")
    night.run_for(3 * 3600)

    night.dispatches = True
    night.restart_clock()
    night.run_for(20)

    assert night.read(night.mother) == [AUTO_REPLY]
    assert night.sentence("text_undelivered", code="too late") in night.read(night.kari)


def test_an_answer_that_the_carrier_never_got_is_sent_again(night: WaitingNight) -> None:
    night.write(night.stranger, "hei")
    night.carrier.faults.on_rest(r"/Messages", faults.time_out(), method="POST", nth=1)

    night.write(night.kari, f"{night.code_of(night.kari)} hallo")
    night.run_for(60)

    assert night.read(night.stranger) == ["hallo"]


def test_an_alert_whose_order_had_no_answer_is_rather_sent_twice(night: WaitingNight) -> None:
    night.carrier.faults.on_rest(r"/Messages", faults.accept_and_time_out(), method="POST", nth=1)

    night.write(night.stranger, "hei")
    night.run_for(10)

    assert len(night.kari.texts) == 2


def test_a_carrier_that_refuses_for_a_while_still_alerts_somebody(night: WaitingNight) -> None:
    refusing = night.carrier.faults.on_rest(r"/(Messages|Calls)", faults.rest_error(503), method="POST")
    night.write(night.mother, "hei")
    night.run_for(300)

    night.carrier.faults.disarm(refusing)
    night.run_for(125)

    assert all(phone.texts for phone in night.staff)
    night.assert_orderly()


def test_the_clock_dies_and_the_web_process_alerts_in_its_stead(night: WaitingNight) -> None:
    night.write(night.mother, "hei")
    night.clock_runs = False

    night.run_for(330)

    assert night.rang_at(night.ola)


def test_both_processes_die_and_the_ladder_goes_on_when_they_are_back(night: WaitingNight) -> None:
    night.dispatches = False
    night.write(night.mother, "hei")

    night.restart_web()
    night.dispatches = True
    night.run_for(330)

    assert night.rang_at(night.kari)
    assert night.rang_at(night.ola)
    assert night.read(night.mother) == [AUTO_REPLY]
