"""Does a text hold words of danger? They only raise the alarm; their absence lowers nothing."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

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
"""A team's own list replaces these, language by language. An asterisk stands for any ending."""


def holds_danger(text: str, words: Mapping[str, Iterable[str]] = DEFAULT_WORDS) -> bool:
    """Return whether any word of any language stands in the text, whatever its case or accents' form.

    All languages are looked for: nobody chooses a language in fear.
    """
    folded = _fold(text)
    return any(_pattern(word).search(folded) for each in words.values() for word in each)


def _pattern(word: str) -> re.Pattern[str]:
    stem = re.escape(_fold(word.removesuffix("*")))
    return re.compile(rf"(?<!\w){stem}" + ("" if word.endswith("*") else r"(?!\w)"))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
