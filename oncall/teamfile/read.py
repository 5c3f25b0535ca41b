"""Which teams does a team file describe, and what is wrong with it?"""

import re
import tomllib
from collections.abc import Callable, Sequence
from datetime import date, time
from zoneinfo import ZoneInfo

from oncall.alerts.team import LastResort, Municipality, Person, Role, Team
from oncall.languages import FALLBACK_LANGUAGE
from oncall.rota.clock_hours import Hours
from oncall.rota.model import PersonId, WeeklyWindow
from oncall.teamfile import values
from oncall.teamfile.draft import TeamDraft, TeamFileError
from oncall.teamfile.families import read_cases
from oncall.teamfile.ladders import FixedNumbers, read_ladders, read_page_ladder
from oncall.teamfile.lines import find_lines
from oncall.teamfile.rotas import read_rotas, read_window
from oncall.teamfile.table import Problem, Report, Table

_UTC = ZoneInfo("UTC")  # stands in for a zone that could not be read


def parse_team_file(text: str, source: str) -> tuple[TeamDraft, ...]:
    """Return the teams of a file, in its order; `source` is the file's name for messages.

    Raise TeamFileError with every fault in it, each with its line and what to write instead.
    """
    text = text.removeprefix("\ufeff")  # some editors begin a file with it; TOML does not know it
    try:
        document = tomllib.loads(text)
        report = Report(find_lines(text))
    except (ValueError, RecursionError) as fault:
        raise TeamFileError(source, (_syntax_problem(fault, text),)) from None
    root = Table(document, (), report)
    tables = root.tables("team")
    if not tables and "team" not in document:
        report.note(("team",), None, "is missing: a team file has at least one [[team]]")
    drafts = tuple(_read_team(table) for table in tables)
    root.finish()
    _refuse_shared(tables, [draft.team for draft in drafts])
    if problems := report.problems():
        raise TeamFileError(source, problems)
    return drafts


def _read_team(table: Table) -> TeamDraft:
    zone = table.need("time_zone", values.zone, _UTC)
    language = table.need("language", values.language, FALLBACK_LANGUAGE)
    voice_line = table.need("voice_line", values.phone, "")
    text_line = table.may("text_line", values.phone, voice_line)
    phone = values.phone_besides({voice_line, text_line})
    daytime = _read_daytime(table.table("daytime"))
    people = _read_people(table, language, phone)
    municipalities = _read_municipalities(table, phone)
    fixed = FixedNumbers(phone)
    team = Team(
        id=0,
        slug=table.need("slug", values.key, ""),
        name=table.need("name", values.text, ""),
        zone=zone,
        language=language,
        voice_line=voice_line,
        text_line=text_line,
        static_number=table.may("static_number", phone, None),
        on_call=table.may("on_call", values.flag, True),
        daytime=daytime,
        people=people,
        rotas=read_rotas(table, people, zone),
        ladders=read_ladders(table, fixed, has_daytime=daytime is not None),
        page_ladder=read_page_ladder(table, fixed),
        municipalities=municipalities,
        fixed_numbers=fixed.by_id,
        danger_words=_read_danger_words(table),
        voicemail=table.may("voicemail", values.flag, False),
    )
    cases, briefs = read_cases(table, people, {place.name for place in municipalities}, language)
    table.finish()
    return TeamDraft(team, cases, briefs)


def _read_daytime(table: Table | None) -> WeeklyWindow | None:
    if table is None:
        return None
    window = read_window(table)
    if window.until <= window.start:
        table.fault("to", "daytime ends on the day on which it begins")
    return window


def _read_people(team: Table, team_language: str, phone: Callable[[object], str]) -> dict[PersonId, Person]:
    people: dict[PersonId, Person] = {}
    owners: dict[str, PersonId] = {}
    for table in team.tables("staff"):
        person = Person(
            id=PersonId(table.need("key", values.key, "")),
            name=table.need("name", values.text, ""),
            phone=table.need("phone", phone, ""),
            language=table.may("language", values.language, team_language),
            roles=frozenset(table.some("roles", values.choice(Role))),
            on_call=table.may("on_call", values.flag, True),
        )
        if person.id in people:
            table.fault("key", "another member of staff has this key")
        if person.phone in owners:
            table.fault("phone", f'"{owners[person.phone]}" has this number already')
        if person.phone:
            owners[person.phone] = person.id
        if person.id:
            people[person.id] = person
        table.finish()
    return people


def _read_danger_words(team: Table) -> dict[str, tuple[str, ...]]:
    own: dict[str, tuple[str, ...]] = {}
    for table in team.tables("danger_words"):
        language = table.need("language", values.any_language, "")
        if language in own:
            table.fault("language", "this language has a list already")
        own[language] = tuple(dict.fromkeys(table.some("words", values.danger_word)))
        table.finish()
    return own


def _read_municipalities(team: Table, phone: Callable[[object], str]) -> tuple[Municipality, ...]:
    places: dict[str, Municipality] = {}
    for table in team.tables("municipality"):
        name = table.need("name", values.text, "")
        if name in places:
            table.fault("name", "this municipality is in the file already")
        if name:
            places[name] = Municipality(name, _read_last_resort(table.table("last_resort"), phone))
        table.finish()
    return tuple(places.values())


def _read_last_resort(table: Table | None, phone: Callable[[object], str]) -> LastResort | None:
    if table is None:
        return None
    hours = table.need("hours", values.hours, Hours(time(0), time(0)))
    agreement = LastResort(
        number=table.need("number", phone, ""),
        opens=hours.opens,
        closes=hours.closes,
        agreed=table.need("agreed", values.day, date.min),
    )
    table.finish()
    return agreement


def _refuse_shared(tables: Sequence[Table], teams: Sequence[Team]) -> None:
    """Note where two teams of the file have the same slug or line."""
    slugs: dict[str, str] = {}
    lines: dict[str, str] = {}
    for table, team in zip(tables, teams, strict=True):
        if team.slug and team.slug in slugs:
            table.fault("slug", f"{slugs[team.slug]} has this slug already")
        slugs.setdefault(team.slug, team.name)
        for field, line in (("voice_line", team.voice_line), ("text_line", team.text_line)):
            if line and lines.get(line, team.slug) != team.slug:
                table.fault(field, f'"{lines[line]}" has this line already')
            lines.setdefault(line, team.slug)


def _syntax_problem(fault: Exception, text: str) -> Problem:
    """Return what the TOML parser found; it names the line in its message alone."""
    said = str(fault)
    place = re.search(r" \(at line (\d+), column \d+\)$| \(at end of document\)$", said)
    line = int(place[1]) if place and place[1] else text.count("\n") + 1
    reason = said[: place.start()] if place else "nested too deeply, or a number too long to read"
    return Problem(line, "", None, f"not valid TOML: {reason}")
