"""A family writes: who is alerted, who answers, and what each of them reads."""

from dataclasses import replace

import pytest

from oncall.contacts.model import Kind, State
from oncall.contacts.waiting import Delivery, Text, Waiting
from oncall.rota.model import PersonId, Tier
from oncall.store.journal import entries as journal
from oncall.store.session import team_chain
from oncall.usecases.line import follow_ups
from oncall.usecases.line.calls import CalledFromOurselves
from oncall.usecases.line.escalation import _notify_of_lost_texts
from oncall.usecases.line.texts import Incoming, take_text
from standin.drill.stage.stage import Stage
from standin.simulator import faults
from standin.simulator.phones.memories import Media
from tests.scenes.call import NIGHT, OLA
from tests.scenes.night import KARI as KARIS
from tests.scenes.night import LINE, MOTHER, NILS, TEAM, layer
from tests.scenes.waiting_night import AUNT, DAUGHTER, GRANDMOTHER, Evening, family

KARI = PersonId("kari")
AUTO_REPLY = "Vi har fått meldingen din. Noen svarer så snart de kan. Er noen i fare for livet, ring 112."


# ----------------------------------------------------------------------------------- answered by code


def test_duty_answers_by_code_and_the_family_sees_the_line_alone(night: Evening) -> None:
    night.write(night.mother, "hei, kan noen ringe?")

    night.write(night.kari, f"{night.code_of(night.kari)} Ja, jeg ringer straks")

    assert night.read(night.mother) == [AUTO_REPLY, "Ja, jeg ringer straks"]
    assert {text.from_number for text in night.mother.texts} == {LINE}
    contact = night.only_contact()
    assert (contact.state, contact.answered_by) == (State.ACKNOWLEDGED, "kari")
    night.run_for(600)
    assert not night.ola.texts
    assert len(night.rang_at(night.kari)) == 1
    night.assert_orderly()


def test_the_code_alone_takes_it(night: Evening) -> None:
    night.write(night.mother, "hei")

    night.write(night.kari, night.code_of(night.kari))

    assert night.read(night.kari)[-1] == night.sentence("text_taken")
    assert night.waits().owner == "kari"
    assert night.read(night.mother) == [AUTO_REPLY]


def test_duty_is_shown_the_label_and_a_link_and_no_word_of_the_family(night: Evening) -> None:
    night.write(night.mother, "pappa er full")

    (alert,) = night.read(night.kari)
    assert alert == night.sentence("page", code=night.code_of(night.kari))


def test_the_words_are_kept_as_they_came(night: Evening) -> None:
    night.write(night.mother, "hei 😢 – “nå”")

    assert [text.body for text in night.waits().texts if text.inbound] == ["hei 😢 – “nå”"]


# ----------------------------------------------------------------------------------------- ignored


def test_a_child_writes_and_nobody_reacts(night: Evening) -> None:
    daughter = night.phone(DAUGHTER)

    night.write(daughter, "pappa er full")
    night.run_for(720)

    assert night.read_at(night.kari)[:1] == [3]
    assert [round(at / 60) for at in night.rang_at(night.kari)] == [0, 2, 10]
    assert [round(at / 60) for at in night.rang_at(night.ola)] == [5, 10]
    assert [round(at / 60) for at in night.rang_at(night.liv)] == [5, 10]
    assert [round(at / 60) for at in night.rang_at(night.nils)] == [10]
    assert night.read(daughter) == [AUTO_REPLY]
    night.assert_orderly()


def test_whatever_a_child_writes_is_pressing_and_a_parents_greeting_is_not(night: Evening) -> None:
    night.write(night.phone(DAUGHTER), "hei")
    night.write(night.mother, "hei")

    assert [night.waits(nth).urgent for nth in range(2)] == [True, False]


def test_a_number_that_may_not_be_texted_gets_no_answer_of_the_machines(night: Evening) -> None:
    night.write(night.father, "hei")
    night.write(night.phone(AUNT), "hei")
    night.write(night.stranger, "hei")
    night.run_for(30)

    assert not night.father.texts
    assert not night.phone(AUNT).texts
    assert not night.stranger.texts


def test_the_machine_answers_a_conversation_once(night: Evening) -> None:
    night.write(night.mother, "hei")
    night.write(night.mother, "er dere der?")
    night.write(night.kari, f"{night.code_of(night.kari)} ja")
    night.write(night.mother, "takk")

    assert night.read(night.mother) == [AUTO_REPLY, "ja"]


