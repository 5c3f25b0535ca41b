"""Words of danger: they raise the alarm, and nothing lowers it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.alerts.danger import DEFAULT_WORDS, NotAWord, clean_words, holds_danger

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


@given(st.text(), st.lists(st.text(alphabet="abcæøå", min_size=1), max_size=3))
def test_a_teams_own_words_only_raise_the_alarm(text: str, own: list[str]) -> None:
    if holds_danger(text):
        assert holds_danger(text, {"nb": tuple(own)})


def test_a_teams_own_words_stand_beside_ours() -> None:
    own = {"nb": ("snø*",), "uk": ("допоможіть",)}

    assert holds_danger("snøen faller", own)
    assert holds_danger("Допоможіть!", own)
    assert holds_danger("hjelp", own)
    assert not holds_danger("snøen faller")


def test_a_list_is_cleaned_before_it_is_kept() -> None:
    assert clean_words([" bjørn ", "", "ta  livet*", "bjørn"]) == ("bjørn", "ta livet*")


@pytest.mark.parametrize("word", ["*", " *", "a*b", "x" * 41, "hei\x00"])
def test_a_word_that_means_everything_or_nothing_is_refused(word: str) -> None:
    with pytest.raises(NotAWord):
        clean_words(["redd", word])
