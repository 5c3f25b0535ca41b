"""A family writes: who is alerted, who answers, and what each of them reads."""

from oncall.contacts.model import State
from tests.cast import AUNT, DAUGHTER, GRANDMOTHER, LINE, MOTHER, family
from tests.scenes.waiting_night import AUTO_REPLY, WaitingNight

# ----------------------------------------------------------------------------------- answered by code


def test_duty_answers_by_code_and_the_family_sees_the_line_alone(night: WaitingNight) -> None:
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


def test_the_code_alone_takes_it(night: WaitingNight) -> None:
    night.write(night.mother, "hei")

    night.write(night.kari, night.code_of(night.kari))

    assert night.read(night.kari)[-1] == night.sentence("text_taken")
    assert night.waits().owner == "kari"
    assert night.read(night.mother) == [AUTO_REPLY]


def test_duty_is_shown_the_label_and_a_link_and_no_word_of_the_family(night: WaitingNight) -> None:
    night.write(night.mother, "pappa er full")

    (alert,) = night.read(night.kari)
    assert alert == night.sentence("page", code=night.code_of(night.kari))


def test_the_words_are_kept_as_they_came(night: WaitingNight) -> None:
    night.write(night.mother, "hei 😢 – “nå”")

    assert [text.body for text in night.waits().texts if text.inbound] == ["hei 😢 – “nå”"]


# ----------------------------------------------------------------------------------------- ignored


def test_a_child_writes_and_nobody_reacts(night: WaitingNight) -> None:
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


def test_whatever_a_child_writes_is_pressing_and_a_parents_greeting_is_not(night: WaitingNight) -> None:
    night.write(night.phone(DAUGHTER), "hei")
    night.write(night.mother, "hei")

    assert [night.waits(nth).urgent for nth in range(2)] == [True, False]


def test_a_number_that_may_not_be_texted_gets_no_answer_of_the_machines(night: WaitingNight) -> None:
    night.write(night.father, "hei")
    night.write(night.phone(AUNT), "hei")
    night.write(night.stranger, "hei")
    night.run_for(30)

    assert not night.father.texts
    assert not night.phone(AUNT).texts
    assert not night.stranger.texts


def test_the_machine_answers_a_conversation_once(night: WaitingNight) -> None:
    night.write(night.mother, "hei")
    night.write(night.mother, "er dere der?")
    night.write(night.kari, f"{night.code_of(night.kari)} ja")
    night.write(night.mother, "takk")

    assert night.read(night.mother) == [AUTO_REPLY, "ja"]


def test_a_closed_case_writes_and_a_human_answers(night: WaitingNight) -> None:
    grandmother = night.phone(GRANDMOTHER)

    night.write(grandmother, "husker dere oss?")
    night.write(night.kari, f"{night.code_of(night.kari)} Ja, hva skjer?")

    assert night.read(grandmother)[-1] == "Ja, hva skjer?"


def test_a_stranger_is_answered_as_anybody(night: WaitingNight) -> None:
    night.write(night.stranger, "er dette vakten?")

    assert "Ukjent nummer" in night.read(night.kari)[0]
    night.write(night.kari, f"{night.code_of(night.kari)} Ja")

    assert night.read(night.stranger) == ["Ja"]


def test_an_owner_who_is_silent_is_followed_by_the_others(night: WaitingNight) -> None:
    night.write(night.mother, "hei")
    night.write(night.kari, f"{night.code_of(night.kari)} ja?")
    night.run_for(60)

    night.write(night.mother, "nå er det ille")
    night.run_for(330)

    assert night.rang_at(night.ola)
    night.write(night.ola, f"{night.code_of(night.ola)} Jeg overtar")
    assert night.waits().owner == "ola"
    assert night.read(night.mother)[-1] == "Jeg overtar"


# --------------------------------------------------------------------------------------- what goes wrong


def test_a_word_of_the_teams_own_list_is_paged_by_call_at_once(database_url: str) -> None:
    night = WaitingNight(
        database_url,
        families=(family("V-014", MOTHER),),
        danger_words={"uk": ("бит*",)},
    )

    night.write(night.mother, "Він бити мене")
    night.run_for(30)

    assert night.waits().urgent
    assert len(night.rang_at(night.kari)) == 1
    night.close()
