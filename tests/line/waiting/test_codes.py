"""Staff answer by their code alone, and a text from anybody else is told from a family's."""

from dataclasses import replace

import pytest

from oncall.alerts.wording.catalogue import say
from oncall.contacts.model import Kind
from oncall.rota.model import PersonId, Tier
from oncall.store.contacts.contacts import StoredContact, load_contact
from oncall.store.journal import entries as journal
from oncall.store.session import team_chain
from oncall.usecases.line import follow_ups
from standin.drill.stage.stage import Stage
from standin.simulator.phones.memories import Media
from tests.cast import KARI, KARIS_PHONE, LINE, MOTHER, NILS_PHONE, family, turns
from tests.scenes.night import TEAM
from tests.scenes.waiting_night import AUTO_REPLY, WaitingNight

# -------------------------------------------------------------------------------------------- codes


def test_without_a_code_nothing_is_relayed_and_the_sender_learns_how(night: WaitingNight) -> None:
    night.write(night.mother, "hei")

    night.write(night.kari, "Jeg kommer straks")

    assert night.read(night.mother) == [AUTO_REPLY]
    assert night.read(night.kari)[-1].startswith("Ikke sendt til noen.")
    assert night.waits().owner is None
    assert refused(night) == [("kari", "Jeg kommer straks")]


def test_a_guessed_code_changes_nothing_and_is_kept(night: WaitingNight) -> None:
    night.write(night.mother, "hei")
    wrong = f"{(int(night.code_of(night.kari)) + 1) % 10000:04}"

    night.write(night.kari, f"{wrong} hallo")

    assert night.read(night.mother) == [AUTO_REPLY]
    assert night.waits().owner is None
    assert refused(night) == [("kari", f"{wrong} hallo")]


def test_two_codes_in_one_text_take_both_and_no_family_reads_one(night: WaitingNight) -> None:
    mothers, fathers = two_codes(night)

    night.write(night.kari, f"\u200e{mothers} {fathers}")

    assert [night.waits(nth).owner for nth in (0, 1)] == ["kari", "kari"]
    assert night.read(night.mother) == [AUTO_REPLY]
    assert night.read(night.father) == []


def test_words_behind_two_codes_go_to_nobody(night: WaitingNight) -> None:
    mothers, fathers = two_codes(night)

    night.write(night.kari, f"{mothers}, {fathers} jeg ringer")

    assert night.read(night.mother) == [AUTO_REPLY]
    assert night.read(night.father) == []
    assert say("text_which", "nb") in night.read(night.kari)


def test_a_second_code_gone_wrong_is_not_read_by_the_family(night: WaitingNight) -> None:
    mothers, fathers = two_codes(night)
    wrong = next(code for code in ("1111", "2222", "3333") if code not in (mothers, fathers))

    night.write(night.kari, f"{mothers} og {wrong}")

    assert night.read(night.mother) == [AUTO_REPLY]
    assert night.waits().owner == "kari"
    assert say("text_which", "nb") in night.read(night.kari)


def test_the_same_code_twice_takes_once(night: WaitingNight) -> None:
    night.write(night.mother, "hei")
    code = night.code_of(night.kari)

    night.write(night.kari, f"{code} {code}")

    assert night.read(night.mother) == [AUTO_REPLY]
    taken = [entry for entry in night.entries(night.contacts()[0]) if entry.kind is Kind.ACKNOWLEDGED]
    assert len(taken) == 1


def test_a_time_of_day_behind_a_code_is_words(night: WaitingNight) -> None:
    night.write(night.mother, "hei")

    night.write(night.kari, f"{night.code_of(night.kari)} 1930 passer, hva med deg?")

    assert night.read(night.mother) == [AUTO_REPLY, "1930 passer, hva med deg?"]


def test_a_text_handed_over_twice_is_read_once(night: WaitingNight) -> None:
    night.write(night.mother, "hei")
    order = f"{night.code_of(night.kari)} Jeg ringer deg"

    for _ in range(2):
        night.write(night.kari, order)

    assert night.read(night.mother) == [AUTO_REPLY, "Jeg ringer deg"]


