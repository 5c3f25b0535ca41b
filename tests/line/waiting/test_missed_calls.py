"""A family calls in vain: one follow-up per number, calls back, and how it ends."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from oncall.contacts.model import Kind, State
from oncall.rota.model import PersonId
from oncall.store.jobs.outbox import DONE
from oncall.store.privacy.erasure import erase_loose
from oncall.store.tables.jobs import JobRow
from oncall.usecases.line import escalation as escalation
from oncall.usecases.line import follow_ups
from standin.simulator.phones.policies import Answer, Script, Voicemail
from tests.cast import KARI, LAST_RESORT, MOTHER, NILS, family
from tests.scenes.night import ACCEPTS, TEAM
from tests.scenes.waiting_night import PRESSES_1, WaitingNight, take

# ------------------------------------------------------------------------------------- one follow-up


def test_a_caller_who_hangs_up_is_followed_up_by_duty(night: WaitingNight) -> None:
    night.miss(night.mother)

    assert night.waits().open
    assert night.read(night.kari)[0].startswith("Noen venter på svar. V-014")
    assert not night.mother.texts


def test_a_colleague_who_hangs_up_is_no_unknown_number_in_the_alerts(night: WaitingNight) -> None:
    night.miss(night.ola)

    assert night.read(night.kari)[0].startswith("Noen venter på svar. En kollega: ")


def test_a_second_hang_up_within_a_quarter_of_an_hour_goes_to_the_leader_at_once(night: WaitingNight) -> None:
    night.miss(night.mother)
    night.run_for(100)

    night.miss(night.mother)

    assert night.liv.texts
    assert not night.ola.texts
    first, second = night.contacts()
    assert (first.joined, second.joined) == (None, first.id)


def test_who_calls_again_at_once_does_not_find_duty_engaged_by_the_alert_about_them(
    night: WaitingNight,
) -> None:
    night.miss(night.mother)
    assert night.kari.is_engaged, "the alert rings"
    night.kari.policy = PRESSES_1

    again = night.call(night.mother)
    night.run_for(20)
    again.hang_up()
    night.run_for(10)

    (talk,) = night.mother.bridges
    assert talk.other_number == night.kari.number
    assert night.after(talk.start) < 10 + 12
    assert not night.ola.rang
    assert night.waits().owner == KARI
    night.assert_orderly()


def test_who_was_cut_off_from_the_service_does_not_find_duty_engaged_by_the_alert(
    night: WaitingNight,
) -> None:
    night.barnevernvakt.policy = Answer(after=2).hang_up(at=5)

    call = night.call(night.mother, Script().press("1", after_hearing="Ble samtalen brutt"))
    night.run_for(178)
    assert night.kari.is_engaged, "the alert rings"
    night.kari.policy = PRESSES_1
    night.run_for(16)
    call.hang_up()
    night.run_for(30)

    assert [number for number, _ in night.spoke(night.mother)] == [LAST_RESORT, night.kari.number]


def test_where_nobody_is_on_call_the_operator_hears_of_who_waits(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(escalation, "alert_operator", lambda key, **ids: told.append((key, ids)))
    people = {key: replace(each, on_call=False) for key, each in TEAM.people.items()}
    night = WaitingNight(sqlite_url, (family("V-014", MOTHER),), people=people, municipalities=())

    night.miss(night.mother)

    assert told == [("waiting_contact_alerts_nobody", {"contact": night.id_of()})]
    night.close()


def test_calls_that_are_learnt_of_late_all_join_what_alerts_already(night: WaitingNight) -> None:
    night.stop_web()
    night.miss(night.mother)
    night.run_for(20)
    night.miss(night.mother)
    night.restart_web()
    night.write(night.mother, "hei")
    night.run_for(300)

    first, second, text = night.contacts()
    assert (first.joined, second.joined) == (text.id, text.id)
    assert night.waits(2).to_leader

    follow_ups.close(night.service.context, night.team_id, text.id, KARI, "ferdig", night.now)

    assert [contact.state for contact in night.contacts()] == [State.CLOSED] * 3


def test_a_third_hang_up_opens_nothing_further(night: WaitingNight) -> None:
    night.miss(night.mother)
    night.miss(night.mother)
    night.run_for(5)
    alerts = len(night.waits().pages)

    night.miss(night.mother)

    assert len(night.waits().pages) == alerts
    assert sum(night.waits(nth).open for nth in range(3)) == 1


def test_a_second_hang_up_after_a_quarter_of_an_hour_raises_nobody(night: WaitingNight) -> None:
    night.miss(night.mother)
    night.run_for(5)
    take(night, KARI)
    night.run_for(16 * 60)

    night.miss(night.mother)

    assert not night.liv.texts
    assert len(night.kari.texts) == 2


def test_withheld_numbers_are_never_taken_for_each_other(night: WaitingNight) -> None:
    for phone in (night.mother, night.father):
        call = night.call(phone, withheld=True)
        night.run_for(8)
        call.hang_up()
        night.run_for(2)

    assert [contact.joined for contact in night.contacts()] == [None, None]
    assert not night.liv.texts


def test_a_call_that_is_answered_takes_what_waited_from_the_same_number(night: WaitingNight) -> None:
    night.miss(night.mother)
    night.run_for(40)
    night.kari.policy = ACCEPTS

    call = night.call(night.mother)
    night.run_for(30)
    call.hang_up()
    night.run_for(5)

    first = night.contacts()[0]
    assert (first.state, first.acknowledged_by) == (State.ACKNOWLEDGED, "kari")
    alerts = len(night.waits().pages)
    night.run_for(600)
    assert len(night.waits().pages) == alerts


def test_a_text_and_a_missed_call_are_one_follow_up(night: WaitingNight) -> None:
    night.write(night.mother, "hei")
    night.miss(night.mother)
    night.write(night.mother, "hallo?")

    assert sum(night.waits(nth).open for nth in range(2)) == 1
    assert len(night.contacts()) == 2


@pytest.mark.slow
def test_what_is_erased_hinders_nobody_and_leaves_no_job_that_fails_for_ever(night: WaitingNight) -> None:
    for _ in range(2):
        night.miss(night.mother)
    main, joined = night.id_of(0), night.id_of(1)

    erase(night, joined)
    follow_ups.close(night.service.context, night.team_id, main, PersonId("kari"), "ok", night.now)
    night.run_for(5)
    erase(night, main)
    night.run_for(9 * 3600)

    with night.service.db.reading() as reading:
        left = reading.conn.execute(select(JobRow.key, JobRow.state).where(JobRow.contact_id == main)).all()
    assert {state for _, state in left} == {DONE}, left


def erase(night: WaitingNight, contact_id: str) -> None:
    with night.service.db.writing(night.team_id) as writing:
        erase_loose(writing, [contact_id], night.now, None)


def test_what_is_closed_is_closed_for_the_calls_that_joined_it(night: WaitingNight) -> None:
    night.miss(night.mother)
    night.miss(night.mother)
    take(night, KARI)

    follow_ups.close(night.service.context, night.team_id, night.id_of(), KARI, "snakket med mor", night.now)

    assert [contact.state for contact in night.contacts()] == [State.CLOSED, State.CLOSED]


# ---------------------------------------------------------------------------------- taken by phone


def test_a_spoken_alert_takes_it_with_a_pressed_1(night: WaitingNight) -> None:
    call = night.call(night.mother)
    night.run_for(8)
    night.kari.policy = PRESSES_1

    call.hang_up()
    night.run_for(20)

    assert night.waits().owner == "kari"
    assert night.heard(night.kari, "page_taken")
    night.assert_orderly()


def test_a_voicemail_that_picks_up_takes_nothing(night: WaitingNight) -> None:
    night.miss(night.mother)
    night.kari.policy = Voicemail(after=2)
    night.run_for(330)

    assert night.waits().owner is None
    assert night.rang_at(night.ola)


def test_backup_takes_over_by_a_spoken_alert_and_the_other_phones_fall_silent(night: WaitingNight) -> None:
    night.miss(night.mother)
    night.ola.policy = PRESSES_1

    night.run_for(330)

    assert night.waits().owner == "ola"
    assert not night.liv.open_calls
    night.assert_orderly()


def test_whoever_presses_1_too_late_hears_that_somebody_has_it(night: WaitingNight) -> None:
    night.miss(night.mother)
    night.ola.policy = Answer(after=3).press("1", after_hearing="Trykk 1", delay=4)
    night.liv.policy = Answer(after=1).press("1", after_hearing="Trykk 1", delay=0.2)

    night.run_for(330)

    assert night.waits().owner == "liv"
    assert night.kinds(night.contacts()[0]).count(Kind.ACKNOWLEDGED) == 1


# ------------------------------------------------------------------------------------- the next day


@pytest.mark.slow
def test_the_familys_own_therapist_learns_of_it_in_the_morning_and_once(night: WaitingNight) -> None:
    night.miss(night.mother)
    take(night, KARI)
    follow_ups.close(night.service.context, night.team_id, night.id_of(), KARI, "snakket", night.now)

    night.run_for(6 * 3600)  # from 02:40 until 08:40

    assert night.read(night.nils) == [night.sentence("next_day")]
    assert 8 * 3600 <= night.nils.texts[0].at.timestamp() % 86400 + 3600 < 8 * 3600 + 60


@pytest.mark.slow
def test_who_answered_a_call_leaves_it_to_the_own_therapist_too(night: WaitingNight) -> None:
    night.kari.policy = ACCEPTS

    call = night.call(night.mother)
    night.run_for(30)
    call.hang_up()
    night.run_for(6 * 3600)

    assert night.read(night.nils) == [night.sentence("next_day")]


@pytest.mark.slow
def test_an_own_therapist_who_took_it_is_told_nothing(night: WaitingNight) -> None:
    night.miss(night.mother)
    take(night, NILS)

    night.run_for(60)
    follow_ups.close(night.service.context, night.team_id, night.id_of(), NILS, "snakket", night.now)
    night.run_for(6 * 3600)

    assert not night.nils.texts