def test_a_closed_case_writes_and_a_human_answers(night: Evening) -> None:
    grandmother = night.phone(GRANDMOTHER)

    night.write(grandmother, "husker dere oss?")
    night.write(night.kari, f"{night.code_of(night.kari)} Ja, hva skjer?")

    assert night.read(grandmother)[-1] == "Ja, hva skjer?"


def test_a_stranger_is_answered_as_anybody(night: Evening) -> None:
    night.write(night.stranger, "er dette vakten?")

    assert "Ukjent nummer" in night.read(night.kari)[0]
    night.write(night.kari, f"{night.code_of(night.kari)} Ja")

    assert night.read(night.stranger) == ["Ja"]


def test_an_owner_who_is_silent_is_followed_by_the_others(night: Evening) -> None:
    night.write(night.mother, "hei")
    night.write(night.kari, f"{night.code_of(night.kari)} ja?")
    night.run_for(60)

    night.write(night.mother, "nå er det ille")
    night.run_for(330)

    assert night.rang_at(night.ola)
    night.write(night.ola, f"{night.code_of(night.ola)} Jeg overtar")
    assert night.waits().owner == "ola"
    assert night.read(night.mother)[-1] == "Jeg overtar"


# -------------------------------------------------------------------------------------------- codes


def test_without_a_code_nothing_is_relayed_and_the_sender_learns_how(night: Evening) -> None:
    night.write(night.mother, "hei")

    night.write(night.kari, "Jeg kommer straks")

    assert night.read(night.mother) == [AUTO_REPLY]
    assert night.read(night.kari)[-1].startswith("Ikke sendt til noen.")
    assert night.waits().owner is None
    assert refused(night) == [("kari", "Jeg kommer straks")]


def test_a_guessed_code_changes_nothing_and_is_kept(night: Evening) -> None:
    night.write(night.mother, "hei")
    wrong = f"{(int(night.code_of(night.kari)) + 1) % 10000:04}"

    night.write(night.kari, f"{wrong} hallo")

    assert night.read(night.mother) == [AUTO_REPLY]
    assert night.waits().owner is None
    assert refused(night) == [("kari", f"{wrong} hallo")]


def test_anothers_code_is_no_code(night: Evening) -> None:
    night.write(night.mother, "hei")

    night.write(night.ola, f"{night.code_of(night.kari)} hallo")

    assert night.read(night.mother) == [AUTO_REPLY]
    assert refused(night)[0][0] == "ola"


def test_whoever_answers_second_reads_who_has_taken_it(night: Evening) -> None:
    night.write(night.mother, "hei")
    night.run_for(310)
    night.write(night.ola, f"{night.code_of(night.ola)} Jeg kommer")

    night.write(night.kari, f"{night.code_of(night.kari)} Jeg kommer også")

    assert night.read(night.kari)[-1] == night.sentence("text_owned", owner="Ola")
    assert night.read(night.mother)[1:] == ["Jeg kommer"]
    assert refused(night) == []


def test_staff_who_add_a_picture_read_that_it_was_not_sent(night: Evening) -> None:
    night.write(night.mother, "hei")
    night.run_for(10)

    night.kari.text(LINE, f"{night.code_of(night.kari)} Slik ser det ut", media=(Media("image/png", b"x"),))
    night.run_for(3)

    assert night.read(night.kari)[-1].startswith("Teksten er sendt til familien, men ikke bildet. V-014")
    assert night.read(night.mother)[1:] == ["Slik ser det ut"]


def test_a_code_ends_with_its_contact(night: Evening) -> None:
    night.write(night.mother, "hei")
    code = night.code_of(night.kari)
    night.write(night.kari, code)
    close(night)

    night.write(night.kari, f"{code} hallo")

    assert night.read(night.mother) == [AUTO_REPLY]
    assert refused(night) == [("kari", f"{code} hallo")]


def test_a_forged_sender_without_the_code_gets_nowhere(night: Evening) -> None:
    night.write(night.mother, "hei")

    night.stranger.text(LINE, "Jeg er Kari, glem det", forged_from=night.kari.number)
    night.run_for(5)

    assert night.read(night.mother) == [AUTO_REPLY]
    assert not night.stranger.texts
    assert len(night.contacts()) == 1


