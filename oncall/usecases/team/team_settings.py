"""What a leader sets about the team itself: its name, its municipalities, its ladders, and usual reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from oncall.alerts.ladder_rules import LadderFault, find_step_faults, find_wave_faults
from oncall.alerts.team import Ladder, Municipality, PageStep, Team
from oncall.rota.model import WeeklyWindow
from oncall.store.families.cases import load_cases
from oncall.store.session import Database, Writing
from oncall.usecases.team.sections import Hand, Section, change_section


class InvalidLadder(Exception):
    """A ladder would leave a caller, or a contact that waits, without anybody."""

    def __init__(self, faults: Sequence[tuple[int, LadderFault]]) -> None:
        """Take what is wrong with which of its rows, counted from 0."""
        super().__init__(", ".join(f"{number}: {fault}" for number, fault in faults))
        self.faults = tuple(faults)


class StillServed(Exception):
    """A municipality that shall go has families; nothing has changed."""

    def __init__(self, municipality: str, labels: Sequence[str]) -> None:
        """Take whose families these are, and what they are called."""
        super().__init__(municipality)
        self.municipality = municipality
        self.labels = tuple(labels)


def set_team(
    db: Database,
    team_id: int,
    hand: Hand,
    *,
    name: str,
    language: str,
    on_call: bool,
) -> Team:
    """The team is called so, speaks so to callers whose language is not known, and takes calls or not.

    Raises Stale or NothingChanged.
    """

    def change(team: Team) -> Team:
        return replace(team, name=name, language=language, on_call=on_call)

    return change_section(db, team_id, Section.TEAM, change, hand)


def set_municipalities(db: Database, team_id: int, places: Sequence[Municipality], hand: Hand) -> Team:
    """The team serves these, with their agreements. Raises StillServed, and as above."""

    def change(team: Team) -> Team:
        return replace(team, municipalities=tuple(places))

    return change_section(db, team_id, Section.MUNICIPALITIES, change, hand, check=_check_families)


@dataclass(frozen=True, slots=True)
class NewLadder:
    """A ladder as it shall be."""

    ladder: Ladder
    daytime: WeeklyWindow | None = None  # when a daytime ladder holds; None takes it away
    fixed_numbers: Mapping[str, str] = field(default_factory=dict)  # that it rings, beside those known


def set_ladder(db: Database, team_id: int, new: NewLadder, hand: Hand) -> Team:
    """Calls climb this ladder, by day or at all hours. Raises InvalidLadder, and as above."""

    def change(team: Team) -> Team:
        return with_ladder(team, new)

    return change_section(db, team_id, Section.LADDERS, change, hand)


def with_ladder(team: Team, new: NewLadder) -> Team:
    """Return the team with the ladder in the place of its own for those hours; raises InvalidLadder."""
    ladder = new.ladder
    if faults := tuple(find_wave_faults(ladder.waves)):
        raise InvalidLadder(faults)
    others = tuple(one for one in team.ladders if one.daytime_only != ladder.daytime_only)
    # Numbers that no ladder rings any more stay: a call that goes on may still name them.
    team = replace(team, fixed_numbers={**team.fixed_numbers, **new.fixed_numbers})
    if not ladder.daytime_only:
        return replace(team, ladders=(*others, ladder))
    if new.daytime is None:
        return replace(team, ladders=others, daytime=None)
    return replace(team, ladders=(ladder, *others), daytime=new.daytime)


def set_page_ladder(db: Database, team_id: int, steps: Sequence[PageStep], hand: Hand) -> Team:
    """Contacts that wait alert staff by these steps. Raises InvalidLadder, and as above."""
    if faults := tuple(find_step_faults(steps)):
        raise InvalidLadder(faults)

    def change(team: Team) -> Team:
        return replace(team, page_ladder=tuple(steps))

    return change_section(db, team_id, Section.PAGE_LADDER, change, hand)


def set_reasons(db: Database, team_id: int, reasons: Mapping[str, tuple[str, ...]], hand: Hand) -> Team:
    """These are offered where a page asks why, by occasion; others may be written all the same."""

    def change(team: Team) -> Team:
        return replace(team, reasons={occasion: told for occasion, told in reasons.items() if told})

    return change_section(db, team_id, Section.REASONS, change, hand)


def _check_families(writing: Writing, team: Team) -> None:
    served = {place.name for place in team.municipalities}
    left = [
        case
        for case in load_cases(writing, writing.team)
        if case.municipality and case.municipality not in served and not case.erased
    ]
    if left:
        gone = left[0].municipality
        raise StillServed(str(gone), [case.label for case in left if case.municipality == gone])
