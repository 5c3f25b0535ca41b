"""Word the pages of the settings: what is set, and what was changed."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext, ngettext

from oncall.alerts.team import Role, Team
from oncall.alerts.wording.catalogue import SentenceGroup
from oncall.languages import LANGUAGES
from oncall.routes.wording.contacts import describe_target, join_names
from oncall.routes.wording.rota import name_of
from oncall.usecases.rota.history import Note

ROLES = {
    Role.LEADER: lazy_gettext("Leader"),
    Role.DEPUTY: lazy_gettext("Deputy leader"),
    Role.THERAPIST: lazy_gettext("Therapist"),
    Role.FAMILY_WORKER: lazy_gettext("Family resource worker"),
    Role.ADMINISTRATOR: lazy_gettext("Administrator"),
}
BY = {"text": lazy_gettext("by text"), "call": lazy_gettext("by call")}  # how staff are alerted
GROUPS = {
    SentenceGroup.CALLER: lazy_gettext("What callers hear"),
    SentenceGroup.FAMILY: lazy_gettext("What families get as a text"),
    SentenceGroup.STAFF: lazy_gettext("What staff hear"),
    SentenceGroup.STAFF_TEXT: lazy_gettext("What staff get as a text"),
}
WHEN = {  # each sentence to callers comes
    "danger": lazy_gettext("First, to whoever waits"),
    "wait": lazy_gettext("Right after it"),
    "comfort": lazy_gettext("Again and again while phones ring"),
    "last_resort": lazy_gettext("When nobody of the team has answered, and a service has agreed to"),
    "alerted_promise": lazy_gettext("At the end of the ladder, where the family may be called"),
    "alerted": lazy_gettext("At the end of the ladder, to everybody else"),
    "voicemail_offer": lazy_gettext("After that, where voicemail is on: whoever presses 2 consents"),
    "voicemail_speak": lazy_gettext("When 2 was pressed"),
    "voicemail_thanks": lazy_gettext("When something was said"),
    "voicemail_silence": lazy_gettext("When nothing was said"),
    "cut_off": lazy_gettext("When a conversation has ended"),
    "try_again": lazy_gettext("When the service itself fails, and no reserve number is set"),
    "no_such_line": lazy_gettext("On a number that no team has"),
    "auto_reply": lazy_gettext("Where the number may be texted"),
    "auto_reply_named": lazy_gettext("Where the family has agreed to see the team's name"),
}
SETTINGS = {
    "team": lazy_gettext("Team"),
    "municipalities": lazy_gettext("Municipalities"),
    "static_number": lazy_gettext("Reserve number"),
    "voicemail": lazy_gettext("Voicemail"),
    "danger_words": lazy_gettext("Words of danger"),
    "ladders": lazy_gettext("Ladder of calls"),
    "page_ladder": lazy_gettext("Alerts"),
    "reasons": lazy_gettext("Usual reasons"),
    "person": lazy_gettext("Staff"),
    "limits": lazy_gettext("Limits on working time"),
    "special_days": lazy_gettext("Special days"),
}
_FIELDS = {
    "name": lazy_gettext("Name"),
    "language": lazy_gettext("Language"),
    "on_call": lazy_gettext("Takes calls"),
    "roles": lazy_gettext("Roles"),
    "phone": lazy_gettext("Phone"),
    "voicemail": lazy_gettext("Voicemail"),
    "daytime": lazy_gettext("Daytime"),
}


def describe_targets(targets: tuple[str, ...] | list[str]) -> str:
    """Return "backup and leader"."""
    return join_names([describe_target(target) for target in targets])


def describe_language(code: str) -> str:
    """Return what a language is called, its code where we have no name for it."""
    return LANGUAGES.get(code, code)


def describe_waves(team: Team, *, daytime: bool) -> str:
    """Return "0 s: on duty · 25 s: backup" and so on; "" where the team has no such ladder."""
    ladder = next((one for one in team.ladders if one.daytime_only == daytime), None)
    return (
        " · ".join(f"{wave.after} s: {describe_targets(wave.targets)}" for wave in ladder.waves)
        if ladder
        else ""
    )


def describe_steps(team: Team) -> str:
    """Return "0 min: on duty · 5 min: backup and leader" and so on."""
    return " · ".join(
        f"{step.after_minutes:g} min: {describe_targets(step.targets)}" for step in team.page_ladder
    )


def describe_danger_words(team: Team) -> str:
    """Return how many words of danger are the team's own."""
    count = sum(len(words) for words in team.danger_words.values())
    return str(ngettext("%(num)s word of danger of your own", "%(num)s words of danger of your own", count))


