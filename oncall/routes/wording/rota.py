"""Word the rota's pages: tiers, rules, findings and changes."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date as format_day
from flask_babel import format_date, format_decimal, gettext, lazy_gettext, ngettext

from oncall.rota.calendar import Calendar, RowKind, View
from oncall.rota.limits import SOURCES, WorkingTimeRule
from oncall.rota.model import Layer, PersonId, Tier, Weekday
from oncall.rota.working_time import Breach
from oncall.routes.web.languages import language, write_short
from oncall.routes.web.staff_names import find_name
from oncall.routes.web.visitor import visitor
from oncall.usecases.rota.daily_check import RotaFinding, Shortcoming
from oncall.usecases.rota.history import Note

TIERS = {
    Tier.DUTY: lazy_gettext("On duty"),
    Tier.BACKUP: lazy_gettext("Backup"),
    Tier.LEADER: lazy_gettext("Leader"),
}
VIEWS = {
    View.MONTH: lazy_gettext("Month"),
    View.FORTNIGHT: lazy_gettext("Two weeks"),
    View.DAY: lazy_gettext("Day"),
}
KINDS = {
    RowKind.OVERRIDE: lazy_gettext("Changed: %(tier)s"),
    RowKind.LAYER: lazy_gettext("Layer: %(tier)s"),
    RowKind.ABSENCE: lazy_gettext("Away"),
}
WEEKDAYS = {
    Weekday.MON: lazy_gettext("Monday"),
    Weekday.TUE: lazy_gettext("Tuesday"),
    Weekday.WED: lazy_gettext("Wednesday"),
    Weekday.THU: lazy_gettext("Thursday"),
    Weekday.FRI: lazy_gettext("Friday"),
    Weekday.SAT: lazy_gettext("Saturday"),
    Weekday.SUN: lazy_gettext("Sunday"),
}
EDITS = {
    "ChangeShift": lazy_gettext("Changed a shift"),
    "Exchange": lazy_gettext("Exchanged two shifts"),
    "SetLayers": lazy_gettext("Changed the layers"),
    "AddAbsence": lazy_gettext("Entered an absence"),
    "NameFallback": lazy_gettext("Named who answers when nobody is there"),
    "EndAbsence": lazy_gettext("Ended an absence"),
    "Restore": lazy_gettext("Restored an earlier version"),
    "TakeOff": lazy_gettext("Took somebody off duty"),
}
REASONS = {  # that the service itself writes into the journal
    "undo": lazy_gettext("taken back"),
    "swap": lazy_gettext("a swap"),
    "sick": lazy_gettext("fell sick"),
    "take over": lazy_gettext("took over"),
}
RULES = {
    WorkingTimeRule.PUBLISHED: lazy_gettext("Published in time"),
    WorkingTimeRule.WEEK_HOURS: lazy_gettext("Hours a week"),
    WorkingTimeRule.DAILY_REST: lazy_gettext("Daily rest"),
    WorkingTimeRule.WEEKLY_REST: lazy_gettext("Weekly rest"),
    WorkingTimeRule.NIGHTS: lazy_gettext("Nights running"),
    WorkingTimeRule.WEEKENDS: lazy_gettext("Weekends"),
    WorkingTimeRule.RED_DAYS: lazy_gettext("Sundays and holidays"),
    WorkingTimeRule.LEADER_BACKUP: lazy_gettext("Leader as backup"),
    WorkingTimeRule.NEWCOMER: lazy_gettext("New employee alone"),
    WorkingTimeRule.FAIRNESS: lazy_gettext("Fairness"),
}
_BREACHES = {
    WorkingTimeRule.WEEK_HOURS: lazy_gettext(
        "%(measured)s hours of work in the week; the limit is %(limit)s"
    ),
    WorkingTimeRule.DAILY_REST: lazy_gettext(
        "only %(measured)s hours free after a call-out; may begin again %(end)s at the earliest"
    ),
    WorkingTimeRule.WEEKLY_REST: lazy_gettext(
        "only %(measured)s hours free in one stretch in the week; there should be %(limit)s"
    ),
    WorkingTimeRule.NIGHTS: lazy_gettext("%(measured)s nights running; the limit is %(limit)s"),
    WorkingTimeRule.WEEKENDS: lazy_gettext(
        "the %(measured)s. weekend in eight weeks; the limit is %(limit)s"
    ),
    WorkingTimeRule.RED_DAYS: lazy_gettext(
        "on duty on two Sundays or holidays in a row; the next one should be off"
    ),
    WorkingTimeRule.LEADER_BACKUP: lazy_gettext(
        "%(measured)s days as backup in a row; the limit is %(limit)s"
    ),
    WorkingTimeRule.NEWCOMER: lazy_gettext("is new, and is on duty without a backup for %(measured)s hours"),
}


def name_of(person: PersonId | str | None) -> str:
    """Return a person's short name, "Nobody" in a gap."""
    return str(gettext("Nobody")) if person is None else find_name(PersonId(person)) or str(person)


def describe_breach(breach: Breach) -> str:
    """Return a broken rule as a sentence, with where the rule comes from."""
    sentence = _BREACHES[breach.rule] % {
        "measured": format_decimal(round(breach.measured, 1)),
        "limit": format_decimal(breach.limit),
        "end": write_short(breach.end, visitor().team.zone),
    }
    source = SOURCES[breach.rule] or gettext("the team's own rule")
    when = day_short(breach.start.astimezone(visitor().team.zone).date())
    return f"{RULES[breach.rule]} ({source}): {name_of(breach.person)}, {when}: {sentence}"


