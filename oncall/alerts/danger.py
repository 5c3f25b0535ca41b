"""Does a text hold words of danger? They only raise the alarm; their absence lowers nothing."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from oncall.same_words import normalize, without_marks

DEFAULT_WORDS: Mapping[str, tuple[str, ...]] = {
    "nb": (
        "112",
        "113",
        "blod",
        "blør",
        "drep*",
        "drept",
        "dø",
        "dør",
        "full",
        "fulle",
        "hjelp",
        "kniv*",
        "livredd",
        "politi*",
        "redd",
        "ruset",
        "selvmord*",
        "skadet",
        "slo",
        "slår",
        "truer",
        "ta livet*",
        "vold*",
        "våpen*",
    ),
    "nn": (
        "drep*",
        "døy",
        "døyr",
        "hjelp",
        "kniv*",
        "livredd",
        "redd",
        "rusa",
        "sjølvmord*",
        "slår",
        "slo",
        "trugar",
        "vald*",
        "våpen*",
    ),
    "en": (
        "afraid",
        "blood",
        "drunk",
        "gun",
        "help",
        "hit",
        "hits",
        "hurt",
        "kill*",
        "knife",
        "police",
        "scared",
        "suicid*",
        "threat*",
        "weapon*",
    ),
}
"""Those that count in every team, beside its own. An asterisk stands for any ending."""

LONGEST_WORD, MOST_WORDS = 40, 200
SHORTEST_BARE = 4  # letters: "dø" without its stroke is the English "do"
SHORTEST_QUOTE = 8  # letters


class NotAWord(Exception):
    """A word of a team's own list would match everything, or nothing; it is the exception's argument."""


def holds_danger(text: str, own: Mapping[str, Iterable[str]] = MappingProxyType({})) -> bool:
    """Return whether any word of any language stands in the text, whatever its case or accents' form.

    A team's own words only add to ours. All languages are looked for: nobody chooses one in fear.
    """
    words = normalize(text)
    bare = without_marks(words)
    lists = (*DEFAULT_WORDS.values(), *own.values())
    for word in (word for of_language in lists for word in of_language):
        as_written, without_its_marks = _patterns(word)
        if as_written.search(words) or (without_its_marks and without_its_marks.search(bare)):
            return True
    return False


def drop_quotes(text: str, sent: Iterable[str]) -> str:
    """Return what people wrote without what they quote of ours, as a reaction to a text does.

    `sent` is what we have written to them. A quote may be cut: its first words are enough.
    """
    words = normalize(text)
    ours = sorted(filter(None, map(normalize, sent)), key=len, reverse=True)
    for sentence in ours:
        words = words.replace(sentence, " ")
    for quoted in re.findall(r'"([^"]*)"', words):
        begun = quoted.rstrip(" .\u2026")
        if len(begun) >= SHORTEST_QUOTE and any(sentence.startswith(begun) for sentence in ours):
            words = words.replace(f'"{quoted}"', " ")
    return words


def clean_words(words: Iterable[str]) -> tuple[str, ...]:
    """Return a team's own words, each once, without blanks around them; raises NotAWord."""
    cleaned = tuple(dict.fromkeys(" ".join(word.split()) for word in words if word.strip()))
    for word in cleaned:
        stem = word.removesuffix("*").strip()
        if not stem or "*" in stem or len(word) > LONGEST_WORD or not word.isprintable():
            raise NotAWord(word)
    if len(cleaned) > MOST_WORDS:
        raise NotAWord(cleaned[MOST_WORDS])
    return cleaned


@lru_cache(maxsize=4096)
def _patterns(word: str) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    """Return what finds a word, and what finds it in a text without rings and dots where it has any."""
    marked = normalize(word)
    plain = without_marks(marked)
    distinct = plain != marked and len(plain.rstrip("*")) >= SHORTEST_BARE
    return _compile(marked), _compile(plain) if distinct else None


def _compile(word: str) -> re.Pattern[str]:
    stem = re.escape(word.removesuffix("*"))
    return re.compile(rf"(?<!\w){stem}" + ("" if word.endswith("*") else r"(?!\w)"))