def setting_of(note: Note) -> str | None:
    """Return which setting an entry of the journal tells of; None where it tells of the rota."""
    for name in SETTINGS:
        if note.detail.get("setting") == name or name in note.detail:
            return name
    return None


def describe_setting(note: Note) -> Iterator[str]:
    """Yield what was changed, line by line."""
    detail: Mapping[str, Any] = note.detail
    if who := detail.get("person"):
        yield from _describe_person(name_of(who), detail)
        return
    if detail.get("number"):
        yield str(gettext("The number was changed"))
    if days := detail.get("special_days"):
        yield from (f"+ {name}, {day}" for day, name in days["added"].items())
        yield from (f"− {day}" for day in days["removed"])
    was, now = detail.get("was") or {}, detail.get("is") or {}
    for field in now:
        if was.get(field) != now[field]:
            yield from _describe_field(field, was.get(field), now[field])


def _describe_person(name: str, detail: Mapping[str, Any]) -> Iterator[str]:
    was, now = detail.get("was") or {}, detail.get("is") or {}
    if not now:
        left, off = (
            gettext("%(name)s has left the team", name=name),
            gettext("%(name)s is rung no more", name=name),
        )
        yield str(left if detail.get("leaves") else off)
        return
    yield name if was else str(gettext("%(name)s is new in the team", name=name))
    yield from (f"{_FIELDS[field]}: {gettext('changed')}" for field in detail.get("fields", ()))
    for field in now if was else ():
        if was.get(field) != now[field]:
            yield from _describe_field(field, was.get(field), now[field])


def _describe_field(field: str, was: Any, now: Any) -> Iterator[str]:
    match field:
        case "danger_words" | "reasons":
            for key in sorted({*(was or {}), *now}):
                old, new = set((was or {}).get(key, ())), set(now.get(key, ()))
                words = [
                    *(f"+ {word}" for word in sorted(new - old)),
                    *(f"− {word}" for word in sorted(old - new)),
                ]
                if words:
                    name = describe_language(key) if field == "danger_words" else ""
                    yield f"{name} {', '.join(words)}".strip()
        case "municipalities":
            before, after = ({place["name"]: place for place in places or ()} for places in (was, now))
            yield from (f"+ {name}" for name in after if name not in before)
            yield from (f"− {name}" for name in before if name not in after)
            both = [name for name in after if name in before]
            yield from (f"{name}: {gettext('changed')}" for name in both if before[name] != after[name])
        case "ladders":
            for ladder in now:
                if ladder not in (was or ()):
                    steps = (
                        f"{wave['after']} s: {describe_targets(wave['targets'])}" for wave in ladder["waves"]
                    )
                    yield " · ".join(steps)
        case "page_ladder":
            yield " · ".join(
                f"{step['after_minutes']:g} min: {describe_targets(step['targets'])}" for step in now
            )
        case "daytime" | "fixed_numbers":
            yield f"{_FIELDS['daytime']}: {gettext('changed')}"
        case _:
            previous, current = _describe_value(field, was), _describe_value(field, now)
            yield f"{_FIELDS.get(field, field)}: {previous} → {current}"


def _describe_value(field: str, value: Any) -> str:
    match value:
        case bool():
            return str(gettext("yes") if value else gettext("no"))
        case list():
            return ", ".join(str(ROLES[Role(one)]) if one in list(Role) else str(one) for one in value)
        case None:
            return "–"
        case _:
            return describe_language(value) if field == "language" else str(value)


def usual_reasons(team: Team, occasion: str) -> tuple[str, ...]:
    """Return what is offered where a page asks why: the team's own reasons, or the usual ones."""
    return team.reasons.get(occasion) or tuple(str(reason) for reason in USUAL_REASONS[occasion])


USUAL_REASONS = {
    "rota": (
        lazy_gettext("Illness"),
        lazy_gettext("Course"),
        lazy_gettext("Holiday"),
        lazy_gettext("Agreed between the two"),
    ),
    "glass": (
        lazy_gettext("I stand in for the family's own therapist"),
        lazy_gettext("A colleague has asked me about this family"),
        lazy_gettext("I prepare a meeting about this family"),
    ),
}
OCCASIONS = {
    "rota": lazy_gettext("When the rota or a setting is changed"),
    "glass": lazy_gettext("When somebody opens a case that is not theirs"),
}
