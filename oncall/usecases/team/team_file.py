"""How does a team become what its team file says?"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from oncall.alerts.team import Team
from oncall.rota.edit import (
    add_absence,
    add_override,
    end_absence,
    end_override,
    replace_layers,
)
from oncall.rota.model import Absence, Override, Rota
from oncall.store.journal.entries import Note, append_notes
from oncall.store.session import Database, Writing, team_chain
from oncall.store.team.changes import LineTaken, add_team, save_team
from oncall.store.team.teams import find_team, load_team
from oncall.teamfile import Problem, TeamDraft, TeamFileError, parse_team_file
from oncall.teamfile.lines import find_lines
from oncall.teamfile.rotas import FROM_FILE
from oncall.usecases.families.loading import load_families
from oncall.usecases.rota.daily_check import RotaFinding, check_rota
from oncall.usecases.team import file_digests as file_digests
from oncall.usecases.team.file_digests import FileDigests

CASES_CHANGED = "cases_changed"

Interval = TypeVar("Interval", Override, Absence)


@dataclass(frozen=True, slots=True)
class LoadedTeam:
    """What loading a file has done to one team."""

    team: Team  # as it is now
    created: bool
    changed: bool  # its settings, staff or rota; True for a new team
    cases_changed: tuple[str, ...]  # labels
    findings: tuple[RotaFinding, ...]  # what its rota of the days ahead lacks


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What loading a file has done, team by team in the order of the file."""

    teams: tuple[LoadedTeam, ...]


class _Misfit(Exception):
    """A team of the file cannot be what the file says, because of what is stored already."""

    def __init__(self, field: str, advice: str) -> None:
        super().__init__(advice)
        self.field = field
        self.advice = advice


def load_teams(db: Database, text: str, source: str, now: datetime) -> LoadReport:
    """The teams and families of a team file are in the database; loaded again, nothing changes.

    All teams of the file are loaded or none. The past stays as it was: a layer that the file has changed
    is retired, and succeeded now or, if its first handover is yet to come, then. What was set on a page
    since stays where the file only repeats itself, and so do overrides, absences and people added there.
    Raise TeamFileError where the file has a fault, or does not fit what is there.
    """
    drafts = parse_team_file(text, source)
    with db.operating() as operating:  # one load at a time: two would both find a new team missing
        created: set[int] = set()
        ids: list[int] = []
        for number, draft in enumerate(drafts):
            team_id = find_team(operating, draft.team.slug)
            if team_id is None:
                with _refusing(number, text, source):
                    team_id = add_team(operating, draft.team)
                created.add(team_id)
            ids.append(team_id)
        loaded: dict[int, LoadedTeam] = {}
        for team_id, number in sorted(zip(ids, range(len(ids)), strict=True)):  # the order of locks
            writing = operating.lock(team_chain(team_id))
            with _refusing(number, text, source):
                loaded[number] = _load_team(writing, drafts[number], team_id in created, source, now)
    return LoadReport(tuple(loaded[number] for number in range(len(drafts))))


def _load_team(writing: Writing, draft: TeamDraft, created: bool, source: str, now: datetime) -> LoadedTeam:
    stored = load_team(writing, writing.team)
    current, previous = file_digests.digest_file(writing, draft.team), file_digests.load_digests(writing)
    wanted = draft.team if created else _succeed(stored, draft.team, current, previous, now)
    changed = save_team(writing, wanted, now, change={"loaded": source})
    file_digests.save_digests(writing, current, previous, now)
    labels = load_families(writing, draft, now)
    if labels:
        append_notes(writing, [Note(now, CASES_CHANGED, detail={"loaded": source, "cases": list(labels)})])
    team = replace(load_team(writing, writing.team), version=writing.team_version)
    return LoadedTeam(team, created, changed, labels, check_rota(team, now))


def _succeed(stored: Team, draft: Team, current: FileDigests, previous: FileDigests, now: datetime) -> Team:
    """Return the team as the file has it from now on, with the past of the stored one.

    What the file only repeats stays as it is stored: it may have been changed on a page.
    """
    if draft.zone.key != stored.zone.key:
        raise _Misfit("time_zone", f"stays {stored.zone.key}: another would move every past handover")
    rotas = {
        tier: _succeed_rota(
            stored.rotas[tier], rota, now, keep_layers=file_digests.repeats_layers(tier, current, previous)
        )
        for tier, rota in draft.rotas.items()
    }
    team = file_digests.keep_page_edits(stored, draft, current, previous)
    return replace(team, rotas=rotas, reasons=stored.reasons)  # of which the file has no word


def _succeed_rota(stored: Rota, draft: Rota, now: datetime, *, keep_layers: bool) -> Rota:
    rota = stored if keep_layers else replace_layers(stored, draft.layers, now)
    rota = _succeed_each(rota, stored.overrides, draft.overrides, add_override, end_override, now)
    return _succeed_each(rota, stored.absences, draft.absences, add_absence, end_absence, now)


def _succeed_each(
    rota: Rota,
    stored: Sequence[Interval],
    wanted: Sequence[Interval],
    add: Callable[[Rota, Interval, datetime], Rota],
    end: Callable[[Rota, str, datetime], Rota],
    now: datetime,
) -> Rota:
    """Return the rota with what the file wants and without what it wanted once; what is over stays.

    What has begun already is added from now on: an override that the file tells of late changes
    nothing of the duty that was.
    """
    standing = {(_origin(one), one.end) for one in stored}
    told = {(one.id, one.end) for one in wanted}
    for one in stored:
        if one.id.startswith(FROM_FILE) and one.end > now and (_origin(one), one.end) not in told:
            rota = end(rota, one.id, now)
    for one in wanted:
        if (one.id, one.end) not in standing and one.end > now:
            rota = add(rota, replace(one, id=_free(one.id, stored), start=max(one.start, now)), now)
    return rota


def _origin(one: Override | Absence) -> str:
    """Return the identifier that the file gives to what was loaded from it, once or again."""
    return "-".join(one.id.split("-")[:2])


def _free(file_id: str, stored: Sequence[Override | Absence]) -> str:
    """Return the file's identifier, numbered where the file tells again of what was ended."""
    times = sum(_origin(one) == file_id for one in stored)
    return f"{file_id}-{times + 1}" if times else file_id


@contextmanager
def _refusing(number: int, text: str, source: str) -> Iterator[None]:
    """What does not fit the database is a fault of the file, with its line like any other."""
    try:
        yield
    except LineTaken:
        misfit = _Misfit("voice_line", "another team has this line, or the text line, already")
    except _Misfit as fault:
        misfit = fault
    else:
        return
    lines = find_lines(text)
    line = lines.get(("team", number, misfit.field)) or lines["team", number]
    raise TeamFileError(source, (Problem(line, misfit.field, None, misfit.advice),))
