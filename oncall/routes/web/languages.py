"""In which language a page speaks, and how it writes instants and durations."""

from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from flask import g, has_request_context, request, session
from flask_babel import get_locale, gettext, ngettext

from oncall.languages import FALLBACK_LANGUAGE, LANGUAGES

_ALSO_BOKMAL = "no"  # what browsers set to Norwegian ask for

# How each language writes an instant; the day's name is always there.
_LONG = {"en": "EEEE d MMMM 'at' HH:mm", "nb": "EEEE d. MMMM 'kl.' HH:mm", "nn": "EEEE d. MMMM 'kl.' HH:mm"}
_SHORT = {"en": "EEE d MMM HH:mm", "nb": "EEE d. MMM HH:mm", "nn": "EEE d. MMM HH:mm"}
_DAY = {"en": "EEEE d MMMM y", "nb": "EEEE d. MMMM y", "nn": "EEEE d. MMMM y"}

MINUTE, HOUR, DAY = 60, 3600, 86400  # seconds


def choose_language() -> str:
    """Return the visitor's own choice, else what their team has set for them, else the browser's wish."""
    if not has_request_context():
        return FALLBACK_LANGUAGE
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return cast("str", chosen)
    if (visitor := g.get("visitor")) is not None:
        language = visitor.person.language if visitor.person else visitor.team.language
        return language if language in LANGUAGES else FALLBACK_LANGUAGE
    wished = request.accept_languages.best_match([*LANGUAGES, _ALSO_BOKMAL])
    return wished if wished and wished in LANGUAGES else FALLBACK_LANGUAGE


def language() -> str:
    """Return the language of this answer."""
    return str(get_locale())


def write_long(at: datetime, zone: ZoneInfo) -> str:
    """Return "Saturday 14 March at 02:40"."""
    return _write(at, zone, _LONG[language()])


def write_short(at: datetime, zone: ZoneInfo) -> str:
    """Return "Sat 14 Mar 02:40"."""
    return _write(at, zone, _SHORT[language()])


def write_day(at: datetime, zone: ZoneInfo) -> str:
    """Return "Saturday 14 March 2026"."""
    return _write(at, zone, _DAY[language()])


def write_date(day: date) -> str:
    """Return "Saturday 14 March 2026" for a day of the calendar."""
    return str(format_date(day, _DAY[language()], locale=get_locale()))


def write_clock(at: datetime, zone: ZoneInfo) -> str:
    """Return "02:40"."""
    return _write(at, zone, "HH:mm")


def write_second(at: datetime, zone: ZoneInfo) -> str:
    """Return "02:40:26"."""
    return _write(at, zone, "HH:mm:ss")


def _write(at: datetime, zone: ZoneInfo, pattern: str) -> str:
    return format_datetime(at.astimezone(zone), pattern, locale=get_locale())


def write_duration(seconds: float) -> str:
    """Return "34 s", "2 min 5 s", "3 h 10 min" or "2 days"."""
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return cast("str", gettext("%(n)s s", n=whole))
    if whole < 10 * MINUTE and whole % MINUTE:
        return cast("str", gettext("%(m)s min %(s)s s", m=whole // MINUTE, s=whole % MINUTE))
    if whole < HOUR:
        return cast("str", gettext("%(n)s min", n=whole // MINUTE))
    if whole < DAY:
        return cast("str", gettext("%(h)s h %(m)s min", h=whole // HOUR, m=whole % HOUR // MINUTE))
    return cast("str", ngettext("%(num)s day", "%(num)s days", whole // DAY))


def write_age(seconds: float) -> str:
    """Return "just now", "4 min ago" and so on, by whole minutes."""
    if seconds < MINUTE:
        return cast("str", gettext("just now"))
    return cast("str", gettext("%(age)s ago", age=write_duration(seconds // MINUTE * MINUTE)))