def test_the_same_answer_to_another_question_is_sent(night: WaitingNight) -> None:
    night.write(night.mother, "er du der?")
    code = night.code_of(night.kari)
    night.write(night.kari, f"{code} ja")
    night.write(night.mother, "kommer du?")

    night.write(night.kari, f"{code} ja")

    assert night.read(night.mother) == [AUTO_REPLY, "ja", "ja"]


def test_a_reaction_to_our_own_words_is_no_cry_for_help(night: WaitingNight) -> None:
    night.write(night.mother, "hei")

    night.write(night.mother, f"Liked “{AUTO_REPLY}”")

    assert not night.waits().urgent
    assert len(night.waits().texts) == 3


@pytest.mark.parametrize("word", ["REVOKE", "optout", "Stopp."])
def test_any_word_that_may_mute_the_number_is_answered_by_a_call(night: WaitingNight, word: str) -> None:
    night.write(night.mother, word)
    night.run_for(5)

    assert night.waits().urgent
    assert night.rang_at(night.kari)
    assert not night.mother.texts


def test_anothers_code_is_no_code(night: WaitingNight) -> None:
    night.write(night.mother, "hei")

    night.write(night.ola, f"{night.code_of(night.kari)} hallo")

    assert night.read(night.mother) == [AUTO_REPLY]
    assert refused(night)[0][0] == "ola"


def test_whoever_answers_second_reads_who_has_taken_it(night: WaitingNight) -> None:
    night.write(night.mother, "hei")
    night.run_for(310)
    night.write(night.ola, f"{night.code_of(night.ola)} Jeg kommer")

    night.write(night.kari, f"{night.code_of(night.kari)} Jeg kommer også")

    assert night.read(night.kari)[-1] == night.sentence("text_owned", owner="Ola")
    assert night.read(night.mother)[1:] == ["Jeg kommer"]
    assert refused(night) == []


def test_staff_who_add_a_picture_read_that_it_was_not_sent(night: WaitingNight) -> None:
    night.write(night.mother, "hei")
    night.run_for(10)

    night.kari.text(LINE, f"{night.code_of(night.kari)} Slik ser det ut", media=(Media("image/png", b"x"),))
    night.run_for(3)

    assert night.read(night.kari)[-1].startswith("Teksten er sendt til familien, men ikke bildet. V-014")
    assert night.read(night.mother)[1:] == ["Slik ser det ut"]


def test_a_code_ends_with_its_contact(night: WaitingNight) -> None:
    night.write(night.mother, "hei")
    code = night.code_of(night.kari)
    night.write(night.kari, code)
    close(night)

    night.write(night.kari, f"{code} hallo")

    assert night.read(night.mother) == [AUTO_REPLY]
    assert refused(night) == [("kari", f"{code} hallo")]


def test_a_forged_sender_without_the_code_gets_nowhere(night: WaitingNight) -> None:
    night.write(night.mother, "hei")

    night.stranger.text(LINE, "Jeg er Kari, glem det", forged_from=night.kari.number)
    night.run_for(5)

    assert night.read(night.mother) == [AUTO_REPLY]
    assert not night.stranger.texts
    assert len(night.contacts()) == 1


def test_two_conversations_have_two_codes(night: WaitingNight) -> None:
    night.write(night.mother, "hei")
    mothers = night.code_of(night.kari)
    night.write(night.stranger, "hallo")
    strangers = night.code_of(night.kari)

    night.write(night.kari, f"{strangers} til den ukjente")
    night.write(night.kari, f"{mothers} til mor")

    assert night.read(night.mother)[-1] == "til mor"
    assert night.read(night.stranger) == ["til den ukjente"]


# ------------------------------------------------------------------------------------- other senders


def test_staff_may_ask_who_is_on_duty(night: WaitingNight) -> None:
    night.write(night.nils, "Hvem?")

    assert night.read(night.nils) == ["Vakt: Kari. Bakvakt: Ola. Leder: Liv."]
    assert not night.contacts()


def test_staff_off_duty_are_told_how(night: WaitingNight) -> None:
    night.write(night.nils, "hei alle")

    assert night.read(night.nils)[0].startswith("Ikke sendt til noen.")
    assert not night.contacts()


