"""What may stand in a field of a team file: each reader returns the value or says what to write."""

import re
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from oncall.alerts.danger import NotAWord, clean_words
from oncall.languages import LANGUAGE_CODE, LANGUAGES
from oncall.phone_numbers import drop_invisible, format_number
from oncall.rota.clock_hours import Hours
from oncall.teamfile.table import Unreadable

Choice = TypeVar("Choice", bound=StrEnum)

EMERGENCY = ("110", "112", "113")

_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_LONGEST_TEXT = 200
_LONGEST_WORDS = 2000
_WRITTEN_NUMBER = re.compile(r"\+[\d\s()./\u2010-\u2015\u2212-]+")
_KEY = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_LABEL = re.compile(r"[A-Za-zÆØÅæøåÄÖäö0-9][A-Za-zÆØÅæøåÄÖäö0-9./_-]{0,29}")


def text(value: object) -> str:
    """Read a name or sentence of at most 200 printable characters."""
    if not isinstance(value, str) or not value.strip():
        raise Unreadable('write a text in quotes: "..."')
    if len(value) > _LONGEST_TEXT or not value.isprintable():
        raise Unreadable(f"at most {_LONGEST_TEXT} characters, on one line")
    return value.strip()


def words(value: object) -> str:
    """Read a text of at most 2000 characters, of one line or several."""
    if not isinstance(value, str):
        raise Unreadable('write a text in quotes: "..."')
    if len(value) > _LONGEST_WORDS or not all(line.isprintable() for line in value.splitlines()):
        raise Unreadable(f"at most {_LONGEST_WORDS} characters that can be read")
    return value.strip()


def is_label(text: str) -> bool:
    """Whether a case may be called so: a code, since it is sent by text, and never a name or a number."""
    return bool(_LABEL.fullmatch(text)) and any(map(str.isdigit, text)) and not re.search(r"\d{8}", text)


def key(value: object) -> str:
    """Read a short name that is used in addresses and logs."""
    if not isinstance(value, str) or not _KEY.fullmatch(value) or len(value) > _LONGEST_TEXT:
        raise Unreadable('write it in small letters a to z, digits and hyphens: "sor-vest"')
    return value


def flag(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise Unreadable("write true or false, without quotes")
    return value


def whole(low: int, high: int) -> Callable[[object], int]:
    """Return a reader of whole numbers from `low` to `high`."""

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise Unreadable(f"write a whole number from {low} to {high}, without quotes")
        return value

    return read


def whole_or_several(low: int, high: int) -> Callable[[object], tuple[int, ...]]:
    """Return a reader of one whole number from `low` to `high`, or of a list of them."""

    def read(value: object) -> tuple[int, ...]:
        several = value if isinstance(value, list) and value else [value]
        return tuple(whole(low, high)(one) for one in several)

    return read


def minutes(value: object) -> float:
    """Read a number of minutes, up to a day."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 24 * 60:
        raise Unreadable("write a number of minutes, such as 5 or 0.5, without quotes")
    return float(value)


def phone(value: object) -> str:
    """Read a phone number; return it in E.164, without blanks."""
    if not isinstance(value, str):
        raise Unreadable('write the number in quotes: "+47..."')
    written = drop_invisible(value)
    if re.sub(r"\D", "", written).removeprefix("47") in EMERGENCY:
        raise Unreadable("the line never dials 110, 112 or 113; name a service that has agreed to answer")
    if not _WRITTEN_NUMBER.fullmatch(written):
        raise Unreadable('write the number with its country: "+47" and eight digits')
    number = format_number(written)
    if number is None:
        raise Unreadable(
            'not a phone number; write "+47" and eight digits, or another country\'s number in full'
        )
    return number


def phone_besides(lines: Collection[str]) -> Callable[[object], str]:
    """Return a reader of phone numbers other than the team's own lines, which would lead back to us."""

    def read(value: object) -> str:
        number = phone(value)
        if number in lines:
            raise Unreadable("this is the team's own line; ringing it would lead back here")
        return number

    return read


def zone(value: object) -> ZoneInfo:
    """Read a time zone by its name."""
    try:
        return ZoneInfo(str(value) if isinstance(value, str) and value else "no such zone")
    except (ZoneInfoNotFoundError, ValueError, OSError):  # what it raises of odd names differs
        raise Unreadable('write the name of a time zone: "Europe/Oslo"') from None


def language(value: object) -> str:
    """Read a language in which the pages and prompts exist."""
    if not isinstance(value, str) or value not in LANGUAGES:
        raise Unreadable(f"one of {_listed(LANGUAGES)}")
    return value


def any_language(value: object) -> str:
    """Read the code of any language: a family's own."""
    if not isinstance(value, str) or not LANGUAGE_CODE.fullmatch(value):
        raise Unreadable('write the code of a language: "nb", "uk", "ar", "ti"')
    return value


def danger_word(value: object) -> str:
    """Read a word, or several that stand together; an asterisk at the end stands for any ending."""
    try:
        (word,) = clean_words([text(value)])
    except NotAWord:
        raise Unreadable('write a word of at most 40 letters; "*" only at its end: "fylle*"') from None
    return word


def clock(value: object) -> time:
    """Read a time on the wall clock, to the minute."""
    if isinstance(value, time) and value.tzinfo is None and not value.second and not value.microsecond:
        return value
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise Unreadable('write a time of day as "08:00"')
    return time(int(found[1]), int(found[2]))


def hours(value: object) -> Hours:
    """Read the hours of a service; "00:00-24:00" is round the clock."""
    first, dash, last = value.replace(" ", "").partition("-") if isinstance(value, str) else ("", "", "")
    if not (dash and _CLOCK.fullmatch(first) and (_CLOCK.fullmatch(last) or last == "24:00")):
        raise Unreadable('write the hours as "15:30-08:00", or "00:00-24:00" for round the clock')
    return Hours(clock(first), clock("00:00" if last == "24:00" else last))


def day(value: object) -> date:
    """Read a date."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Unreadable("write a date without quotes: 2026-01-05")
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise Unreadable(f"the year lies outside {_FIRST_YEAR} to {_LAST_YEAR}")
    return value


def moment(value: object) -> datetime:
    """Read a date and time with its offset; return it in UTC."""
    if not isinstance(value, datetime):
        raise Unreadable("write date, time and offset without quotes: 2026-05-17T08:00:00+02:00")
    if value.utcoffset() is None:
        raise Unreadable("add the offset from UTC: +01:00 in Norway's winter, +02:00 in its summer")
    day(value.date())
    return value.astimezone(UTC)


def choice(options: type[Choice]) -> Callable[[object], Choice]:
    """Return a reader of one word of several."""

    def read(value: object) -> Choice:
        try:
            return options(value) if isinstance(value, str) else _refuse(options)
        except ValueError:
            return _refuse(options)

    return read


def one_of(known: Collection[str], what: str) -> Callable[[object], str]:
    """Return a reader of a name that the file must know; `what` says what it is the name of."""

    def read(value: object) -> str:
        if isinstance(value, str) and value in known:
            return value
        close = get_close_matches(value, known, n=1) if isinstance(value, str) else []
        hint = f'did you mean "{close[0]}"?' if close else f"known: {_listed(sorted(known)) or 'none'}"
        raise Unreadable(f"the team has no such {what}; {hint}")

    return read


def _refuse(options: type[Choice]) -> Choice:
    raise Unreadable(f"one of {_listed(tuple(options))}")


def _listed(words: Collection[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)
