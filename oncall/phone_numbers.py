"""Read phone numbers in any spelling, and the names that may stand in a number's place."""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

import phonenumbers

HOME = "NO"  # the country of a number that is written without one
LONGEST_NAME = 80
# Norwegian service numbers, which phonenumbers refuses: five digits (02800), or 116 and three more.
SERVICE = r"0[0-9]{4}|116[0-9]{3}"
_NORWEGIAN_SERVICE = re.compile(rf"\+47(?:{SERVICE})")
_AS_THE_CARRIER_WRITES = re.compile(r"\+47[2-79][0-9]{7}")
_SERVICE_AT_HOME = re.compile(SERVICE)
_SEPARATORS = re.compile(r"[\s()./\u2010-\u2015\u2212_-]")
_ZERO_AT_HOME = re.compile(r"^((?:\+|00)\s*[0-9]{1,3}\s*)\(0\)")
_SCHEME = re.compile(r"(?:sips?|tel):", re.IGNORECASE)
_CONTEXT = re.compile(r";phone-context=(\+[0-9]{1,3})(?![0-9])", re.IGNORECASE)

# Words that say that a number is hidden. A carrier may spell them on a phone's keys, with or without the code
# of a country before: taken for a number they would make one family of all who hide.
_HIDDEN = (
    *("anonymous", "unknown", "restricted", "unavailable", "private", "blocked", "withheld", "hidden"),
    *("unidentified", "nocallerid", "nonumber", "notavailable", "outofarea", "undisclosed", "asserted"),
)
_ON_KEYS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_HIDDEN_ON_KEYS = frozenset(word.translate(_ON_KEYS) for word in _HIDDEN)


@dataclass(frozen=True, slots=True)
class Sender:
    """What stands in the place of a caller's or writer's number; neither: it is withheld."""

    number: str | None = None  # E.164
    name: str | None = None  # of one who has no number to call: "Telenor", "1881", "whatsapp:+47..."
    doubtful: bool = False  # a caller's number that could exist, though none of its kind is in use


def read_sender(written: str, *, names: bool = False) -> Sender:
    """Return who calls or writes, whatever the spelling; with `names` a name is one too, as of a text.

    A word for a hidden number, also spelled on a phone's keys, is nobody.
    """
    if _AS_THE_CARRIER_WRITES.fullmatch(written) and written[3:] not in _HIDDEN_ON_KEYS:
        return Sender(written)  # nearly every call: the rest is not looked at while the carrier waits
    text = drop_invisible(written)
    channel, _, address = text.partition(":")
    on_other_channel = bool(address) and channel.isalnum() and not _SCHEME.match(text)
    number = None if on_other_channel else format_number(text)
    if number is not None:
        return Sender(number, doubtful=not names and not _is_valid(number))
    return Sender(name=_name(text) if names else None)


def format_number(written: str) -> str | None:
    """Return a number in E.164 without the zero that is dialled at home only; None: it is none."""
    digits = _plain(drop_invisible(written))
    return None if digits is None or is_hidden(digits) else _parse(digits)


def is_hidden(number: str) -> bool:
    """Return whether the digits are a word for a hidden number, with or without a country's code."""
    digits = number.removeprefix("+")
    return any(
        digits[length:] in _HIDDEN_ON_KEYS
        for length in range(4)
        if length == 0 or int(digits[:length] or 0) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    )


def drop_invisible(written: str) -> str:
    """Return the text without characters that nobody sees, such as marks of writing direction."""
    text = unicodedata.normalize("NFKC", written)
    seen = (letter for letter in text if unicodedata.category(letter) not in ("Cf", "Cc"))
    return "".join(seen).strip()


def _plain(text: str) -> str | None:
    """Return digits with their country where it is written, out of any address; None where there are none."""
    address = "".join(str(unicodedata.digit(letter, letter)) for letter in unquote(text))
    if between := re.search(r"<([^>]*)>", address):
        address = between[1].strip()
    context = _CONTEXT.search(address)
    address = re.split(r"[;,@x]", _SCHEME.sub("", address, count=1), maxsplit=1, flags=re.IGNORECASE)[0]
    digits = _SEPARATORS.sub("", _ZERO_AT_HOME.sub(r"\1", address))
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif context and not digits.startswith("+"):
        digits = context[1] + digits
    return digits if re.fullmatch(r"\+?[0-9]{4,17}", digits) else None


def _parse(digits: str) -> str | None:
    if _SERVICE_AT_HOME.fullmatch(digits):
        return "+47" + digits
    if _NORWEGIAN_SERVICE.fullmatch(digits):
        return digits
    try:
        parsed = phonenumbers.parse(digits, HOME)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return number if re.fullmatch(r"\+[1-9][0-9]{5,14}", number) else None


def _is_valid(number: str) -> bool:
    known = phonenumbers.is_valid_number(phonenumbers.parse(number))
    return known or bool(_NORWEGIAN_SERVICE.fullmatch(number))


def _name(text: str) -> str | None:
    bare = _SCHEME.sub("", text, count=1).partition("@")[0]
    letters = "".join(letter for letter in bare.casefold() if letter.isalnum())
    hidden = not letters or letters in _HIDDEN or (letters.isdigit() and is_hidden(letters))
    return None if hidden else text[:LONGEST_NAME]
