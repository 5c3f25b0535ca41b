"""Everybody is spoken to in their own language."""

from dataclasses import replace

import pytest

from oncall.alerts.wording.voices import voice_of
from oncall.contacts.case import Member, MemberNumber
from oncall.rota.model import PersonId
from standin.simulator.phones.policies import Answer
from tests.cast import MOTHER, OLAS_PHONE, person
from tests.scenes.night import ACCEPTS, FAMILIES, TEAM, Night

LANGUAGES = ("nb", "nn", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stranger_waits_in_the_teams_language(database_url: str, language: str) -> None:
    night = Night(database_url, replace(TEAM, language=language))

    call = night.call(night.stranger)
    night.play(200, call)

    for sentence in ("danger", "wait", "comfort", "last_resort"):
        assert night.heard(night.stranger, sentence, language), sentence
    night.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_member_of_a_family_waits_in_their_own_language(database_url: str, language: str) -> None:
    mother = Member("Mor", "parent", language, (MemberNumber(MOTHER),))
    night = Night(database_url, families=[replace(FAMILIES[0], members=(mother,))])

    call = night.call(night.mother)
    night.play(60, call)

    assert night.heard(night.mother, "danger", language)
    night.close()


def test_a_language_that_is_not_ours_is_answered_in_bokmaal(database_url: str) -> None:
    mother = Member("Mor", "parent", "uk", (MemberNumber(MOTHER),))
    night = Night(database_url, families=[replace(FAMILIES[0], members=(mother,))])

    call = night.call(night.mother)
    night.play(60, call)

    assert night.heard(night.mother, "danger", "nb")
    night.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_staff_member_is_asked_and_texted_in_their_own_language(database_url: str, language: str) -> None:
    ola = person("ola", OLAS_PHONE, language=language)
    night = Night(database_url, replace(TEAM, people={**TEAM.people, PersonId("ola"): ola}))
    night.ola.policy = ACCEPTS
    night.liv.policy = Answer(after=1)

    call = night.call(night.mother)
    night.play(60, call)

    assert night.heard(night.ola, "screen", language)
    assert night.heard(night.ola, "joining", language)
    assert night.ola.texts[0].body.startswith(
        {"nb": "Du tok et", "nn": "Du tok eit", "en": "You took"}[language]
    )
    assert night.heard(night.mother, "danger", "nb"), "the caller's language is not that of the staff"
    night.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_spoken_with_a_voice_of_its_language(database_url: str, language: str) -> None:
    night = Night(database_url, replace(TEAM, language=language))

    call = night.call(night.stranger)
    night.play(60, call)

    voices = {(heard.language, heard.voice) for heard in night.stranger.heard if heard.kind == "say"}
    assert voices == {tuple(voice_of(language))}
    night.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_language_the_offer_of_the_last_resort_leaves_a_claim_time_to_win(
    database_url: str, language: str
) -> None:
    night = Night(database_url, replace(TEAM, language=language))
    call = night.call(night.stranger)
    night.run_for(151)
    night.ola.answer()
    night.run_for(5.5)
    night.ola.press("1")
    night.run_for(30)

    assert [number for number, _ in night.spoke(night.stranger)] == [OLAS_PHONE]
    assert not night.barnevernvakt.rang
    night.play(0, call)
    night.close()