def describe_rota_finding(finding: RotaFinding) -> str:
    """Return where the rota falls short as a sentence."""
    zone, spoken = visitor().team.zone, language()

    def when() -> dict[str, str]:
        return {
            "start": _stamp(finding.start, zone, spoken) if finding.start else "",
            "end": _stamp(finding.end, zone, spoken) if finding.end else "",
            "tier": str(TIERS[finding.tier]) if finding.tier else "",
            "name": name_of(finding.person),
        }

    match finding.what:
        case Shortcoming.NOBODY_ON_CALL:
            return str(gettext("Nobody in the team is on call"))
        case Shortcoming.EMPTY_TIER:
            return str(gettext("%(tier)s: nobody ahead; calls go on to the next at once", **when()))
        case Shortcoming.GAP:
            return str(gettext("%(tier)s: nobody from %(start)s to %(end)s", **when()))
        case Shortcoming.DOUBLE:
            return str(gettext("%(name)s is both on duty and backup from %(start)s to %(end)s", **when()))
        case Shortcoming.NOT_IN_TEAM:
            return str(gettext("%(tier)s: %(name)s has left the team, %(start)s to %(end)s", **when()))
        case Shortcoming.NOT_ON_CALL:
            return str(gettext("%(tier)s: %(name)s is never rung, %(start)s to %(end)s", **when()))


def describe_layer(layer: Layer) -> str:
    """Return in which order and rhythm a layer goes round."""
    at = layer.handover_time.strftime("%H:%M")
    if layer.lengths:
        turns = zip(layer.participants, layer.lengths, strict=True)
        people = ", ".join(
            gettext("%(name)s %(days)s d", name=name_of(who), days=days) for who, days in turns
        )
        rhythm = gettext("handover at %(at)s", at=at)
    else:
        people = ", ".join(name_of(person) for person in layer.participants)
        rhythm = ngettext(
            "%(num)s day each, handover at %(at)s",
            "%(num)s days each, handover at %(at)s",
            layer.turn_days,
            at=at,
        )
    hours = [
        ", ".join(str(WEEKDAYS[day]) for day in Weekday if day in window.days)
        + f" {window.start:%H:%M}–{window.until:%H:%M}"
        for window in layer.only
    ]
    return f"{people}. {rhythm}" + (f". {'; '.join(hours)}" if hours else "")


def describe_rota_change(written: Any) -> str:
    """Return one change of a journal entry as a sentence: who had it, who has it."""
    tier, start, end, before, after = written
    zone = visitor().team.zone
    return str(
        gettext(
            "%(tier)s %(start)s to %(end)s: %(before)s → %(after)s",
            tier=TIERS[Tier(tier)],
            start=write_short(datetime.fromisoformat(start), zone),
            end=write_short(datetime.fromisoformat(end), zone),
            before=name_of(before),
            after=name_of(after),
        )
    )


def describe_rota_edit(note: Note) -> str:
    """Return what kind of change an entry of the journal tells of."""
    if "loaded" in note.detail:
        return str(gettext("Loaded from a team file"))
    if "setting" in note.detail and "edit" not in note.detail:
        return str(gettext("Changed a setting"))
    return str(EDITS.get(str(note.detail.get("edit")), gettext("Changed the team")))


def describe_period(calendar: Calendar) -> str:
    """Return "November 2026", or the first and the last day."""
    if calendar.view is View.MONTH:
        return str(format_date(calendar.day, "LLLL y")).capitalize()
    first, last = calendar.blocks[0].days[0].day, calendar.blocks[-1].days[-1].day
    return day_of(first) if first == last else f"{day_short(first)} – {day_of(last)}"


def day_of(day: date) -> str:
    """Return "Monday 2 November"."""
    return _write_day(day, language(), "EEEE d MMMM" if language() == "en" else "EEEE d. MMMM")


def day_short(day: date) -> str:
    """Return "Mon 2 Nov"."""
    return _write_short(day, language())


def _write_short(day: date, spoken: str) -> str:
    return _write_day(day, spoken, "EEE d MMM" if spoken == "en" else "EEE d. MMM")


@lru_cache(maxsize=4096)  # a page has a thousand days, and most of them many times
def _write_day(day: date, spoken: str, pattern: str) -> str:
    return format_day(day, pattern, locale=spoken)


def signed(hours: float) -> str:
    """Return "+12 h" or "-12 h"."""
    sign = "+" if hours >= 0 else "-"
    return str(gettext("%(hours)s h", hours=sign + format_decimal(round(abs(hours), 1))))


def _stamp(at: datetime, zone: ZoneInfo, spoken: str) -> str:
    local = at.astimezone(zone)
    return f"{_write_short(local.date(), spoken)} {local.hour:02}:{local.minute:02}"


class Written(dict[datetime, str]):
    """Instants as a page writes them, each worked out once: a template looks up faster than it calls."""

    def __init__(self, write: Callable[[datetime], str]) -> None:
        """How an instant is written."""
        super().__init__()
        self._write = write

    def __missing__(self, at: datetime) -> str:
        self[at] = written = self._write(at)
        return written


def stamps() -> Mapping[datetime, str]:
    """Return how a page with a thousand cells writes instants, with their day."""
    zone, spoken = visitor().team.zone, language()
    return Written(lambda at: _stamp(at, zone, spoken))