def test_two_conversations_have_two_codes(night: Evening) -> None:
    night.write(night.mother, "hei")
    mothers = night.code_of(night.kari)
    night.write(night.stranger, "hallo")
    strangers = night.code_of(night.kari)

    night.write(night.kari, f"{strangers} til den ukjente")
    night.write(night.kari, f"{mothers} til mor")

    assert night.read(night.mother)[-1] == "til mor"
    assert night.read(night.stranger) == ["til den ukjente"]


# ------------------------------------------------------------------------------------- other senders


def test_staff_may_ask_who_is_on_duty(night: Evening) -> None:
    night.write(night.nils, "Hvem?")

    assert night.read(night.nils) == ["Vakt: Kari. Bakvakt: Ola. Leder: Liv."]
    assert not night.contacts()


def test_staff_off_duty_are_told_how(night: Evening) -> None:
    night.write(night.nils, "hei alle")

    assert night.read(night.nils)[0].startswith("Ikke sendt til noen.")
    assert not night.contacts()


def test_a_number_of_a_colleague_and_of_two_families_loses_no_familys_words(sqlite_url: str) -> None:
    night = Evening(sqlite_url, (family("V-014", MOTHER), *(family(f"V-02{n}", NILS) for n in (0, 1))))

    night.write(night.nils, "pappa er full")
    night.write(night.nils, "hvem")
    night.write(night.mother, "hei")
    night.write(night.kari, f"{night.code_of(night.kari)} ja")

    assert "V-020 / V-021" in night.read(night.kari)[0]
    assert night.read(night.nils) == [AUTO_REPLY, "Vakt: Kari. Bakvakt: Ola. Leder: Liv."]
    assert night.read(night.mother)[-1] == "ja"
    night.close()


def test_each_of_two_people_who_share_a_phone_answers_by_their_own_code(sqlite_url: str) -> None:
    people = {**TEAM.people, PersonId("nils"): replace(TEAM.people[PersonId("nils")], phone=KARIS)}
    rotas = {**TEAM.rotas, Tier.DUTY: layer(Tier.DUTY, "nils")}
    night = Evening(sqlite_url, (family("V-014", MOTHER),), people=people, rotas=rotas)

    night.write(night.mother, "hei")
    night.write(night.kari, f"{night.code_of(night.kari)} Jeg ringer")

    assert night.waits().owner == "nils"
    assert night.read(night.mother) == [AUTO_REPLY, "Jeg ringer"]
    night.close()


def test_another_teams_staff_are_answered_as_strangers(night: Evening) -> None:
    other = night.phone("+4790000666", name="Therapist elsewhere")

    night.write(other, "4711 feil nummer?")

    assert "Ukjent nummer" in night.read(night.kari)[0]
    assert not other.texts


def test_who_asks_who_is_on_duty_from_elsewhere_learns_nothing(night: Evening) -> None:
    night.write(night.stranger, "HVEM")
    night.run_for(30)

    assert not night.stranger.texts
    assert night.waits().open


def test_senders_without_a_number_are_never_taken_for_each_other(night: Evening) -> None:
    for body in ("en", "to"):
        night.stranger.text(LINE, body, forged_from="Posten")
        night.run_for(3)

    assert len(night.contacts()) == 2
    assert all(contact.caller == "withheld" for contact in night.contacts())


def test_stop_is_a_message_that_is_answered_by_a_call(night: Evening) -> None:
    night.write(night.mother, "STOP")
    night.run_for(5)

    assert [text.body for text in night.waits().texts] == ["STOP"]
    assert night.waits().urgent, "by day, too"
    assert night.rang_at(night.kari)
    assert not night.mother.texts


def test_an_answer_to_a_number_that_has_muted_itself_comes_back_to_its_author(night: Evening) -> None:
    night.write(night.mother, "END")

    night.write(night.kari, f"{night.code_of(night.kari)} Går det bra?")
    night.run_for(5)

    assert night.waits().texts[-1].trouble == "21610"
    assert night.sentence("text_undelivered", code="21610") in night.read(night.kari)


# --------------------------------------------------------------------------------------- what goes wrong


def test_an_alert_that_does_not_arrive_goes_to_the_next_at_once(night: Evening) -> None:
    night.kari.text_error = 30003

    night.write(night.mother, "hei")
    night.run_for(5)

    assert max(night.rang_at(night.ola) + night.rang_at(night.liv)) < 10


def test_an_answer_that_does_not_arrive_tells_its_author(night: Evening) -> None:
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


def test_a_text_from_a_line_of_ours_is_nobodys_and_is_not_answered(night: Evening) -> None:
    with pytest.raises(CalledFromOurselves):
        take_text(night.service.context, Incoming("SM1", LINE, LINE, "hei"), night.now)

    assert night.contacts() == []


