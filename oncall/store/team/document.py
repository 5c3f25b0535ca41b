"""Encode a team's numbers, ladders and agreements as one document."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from oncall.alerts.team import Ladder, LastResort, Municipality, PageStep, Team, Wave
from oncall.rota.model import Weekday, WeeklyWindow


def encode_settings(team: Team) -> dict[str, Any]:
    """Return what of the team has no table of its own, as JSON values."""
    return {
        "voice_line": team.voice_line,
        "text_line": team.text_line,
        "static_number": team.static_number,
        "daytime": None if team.daytime is None else encode_window(team.daytime),
        "ladders": [
            {
                "daytime_only": ladder.daytime_only,
                "waves": [{"after": wave.after, "targets": wave.targets} for wave in ladder.waves],
            }
            for ladder in team.ladders
        ],
        "page_ladder": [
            {"after_minutes": step.after_minutes, "targets": step.targets, "by": step.by}
            for step in team.page_ladder
        ],
        "municipalities": [
            {"name": place.name, "last_resort": _write_last_resort(place.last_resort)}
            for place in team.municipalities
        ],
        "fixed_numbers": dict(team.fixed_numbers),
        "danger_words": {language: list(words) for language, words in team.danger_words.items()},
        "voicemail": team.voicemail,
        "reasons": {occasion: list(reasons) for occasion, reasons in team.reasons.items()},
    }


def decode_settings(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a Team that `encode_settings` has written."""
    return {
        "voice_line": document["voice_line"],
        "text_line": document["text_line"],
        "static_number": document["static_number"],
        "daytime": None if document["daytime"] is None else decode_window(document["daytime"]),
        "ladders": tuple(
            Ladder(
                ladder["daytime_only"],
                tuple(Wave(wave["after"], tuple(wave["targets"])) for wave in ladder["waves"]),
            )
            for ladder in document["ladders"]
        ),
        "page_ladder": tuple(
            PageStep(step["after_minutes"], tuple(step["targets"]), tuple(step["by"]))
            for step in document["page_ladder"]
        ),
        "municipalities": tuple(
            Municipality(place["name"], _read_last_resort(place["last_resort"]))
            for place in document["municipalities"]
        ),
        "fixed_numbers": document["fixed_numbers"],
        "danger_words": {
            language: tuple(words) for language, words in document.get("danger_words", {}).items()
        },
        "voicemail": document.get("voicemail", False),
        "reasons": {occasion: tuple(told) for occasion, told in document.get("reasons", {}).items()},
    }


def encode_window(window: WeeklyWindow) -> dict[str, Any]:
    """Return weekly hours as JSON values."""
    days = [day.value for day in Weekday if day in window.days]
    return {"days": days, "start": window.start.isoformat(), "until": window.until.isoformat()}


def decode_window(document: Mapping[str, Any]) -> WeeklyWindow:
    """Return the weekly hours that `encode_window` has written."""
    days: Sequence[str] = document["days"]
    return WeeklyWindow(
        frozenset(Weekday(day) for day in days),
        time.fromisoformat(document["start"]),
        time.fromisoformat(document["until"]),
    )


def _write_last_resort(last_resort: LastResort | None) -> dict[str, Any] | None:
    if last_resort is None:
        return None
    return {
        "number": last_resort.number,
        "opens": last_resort.opens.isoformat(),
        "closes": last_resort.closes.isoformat(),
        "agreed": last_resort.agreed.isoformat(),
    }


def _read_last_resort(document: Mapping[str, Any] | None) -> LastResort | None:
    if document is None:
        return None
    return LastResort(
        document["number"],
        time.fromisoformat(document["opens"]),
        time.fromisoformat(document["closes"]),
        date.fromisoformat(document["agreed"]),
    )
