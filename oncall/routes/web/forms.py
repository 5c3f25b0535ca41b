"""Read the fields of a form and collect what is wrong with each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext

from oncall.rota.model import Tier

Fields = Mapping[str, str]

JUST_NOW = timedelta(minutes=60)  # a form that lay open for so long still means "from now on"
YEARS = range(2000, 2200)  # beyond them a date is a slip of the finger


def says_the_same(one: str, other: str) -> bool:
    """Whether two texts of a form are one: a browser sends lines back with other ends than it got."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()


class InvalidForm(Exception):
    """Something in the form cannot be taken; each field with the sentence that says what."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        """The sentences, by field."""
        super().__init__("; ".join(errors.values()))
        self.errors = errors


@dataclass
class Form:
    """Reads one field after another and remembers what is wrong with each."""

    fields: Fields
    zone: ZoneInfo

    def __post_init__(self) -> None:
        self.errors: dict[str, str] = {}

    def refuse(self, field: str, sentence: str) -> None:
        """Remember what is wrong; the first of a field counts."""
        self.errors.setdefault(field, sentence)

    def day(self, field: str) -> date | None:
        """Return a day, None where it cannot be read."""
        try:
            read = date.fromisoformat(self.fields.get(field, "").strip())
        except ValueError:
            read = date.min
        if read.year in YEARS:
            return read
        self.refuse(field, gettext("This is not a day. Write it like 2026-03-14."))
        return None

    def clock(self, field: str) -> time | None:
        """Return a time of day, None where it cannot be read."""
        try:
            read = time.fromisoformat(self.fields.get(field, "").strip())
        except ValueError:
            self.refuse(field, gettext("This is not a time. Write it like 08:00."))
            return None
        return read.replace(tzinfo=None)

    def instant(self, name: str) -> datetime | None:
        """Return when the fields `<name>_day` and `<name>_time` are, None where there is no such instant."""
        day, clock = self.day(f"{name}_day"), self.clock(f"{name}_time")
        if day is None or clock is None:
            return None
        first = datetime.combine(day, clock, self.zone)
        second = first.replace(fold=1)
        if first.utcoffset() != second.utcoffset():
            back = first.astimezone(UTC).astimezone(self.zone)
            if back.replace(tzinfo=None) != first.replace(tzinfo=None):
                sentence = gettext(
                    "The clock skips this time on that night. Choose an earlier or a later one."
                )
            else:
                sentence = gettext(
                    "The clock shows this time twice on that night. Choose an earlier or later one."
                )
            self.refuse(f"{name}_time", sentence)
            return None
        return first.astimezone(UTC)

    def number(self, field: str, least: int, most: int) -> int | None:
        """Return a whole number within bounds, None where it is none."""
        written = self.fields.get(field, "").strip()
        if written.isdecimal() and len(written) < 6 and least <= int(written) <= most:
            return int(written)
        self.refuse(field, gettext("Write a number from %(least)s to %(most)s.", least=least, most=most))
        return None

    def tier(self) -> Tier | None:
        """Return the tier, None where there is none of that name."""
        written = self.fields.get("tier", "")
        if written in list(Tier):
            return Tier(written)
        self.refuse("tier", gettext("There is no such choice."))
        return None


def from_now_on(start: datetime | None, now: datetime) -> datetime | None:
    """Return the start, or now where the form has lain open for a little while."""
    return max(start, now) if start is not None and start >= now - JUST_NOW else start


def check_interval(form: Form, start: datetime | None, end: datetime | None, now: datetime) -> None:
    """Note in the form where the end is before the start, or the start lies in the past."""
    if start is not None and start < now:
        form.refuse("from_day", gettext("This is over: duty that has been cannot be changed."))
    if start is not None and end is not None and end <= start:
        form.refuse("to_day", gettext("The end is not after the start."))


def fill(name: str, at: datetime, zone: ZoneInfo) -> dict[str, str]:
    """Return an instant as its two fields."""
    local = at.astimezone(zone)
    return {f"{name}_day": local.date().isoformat(), f"{name}_time": local.strftime("%H:%M")}
