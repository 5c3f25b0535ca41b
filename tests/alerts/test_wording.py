"""The catalogue of sentences is whole: every one in every language, with the same gaps, and in its list."""

from string import Formatter
from types import ModuleType

import pytest

from oncall.alerts.wording import accounts, family, rota, staff
from oncall.alerts.wording.catalogue import PROMPTS, SENTENCES, SentenceGroup
from oncall.alerts.wording.sentence import Sentence, resolve_language
from oncall.alerts.wording.voices import VOICES, voice_of
from oncall.languages import FALLBACK_LANGUAGE, LANGUAGES

ROOMS = (family, staff, rota, accounts)
NOT_ON_THE_PAGE = {
    *rota.TEXTED,
    *accounts.TEXTED,
    *rota.TIERS.values(),
    rota.NOBODY,
    rota.ANSWERS_IN_GAP,
    staff.BRIEF_OUTDATED,
    staff.LABEL_COLLEAGUE,
    staff.LABEL_UNKNOWN,
    staff.LABEL_WITHHELD,
    staff.FORMER_COLLEAGUE,
}


def sentences_of(room: ModuleType) -> dict[str, Sentence]:
    return {name: value for name, value in vars(room).items() if isinstance(value, Sentence)}


EVERY = [(room, name) for room in ROOMS for name in sentences_of(room)]


def gaps(written: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(written) if name is not None}


@pytest.mark.parametrize(("room", "name"), EVERY)
def test_every_sentence_stands_in_every_language_with_the_same_gaps(room: ModuleType, name: str) -> None:
    sentence = sentences_of(room)[name]

    written = {language: getattr(sentence, language) for language in LANGUAGES}

    assert all(words.strip() for words in written.values())
    assert len({frozenset(gaps(words)) for words in written.values()}) == 1


def test_the_languages_are_those_of_the_pages_and_each_has_a_voice_and_a_way_to_write_instants() -> None:
    assert set(LANGUAGES) == set(VOICES) == set(rota.INSTANTS)


@pytest.mark.parametrize("language", ["uk", "", "no"])
def test_a_language_that_is_not_ours_is_answered_in_bokmaal(language: str) -> None:
    assert resolve_language(language) == FALLBACK_LANGUAGE == "nb"
    assert family.DANGER.in_language(language) == family.DANGER.nb
    assert voice_of(language) == VOICES["nb"]


def test_a_gap_that_nothing_fills_is_an_error() -> None:
    with pytest.raises(KeyError, match="link"):
        staff.CHECK_IN.in_language("nb", label="V-014")


def test_every_sentence_about_contacts_is_in_one_group_of_the_page() -> None:
    shown = [sentence for group in PROMPTS.values() for sentence in group]
    known = {sentence for room in ROOMS for sentence in sentences_of(room).values()}

    assert len(shown) == len(set(shown)) == len(SENTENCES)
    assert {*shown, *NOT_ON_THE_PAGE} == known
    assert not set(shown) & NOT_ON_THE_PAGE
    assert set(PROMPTS[SentenceGroup.CALLER]) > family.VOICEMAIL


@pytest.mark.parametrize("room", [staff, rota, accounts])
def test_every_text_of_a_room_is_found_by_its_key(room: ModuleType) -> None:
    assert [room.text_of(text.key) for text in room.TEXTED] == list(room.TEXTED)
