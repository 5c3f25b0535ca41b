"""Read what a staff member orders by text: the codes of alerts, and words for the family behind one."""

import re
import unicodedata
from dataclasses import dataclass

_CODE = re.compile(r"\d{4}(?=$|[\s.,:;/&+-])")
_BETWEEN = re.compile(r"^[\s.,:;/&+-]*(?:(?:og|and)\s+(?=\d{4}))?")
_CODES_ALONE = re.compile(r"(?:\W*\b\d{4}\b\W*)+")


@dataclass(frozen=True, slots=True)
class TextOrder:
    """The groups of four digits with which a text begins, and what follows each of them."""

    codes: tuple[str, ...]
    words: tuple[str, ...]


def read_order(body: str) -> TextOrder:
    """Return the order; the caller finds how many of its groups are codes, and not a family's words."""
    codes, words = [], []
    rest = _strip(body)
    while found := _CODE.match(rest):
        codes.append("".join(str(unicodedata.digit(digit)) for digit in found[0]))
        rest = _strip(rest[found.end() :])
        rest = _BETWEEN.sub("", rest, count=1)
        words.append(rest)
    return TextOrder(tuple(codes), tuple(words))


def looks_like_codes(words: str) -> bool:
    """Tell whether words are nothing but groups of four digits: perhaps codes with a digit gone wrong."""
    return bool(_CODES_ALONE.fullmatch(words))


def _strip(text: str) -> str:
    """Return the text without blanks and unseen marks around it; those within stay, as in an emoji."""
    seen = [place for place, letter in enumerate(text) if not (letter.isspace() or _is_unseen(letter))]
    return text[seen[0] : seen[-1] + 1] if seen else ""


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cf", "Cc")
