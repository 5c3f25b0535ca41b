"""What a leader sets about how the line answers: the team's own words of danger, and voicemail."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from oncall.alerts.danger import NotAWord, clean_words
from oncall.alerts.team import Team
from oncall.contacts.model import Detail
from oncall.rostering.changing import NothingChanged, Stale
from oncall.store.session import Database
from oncall.store.team_changes import save_team
from oncall.store.teams import current_team

__all__ = ["NotAWord", "NothingChanged", "Stale", "set_danger_words", "set_voicemail"]


def set_danger_words(
    db: Database,
    team_id: int,
    language: str,
    words: Iterable[str],
    *,
    actor: str,
    now: datetime,
    seen: int | None = None,
) -> Team:
    """The team's own words of this language are these, beside those that every team has; return the team.

    `seen` is the version that the form was made from. Raises NotAWord, Stale or NothingChanged.
    """
    own = clean_words(words)

    def change(team: Team) -> tuple[Team, Detail]:
        others = {each: kept for each, kept in team.danger_words.items() if each != language}
        told = {"setting": "danger_words", "language": language, "words": list(own)}
        return replace(team, danger_words={**others, **({language: own} if own else {})}), told

    return _set(db, team_id, change, actor, now, seen)


def set_voicemail(
    db: Database, team_id: int, *, on: bool, actor: str, now: datetime, seen: int | None = None
) -> Team:
    """Whoever reached nobody may leave a message, or may not; return the team. Raises as above."""

    def change(team: Team) -> tuple[Team, Detail]:
        return replace(team, voicemail=on), {"setting": "voicemail", "on": on}

    return _set(db, team_id, change, actor, now, seen)


def _set(
    db: Database,
    team_id: int,
    change: Callable[[Team], tuple[Team, Detail]],
    actor: str,
    now: datetime,
    seen: int | None,
) -> Team:
    with db.writing(team_id) as writing:
        team = current_team(writing)
        if seen is not None and team.version != seen:
            raise Stale
        wanted, told = change(team)
        if not save_team(writing, wanted, now, actor, told):
            raise NothingChanged
        return replace(wanted, version=writing.team_version)