def test_a_number_of_a_colleague_and_of_two_families_loses_no_familys_words(sqlite_url: str) -> None:
    night = WaitingNight(
        sqlite_url, (family("V-014", MOTHER), *(family(f"V-02{n}", NILS_PHONE) for n in (0, 1)))
    )

    night.write(night.nils, "pappa er full")
    night.write(night.nils, "hvem")
    night.write(night.mother, "hei")
    night.write(night.kari, f"{night.code_of(night.kari)} ja")

    assert "V-020 / V-021" in night.read(night.kari)[0]
    assert night.read(night.nils) == [AUTO_REPLY, "Vakt: Kari. Bakvakt: Ola. Leder: Liv."]
    assert night.read(night.mother)[-1] == "ja"
    night.close()


def test_each_of_two_people_who_share_a_phone_answers_by_their_own_code(sqlite_url: str) -> None:
    people = {**TEAM.people, PersonId("nils"): replace(TEAM.people[PersonId("nils")], phone=KARIS_PHONE)}
    rotas = {**TEAM.rotas, Tier.DUTY: turns(Tier.DUTY, "nils")}
    night = WaitingNight(sqlite_url, (family("V-014", MOTHER),), people=people, rotas=rotas)

    night.write(night.mother, "hei")
    night.write(night.kari, f"{night.code_of(night.kari)} Jeg ringer")

    assert night.waits().owner == "nils"
    assert night.read(night.mother) == [AUTO_REPLY, "Jeg ringer"]
    night.close()


def test_another_teams_staff_are_answered_as_strangers(night: WaitingNight) -> None:
    other = night.phone("+4790000666", name="Therapist elsewhere")

    night.write(other, "4711 feil nummer?")

    assert "Ukjent nummer" in night.read(night.kari)[0]
    assert not other.texts


def test_who_asks_who_is_on_duty_from_elsewhere_learns_nothing(night: WaitingNight) -> None:
    night.write(night.stranger, "HVEM")
    night.run_for(30)

    assert not night.stranger.texts
    assert night.waits().open


def test_one_who_writes_without_a_number_is_one_contact_under_its_name(night: WaitingNight) -> None:
    senders = ("Posten", "POSTEN", "1881", "whatsapp:+4790000101")
    for body, sender in zip(("en", "to", "tre", "fire"), senders, strict=True):
        night.stranger.text(LINE, body, forged_from=sender)
        night.run_for(3)

    assert [contact.sender for contact in stored(night)] == ["Posten", "1881", "whatsapp:+4790000101"]
    assert [text.body for text in night.waits().texts] == ["en", "to"]
    assert all(contact.number is None for contact in stored(night))
    assert not night.stranger.texts


def test_stop_is_a_message_that_is_answered_by_a_call(night: WaitingNight) -> None:
    night.write(night.mother, "STOP")
    night.run_for(5)

    assert [text.body for text in night.waits().texts] == ["STOP"]
    assert night.waits().urgent, "by day, too"
    assert night.rang_at(night.kari)
    assert not night.mother.texts


def test_an_answer_to_a_number_that_has_muted_itself_comes_back_to_its_author(night: WaitingNight) -> None:
    night.write(night.mother, "END")

    night.write(night.kari, f"{night.code_of(night.kari)} Går det bra?")
    night.run_for(5)

    assert night.waits().texts[-1].trouble == "21610"
    assert night.sentence("text_undelivered", code="21610") in night.read(night.kari)


def refused(night: Stage) -> list[tuple[str | None, object]]:
    """Who wrote without a valid code, and what."""
    with night.service.db.reading() as reading:
        notes = journal.read_notes(reading, team_chain(1))
    return [(note.actor, note.detail["body"]) for note in notes if note.kind == Kind.CODE_REFUSED]


def close(night: WaitingNight) -> None:
    """The owner closes the only contact on its page."""
    follow_ups.close(night.service.context, night.team_id, night.id_of(), KARI, "", night.now)


def stored(night: WaitingNight) -> list[StoredContact]:
    """Return the night's contacts as the store has them."""
    with night.service.db.reading() as reading:
        found = (load_contact(reading, contact.id, night.team_id) for contact in night.contacts())
        return [contact for contact in found if contact]


def two_codes(night: WaitingNight) -> tuple[str, str]:
    """Two families wait; return the codes by which Kari answers them."""
    codes = []
    for phone in (night.mother, night.father):
        night.write(phone, "hei")
        codes.append(night.code_of(night.kari))
    return codes[0], codes[1]
