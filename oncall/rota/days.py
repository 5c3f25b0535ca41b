"""Which days are holidays, and which evenings before them are special to most teams?"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter
from holidays import country_holidays

from oncall.languages import FALLBACK_LANGUAGE

_DAY = timedelta(days=1)
# Asked for "nb" or "nn" the package answers in English without a word about it.
_LANGUAGES = {"nb": "no", "nn": "no", "en": "en_US"}
# The package has no nynorsk: its bokmål names, and what differs.
_NYNORSK = (("Arbeidernes dag", "Arbeidardagen"), ("Grunnlovsdag", "Grunnlovsdagen"))
_EVES = {
    "nb": ("Påskeaften", "Julaften", "Nyttårsaften"),
    "nn": ("Påskeaftan", "Julaftan", "Nyttårsaftan"),
    "en": ("Easter Eve", "Christmas Eve", "New Year's Eve"),
}


@lru_cache(maxsize=256)
def holidays_of(year: int, language: str = FALLBACK_LANGUAGE) -> Mapping[date, str]:
    """Return Norway's public holidays of a year with their names; Sundays only where they have one."""
    found = dict(country_holidays("NO", years=year, language=_LANGUAGES[language]).items())
    if language != "nn":
        return found
    for bokmaal, nynorsk in _NYNORSK:
        found = {day: name.replace(bokmaal, nynorsk) for day, name in found.items()}
    return found


def holidays_between(first: date, last: date, language: str = FALLBACK_LANGUAGE) -> Mapping[date, str]:
    """Return the holidays from the first to the last day, both included."""
    return {
        day: name
        for year in range(first.year, last.year + 1)
        for day, name in sorted(holidays_of(year, language).items())
        if first <= day <= last
    }


def eves_of(year: int, language: str = FALLBACK_LANGUAGE) -> Mapping[date, str]:
    """Return the evenings that are no holidays by law, and matter to most teams: to be suggested."""
    names = _EVES[language]
    days = (easter(year) - _DAY, date(year, 12, 24), date(year, 12, 31))
    return dict(zip(days, names, strict=True))


def is_red(day: date) -> bool:
    """Tell whether a day is a Sunday or a public holiday."""
    return day.isoweekday() == 7 or day in holidays_of(day.year)
