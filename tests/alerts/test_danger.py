"""Words of danger: they raise the alarm, and nothing lowers it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.alerts.danger import DEFAULT_WORDS, holds_danger

WORDS = sorted(word.removesuffix("*") for words in DEFAULT_WORDS.values() for word in words)


@pytest.mark.parametrize(
    "text",
    ["pappa er full", "HJELP", "han slår mamma", "eg er redd", "he hit me", "tar selvmordet nå", "ring 112!"],
)
def test_a_cry_for_help_is_heard(text: str) -> None:
    assert holds_danger(text)


@pytest.mark.parametrize("text", ["hei, når kommer du?", "takk for i dag", "fullmakten er sendt", "døra"])
def test_a_word_inside_another_word_is_none(text: str) -> None:
    assert not holds_danger(text)


@given(st.text(), st.sampled_from(WORDS), st.text())
def test_nothing_around_a_word_of_danger_hides_it(before: str, word: str, after: str) -> None:
    assert holds_danger(f"{before} {word} {after}")


@given(st.text(), st.text())
def test_more_words_never_lower_the_alarm(text: str, more: str) -> None:
    if holds_danger(text):
        assert holds_danger(f"{text} {more}")
        assert holds_danger(f"{more} {text}")


@given(st.sampled_from(WORDS), st.sampled_from(("NFC", "NFD", "NFKC", "NFKD")))
def test_it_does_not_matter_how_a_phone_spells_its_letters(word: str, form: str) -> None:
    assert holds_danger(unicodedata.normalize(form, word.upper()))  # type: ignore[arg-type]


def test_a_teams_own_list_stands_in_the_place_of_ours() -> None:
    own = {"nb": ("snø*",)}

    assert holds_danger("snøen faller", own)
    assert not holds_danger("hjelp", own)
