"""Compare words that people and phones write differently: blanks, hyphens, quotes, rings and dots."""

import re
import unicodedata

_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63"), "-")
_QUOTES = dict.fromkeys(map(ord, "“”„‟«»″"), '"') | dict.fromkeys(map(ord, "‘’‚‛′`´"), "'")
_ALIKE = str.maketrans(_HYPHENS | _QUOTES)
_WITHOUT_MARKS = (("æ", "a"), ("ae", "a"), ("ø", "o"), ("oe", "o"), ("aa", "a"), ("đ", "d"), ("ł", "l"))


def normalize(text: str) -> str:
    """Return the text as it is compared: small letters, one kind of hyphen and quote, single blanks.

    Characters that nobody sees, such as a soft hyphen or a mark of writing direction, are dropped.
    """
    seen = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())
    return " ".join(folded.translate(_ALIKE).split())


def without_marks(normalized: str) -> str:
    """Return normalized words as without æ, ø and å on the keyboard: "slår", "slaar" and "slar" are one."""
    bare = unicodedata.normalize("NFKD", normalized)
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    for letter, instead in _WITHOUT_MARKS:
        bare = bare.replace(letter, instead)
    return bare


def spelled_anyhow(name: str) -> re.Pattern[str]:
    """Return a pattern that finds a name in normalized words, whatever stands between its parts.

    "V-014" is also found as "v 014" and "v014".
    """
    parts = re.findall(r"[^\W\d_]+|\d+", normalize(name))
    between = r"[\W_]{0,3}".join(re.escape(part) for part in parts)
    return re.compile(rf"(?<!\w){between}(?!\w)")
