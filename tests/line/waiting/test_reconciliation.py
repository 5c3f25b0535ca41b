"""What the carrier has on record and the journal has not: taken within minutes, redacted afterwards."""

import pytest
from sqlalchemy import delete

from oncall.alerts.wording.catalogue import say
from oncall.contacts.model import Kind
from oncall.contacts.waiting import Delivery
from oncall.jobs import reconciliation as reconcile
from oncall.store.tables.jobs import JobRow
from oncall.usecases.line.planning import ESCALATE
from standin.simulator import faults
from tests.cast import LINE
from tests.scenes.waiting_night import WaitingNight

Alerts = list[str]


@pytest.fixture
def alerts(monkeypatch: pytest.MonkeyPatch) -> Alerts:
    """What the operator is told."""
    told: Alerts = []
    monkeypatch.setattr(reconcile, "alert_operator", lambda key, **_: told.append(key))
    return told


def test_a_text_whose_webhook_was_lost_is_taken_within_minutes(night: WaitingNight, alerts: Alerts) -> None:
    night.carrier.faults.on_webhook("/text/incoming", faults.drop())
    night.write(night.mother, "er noen der?")
    assert not night.contacts()

    night.run_for(300)

    (text,) = [text for text in night.waits().texts if text.inbound]
    assert text.body == "er noen der?"
    assert night.entries(night.only_contact())[0].detail["reconciled"] is True
    assert night.kari.texts
    assert alerts == ["text_was_reconciled"]


def test_a_call_whose_webhook_was_lost_gets_an_open_follow_up(night: WaitingNight, alerts: Alerts) -> None:
    night.carrier.faults.on_webhook("/voice/incoming", faults.server_error(503))
    night.miss(night.mother, 20)

    night.run_for(300)

    contact = night.only_contact()
    assert contact.follow_up
    assert night.entries(contact)[0].detail["reconciled"] is True
    assert night.kari.texts
    assert alerts == ["call_was_reconciled"]


def test_what_came_while_we_were_away_for_hours_is_taken_within_minutes(night: WaitingNight) -> None:
    night.run_for(300)
    night.stop_web()
    night.stop_clock()
    night.write(night.mother, "er noen der?")
    night.miss(night.father, 20)
    night.run_for(4.5 * 3600)

    night.restart_web()
    night.restart_clock()
    night.run_for(240)

    assert {contact.case for contact in night.contacts()} == {"V-014", "V-015"}
    assert night.kari.texts


def test_a_colleagues_answer_that_is_found_hours_later_is_not_carried_out(night: WaitingNight) -> None:
    night.write(night.mother, "hei")
    night.stop_web()
    night.stop_clock()
    night.write(night.kari, f"{night.code_of(night.kari)} Jeg kommer om ti minutter")
    night.run_for(4.5 * 3600)

    night.restart_web()
    night.restart_clock()
    night.run_for(240)

    assert "Jeg kommer om ti minutter" not in night.read(night.mother)
    assert say("text_too_late", "nb") in night.read(night.kari)
    assert night.waits().owner is None


def test_what_the_journal_knows_is_left_alone(night: WaitingNight, alerts: Alerts) -> None:
    night.write(night.mother, "hei")
    night.write(night.kari, f"{night.code_of(night.kari)} ja")
    night.miss(night.stranger)
    night.write(night.nils, "HVEM")
    before = [len(night.entries(contact)) for contact in night.contacts()]
    night.dispatches = False

    night.run_for(90)
    night.dispatches = True
    night.run_for(1000)

    assert len(night.contacts()) == len(before)
    assert not alerts


def test_news_of_an_alert_that_was_lost_is_asked_for(night: WaitingNight, alerts: Alerts) -> None:
    night.carrier.faults.on_webhook("/text/.*/status", faults.drop())
    night.kari.text_error = 30003

    night.write(night.mother, "hei")
    night.run_for(240)

    (page, *_) = night.waits().pages
    assert (page.delivery, page.trouble) == (Delivery.UNDELIVERED, "30003")
    assert min(night.rang_at(night.ola)) < 240


def test_words_are_taken_off_the_carrier_and_stay_in_the_journal(night: WaitingNight, alerts: Alerts) -> None:
    night.write(night.mother, "pappa er full")
    night.write(night.kari, f"{night.code_of(night.kari)} jeg ringer")
    night.write(night.nils, "HVEM")

    night.run_for(3600)

    kept = night.carrier.messages.by_sid.values()
    young = night.now.timestamp() - 2400
    assert not [text.body for text in kept if text.body and text.created_at.timestamp() < young]
    assert next(text.body for text in night.waits().texts) == "pappa er full"
    assert not alerts


def test_a_waiting_contact_that_lost_its_timer_is_woken(night: WaitingNight, alerts: Alerts) -> None:
    night.write(night.mother, "hei")
    night.run_for(60)
    with night.service.db.transaction() as transaction:
        transaction.conn.execute(delete(JobRow).where(JobRow.kind == ESCALATE))

    night.run_for(400)

    assert night.rang_at(night.ola)
    assert alerts == ["waiting_contact_had_no_timer"]


def test_a_line_that_leads_elsewhere_is_told_to_the_operator(night: WaitingNight, alerts: Alerts) -> None:
    night.carrier.line(LINE, voice_url="https://elsewhere.example/", text_url="https://elsewhere.example/")

    night.run_for(10)

    assert set(alerts) >= {"voice_line_leads_elsewhere", "text_line_leads_elsewhere"}


def test_a_country_to_which_no_call_is_allowed_is_told_to_the_operator(
    night: WaitingNight, alerts: Alerts
) -> None:
    night.carrier.closed_countries["NO"] = "+47"

    night.run_for(10)

    assert alerts == ["carrier_may_not_call_country"]


def test_lines_that_lead_here_are_not_mentioned(night: WaitingNight, alerts: Alerts) -> None:
    night.run_for(10)

    assert not alerts


def test_a_carrier_that_cannot_be_asked_is_asked_again(night: WaitingNight, alerts: Alerts) -> None:
    refusing = night.carrier.faults.on_rest(r"/Messages", faults.rest_error(503), method="GET")
    night.carrier.faults.on_webhook("/text/incoming", faults.drop())
    night.write(night.mother, "hei")
    night.run_for(600)

    night.carrier.faults.disarm(refusing)
    night.run_for(300)

    assert night.kinds().count(Kind.TEXT_RECEIVED) == 1
