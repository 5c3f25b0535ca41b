"""Which phone number is meant by what somebody has written?"""

import re

from oncall.teamfile import values
from oncall.teamfile.table import Unreadable

_BLANKS = re.compile(r"[\s\u00a0()./-]")
_NORWEGIAN = re.compile(r"[2-9][0-9]{7}|0[0-9]{4}|116[0-9]{3}")


class NotANumber(Exception):
    """What was written is no phone number that can be reached."""


def read_number(written: str) -> str:
    """Return the number in E.164; without a country it is a Norwegian one. Raises NotANumber.

    Numbers of other countries are kept. Emergency numbers are refused: the line never dials them.
    """
    number = _BLANKS.sub("", written)
    if number.startswith("00"):
        number = "+" + number[2:]
    elif _NORWEGIAN.fullmatch(number):
        number = "+47" + number
    elif re.fullmatch(r"47[2-9][0-9]{7}", number):
        number = "+" + number
    try:
        return values.phone(number)
    except Unreadable as fault:
        raise NotANumber(str(fault)) from None


def write_number(number: str) -> str:
    """Return a number as it is read aloud: "+47 900 01 101" in groups, others as they are."""
    if re.fullmatch(r"\+47[0-9]{8}", number):
        digits = number[3:]
        return f"+47 {digits[:3]} {digits[3:5]} {digits[5:]}"
    return number
