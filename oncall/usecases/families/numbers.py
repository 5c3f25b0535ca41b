"""Which phone number is meant by what somebody has written?"""

import re

from oncall.phone_numbers import SERVICE, drop_invisible
from oncall.teamfile import values
from oncall.teamfile.table import Unreadable

_BLANKS = re.compile(r"[\s\u00a0()./-]")
_NORWEGIAN = re.compile(rf"[2-9][0-9]{{7}}|{SERVICE}")


class NotANumber(Exception):
    """What was written is no phone number that can be reached."""


def read_phone_number(written: str) -> str:
    """Return the number in E.164; without a country it is a Norwegian one. Raises NotANumber.

    Numbers of other countries are kept. Emergency numbers are refused: the line never dials them.
    """
    number = _BLANKS.sub("", drop_invisible(written))
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
    """Return a number as it is read aloud: "+47 900 01 101", "+47 33 90 01 21", others as they are."""
    if mobile := re.fullmatch(r"\+47([489]\d\d)(\d\d)(\d{3})", number):
        return "+47 " + " ".join(mobile.groups())
    if landline := re.fullmatch(r"\+47(\d\d)(\d\d)(\d\d)(\d\d)", number):
        return "+47 " + " ".join(landline.groups())
    return number