def test_a_webhook_that_comes_twice_is_one_text(night: Evening) -> None:
    night.carrier.faults.on_webhook("/text/incoming", faults.duplicate(after=2))

    night.write(night.mother, "hei")
    night.write(night.kari, f"{night.code_of(night.kari)} ja")
    night.run_for(10)

    assert [text.body for text in night.waits().texts] == ["hei", AUTO_REPLY, "ja"]
    assert night.read(night.mother) == [AUTO_REPLY, "ja"]


def test_late_and_repeated_news_of_an_alert_change_nothing(night: Evening) -> None:
    night.carrier.faults.on_webhook("/text/.*/status", faults.delay_request(20), nth=1)
    night.carrier.faults.on_webhook("/text/.*/status", faults.duplicate(after=3))

    night.write(night.mother, "hei")
    night.run_for(60)

    assert [page.delivery for page in night.waits().pages if page.by == "text"] == [Delivery.DELIVERED]
    assert night.kinds().count(Kind.PAGED) == 2


def test_an_answer_whose_order_had_no_answer_is_not_sent_twice(night: Evening) -> None:
    night.write(night.stranger, "hei")
    night.carrier.faults.on_rest(r"/Messages", faults.accept_and_time_out(), method="POST", nth=1)

    night.write(night.kari, f"{night.code_of(night.kari)} hallo")
    night.run_for(60)

    assert night.read(night.stranger) == ["hallo"]
    assert night.waits().texts[-1].delivery is Delivery.DELIVERED


def test_an_answer_that_lay_for_hours_is_not_sent_and_its_author_knows(night: Evening) -> None:
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


def test_an_answer_that_the_carrier_never_got_is_sent_again(night: Evening) -> None:
    night.write(night.stranger, "hei")
    night.carrier.faults.on_rest(r"/Messages", faults.time_out(), method="POST", nth=1)

    night.write(night.kari, f"{night.code_of(night.kari)} hallo")
    night.run_for(60)

    assert night.read(night.stranger) == ["hallo"]


def test_an_alert_whose_order_had_no_answer_is_rather_sent_twice(night: Evening) -> None:
    night.carrier.faults.on_rest(r"/Messages", faults.accept_and_time_out(), method="POST", nth=1)

    night.write(night.stranger, "hei")
    night.run_for(10)

    assert len(night.kari.texts) == 2


def test_a_carrier_that_refuses_for_a_while_still_alerts_somebody(night: Evening) -> None:
    refusing = night.carrier.faults.on_rest(r"/(Messages|Calls)", faults.rest_error(503), method="POST")
    night.write(night.mother, "hei")
    night.run_for(300)

    night.carrier.faults.disarm(refusing)
    night.run_for(125)

    assert all(phone.texts for phone in night.staff)
    night.assert_orderly()


def test_the_clock_dies_and_the_web_process_alerts_in_its_stead(night: Evening) -> None:
    night.write(night.mother, "hei")
    night.clock_runs = False

    night.run_for(330)

    assert night.rang_at(night.ola)


def test_both_processes_die_and_the_ladder_goes_on_when_they_are_back(night: Evening) -> None:
    night.dispatches = False
    night.write(night.mother, "hei")

    night.restart_web()
    night.dispatches = True
    night.run_for(330)

    assert night.rang_at(night.kari)
    assert night.rang_at(night.ola)
    assert night.read(night.mother) == [AUTO_REPLY]


def refused(night: Stage) -> list[tuple[str | None, object]]:
    """Who wrote without a valid code, and what."""
    with night.service.db.reading() as reading:
        notes = journal.read_notes(reading, team_chain(1))
    return [(note.actor, note.detail["body"]) for note in notes if note.kind == Kind.CODE_REFUSED]


def close(night: Evening) -> None:
    """The owner closes the only contact on its page."""
    follow_ups.close(night.service.context, night.team_id, night.id_of(), KARI, "", night.now)


def test_a_word_of_the_teams_own_list_is_paged_by_call_at_once(database_url: str) -> None:
    night = Evening(
        database_url,
        families=(family("V-014", MOTHER),),
        danger_words={"uk": ("бит*",)},
    )

    night.write(night.mother, "Він бити мене")
    night.run_for(30)

    assert night.waits().urgent
    assert len(night.rang_at(night.kari)) == 1
    night.close()
