"""What a leader sets about how the line answers: danger words, voicemail, and whom to ring when we fail."""

from collections.abc import Iterable
from dataclasses import replace

from oncall.alerts.danger import NotAWord, clean_words
from oncall.alerts.team import Team
from oncall.store.session import Database
from oncall.usecases.rota.saving import NothingChanged, Stale
from oncall.usecases.team.sections import Hand, Section, change_section

__all__ = [
    "NotAWord",
    "NothingChanged",
    "Stale",
    "set_danger_words",
    "set_static_number",
    "set_voicemail",
]


def set_danger_words(
    db: Database,
    team_id: int,
    language: str,
    words: Iterable[str],
    hand: Hand,
) -> Team:
    """The team's own words of this language are these, beside those that every team has; return the team.

    Raises NotAWord, Stale or NothingChanged.
    """
    own = clean_words(words)

    def change(team: Team) -> Team:
        others = {each: kept for each, kept in team.danger_words.items() if each != language}
        return replace(team, danger_words={**others, **({language: own} if own else {})})

    return change_section(db, team_id, Section.DANGER_WORDS, change, hand)


def set_voicemail(
    db: Database,
    team_id: int,
    hand: Hand,
    *,
    on: bool,
) -> Team:
    """Whoever reached nobody may leave a message, or may not; return the team. Raises as above."""

    def change(team: Team) -> Team:
        return replace(team, voicemail=on)

    return change_section(db, team_id, Section.VOICEMAIL, change, hand)


def set_static_number(
    db: Database,
    team_id: int,
    number: str,
    hand: Hand,
) -> Team:
    """This number is rung when the service itself fails; return the team. Raises as above."""

    def change(team: Team) -> Team:
        return replace(team, static_number=number)

    return change_section(db, team_id, Section.STATIC_NUMBER, change, hand)
