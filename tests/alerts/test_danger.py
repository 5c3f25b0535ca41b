"""Words of danger: they raise the alarm, and nothing lowers it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.alerts.danger import DEFAULT_WORDS, NotAWord, clean_words, drop_quotes, holds_danger

WORDS = sorted(word.removesuffix("*") for words in DEFAULT_WORDS.values() for word in words)


@pytest.mark.parametrize(
    "text",
    ["pappa er full", "HJELP", "han slår mamma", "eg er redd", "he hit me", "tar selvmordet nå", "ring 112!"],
)
def test_a_cry_for_help_is_heard(text: str) -> None:
    assert holds_danger(text)


@pytest.mark.parametrize(
    "text",
    [
        "jeg vil ta  livet mitt",
        "jeg vil ta\nlivet mitt",
        "han sl\u00adår",
        "han sla\u030ar",
        "han slar mamma",
        "han slaar mamma",
        "det blor",
        "det bloer",
        "han har vapen",
        "HAN HAR VAAPEN",
    ],
)
def test_a_cry_for_help_is_heard_however_it_is_written(text: str) -> None:
    assert holds_danger(text)


@pytest.mark.parametrize("text", ["what do you do", "jeg har en dor", "alt er rolig"])
def test_a_word_that_lost_its_ring_alarms_only_where_it_is_no_other_word(text: str) -> None:
    assert not holds_danger(text)


SENT = ("Vi har fått meldingen din. Er noen i fare for livet, ring 112.", "Er han full nå?")


@pytest.mark.parametrize(
    "reaction",
    [
        'Liked "Vi har fått meldingen din. Er noen i fare for livet, ring 112."',
        "Likte «Vi har fått meldingen din. Er noen i fare for livet, ring 112.»",
        "👍 to “Vi har fått meldingen din.  Er noen i fare for livet, ring 112. ”",
        'Loved "Er han full…"',
        "> Vi har fått meldingen din. Er noen i fare for livet, ring 112.\nTakk",
    ],
)
def test_a_quote_of_ours_is_no_cry_for_help(reaction: str) -> None:
    assert holds_danger(reaction)
    assert not holds_danger(drop_quotes(reaction, SENT))


@pytest.mark.parametrize(
    "text",
    [
        'Liked "Vi har fått meldingen din. Er noen i fare for livet, ring 112." han slår',
        'han sier "jeg skal drepe deg"',
        "er han full nå? ja, og han slår",
        "ring 112",
    ],
)
def test_the_familys_own_words_beside_a_quote_are_heard(text: str) -> None:
    assert holds_danger(drop_quotes(text, SENT))


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
