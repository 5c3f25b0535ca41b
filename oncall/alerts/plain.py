"""Transliterate an alert so that a text of it stays short.

One letter outside the alphabet of the mobile network makes every segment less than half as long. A
family's words are never changed; names and labels in alerts to staff are.
"""

import unicodedata

ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""GSM 7-bit, the letters that count once."""

_INSTEAD = {
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "‘": "'",
    "’": "'",
    "–": "-",
    "—": "-",
    "…": "...",
    "đ": "d",
    "Đ": "D",
    "ŋ": "n",
    "Ŋ": "N",
    "ŧ": "t",
    "Ŧ": "T",
    "ł": "l",
    "Ł": "L",
    "\u00a0": " ",
}


def transliterate(text: str) -> str:
    """Return the text in the network's own alphabet: other letters lose their marks, or become a `?`."""
    return "".join(letter if letter in ALPHABET else _replace(letter) for letter in text)


def _replace(letter: str) -> str:
    if letter in _INSTEAD:
        return _INSTEAD[letter]
    bare = "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
    return bare if bare and all(c in ALPHABET for c in bare) else "?"
