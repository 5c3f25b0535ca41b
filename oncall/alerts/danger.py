"""Does a text hold words of danger? They only raise the alarm; their absence lowers nothing."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

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


class NotAWord(Exception):
    """A word of a team's own list would match everything, or nothing; it is the exception's argument."""


def holds_danger(text: str, own: Mapping[str, Iterable[str]] = MappingProxyType({})) -> bool:
    """Return whether any word of any language stands in the text, whatever its case or accents' form.

    A team's own words only add to ours. All languages are looked for: nobody chooses one in fear.
    """
    folded = _fold(text)
    lists = (*DEFAULT_WORDS.values(), *own.values())
    return any(_pattern(word).search(folded) for words in lists for word in words)


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
def _pattern(word: str) -> re.Pattern[str]:
    stem = re.escape(_fold(word.removesuffix("*")))
    return re.compile(rf"(?<!\w){stem}" + ("" if word.endswith("*") else r"(?!\w)"))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
